"""What somebody of the desk had last is found at once: whoever rested longest is offered the next contact."""

from django.db import migrations, models

from ._beside import AddIndexBeside


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0053_told_of_what_is_ones_own")]

    operations = [
        AddIndexBeside(
            model_name="lineevent",
            index=models.Index(
                fields=["agent", "-at"], condition=models.Q(("agent__isnull", False)), name="line_event_of_agent"
            ),
        ),
    ]
