"""A long talk may widen the room for its case: a term of the rulebook."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("policies", "0004_a_share_of_what_was_paid_is_a_term"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='term',
            name='term_value_in_bounds',
        ),
        migrations.AlterField(
            model_name='term',
            name='name',
            field=models.CharField(choices=[('case_days', 'days back for the same cause'), ('customer_days', 'days back for one customer'), ('loyalty', 'loyalty: per cent of the plain limit'), ('paid_percent', 'what is like cash: per cent of what was paid'), ('talk_percent', 'in a talk beyond four minutes: per cent of the plain limit')], max_length=16, verbose_name='what'),
        ),
        migrations.AddConstraint(
            model_name='term',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name__in', ['loyalty', 'talk_percent']), ('value__gte', 100), ('value__lte', 200)), models.Q(('name', 'paid_percent'), ('value__gte', 10), ('value__lte', 300)), models.Q(('name__in', ['case_days', 'customer_days']), ('value__gte', 1), ('value__lte', 1096)), _connector='OR'), name='term_value_in_bounds'),
        ),
    ]
