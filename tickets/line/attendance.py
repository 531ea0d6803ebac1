"""Attendance: who is there and who of them is free, as the wall in the room shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.person import Person
from accounts.presence import Presence
from tickets.live import relay

from .hands import hands_of


@dataclass(frozen=True, slots=True)
class Attending:
    """One of us, and how many contacts they have in hand."""

    presence: Presence
    talks: int
    is_free: bool

    @property
    def has_room(self) -> bool:
        """Of several at once, one more could come."""
        return bool(self.talks) and self.is_free


def attending(people: Iterable[int], *, now: datetime) -> list[Attending]:
    """Whoever of these people is not away, the free ones first."""
    found = Presence.objects.filter(person__in=list(people)).exclude(state=Presence.State.AWAY)
    there = list(found.select_related("person").order_by("person__name"))
    theirs = [presence.person_id for presence in there]
    hands = hands_of(theirs)
    ready = set(Presence.objects.ready(now).filter(person__in=theirs).values_list("person", flat=True))
    seen = [
        Attending(
            presence,
            hands[presence.person_id].talks,
            presence.person_id in ready and hands[presence.person_id].has_room(presence.capacity),
        )
        for presence in there
    ]
    return sorted(seen, key=lambda one: (not one.is_free, bool(one.talks), one.presence.state))


def hear(person: Person) -> None:
    """Somebody came or went: whoever shows who is free looks again."""
    relay.announce(f"person-{person.pk}", *(f"line-{team}" for team in sorted(person.team_ids)))
