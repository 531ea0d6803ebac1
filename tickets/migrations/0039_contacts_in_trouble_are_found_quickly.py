from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("tickets", "0038_custom_fields"),
    ]

    operations = [
        migrations.AddIndex(
            model_name='place',
            index=models.Index(condition=models.Q(('trouble', ''), _negated=True), fields=['team'], name='place_in_trouble'),
        ),
    ]
