from django.db import migrations


def fold(apps, _schema_editor):
    """Those written before are found as well."""
    replies = apps.get_model("tickets", "CannedReply").objects
    for reply in replies.iterator():
        texts = f"{reply.text_de}\n{reply.text_en}".casefold()
        replies.filter(pk=reply.pk).update(folded_name=reply.name.casefold(), folded_texts=texts)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0020_canned_replies_are_found_by_any_letters")]

    operations = [migrations.RunPython(fold, migrations.RunPython.noop)]
