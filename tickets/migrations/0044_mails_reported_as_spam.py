"""Mails are found by ticket and by address, and remember that they were reported as spam.

The column comes last: what was broken off before it can be begun again.
"""

from django.db import migrations, models

from ._beside import AddIndexBeside


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0043_place_arrived")]

    operations = [
        AddIndexBeside(
            model_name="outgoingmail",
            index=models.Index(
                condition=models.Q(("thread", ""), _negated=True), fields=["thread"], name="mail_of_thread"
            ),
        ),
        AddIndexBeside(
            model_name="outgoingmail", index=models.Index(fields=["to"], name="mail_to_address")
        ),
        migrations.AddField(
            model_name="outgoingmail",
            name="unwanted_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
