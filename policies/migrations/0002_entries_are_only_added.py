"""The last wall around the ledger: the database itself refuses to change or delete an entry, whoever asks it.

The models refuse too, but code is not the only way to a row: a shell, a script, a forgotten update in a migration.
Whoever owns the database can take the wall down; then the chain of hashes tells.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

WORDS = "Ledger entries are only added."
SAID = f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"

# Each statement with the one that undoes it. Both databases report a refusal as a broken constraint.
SQLITE = [
    (
        f"CREATE TRIGGER transfer_never_changed BEFORE UPDATE ON policies_transfer {SAID}",
        "DROP TRIGGER transfer_never_changed",
    ),
    (
        f"CREATE TRIGGER transfer_never_deleted BEFORE DELETE ON policies_transfer {SAID}",
        "DROP TRIGGER transfer_never_deleted",
    ),
    (
        # INSERT OR REPLACE deletes without asking the trigger above.
        "CREATE TRIGGER transfer_never_replaced BEFORE INSERT ON policies_transfer"
        f" WHEN EXISTS (SELECT 1 FROM policies_transfer WHERE id = NEW.id OR key = NEW.key) {SAID}",
        "DROP TRIGGER transfer_never_replaced",
    ),
]
POSTGRES = [
    (
        "CREATE FUNCTION transfer_only_added() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'restrict_violation'; END $$",
        "DROP FUNCTION transfer_only_added()",
    ),
    (
        # For each statement, so that one which matches no row is refused as well, and TRUNCATE with them.
        "CREATE TRIGGER transfer_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON policies_transfer"
        " FOR EACH STATEMENT EXECUTE FUNCTION transfer_only_added()",
        "DROP TRIGGER transfer_only_added ON policies_transfer",
    ),
]


def put_up(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for up, _down in _statements(schema_editor):
        schema_editor.execute(up)


def take_down(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for _up, down in reversed(_statements(schema_editor)):
        schema_editor.execute(down)


def _statements(schema_editor: BaseDatabaseSchemaEditor) -> list[tuple[str, str]]:
    return POSTGRES if schema_editor.connection.vendor == "postgresql" else SQLITE


class Migration(migrations.Migration):
    replaces = [("policies", "0027_entries_are_only_added")]
    dependencies = [("policies", "0001_rules_rulings_and_the_ledger")]
    operations = [migrations.RunPython(put_up, take_down)]
