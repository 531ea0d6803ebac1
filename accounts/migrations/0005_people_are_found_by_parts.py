"""PostgreSQL finds a part of a name or an address by its groups of three letters; SQLite reads the small table."""

from django.db import migrations

COLUMNS = (("accounts_person", "name"), ("accounts_person", "email"), ("accounts_organisation", "name"))


def add(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    for table, column in COLUMNS:
        schema_editor.execute(
            f"CREATE INDEX {table}_{column}_parts ON {table} USING gin (upper({column}::text) gin_trgm_ops)"
        )


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table, column in COLUMNS:
            schema_editor.execute(f"DROP INDEX {table}_{column}_parts")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_presence")]

    operations = [migrations.RunPython(add, remove)]
