"""A promise in words: what a deadline is called when one says it to a customer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from accounts.prepared import Prepared

from . import besides
from .policy import choose_of, held_at
from .target import FIRST_RESPONSE, RESPONSES
from .terms import days, ways
from .worktime import deadline

if TYPE_CHECKING:
    from tickets.ticket import Ticket

SOON = timedelta(hours=1)  # so long before a deadline it stands out
KEPT = 10_000  # deadlines in words, of one day each


class Due(NamedTuple):
    """A deadline as it stands beside a ticket; the two moments in ISO 8601 in the reader's zone."""

    at: str
    warns_at: str
    state: str
    label: str


def as_shown(due_at: datetime, *, zone: ZoneInfo, now: datetime) -> Due:
    """The deadline for whoever reads in this zone and in the language that is active."""
    return next(due for due in each_shown([due_at], zone=zone, now=now) if due)


def each_shown(moments: Iterable[datetime | None], *, zone: ZoneInfo, now: datetime) -> Iterator[Due | None]:
    """The same for many, and for those that have none; what day it is is found out once."""
    today, language = now.astimezone(zone).date(), get_language()
    for due_at in moments:
        if due_at is None:
            yield None
        else:
            state = state_of(due_at, now=now)
            at, warns_at, label, since = _shown_on(today, due_at, zone, language)
            yield Due(at, warns_at, state, since if state == "late" else label)


@lru_cache(maxsize=KEPT)
def _shown_on(
    today: date, due_at: datetime, zone: ZoneInfo, _language: str | None
) -> tuple[str, str, str, str]:
    """What stays the same all day long, put together once: a list shows fifty of them, again and again. The last is
    what it is called once it has passed; a page that stands open goes on to say by how long (static/js/due.js)."""
    moments = (due_at.astimezone(zone).isoformat(), (due_at - SOON).astimezone(zone).isoformat())
    label = _as_label(due_at, zone, today)
    return *moments, label, _("overdue since %(moment)s") % {"moment": label}


def promise_in_words(ticket: Ticket) -> str:
    """When the customer hears from us, or "" when nothing is promised."""
    clock = _OWED.first(ticket.clocks.model, ticket=ticket.pk)
    if clock is None or clock.due_at is None:
        return ""
    return moment_in_words(clock.due_at, zone=ticket.customer.person.zone, now=timezone.now())


# Whoever waits in a chat reads it again and again.
_OWED = Prepared(
    lambda clocks, ticket: clocks.objects.open().of_kind(*RESPONSES).filter(ticket=ticket).order_by("pk")[:1]
)


def moment_in_words(due_at: datetime, *, zone: ZoneInfo, now: datetime) -> str:
    """“today 15:40”, “tomorrow 09:30”, “Thursday, 26 November, 10:00” as it stands inside a sentence: “by …”.

    Rounded up, so never earlier than meant. On its own it is `moment_as_label`: German needs “heute um 15:40 Uhr”
    in a sentence and “heute 15:40” beside a ticket.
    """
    days, local = _seen_from(now.astimezone(zone).date(), due_at, zone)
    clock = local.strftime("%H:%M")
    if days == 0:
        return pgettext("in a sentence", "today %(time)s") % {"time": clock}
    if days == -1:
        return pgettext("in a sentence", "yesterday %(time)s") % {"time": clock}
    if days == 1:
        return pgettext("in a sentence", "tomorrow %(time)s") % {"time": clock}
    # Translators: a date without its year, e.g. "Thursday, 26 November"; format as in Django's date filter.
    day = date_format(local, pgettext("date format", "l, j F"))
    return pgettext("in a sentence", "%(day)s, %(time)s") % {"day": day, "time": clock}


def moment_as_label(due_at: datetime, *, zone: ZoneInfo, now: datetime) -> str:
    """“today 15:40”, “tomorrow 09:30”, “Thu 26 Nov, 10:00” as it stands on its own; rounded up."""
    return _as_label(due_at, zone, now.astimezone(zone).date())


def _as_label(due_at: datetime, zone: ZoneInfo, today: date) -> str:
    days, local = _seen_from(today, due_at, zone)
    clock = local.strftime("%H:%M")
    if days == 0:
        return _("today %(time)s") % {"time": clock}
    if days == -1:
        return _("yesterday %(time)s") % {"time": clock}
    if days == 1:
        return _("tomorrow %(time)s") % {"time": clock}
    return _("%(day)s, %(time)s") % {"day": day_as_label(local), "time": clock}


def day_as_label(day: date) -> str:
    """“Thu 26 Nov”, as it stands where there is little room."""
    # Translators: a date where there is little room, e.g. "Thu 26 Nov"; format as in Django's date filter.
    return date_format(day, pgettext("date format", "D j M"))


def _seen_from(today: date, due_at: datetime, zone: ZoneInfo) -> tuple[int, datetime]:
    """How many midnights lie between, and the moment rounded up, both in the reader's zone."""
    local = rounded_up(due_at).astimezone(zone)
    return (local.date() - today).days, local


def rounded_up(moment: datetime) -> datetime:
    """The next whole minute, or this one: never earlier than meant."""
    whole = moment.replace(second=0, microsecond=0)
    return whole if whole == moment else datetime.fromtimestamp(whole.timestamp() + 60, tz=moment.tzinfo)


def state_of(due_at: datetime, *, now: datetime) -> str:
    """How a deadline stands: “ok”, “warn” in the last hour, “late” after it."""
    if now >= due_at:
        return "late"
    return "warn" if due_at - now <= SOON else "ok"


def first_answers(unwritten: Mapping[int, Ticket], *, at: datetime) -> dict[int, datetime]:
    """By key, until when somebody who wrote such a ticket at `at` would hear from us; it is not written down yet.

    The same reckoning as when the ticket is opened; where nothing is promised the key is missing.
    """
    due: dict[int, datetime] = {}
    held = held_at(at)
    day, named = days(held, at=at), besides.asked(held)
    has = cache(lambda customer, on: besides.one_by_one(named, customer=customer, on=on) if customer else [])
    known = [
        (key, way)
        for key, ticket in unwritten.items()
        for on in (day(ticket.team_id),)
        for way in ways(ticket.facts(on=on), {}, has(ticket.customer_id, on))
    ]
    each = choose_of(held, {place: way for place, (_key, way) in enumerate(known)})
    for (key, _way), targets in zip(known, each.values(), strict=True):
        target = targets.get(FIRST_RESPONSE)
        moment = target and deadline(target.hours.opening, at, target.seconds)
        if moment is not None:
            due[key] = min(moment, due.get(key, moment))
    return due
