"""The first mails of the day, which name many customers, lose their words as all later ones did once they went."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import Q


def forget(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    mails = apps.get_model("tickets", "OutgoingMail").objects.filter(key__startswith="daily:", secret=False)
    mails.filter(Q(sent_at__isnull=False) | Q(failed_at__isnull=False)).update(text="", html="")
    mails.update(secret=True)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0047_mails_wanted_again")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
