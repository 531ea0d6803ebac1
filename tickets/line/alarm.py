"""An alarm: what the leads of a team are told at once, because somebody has waited too long for all of us."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse

from accounts.person import Person
from tickets import history
from tickets.mail import letters
from tickets.notice import Notice

if TYPE_CHECKING:
    from .place import Place


def tell_leads(place: Place, *, now: datetime) -> int:
    """On the bell where the contact has a ticket; a mail where it has none, for the bell rings for tickets.

    The contact is held, so that each stretch of waiting tells once. A lead hears nothing of a matter of their own.
    """
    found = Person.objects.leading(place.team_id)
    leads = [lead for lead in found if place.customer is None or place.customer.person_id != lead.pk]
    if not leads:
        return 0
    if place.ticket is not None:
        told = ", ".join(lead.name for lead in leads)
        event = place.ticket.record(history.WAITED_TOO_LONG, by=None, at=now, place=place.pk, told=told)
        Notice.tell_all([(lead.pk, event) for lead in leads])
        return len(leads)
    for lead in leads:
        key = f"waited-too-long:{place.pk}:{place.stretch}:{lead.pk}"
        letters.to_person(lead, key=key, name="waited_too_long", url=reverse("desk:line"), place=place)
    return len(leads)
