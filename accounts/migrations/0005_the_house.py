"""The firm this desk belongs to, with the language and time zone its people begin with."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0004_postal_addresses"),
    ]

    operations = [
        migrations.CreateModel(
            name='House',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name of the firm')),
                ('language', models.CharField(choices=[('en', 'English'), ('de', 'German')], max_length=2, verbose_name='language')),
                ('time_zone', models.CharField(max_length=64, verbose_name='time zone')),
            ],
            options={
                'verbose_name': 'house',
                'verbose_name_plural': 'houses',
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='house_stands_once')],
            },
        ),
    ]
