"""What is seen of its line from a place, answered by the database at once: five hundred pages ask it all the time."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count, Q, QuerySet, Subquery

from accounts.prepared import Prepared

from . import words as on
from .order import MOST_OVERTAKEN

if TYPE_CHECKING:
    from .place import Place


class Seen(NamedTuple):
    """Who is served before this place if nobody else comes; when whoever waits longest came; when somebody was last
    answered, and when they had come; with how many somebody talks now; and what this place read last."""

    ahead: int
    head_came_at: datetime | None
    answered_at: datetime | None
    answered_came_at: datetime | None
    serving: int
    shown: dict[str, Any] | None


def how_many_ahead(place: Place) -> int:
    """As `order.ahead_of` reckons it of a list."""
    turn = place.turn
    found = _AHEAD.first(*_shape_of(place), team=place.team_id, pk=turn.place, arrived_at=turn.arrived_at)
    return int(found[0]) if found else 0


def seen_from(place: Place, *, at: datetime) -> Seen:
    turn = place.turn
    found = _SEEN.first(
        *_shape_of(place), team=place.team_id, pk=turn.place, arrived_at=turn.arrived_at, at=at
    )
    ahead, head, answered, came, serving, shown = found
    return Seen(ahead or 0, head, answered, came, serving or 0, shown)


def _shape_of(place: Place) -> tuple[type[Place], bool, bool, int]:
    """A priority is one of ten and no blank: its column is too narrow for what stands in for a number."""
    turn = place.turn
    return type(place), turn.overtaken >= MOST_OVERTAKEN, turn.comes_first, turn.priority


def _ahead(
    places: type[Place],
    exhausted: bool,
    comes_first: bool,
    priority: int,
    *,
    team: int,
    pk: int,
    arrived_at: datetime,
) -> QuerySet[Any, Any]:
    earlier = Q(arrived_at__lt=arrived_at) | Q(arrived_at=arrived_at, pk__lt=pk)
    enough = Q(overtaken__gte=MOST_OVERTAKEN)
    if exhausted:
        before = enough & earlier
    else:
        above = Q(priority__gt=priority) | Q(priority=priority) & earlier
        first = Q(comes_first=True)
        before = enough | (first & above if comes_first else first | above)
    others = places.objects.in_line().filter(before, team=team).exclude(pk=pk)
    return others.order_by().values("team").annotate(count=Count("pk")).values_list("count")


def _seen(
    places: type[Place],
    exhausted: bool,
    comes_first: bool,
    priority: int,
    *,
    team: int,
    pk: int,
    arrived_at: datetime,
    at: datetime,
) -> QuerySet[Any, Any]:
    theirs = places.objects.filter(team=team)
    ahead = _ahead(places, exhausted, comes_first, priority, team=team, pk=pk, arrived_at=arrived_at)
    before = Q(arrived_at__lt=arrived_at) | Q(priority__gt=priority)
    head = theirs.filter(before, phase=on.WAITING, arrived_at__lte=at).exclude(pk=pk).order_by("arrived_at")
    served = theirs.filter(queued=True, booked_at=None, first_answered_at__lte=at).order_by(
        "-first_answered_at"
    )
    serving = theirs.with_agent().order_by().values("team").annotate(count=Count("pk"))
    answers = {
        "ahead_of_it": ahead.values("count"),
        "head_came_at": head.values("arrived_at")[:1],
        "last_answered_at": served.values("first_answered_at")[:1],
        "last_came_at": served.values("arrived_at")[:1],
        "serving": serving.values("count"),
    }
    here = places.objects.filter(pk=pk).annotate(**{name: Subquery(asked) for name, asked in answers.items()})
    return here.values_list(*answers, "forecast__shown")


_AHEAD, _SEEN = Prepared(_ahead), Prepared(_seen)
