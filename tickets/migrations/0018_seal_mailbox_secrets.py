"""What was kept in the clear is sealed."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from accounts.sealed import open_for_good


def seal(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    for mailbox in apps.get_model("tickets", "Mailbox").objects.all():
        mailbox.save(update_fields=["secret", "client_secret"])


def unseal(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    open_for_good(apps.get_model("tickets", "Mailbox").objects, "secret", "client_secret")


class Migration(migrations.Migration):
    dependencies = [("tickets", "0017_mailbox_secrets_are_sealed")]

    operations = [migrations.RunPython(seal, unseal)]
