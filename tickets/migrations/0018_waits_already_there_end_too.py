"""A ticket that waits for its customer already gets a week from now: until today nobody had to say how long."""

from datetime import timedelta

from django.db import migrations
from django.utils import timezone


def give_an_end(apps, schema_editor):
    now = timezone.now()
    Ticket, Pause = apps.get_model("tickets", "Ticket"), apps.get_model("tickets", "Pause")
    waiting = Ticket.objects.filter(status="waiting_customer").order_by("pk")
    Pause.objects.bulk_create(
        (
            Pause(ticket_id=pk, reason="answer", starts_at=since, ends_at=now + timedelta(days=7))
            for pk, since in waiting.values_list("pk", "changed_at").iterator()
        ),
        batch_size=1000,
    )


class Migration(migrations.Migration):
    dependencies = [("tickets", "0017_why_and_until_when_we_wait")]
    operations = [migrations.RunPython(give_an_end, migrations.RunPython.noop)]
