"""Tickets from before belong to the organisation their customer belongs to now: nothing else is known of them."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    tickets, customers = apps.get_model("tickets", "Ticket"), apps.get_model("accounts", "Customer")
    own = customers.objects.filter(pk=OuterRef("customer_id")).values("organisation_id")[:1]
    members = customers.objects.exclude(organisation=None).values("pk")
    tickets.objects.filter(customer_id__in=members).update(organisation_id=Subquery(own))


class Migration(migrations.Migration):
    dependencies = [("tickets", "0025_tickets_belong_to_an_organisation")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
