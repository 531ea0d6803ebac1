"""Columns that begin another index of their table, or that nobody asks for, no longer have one of their own.

Each of them was written with every event, every mark and every reply. The indexes are dropped by themselves: SQLite
would make each table anew for it, and the walls around what is only added would be gone.
"""

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FIELDS = [
    migrations.AlterField(
        'clock',
        'calendar',
        models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.calendarversion'),
    ),
    migrations.AlterField(
        'clock',
        'hours',
        models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.businesshours'),
    ),
    migrations.AlterField(
        'clock',
        'target',
        models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.target'),
    ),
    migrations.AlterField(
        'clockentry',
        'by',
        models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
    ),
    migrations.AlterField(
        'clockentry',
        'calendar',
        models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.calendarversion'),
    ),
    migrations.AlterField(
        'clockentry',
        'target',
        models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.target'),
    ),
    migrations.AlterField(
        'event',
        'by',
        models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
    ),
    migrations.AlterField(
        'event',
        'ticket',
        models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='tickets.ticket'),
    ),
    migrations.AlterField(
        'mark',
        'alert',
        models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.alert'),
    ),
    migrations.AlterField(
        'mark',
        'clock',
        models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='marks', to='tickets.clock'),
    ),
    migrations.AlterField(
        'message',
        'ticket',
        models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='tickets.ticket'),
    ),
    migrations.AlterField(
        'notice',
        'person',
        models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL),
    ),
    migrations.AlterField(
        'ticket',
        'assignee',
        models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assigned_tickets', to=settings.AUTH_USER_MODEL, verbose_name='assignee'),
    ),
    migrations.AlterField(
        'ticket',
        'customer',
        models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='accounts.customer', verbose_name='customer'),
    ),
    migrations.AlterField(
        'ticket',
        'team',
        models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='accounts.team', verbose_name='team'),
    ),
]


def drop_indexes(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    quote = schema_editor.quote_name
    for operation in FIELDS:
        for name in _indexes(apps, schema_editor, operation):
            schema_editor.execute(f"DROP INDEX {quote(name)}")


def make_indexes(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for operation in FIELDS:
        model = apps.get_model("tickets", operation.model_name)
        field = model._meta.get_field(operation.name)
        if not _indexes(apps, schema_editor, operation):
            schema_editor.execute(schema_editor._create_index_sql(model, fields=[field]))


def _indexes(
    apps: Apps, schema_editor: BaseDatabaseSchemaEditor, operation: migrations.AlterField
) -> list[str]:
    """The names of the indexes over this one column that Django made for its foreign key."""
    model = apps.get_model("tickets", operation.model_name)
    column = model._meta.get_field(operation.name).column
    ours = {index.name for index in model._meta.indexes}
    with schema_editor.connection.cursor() as cursor:
        found = schema_editor.connection.introspection.get_constraints(cursor, model._meta.db_table)
    return [
        name
        for name, said in found.items()
        if said["index"] and not said["unique"] and said["columns"] == [column] and name not in ours
        and name.startswith(f"{model._meta.db_table}_{column}_")
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_customers_oversee_their_organisation"),
        ("tickets", "0030_reviews_become_tickets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=FIELDS,
            database_operations=[migrations.RunPython(drop_indexes, make_indexes)],
        ),
        migrations.AddIndex(
            model_name="mark",
            index=models.Index(fields=["alert"], condition=~models.Q(alert=None), name="mark_of_alert"),
        ),
    ]
