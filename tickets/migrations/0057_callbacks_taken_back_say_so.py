"""A callback taken back was written as a contact that ended; told like that it would be owed again."""

from django.db import migrations
from django.db.models import F


def say_withdrawn(apps, schema_editor):
    events = apps.get_model("tickets", "LineEvent").objects.using(schema_editor.connection.alias)
    # Nothing else is ended by the customer's own hand here: a telephone system speaks as a person of its own.
    theirs = events.filter(kind="ended", call="", by=F("place__customer__person"))
    events.filter(pk__in=list(theirs.values_list("pk", flat=True))).update(kind="withdrawn")


class Migration(migrations.Migration):
    dependencies = [("tickets", "0056_calls_withdrawn_and_not_reached")]

    operations = [migrations.RunPython(say_withdrawn, migrations.RunPython.noop)]
