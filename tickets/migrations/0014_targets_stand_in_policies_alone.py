import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("tickets", "0013_targets_become_policies")]

    operations = [
        migrations.AlterModelOptions(
            name='target',
            options={'ordering': ['version', 'pk'], 'verbose_name': 'target', 'verbose_name_plural': 'targets'},
        ),
        migrations.RemoveConstraint(
            model_name='target',
            name='target_positive',
        ),
        migrations.RemoveConstraint(
            model_name='target',
            name='one_target_per_priority',
        ),
        migrations.RemoveConstraint(
            model_name='target',
            name='one_target_for_all_priorities',
        ),
        migrations.RemoveField(
            model_name='target',
            name='priority',
        ),
        migrations.RemoveField(
            model_name='target',
            name='team',
        ),
        migrations.AlterField(
            model_name='target',
            name='seconds',
            field=models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(94867200)], verbose_name='seconds of business hours'),
        ),
        migrations.AddConstraint(
            model_name='target',
            constraint=models.UniqueConstraint(fields=('version', 'kind'), name='one_target_per_kind'),
        ),
        migrations.AddConstraint(
            model_name='target',
            constraint=models.CheckConstraint(condition=models.Q(('seconds__gt', 0), ('seconds__lte', 94867200)), name='target_positive'),
        ),
        migrations.AlterField(
            model_name='target',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='targets', to='tickets.policyversion'),
        ),
    ]
