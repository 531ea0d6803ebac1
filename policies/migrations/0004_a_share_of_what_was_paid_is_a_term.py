"""How much of what was paid may be given back like cash is a term of the rulebook, no longer fixed."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('policies', '0003_rulings_and_stages_are_only_added'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='term',
            name='term_value_in_bounds',
        ),
        migrations.AlterField(
            model_name='term',
            name='name',
            field=models.CharField(choices=[('case_days', 'days back for the same cause'), ('customer_days', 'days back for one customer'), ('loyalty', 'loyalty: per cent of the plain limit'), ('paid_percent', 'what is like cash: per cent of what was paid')], max_length=16, verbose_name='what'),
        ),
        migrations.AddConstraint(
            model_name='term',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name', 'loyalty'), ('value__gte', 100), ('value__lte', 200)), models.Q(('name', 'paid_percent'), ('value__gte', 10), ('value__lte', 300)), models.Q(('name__in', ['case_days', 'customer_days']), ('value__gte', 1), ('value__lte', 1096)), _connector='OR'), name='term_value_in_bounds'),
        ),
    ]
