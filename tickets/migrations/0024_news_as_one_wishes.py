"""What each person wants to hear, by which way and when; and what waits for the mail of the day."""

import datetime
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_changes_of_the_set_up'),
        ("tickets", "0023_first_steps_put_off"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='NewsWish',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('own_mail', models.CharField(choices=[('now', 'at once'), ('daily', 'once a day, together'), ('never', 'no mail')], default='now', max_length=5)),
                ('watched_mail', models.CharField(choices=[('now', 'at once'), ('daily', 'once a day, together'), ('never', 'no mail')], default='now', max_length=5)),
                ('watched_at_desk', models.BooleanField(default=True)),
                ('quiet_from', models.TimeField(blank=True, null=True)),
                ('quiet_until', models.TimeField(blank=True, null=True)),
                ('daily_at', models.TimeField(default=datetime.time(8, 0))),
            ],
            options={
                'verbose_name': 'wish for news',
                'verbose_name_plural': 'wishes for news',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('quiet_from', None), ('quiet_until', None)), models.Q(('quiet_from__isnull', False), ('quiet_until__isnull', False)), _connector='OR'), name='quiet_from_and_until_together')],
            },
        ),
        migrations.CreateModel(
            name='KeptNews',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(db_index=True)),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.message')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'news kept for the day’s mail',
                'verbose_name_plural': 'news kept for the day’s mail',
                'constraints': [models.UniqueConstraint(fields=('person', 'message'), name='news_kept_once')],
            },
        ),
    ]
