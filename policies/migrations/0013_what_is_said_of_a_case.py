import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_cache_table'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("policies", "0012_what_one_learns"),
        ('tickets', '0003_incidents_and_who_they_hit'),
    ]

    operations = [
        migrations.CreateModel(
            name='CustomerWish',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wants', models.CharField(choices=[('heard', 'to be heard'), ('apology', 'an apology'), ('explanation', 'an explanation'), ('speed', 'that it goes fast'), ('works', 'that it works, or a replacement'), ('money', 'money'), ('never_again', 'that it does not happen again'), ('other', 'something else')], max_length=12, verbose_name='wants')),
                ('words', models.CharField(blank=True, default='', max_length=200, verbose_name='in the customer’s words')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket')),
            ],
            options={
                'verbose_name': 'customer’s wish',
                'verbose_name_plural': 'customers’ wishes',
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(fields=['ticket', '-at'], name='wish_of_ticket')],
            },
        ),
        migrations.CreateModel(
            name='Hindrance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('tool', 'a tool does not work'), ('time', 'no time for it'), ('information', 'information is missing'), ('other', 'something else is in the way')], max_length=12, verbose_name='what is in the way')),
                ('words', models.CharField(blank=True, default='', max_length=200, verbose_name='in one line')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket')),
            ],
            options={
                'verbose_name': 'hindrance',
                'verbose_name_plural': 'hindrances',
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(fields=['ticket', '-at'], name='hindrance_of_ticket'), models.Index(fields=['at', 'what'], name='hindrance_counted')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('ticket', 'what'), name='one_open_hindrance_each')],
            },
        ),
        migrations.CreateModel(
            name='HouseWill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text_en', models.CharField(max_length=200, verbose_name='what we want (English)')),
                ('text_de', models.CharField(max_length=200, verbose_name='what we want (German)')),
                ('starts', models.DateField(verbose_name='from')),
                ('ends', models.DateField(verbose_name='until')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'will of the house',
                'verbose_name_plural': 'wills of the house',
                'ordering': ['-starts', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends__gte', models.F('starts'))), name='house_will_ends_not_before_it_begins'), models.CheckConstraint(condition=models.Q(('text_en', ''), ('text_de', ''), _connector='OR', _negated=True), name='house_will_says_something')],
            },
        ),
        migrations.CreateModel(
            name='NeededFact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fact', models.CharField(choices=[('fault', 'whose fault it was'), ('why', 'why, in one line'), ('wish', 'what the customer wishes'), ('customer_since', 'since when they have been a customer')], max_length=20, verbose_name='fact')),
                ('from_cents', models.PositiveBigIntegerField(verbose_name='from this amount on')),
                ('cause', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='tickets.cause', verbose_name='cause')),
                ('rulebook', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='needed_facts', to='policies.rulebook')),
            ],
            options={
                'verbose_name': 'needed fact',
                'verbose_name_plural': 'needed facts',
                'ordering': ['from_cents', 'fact', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('from_cents__gte', 1)), name='needed_fact_above_zero')],
            },
        ),
        migrations.CreateModel(
            name='Tie',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('relative', 'a relative'), ('household', 'of the same household'), ('friend', 'a friend'), ('business', 'tied by money or work outside')], max_length=10, verbose_name='kind')),
                ('declared_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ties', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.customer')),
            ],
            options={
                'verbose_name': 'tie',
                'verbose_name_plural': 'ties',
                'ordering': ['-declared_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('agent', 'customer'), name='one_standing_tie_each')],
            },
        ),
    ]
