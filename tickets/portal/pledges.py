"""What somebody here promised a customer, as the customer reads it: each promise and every change of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from accounts.prepared import Prepared
from tickets.promises.pledge import Pledge, PledgeChange, PledgeQuerySet
from tickets.sla.promise import moment_in_words

if TYPE_CHECKING:
    from accounts.person import Person
    from tickets.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Said:
    """One promise: its words, how it stands in one sentence, and what became of it line by line."""

    pledge: Pledge
    state: str  # open, late, kept or withdrawn
    words: str
    changes: list[str]


def promised_on(ticket: Ticket, *, zone: ZoneInfo, now: datetime) -> list[Said]:
    """Everything promised on one request, what is open first."""
    found = list(_with_people(ticket.pledges.all()))
    prefetch_related_objects(found, _changes())
    return sorted(
        (_said(pledge, zone=zone, now=now) for pledge in found),
        key=lambda said: (not said.pledge.is_open, said.pledge.due_at),
    )


def promised_to(person: Person, *, now: datetime) -> list[Said]:
    """What is still open of all that was promised to this customer, the nearest first."""
    found = _OPEN.rows(person=person) if person.is_active else []
    prefetch_related_objects(found, _changes())
    return [_said(pledge, zone=person.zone, now=now) for pledge in found]


def _with_people(pledges: PledgeQuerySet) -> PledgeQuerySet:
    return pledges.select_related("clock", "owner", "given_by", "ticket")


def _changes() -> Prefetch:
    return Prefetch("changes", queryset=PledgeChange.objects.select_related("by"))


def _open(person: Person) -> PledgeQuerySet:
    return _with_people(Pledge.objects.of_customer(person).open().order_by("due_at", "pk"))


_OPEN = Prepared(_open)


def _said(pledge: Pledge, *, zone: ZoneInfo, now: datetime) -> Said:
    moment = {"moment": moment_in_words(pledge.due_at, zone=zone, now=now), "name": pledge.owner.name}
    changes = [_change(change, zone=zone, now=now) for change in pledge.changes.all()]
    if pledge.outcome == Pledge.Outcome.WITHDRAWN:
        return Said(pledge, "withdrawn", _("We took this back."), changes)
    late = pledge.is_broken or (pledge.is_open and now > pledge.due_at)
    if pledge.outcome == Pledge.Outcome.KEPT:
        words = _("Kept, but later than promised: %(moment)s.") if late else _("Kept.")
        return Said(pledge, "kept", words % moment, changes)
    if late:
        words = _("We promised this by %(moment)s and have not kept it. %(name)s takes care of it.")
        return Said(pledge, "late", words % moment, changes)
    return Said(pledge, "open", _("By %(moment)s, %(name)s sees to it.") % moment, changes)


def _change(change: PledgeChange, *, zone: ZoneInfo, now: datetime) -> str:
    said = {
        "when": moment_in_words(change.at, zone=zone, now=now),
        "moment": moment_in_words(change.due_at, zone=zone, now=now),
        "was": moment_in_words(change.was_due_at, zone=zone, now=now) if change.was_due_at else "",
        "reason": change.reason,
    }
    words = {
        PledgeChange.Kind.KEPT: _("%(when)s: kept."),
        PledgeChange.Kind.MOVED: _("%(when)s: moved from %(was)s to %(moment)s – %(reason)s"),
        PledgeChange.Kind.WITHDRAWN: _("%(when)s: taken back – %(reason)s"),
        PledgeChange.Kind.PASSED_ON: _("%(when)s: a colleague sees to it now."),
    }
    return words[PledgeChange.Kind(change.kind)] % said
