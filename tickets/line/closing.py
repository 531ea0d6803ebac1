"""Closing time: who waits for a call that may not come today is asked before it; after it what is left is promised."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Q

from accounts.prepared import Prepared
from accounts.team import Team
from tickets.cause import Cause
from tickets.mail import letters
from tickets.sla.duty import TeamHours
from tickets.sla.hours import BusinessHours
from tickets.sla.worktime import is_open, next_open, open_spans

from . import words as on
from .forecast import expected_from_now
from .heard import USUAL
from .one_by_one import one_by_one
from .place import Place, PlaceQuerySet

ASKED_BEFORE: Final = timedelta(minutes=45)
LONGEST_BREAK, SHORTEST_NIGHT = timedelta(hours=2), timedelta(hours=6)


class Opening(NamedTuple):
    """When somebody is here again while all of us are away, and for which cause first."""

    at: datetime
    cause: Cause


class Closing(NamedTuple):
    """A team that closes soon, and how many calls it still owes today."""

    team: Team
    at: datetime
    calls: int


def closes_at(team: Team, *, now: datetime) -> datetime | None:
    """When the team closes, if that is soon."""
    hours = TeamHours.of(team)
    if hours is None or not is_open(hours.opening, now):
        return None
    soon = now + ASKED_BEFORE
    closes = next(end for _start, end in open_spans(hours.opening, now, soon + timedelta(seconds=1)))
    return closes if closes <= soon and _ends_the_day(hours, closes) else None


def _ends_the_day(hours: BusinessHours, closed: datetime) -> bool:
    """Whether closing then ends a day's work or begins a break. The night may lie at noon, for whoever works at night;
    and a break may lie at midnight. In between the calendar decides: who opens again on another day has closed."""
    opens, zone = next_open(hours.opening, closed), ZoneInfo(hours.tz)
    if opens is None or opens - closed >= SHORTEST_NIGHT:
        return True
    last_moment = closed - timedelta(microseconds=1)  # midnight still belongs to the day it ends
    is_another_day = opens.astimezone(zone).date() != last_moment.astimezone(zone).date()
    return is_another_day and opens - closed > LONGEST_BREAK


def closed_at(hours: BusinessHours, *, now: datetime) -> datetime | None:
    """When a team that is closed now closed; None while it is open. Of whoever closed long ago, some time long ago."""
    if is_open(hours.opening, now):
        return None
    long_ago = now - SHORTEST_NIGHT
    return max((end for _start, end in open_spans(hours.opening, long_ago, now)), default=long_ago)


def opens_at(team: Team, *, now: datetime) -> datetime | None:
    """When the team opens again, if it is closed now."""
    hours = TeamHours.of(team)
    return None if hours is None or is_open(hours.opening, now) else next_open(hours.opening, now)


def reopening(*, now: datetime) -> Opening | None:
    """While every team customers can turn to is closed: who opens first. None while anybody is there."""
    hours = {row.team_id: row.hours for row in _HOURS.rows()}
    found = []
    for cause in _OFFERED.rows():
        theirs = hours.get(cause.team_id)
        if theirs is None or is_open(theirs.opening, now):
            return None
        opens = next_open(theirs.opening, now)
        found += [Opening(opens, cause)] if opens else []
    return min(found, key=lambda opening: opening.at, default=None)


# Asked with every first page of the portal.
_OFFERED = Prepared(lambda: Cause.objects.filter(offered=True).order_by("pk"))
_HOURS = Prepared(lambda: TeamHours.objects.select_related("hours"))


def closings(teams: Iterable[Team], *, now: datetime) -> list[Closing]:
    """Those of these teams that close soon and have calls left."""
    found = [(team, closes_at(team, now=now)) for team in teams]
    counted = [Closing(team, at, owed_before(team, at).count()) for team, at in found if at]
    return [closing for closing in counted if closing.calls]


def owed_before(team: Team, moment: datetime) -> PlaceQuerySet:
    """Who waits for a call of this team until then; booked for later is not owed yet."""
    return Place.objects.filter(team=team, phase__in=on.OWED_A_CALL).exclude(not_before__gt=moment)


def may_come_too_late(place: Place, *, now: datetime) -> datetime | None:
    """When we close, for somebody whom we may not have called by then."""
    closes = closes_at(place.team, now=now)
    if closes is None or place.phase != on.CALLBACK or (place.not_before and place.not_before > now):
        return None
    most = expected_from_now(place, at=now).most
    return closes if most is None or now + timedelta(seconds=most) > closes else None


def ask_before_closing(*, now: datetime) -> int:
    """Whoever may wait in vain reads it in time and chooses: another moment, or a promise. Nobody is moved unasked."""
    asked = 0

    def ask(place: Place) -> bool:
        closes = may_come_too_late(place, now=now)
        if closes is not None:
            letters.closing(place, closes)
        return closes is not None

    for team in Team.objects.filter(places__phase=on.CALLBACK).distinct():
        closes = closes_at(team, now=now)
        if closes is None:
            continue
        theirs = owed_before(team, closes).filter(offered_to=None)
        asked += one_by_one(theirs.exclude(customer=None).with_people(), ask)
    return asked


def close_the_day(*, now: datetime) -> int:
    """After closing time nobody waits for a call that will not come: it becomes a ticket with a deadline."""
    promised = 0
    for team in Team.objects.filter(places__phase=on.CALLBACK).distinct():
        hours = TeamHours.of(team)
        closed = closed_at(hours, now=now) if hours is not None else None
        if closed is None or not _ends_the_day(hours, closed):
            continue
        soon = Q(attempts__gt=0, not_before__lte=now + timedelta(seconds=USUAL.attempt_again))
        left = Place.objects.filter(team=team, phase=on.CALLBACK, offered_to=None)
        owed = left.filter(Q(not_before=None) | Q(not_before__lte=now) | soon)
        promised += one_by_one(owed.with_people(), lambda place: place.promise(at=now))
    return promised
