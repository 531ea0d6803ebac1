"""What became of everybody who came, read from the history of the line: lost, offered to two, without an owner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tickets.line import words as on
from tickets.models import LineEvent, Place

LET_GO = (on.DECLINED, on.EXPIRED, on.SLEPT, on.FINISHED, on.WITHDRAWN, on.PROMISE)
TAKEN = (on.ANSWERED, on.RESERVE)
GIVEN_UP = (on.TRANSFERRED, on.RELIEVED, on.LOST, on.FINISHED, on.SLEPT, on.NOT_REACHED, on.ENTERED)


def verdict(*, arrived: int) -> str:
    """“none lost, …”, or what went wrong and how often."""
    wrong = Counter[str]()
    wrong["lost"] = arrived - Place.objects.count()
    places = Place.objects.select_related("ticket").prefetch_related("events")
    for place in places.iterator(chunk_size=500):
        wrong["offered to two"] += is_offered_to_two(place.events.order_by("at", "pk"))
        wrong["without an owner or a place"] += not has_owner_or_place(place)
    found = [f"{count:,} {what.upper()}" for what, count in wrong.items() if count]
    return "; ".join(found) or "no contact lost, none offered to two, none without an owner or a place"


def is_offered_to_two(events: Iterable[LineEvent]) -> bool:
    """Whether it was ever on offer to, or with, two people at once."""
    offered = held = None
    for event in events:
        if event.kind == on.OFFERED:
            if offered is not None or held is not None:
                return True
            offered = event.agent_id
        elif event.kind in TAKEN:
            if (offered is not None and offered != event.agent_id) or held not in (None, event.agent_id):
                return True
            offered, held = None, event.agent_id
        if event.kind in LET_GO:
            offered = None
        if event.kind in GIVEN_UP:
            held = None
    return False


def has_owner_or_place(place: Place) -> bool:
    """In line, with somebody, brought to an end by somebody, given up by the customer – or a ticket with an owner."""
    if place.phase in (*on.IN_LINE, on.ABANDONED, on.UNREACHED):
        return True
    if place.phase in (*on.WITH_AGENT, on.ENDED):
        return place.agent_id is not None
    return place.ticket is not None and place.ticket.assignee_id is not None
