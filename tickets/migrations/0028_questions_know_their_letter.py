"""Questions asked before are taken as read: which letter each went with was not written down."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0027_customers_can_be_forgotten")]

    operations = [
        migrations.AddField(
            model_name="survey",
            name="went_with",
            field=models.CharField(blank=True, default="page", editable=False, max_length=120),
        ),
        migrations.AlterField(
            model_name="survey",
            name="went_with",
            field=models.CharField(blank=True, default="", editable=False, max_length=120),
        ),
    ]
