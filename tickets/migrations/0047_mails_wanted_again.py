"""Whoever reported a mail as spam can say that they want such mails all the same."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0046_calls_have_a_channel")]

    operations = [
        migrations.AddField(
            model_name="newswish",
            name="mailed_again_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
