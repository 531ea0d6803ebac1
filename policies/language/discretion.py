"""Discretion: what of a case must stay inside the house when somebody writes to the customer (C44)."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone, translation

from accounts.person import Person
from tickets.draft_check import Remark
from tickets.incident import Affected
from tickets.ticket import Ticket

from ..asks.ask import Ask
from ..case.hindrance import Hindrance
from ..case.talk import long_talks
from ..facts import room_for, rules_in_force
from ..ledger.purse import purses
from ..meanwhile import Meanwhile
from ..offer import Offer
from ..rules.rulebook import Rulebook
from ..weigh.currency import money
from .wording import reason_remarks, remarks, step_remarks

MOST_NAMES = 200


def check(ticket: Ticket, text: str, by: Person) -> list[Remark]:
    """Remarks on a draft: blame, jargon, the limits, budgets and deciders of this very case, and no next step."""
    return [*remarks(text, internals=internals_of(ticket, by)), *step_remarks(text)]


def check_reason(ticket: Ticket, text: str, by: Person) -> list[Remark]:
    """Remarks on the words of a no, which the agent may say aloud: the same, and nothing that is no reason."""
    inside = remarks(text, internals=internals_of(ticket, by))
    said = {remark.found for remark in inside}
    return [*inside, *(remark for remark in reason_remarks(text) if remark.found not in said)]


def internals_of(ticket: Ticket, by: Person) -> list[str]:
    """The literal words that must not be read outside, in both languages; what was given is no secret any more."""
    now = timezone.now()
    try:
        rules = rules_in_force()
    except Rulebook.DoesNotExist:
        return []
    talk = bool(long_talks(rules, by, [ticket], at=now))
    standing = room_for(rules, by, ticket, at=now, talk=talk)
    meanwhile = Meanwhile.of([ticket.team_id], [by], currency=settings.CURRENCY, at=now)
    room = meanwhile.room(standing, by, ticket.team)
    told = set(Offer.objects.filter(ticket=ticket).values_list("cents", flat=True))
    secret = {
        room.own_cents,
        room.stretch_cents,
        room.customer_cents,
        standing.own_cents,
        standing.stretch_cents,
        *purses(by, ticket, settings.CURRENCY, at=now),
    }
    # What was in the way inside is nobody's excuse outside.
    words = list(Hindrance.objects.filter(ticket=ticket).values_list("words", flat=True))
    words += [*_deciders_of(ticket, by), *_others_hit(ticket)]
    for cents in sorted(secret - told - {0}):
        words += _as_written(cents)
    return list(dict.fromkeys(word for word in words if word))


def _deciders_of(ticket: Ticket, by: Person) -> list[str]:
    """Who was asked or answered; but whoever writes, or works on it, is named to the customer as a matter of course."""
    asks = Ask.objects.filter(ruling__ticket=ticket)
    named = {by.pk, ticket.assignee_id}
    people = (
        asks.values_list("asked", "asked__name"),
        asks.exclude(answered_by=None).values_list("answered_by", "answered_by__name"),
    )
    return [name for rows in people for pk, name in rows if pk not in named]


def _others_hit(ticket: Ticket) -> list[str]:
    """The other customers of the same incident: nobody is told who else it hit."""
    hit = Affected.objects.filter(incident__links__ticket=ticket).exclude(customer=ticket.customer_id)
    return list(hit.values_list("customer__person__name", flat=True)[:MOST_NAMES])


def _as_written(cents: int) -> list[str]:
    """“50,00 €”, “€50.00”, “50 €”, “50 Euro”: an amount as people of either language write it."""
    found = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.append(money(cents, settings.CURRENCY))
    if cents % 100 == 0:
        found += [f"{cents // 100} €", f"€{cents // 100}", f"{cents // 100} Euro"]
    return [word.replace("\xa0", " ") for word in found] + found
