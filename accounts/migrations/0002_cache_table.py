"""The cache is a table, so that rate limits hold with Redis away; made here so that `migrate` is all one needs."""

from django.core.management import call_command
from django.db import migrations


def make(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_people")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
