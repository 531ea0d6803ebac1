"""What people of the desk have in hand, and who has room for one more contact.

A telephone fills a person: one call at a time, and while it lasts nothing is pushed to them, not even where they said
that this call needs its time. Chats stand beside each other up to the number somebody set; one that needs its time
leaves the count. Callbacks are calls.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import OuterRef, Q, Subquery

from accounts.person import Person
from accounts.presence import DOUBTFUL, Presence

from . import words as on
from .line_event import LineEvent
from .place import Place

# What somebody is told by name of an event and has not had for that: an offer keeps nobody from resting.
ONLY_ASKED: Final = (on.OFFERED, on.DECLINED, on.EXPIRED)


@dataclass
class Hands:
    talks: int = 0  # contacts they have
    contacts: int = 0  # those that count, with what they are offered
    on_phone: bool = False

    def has_room(self, capacity: int) -> bool:
        return not self.on_phone and self.contacts < capacity


def hands_of(people: Collection[int]) -> dict[int, Hands]:
    """What each has in hand or is offered."""
    found = {pk: Hands() for pk in people}
    busy = Q(agent__in=people, phase__in=on.WITH_AGENT) | Q(offered_to__in=people)
    rows = Place.objects.filter(busy).values_list(
        "agent_id", "offered_to_id", "phase", "channel", "needs_time"
    )
    for agent, offered, phase, channel, needs_time in rows:
        has_it = phase in on.WITH_AGENT
        hands = found[agent if has_it else offered]
        hands.talks += has_it
        hands.contacts += not (has_it and needs_time)
        hands.on_phone |= channel != Place.Channel.CHAT
    return found


def free_now(*, now: datetime) -> list[Person]:
    """Who is ready and has room: those with least in hand first, of these whoever rested longest.

    Their presences are locked, so that nobody is given anything by two at once.
    """
    ready = Presence.objects.ready(now).select_related("person").annotate(had_at=_last_had())
    found = list(ready.order_by("pk").select_for_update(of=("self",), no_key=True))
    hands = hands_of([presence.person_id for presence in found])
    free = [presence for presence in found if hands[presence.person_id].has_room(presence.capacity)]
    free.sort(
        key=lambda presence: (
            hands[presence.person_id].contacts,
            max(presence.since, presence.had_at or presence.since),
            presence.pk,
        )
    )
    people = [presence.person for presence in free]
    Person.know_teams(people)
    return people


def is_there_for(person_id: int, *, now: datetime) -> bool:
    """Whether somebody who had a contact can go on with it: they are at their desk, and have room for it."""
    there = Presence.objects.filter(person=person_id, seen_at__gt=now - DOUBTFUL, person__is_active=True)
    there = there.filter(state__in=(Presence.State.READY, Presence.State.BUSY))
    presence = there.select_for_update(of=("self",), no_key=True).first()
    return presence is not None and hands_of([person_id])[person_id].has_room(presence.capacity)


def _last_had() -> Subquery:
    """When somebody last had to do with a contact: took it, ended it, handed it on, tried to reach its customer."""
    theirs = LineEvent.objects.filter(agent=OuterRef("person")).exclude(kind__in=ONLY_ASKED)
    return Subquery(theirs.order_by("-at").values("at")[:1])
