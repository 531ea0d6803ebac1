"""What was kept in the clear is sealed, a row at a time: whoever signs meanwhile waits for none of them."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from accounts.sealed import open_for_good


def seal(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    rows = apps.get_model("policies", "PayoutTarget").objects
    for pk, secret in rows.values_list("pk", "secret"):
        rows.filter(pk=pk).update(secret=secret)


def unseal(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    open_for_good(apps.get_model("policies", "PayoutTarget").objects, "secret")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("policies", "0008_payout_secrets_are_sealed")]

    operations = [migrations.RunPython(seal, unseal)]
