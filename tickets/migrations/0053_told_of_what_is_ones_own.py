"""Who works on a ticket is told what befalls it, and of what is new in their teams whoever wants to."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_sign_in_services_in_our_own_network'),
        ('tickets', '0052_place_came_back'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='keptnews',
            name='event',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.event'),
        ),
        migrations.AddField(
            model_name='newswish',
            name='given_at_desk',
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name='newswish',
            name='given_mail',
            field=models.CharField(choices=[('now', 'at once'), ('daily', 'once a day, together'), ('never', 'no mail')], default='now', max_length=5),
        ),
        migrations.AddField(
            model_name='newswish',
            name='left_out',
            field=models.ManyToManyField(blank=True, related_name='+', to='accounts.team'),
        ),
        migrations.AddField(
            model_name='newswish',
            name='own_at_desk',
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name='newswish',
            name='team_at_desk',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='newswish',
            name='team_mail',
            field=models.CharField(choices=[('now', 'at once'), ('daily', 'once a day, together'), ('never', 'no mail')], default='never', max_length=5),
        ),
        migrations.AlterField(
            model_name='keptnews',
            name='message',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.message'),
        ),
        migrations.AddConstraint(
            model_name='keptnews',
            constraint=models.UniqueConstraint(fields=('person', 'event'), name='news_of_event_kept_once'),
        ),
        migrations.AddConstraint(
            model_name='keptnews',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('event__isnull', False), ('message', None)), models.Q(('event', None), ('message__isnull', False)), _connector='OR'), name='news_kept_of_one_thing'),
        ),
    ]
