"""What no model says: the table of the cache, and how PostgreSQL finds a part of a name or an address.

The cache is a table, so that rate limits hold with Redis away; made here so that `migrate` is all one needs. A part of a
name is found by its groups of three letters; SQLite reads the small table.
"""

from django.core.management import call_command
from django.db import migrations

COLUMNS = (("accounts_person", "name"), ("accounts_person", "email"), ("accounts_organisation", "name"))


def make_cache(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


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
    replaces = [("accounts", "0002_cache_table"), ("accounts", "0005_people_are_found_by_parts")]
    dependencies = [("accounts", "0001_people_and_teams")]

    operations = [migrations.RunPython(make_cache, migrations.RunPython.noop), migrations.RunPython(add, remove)]
