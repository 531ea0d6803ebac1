"""What is not done has an index of its own, which holds all that lists count and sort by."""

from django.db import migrations, models

from ._beside import AddIndexBeside


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0050_previews_of_recalculations")]

    operations = [
        AddIndexBeside(
            model_name="ticket",
            index=models.Index(
                fields=[
                    "team",
                    "status",
                    "next_due_at",
                    "-changed_at",
                    "-id",
                    "asleep_since",
                    "assignee",
                    "customer",
                ],
                condition=models.Q(("status__in", ["open", "waiting_customer", "waiting_others"])),
                name="ticket_not_done",
            ),
        ),
    ]
