"""Where a request stands, said to its customer: one label and one sentence, most often a promise with its moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tickets.line.call_promise import rung_in_time
from tickets.sla.clock import Clock
from tickets.sla.promise import moment_in_words
from tickets.sla.target import CALLBACK, RESPONSES, SOLUTION
from tickets.solvable import Status

if TYPE_CHECKING:
    from tickets.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Standing:
    """`code` is promised, late, working, yours, confirm or done; `label` a chip's words, `words` one sentence."""

    code: str
    label: str
    words: str
    is_reckoned: bool = False  # whether it names a moment, and the page that reckons it has something to show


def standing_on(ticket: Ticket, clocks: Iterable[Clock], *, zone: ZoneInfo, now: datetime) -> Standing:
    """What is read of this request; its chip says an own status, where customers see that."""
    standing = standing_of(ticket.status, clocks, zone=zone, now=now)
    called = ticket.status_shown_outside
    return replace(standing, label=called) if called else standing


def standing_of(status: str, clocks: Iterable[Clock], *, zone: ZoneInfo, now: datetime) -> Standing:
    """What the customer reads above a request in `status` whose open clocks are `clocks`, in the active language."""
    if status == Status.WAITING_CUSTOMER:
        return Standing("yours", _("Your turn"), _("It is your turn: we are waiting for your answer."))
    if status == Status.SOLVED:
        return Standing("confirm", _("Solved?"), _("We think this is solved. Is that right?"))
    if status == Status.CLOSED:
        return Standing("done", _("Done"), _("This is done. If something is missing, just write again."))
    due = {clock.kind: (clock.due_at, clock) for clock in clocks if clock.due_at is not None}
    kind = next((kind for kind in (CALLBACK, *RESPONSES, SOLUTION) if kind in due), None)
    if kind is None:
        return Standing("working", _("With us"), _("We have it and are working on it."))
    due_at, clock = due[kind]
    rung = rung_in_time(clock) if kind == CALLBACK and now > due_at else []
    if rung:
        return _not_reached(rung, zone=zone, now=now)
    return _promise(kind, due_at, zone=zone, now=now)


def _not_reached(rung: Iterable[datetime], *, zone: ZoneInfo, now: datetime) -> Standing:
    """It stays open, for only a talk meets it; but we did ring in time, and say when."""
    whole = [moment.replace(second=0, microsecond=0) for moment in rung]
    said = _(" and ").join(moment_in_words(moment, zone=zone, now=now) for moment in whole)
    words = _("We rang you %(moments)s and did not reach you. We try again.") % {"moments": said}
    return Standing("working", _("With us"), words, is_reckoned=True)


def _promise(kind: str, due_at: datetime, *, zone: ZoneInfo, now: datetime) -> Standing:
    """A kept secret would be worse than a broken promise: once it is late, the sentence says so."""
    moment = {"moment": moment_in_words(due_at, zone=zone, now=now)}
    late = now > due_at
    if kind == CALLBACK and late:
        words = _(
            "We promised to call you by %(moment)s and have not kept it. You are at the top of our list."
        )
    elif kind == CALLBACK:
        words = _("We call you at the latest %(when)s.") % {"when": moment["moment"]}
        return Standing("promised", _("With us"), words, is_reckoned=True)
    elif kind in RESPONSES and late:
        words = _("We promised to answer by %(moment)s and have not kept it. You are at the top of our list.")
    elif kind in RESPONSES:
        words = hear_from_us(moment["moment"])
        return Standing("promised", _("With us"), words, is_reckoned=True)
    elif late:
        words = _("We wanted this solved by %(moment)s. It takes longer, and it is at the top of our list.")
    else:
        words = _("We are working on it and want it solved by %(moment)s.")
    return Standing("late" if late else "working", _("With us"), words % moment, is_reckoned=True)


def hear_from_us(moment: str) -> str:
    """“You hear from us by today 15:40.”"""
    return _("You hear from us by %(moment)s.") % {"moment": moment}
