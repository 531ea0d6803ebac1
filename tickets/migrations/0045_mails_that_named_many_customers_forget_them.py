"""Mails that name the requests of many customers lose their words once they went, as they do from now on."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import Q


def forget(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    mails = apps.get_model("tickets", "OutgoingMail").objects.filter(key__startswith="promises:")
    mails.update(secret=True)
    mails.filter(Q(sent_at__isnull=False) | Q(failed_at__isnull=False)).update(text="", html="")


class Migration(migrations.Migration):
    dependencies = [("tickets", "0044_mails_reported_as_spam")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
