"""How many are ahead of a place, counted by the database: five hundred pages ask it all the time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet

from accounts.prepared import Prepared

from .order import MOST_OVERTAKEN

if TYPE_CHECKING:
    from .place import Place


def how_many_ahead(place: Place) -> int:
    """How many are served before this one, if nobody else comes; as `order.ahead_of` reckons it of a list."""
    turn = place.turn
    asked: dict[str, Any] = {"team": place.team_id, "pk": turn.place, "arrived_at": turn.arrived_at}
    exhausted = turn.overtaken >= MOST_OVERTAKEN
    if not exhausted:
        asked["priority"] = turn.priority
    found = _AHEAD.first(type(place), exhausted, turn.comes_first, **asked)
    return int(found[0]) if found else 0


def _ahead(
    places: type[Place], exhausted: bool, comes_first: bool, *, team: int, pk: int, **turn: Any
) -> QuerySet[Any, Any]:
    earlier = Q(arrived_at__lt=turn["arrived_at"]) | Q(arrived_at=turn["arrived_at"], pk__lt=pk)
    enough = Q(overtaken__gte=MOST_OVERTAKEN)
    if exhausted:
        before = enough & earlier
    else:
        above = Q(priority__gt=turn["priority"]) | Q(priority=turn["priority"]) & earlier
        first = Q(comes_first=True)
        before = enough | (first & above if comes_first else first | above)
    others = places.objects.in_line().filter(before, team=team).exclude(pk=pk)
    return others.order_by().values("team").annotate(count=Count("pk")).values_list("count")


_AHEAD = Prepared(_ahead)
