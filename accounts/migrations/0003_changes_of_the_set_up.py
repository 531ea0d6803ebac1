"""A log of what was changed in the set-up, with old and new."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0002_cache_and_parts_of_names"),
    ]

    operations = [
        migrations.CreateModel(
            name='SetupChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(max_length=60)),
                ('thing', models.BigIntegerField()),
                ('called', models.CharField(max_length=200, verbose_name='what')),
                ('done', models.CharField(choices=[('added', 'set up'), ('changed', 'changed'), ('removed', 'removed')], max_length=8)),
                ('lines', models.JSONField(default=list)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'change of the set-up',
                'verbose_name_plural': 'changes of the set-up',
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(fields=['-at', '-id'], name='setup_change_by_time'), models.Index(fields=['part', 'thing', '-id'], name='setup_change_by_thing')],
            },
        ),
    ]
