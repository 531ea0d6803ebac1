import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_cache_table'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("policies", "0011_windows_and_loyalty"),
        ('tickets', '0003_incidents_and_who_they_hit'),
    ]

    operations = [
        migrations.CreateModel(
            name='TrainingItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opened_for', models.CharField(choices=[('gap', 'ability was the limit'), ('refresh', 'to refresh: few cases in twelve months')], max_length=8, verbose_name='why')),
                ('times', models.PositiveIntegerField(default=1, verbose_name='times')),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='opened')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed')),
                ('words', models.CharField(blank=True, default='', max_length=300, verbose_name='what was learnt')),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='training', to=settings.AUTH_USER_MODEL)),
                ('cause', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.cause')),
                ('ruling', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policies.ruling')),
            ],
            options={
                'verbose_name': 'training item',
                'verbose_name_plural': 'training items',
                'ordering': ['-times', 'opened_at'],
            },
        ),
        migrations.CreateModel(
            name='LearningSlot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts', models.DateTimeField(verbose_name='from')),
                ('ends', models.DateTimeField(verbose_name='until')),
                ('planned_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='learning_slots', to=settings.AUTH_USER_MODEL)),
                ('cancelled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('planned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='slots', to='policies.trainingitem')),
            ],
            options={
                'verbose_name': 'learning slot',
                'verbose_name_plural': 'learning slots',
                'ordering': ['starts'],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('training', 'training'), ('peer', 'a colleague’s word'), ('talk', 'talk'), ('together', 'cases decided together'), ('cases', 'own cases that did not come back')], max_length=10, verbose_name='kind')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='at')),
                ('was', models.PositiveSmallIntegerField(verbose_name='level before')),
                ('now_is', models.PositiveSmallIntegerField(verbose_name='level after')),
                ('words', models.CharField(blank=True, default='', max_length=300, verbose_name='words')),
                ('figures', models.JSONField(blank=True, default=dict)),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to=settings.AUTH_USER_MODEL)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('cause', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.cause')),
            ],
            options={
                'verbose_name': 'evidence',
                'verbose_name_plural': 'evidence',
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(fields=['agent', 'cause', '-at'], name='evidence_of_agent')],
                'constraints': [models.CheckConstraint(condition=models.Q(('now_is__lte', 4), ('was__lte', 4)), name='evidence_levels_zero_to_four'), models.CheckConstraint(condition=models.Q(('kind', 'talk'), ('now_is__gte', models.F('was')), _connector='OR'), name='only_a_talk_leads_down')],
            },
        ),
        migrations.AddConstraint(
            model_name='trainingitem',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('agent', 'cause', 'opened_for'), name='one_open_training_item_each'),
        ),
        migrations.AddIndex(
            model_name='learningslot',
            index=models.Index(condition=models.Q(('cancelled_at', None)), fields=['ends', 'starts'], name='learning_slot_kept'),
        ),
        migrations.AddConstraint(
            model_name='learningslot',
            constraint=models.CheckConstraint(condition=models.Q(('ends__gt', models.F('starts'))), name='learning_slot_ends_after_it_begins'),
        ),
    ]
