from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0010_calls_are_recognised_by_an_index"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="onward",
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
    ]
