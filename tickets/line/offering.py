"""Offering: who is free is offered whose turn it is. One line over all teams, decided by one process at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from accounts.person import Person
from accounts.team import Team

from . import words as on
from .hands import free_now, is_there_for
from .heard import USUAL
from .line_event import LineEvent
from .order import MOST_OVERTAKEN, first_of, passed_by
from .overflow import Overflow
from .place import Place

# Each says which of these people must not be offered which of these contacts now, as pairs of ids; and who stands
# beside somebody who takes one. Packages to the right add their say – ability, wish, learning – when they are ready.
apart: list[Callable[[Sequence[Person], Sequence[Place], datetime], set[tuple[int, int]]]] = []
beside: list[Callable[[Person, Place, datetime], Person | None]] = []
BATCH = 200
PASSED_ON = 2
# By the contact: the hotlines for newcomers that serve it before their own.
Overflowing = dict[int, set[int]]


def who_stands_beside(person: Person, place: Place, *, now: datetime) -> Person | None:
    """The colleague named for somebody who takes what they are not yet at home in; nobody where that is not so."""
    named = (say(person, place, now) for say in beside)
    return next((colleague for colleague in named if colleague is not None), None)


def offer_now(*, now: datetime) -> int:
    """Offer as many contacts as there are people free for them; the number of offers made.

    One line over all teams: whoever works in two serves whom they can serve by first arrival, whichever team it was.
    Team by team, the one set up first starved the others.
    """
    if not Place.objects.servable(now).exists():
        return 0
    with transaction.atomic():
        free = free_now(now=now) if _is_ours() else []
        if not free:
            return 0
        waiting, overflowing = _who_waits(free, now=now)
        return _offer_each(free, waiting, overflowing, now=now)


def _is_ours() -> bool:
    """The first team's row is the lock of the line: overtaking is only counted right by one at a time. Whoever holds it
    does the same work, and the next sweep is two seconds away: once fifty clicks and calls stood behind one another
    here, and some were sent away.
    """
    first = Team.objects.order_by("pk").select_for_update(skip_locked=True, no_key=True)
    return bool(first.filter(pk=Team.objects.order_by("pk").values("pk")[:1]))


def _who_waits(free: list[Person], *, now: datetime) -> tuple[list[Place], Overflowing]:
    """Who came first in each line, and who overflows from there to a hotline somebody is free at."""
    waiting = {place.pk: place for place in Place.objects.servable(now).at_the_head(BATCH)}
    overflowing: Overflowing = defaultdict(set)
    for rule in Overflow.objects.filter(off_at=None).select_related("team"):
        if any(rule.team_id in person.team_ids for person in free):
            for place in rule.who_waits_longer(now=now):
                overflowing[place.pk].add(rule.team_id)
                waiting.setdefault(place.pk, place)
    return list(waiting.values()), overflowing


def _offer_each(free: list[Person], waiting: list[Place], overflowing: Overflowing, *, now: datetime) -> int:
    """First those who have not just let it go; only if nobody else is free, the same person once more."""
    can = {person.pk: _servable_by(person, waiting, overflowing) for person in free}
    kept, made = _kept_apart(free, can, now=now), 0
    let_go, just_now = _who_let_go(free, waiting, now=now)
    gone: set[int] = set()
    for out in (kept | let_go, kept | just_now):
        for person in list(free):
            left = [
                place for place in can[person.pk] if place.pk not in gone and (person.pk, place.pk) not in out
            ]
            chosen = _offer_first(person, _before_newcomers(person, left, overflowing), now=now)
            if chosen is not None:
                gone.add(chosen.pk)
                free.remove(person)
                made += 1
    return made


def _kept_apart(
    free: Sequence[Person], can: dict[int, list[Place]], *, now: datetime
) -> set[tuple[int, int]]:
    """Each contact is weighed among those who can serve it: the able of another team keep nobody from it."""
    able: dict[Place, list[Person]] = defaultdict(list)
    for person in free:
        for place in can[person.pk]:
            able[place].append(person)
    together: dict[tuple[int, ...], list[Place]] = defaultdict(list)
    for place, people in able.items():
        together[tuple(person.pk for person in people)].append(place)
    return {
        pair for places in together.values() for say in apart for pair in say(able[places[0]], places, now)
    }


def relieve(place: Place, *, now: datetime) -> bool:
    """Four minutes without a word from us in a chat: a colleague who is free is asked; if none is, nothing moves."""
    if place.channel != Place.Channel.CHAT or place.agent is None:
        return False
    with transaction.atomic():
        others = [person for person in free_now(now=now) if person.pk != place.agent_id]
        if place.hold_for(on.RELIEVED).held_since is None:
            return False  # meanwhile somebody has written
        can = {person.pk: _servable_by(person, [place], {}) for person in others}
        kept = _kept_apart(others, can, now=now)
        able = [who for who in others if can[who.pk] and (who.pk, place.pk) not in kept]
        if not able or not place.do(on.RELIEVED, at=now):
            return False
        if place.offer(able[0], at=now):
            return True
        transaction.set_rollback(True)  # nobody was asked: whoever has it keeps it
    place.refresh_from_db()
    return False


def may_go_on(place: Place, *, now: datetime) -> bool:
    """Whether whoever had this contact can go on with it: at their desk, with room for it, and nobody says no."""
    owner = place.agent
    if owner is None or not is_there_for(owner.pk, now=now):
        return False
    return not any((owner.pk, place.pk) in say([owner], [place], now) for say in apart)


def _servable_by(person: Person, waiting: list[Place], overflowing: Overflowing) -> list[Place]:
    """Whom this person can serve: of the own teams or overflowed, never their own matter."""
    own = person.team_ids
    return [
        place
        for place in waiting
        if (place.team_id in own or place.escalated or overflowing.get(place.pk, set()) & own)
        and (place.customer is None or place.customer.person_id != person.pk)
        # Whoever was handed on twice comes to somebody who can settle it; once that takes too long, to anybody.
        and (place.transfers < PASSED_ON or place.team_id in person.led_team_ids or place.escalated)
    ]


def _before_newcomers(person: Person, can: list[Place], overflowing: Overflowing) -> list[Place]:
    """At a hotline for newcomers: existing customers who would wait longer than they do come before them."""
    lines = {team for place in can for team in overflowing.get(place.pk, set()) & person.team_ids}
    return [place for place in can if place.team_id not in lines]


def _who_let_go(
    free: Sequence[Person], waiting: Sequence[Place], *, now: datetime
) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """Who was asked in this stretch of waiting and did not take it, as pairs; and who said “not now” to it within the
    time of an offer, and is not asked again so soon even where nobody else is free."""
    asked = LineEvent.objects.filter(place__among=[place.pk for place in waiting])
    asked = asked.filter(agent__among=[person.pk for person in free], at__gte=F("place__waiting_since"))
    told = asked.filter(kind__in=(on.OFFERED, on.DECLINED, on.RESERVE, on.RELIEVED)).order_by("at", "pk")
    lately, let_go, just_now = now - timedelta(seconds=USUAL.offer), set(), set()
    for agent, place, kind, at in told.values_list("agent_id", "place_id", "kind", "at"):
        if kind == on.RESERVE:
            let_go.discard((agent, place))  # whoever rang in vain let nothing go
        else:
            let_go.add((agent, place))
        if kind == on.DECLINED and at > lately:
            just_now.add((agent, place))
    return let_go, just_now


def _offer_first(person: Person, can: list[Place], *, now: datetime) -> Place | None:
    """Offer whoever's turn it is; who has moved on meanwhile is left out."""
    left = {place.pk: place for place in can}
    while (turn := first_of(place.turn for place in left.values())) is not None:
        chosen = left[turn.place]
        if chosen.offer(person, at=now):
            _count_overtaken(chosen, list(left.values()))
            return chosen
        del left[chosen.pk]
    return None


def _count_overtaken(chosen: Place, can: list[Place]) -> None:
    """Only where priority or a drop put somebody ahead: whom this person cannot serve was not overtaken."""
    if chosen.priority or chosen.comes_first:
        passed = [turn.place for turn in passed_by(chosen.turn, [place.turn for place in can])]
        behind = Place.objects.filter(pk__in=passed, overtaken__lt=MOST_OVERTAKEN)
        behind.update(overtaken=F("overtaken") + 1)
        for place in can:
            place.overtaken += place.pk in passed and place.overtaken < MOST_OVERTAKEN
