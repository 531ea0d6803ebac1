import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0059_tickets_are_called_as_the_house_calls_them'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='incomingmail',
            name='beside',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='incomingmail',
            name='called',
            field=models.CharField(blank=True, default='', max_length=120),
        ),
        migrations.AddField(
            model_name='outgoingmail',
            name='copies',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.CreateModel(
            name='Copied',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='copied', to='tickets.ticket')),
            ],
            options={
                'verbose_name': 'person on copy',
                'verbose_name_plural': 'people on copy',
                'indexes': [models.Index(fields=['email'], name='on_copy_by_address')],
                'constraints': [models.UniqueConstraint(fields=('ticket', 'email'), name='on_copy_once_per_ticket'), models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='on_copy_email_lower')],
            },
        ),
    ]
