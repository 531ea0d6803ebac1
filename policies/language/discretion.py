"""Discretion: what of a case must stay inside the house when somebody writes to the customer (C44)."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone, translation

from accounts.person import Person
from tickets.draft_check import Remark
from tickets.ticket import Ticket

from ..asks.ask import Ask
from ..case.hindrance import Hindrance
from ..facts import purses, room_for, rules_in_force
from ..offer import Offer
from ..rules.rulebook import Rulebook
from ..weigh.currency import money
from .wording import remarks


def check(ticket: Ticket, text: str, by: Person) -> list[Remark]:
    """Remarks on a draft: blame, jargon, and the limits, remaining budgets and deciders of this very case."""
    return remarks(text, internals=internals_of(ticket, by))


def internals_of(ticket: Ticket, by: Person) -> list[str]:
    """The literal words that must not be read outside, in both languages; what was given is no secret any more."""
    now = timezone.now()
    try:
        rules = rules_in_force()
    except Rulebook.DoesNotExist:
        return []
    room = room_for(rules, by, ticket, at=now)
    told = set(Offer.objects.filter(ticket=ticket).values_list("cents", flat=True))
    secret = {
        room.own_cents,
        room.stretch_cents,
        room.customer_cents,
        *purses(by, ticket, settings.CURRENCY, at=now),
    }
    # What was in the way inside is nobody's excuse outside.
    words = list(Hindrance.objects.filter(ticket=ticket).values_list("words", flat=True))
    words += list(Ask.objects.filter(ruling__ticket=ticket).values_list("asked__name", flat=True))
    for cents in sorted(secret - told - {0}):
        words += _as_written(cents)
    return list(dict.fromkeys(word for word in words if word))


def _as_written(cents: int) -> list[str]:
    """“50,00 €”, “€50.00”, “50 €”, “50 Euro”: an amount as people of either language write it."""
    found = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.append(money(cents, settings.CURRENCY))
    if cents % 100 == 0:
        found += [f"{cents // 100} €", f"€{cents // 100}", f"{cents // 100} Euro"]
    return [word.replace("\xa0", " ") for word in found] + found
