"""A desk with enough on it that lists have pages and an order, made by the product's own verbs."""

from __future__ import annotations

from stack import SETTLE

# Every hour of these is a working hour, so the order of the list is the order in which they were opened.
FILL = """
from datetime import timedelta
from django.utils import timezone
from django.db import transaction
from accounts.models import Customer
from cast import person
from tickets.models import Macro, Ticket
now = timezone.now()
whole = transaction.atomic()
whole.__enter__()
nora = Customer.objects.create(person=person("Nora"), status="established", since=now.date())
def ticket(subject, minutes, **how):
    at, text = now - timedelta(minutes=minutes), f"All about {subject}."
    opened = Ticket.open(nora, subject=subject, text=text, cause=cast.late, by=nora.person, at=at)
    if "whose" in how:
        opened.assign(how["whose"], by=how["whose"])
    if "priority" in how:
        opened.prioritise(how["priority"], by=cast.anna)
for language in ("de", "en"):
    ticket(f"Hand {language} 1", 120)
    for place in (2, 3, 4):
        ticket(f"Hand {language} {place}", 120 - place, whose=cast.anna)
    ticket(f"Palette {language}", 90)
    ticket(f"Keys {language}", 80)
    ticket(f"Ruling {language}", 75)
ticket("Lamp, broken", 70, priority=3)
ticket("Vase, broken", 69)
ticket("Table, broken", 68, priority=3)
for place in range(1, 32):
    ticket(f"Sheet {place:02}", 60 - place)
steps = [{"do": "priority", "priority": 3}, {"do": "move", "status": "waiting_others"}]
Macro.write(by=cast.ben, key="m", name="Nachfragen bei DHL", team=cast.north, steps=steps)
whole.__exit__(None, None, None)
"""
SETTLED = SETTLE + FILL
