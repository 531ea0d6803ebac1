"""How many are ahead of a place, counted by the database: five hundred pages ask it all the time."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet

from accounts.prepared import Prepared

from .order import MOST_OVERTAKEN

if TYPE_CHECKING:
    from .place import Place


def how_many_ahead(place: Place) -> int:
    """How many are served before this one, if nobody else comes; as `order.ahead_of` reckons it of a list."""
    turn = place.turn
    # A priority is one of ten and no blank: its column is too narrow for what stands in for a number.
    shape = (type(place), turn.overtaken >= MOST_OVERTAKEN, turn.comes_first, turn.priority)
    found = _AHEAD.first(*shape, team=place.team_id, pk=turn.place, arrived_at=turn.arrived_at)
    return int(found[0]) if found else 0


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


_AHEAD = Prepared(_ahead)
