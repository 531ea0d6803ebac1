"""Offering: who is free is offered whose turn it is. One line per team, decided by one process at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet

from accounts.person import Person
from accounts.presence import Presence
from accounts.team import Team

from . import course as on
from .line_event import LineEvent
from .order import MOST_OVERTAKEN, first_of, passed_by
from .overflow import EXISTING, Overflow
from .place import Place

# Each says which of these people must not be offered which of these contacts now, as pairs of ids; and who stands
# beside somebody who takes one. Packages to the right add their say – ability, wish, learning – when they are ready.
apart: list[Callable[[Sequence[Person], Sequence[Place], datetime], set[tuple[int, int]]]] = []
beside: list[Callable[[Person, Place, datetime], Person | None]] = []
BATCH = 200
PASSED_ON = 2


def who_stands_beside(person: Person, place: Place, *, now: datetime) -> Person | None:
    """The colleague named for somebody who takes what they are not yet at home in; nobody where that is not so."""
    named = (say(person, place, now) for say in beside)
    return next((colleague for colleague in named if colleague is not None), None)


def offer_now(*, now: datetime) -> int:
    """Offer as many contacts as there are people free for them; the number of offers made."""
    made = sum(
        _overflow(rule, now=now) for rule in Overflow.objects.filter(off_at=None).select_related("team")
    )
    teams = Place.objects.servable(now).values_list("team_id", flat=True).distinct()
    return made + sum(_offer_in(pk, now=now) for pk in sorted(set(teams)))


def _overflow(rule: Overflow, *, now: datetime) -> int:
    """Before the newcomers: existing customers who would wait longer than they do."""
    if not Presence.objects.ready(now).filter(person__in=Person.objects.working_in(rule.team)).exists():
        return 0
    if not Place.objects.servable(now).filter(status__in=EXISTING).exclude(team=rule.team).exists():
        return 0
    with transaction.atomic():
        # All lines or none: whose place is offered here is offered nowhere else at the same time.
        if len(_hold(Team.objects.all())) < Team.objects.count():
            return 0
        free = free_for(rule.team, now=now)
        waiting = rule.who_waits_longer(now=now) if free else []
        return _offer_each(free, waiting, overflowed=True, now=now)


def _offer_in(team_id: int, *, now: datetime) -> int:
    with transaction.atomic():
        # The row is the lock of this team's line: overtaking is only counted right by one at a time.
        team = next(iter(_hold(Team.objects.filter(pk=team_id))), None)
        if team is None:
            return 0
        servable = Place.objects.servable(now).filter(team=team)
        free = free_for(team, everybody=servable.filter(escalated=True).exists(), now=now)
        if not free:
            return 0
        waiting = list(servable.with_people().order_by("arrived_at")[:BATCH])
        return _offer_each(free, waiting, now=now)


def _hold(teams: QuerySet[Team]) -> list[Team]:
    """These lines, as far as nobody else offers in them at this moment: whoever does does the same work, and the next
    sweep is two seconds away. Once fifty clicks and calls stood behind one another here, and some were sent away.
    """
    return list(teams.select_for_update(skip_locked=True, no_key=True).order_by("pk"))


def _offer_each(free: list[Person], waiting: list[Place], *, now: datetime, overflowed: bool = False) -> int:
    """First those who have not just let it go; only if nobody else is free, the same person once more."""
    made = 0
    kept = {pair for say in apart for pair in say(free, waiting, now)} if free else set()
    for again in (False, True):
        for person in list(free):
            can = [
                place
                for place in servable_by(person, waiting, overflowed=overflowed)
                if (person.pk, place.pk) not in kept
            ]
            chosen = _offer_to(person, can, again=again, now=now)
            if chosen is not None:
                waiting.remove(chosen)
                free.remove(person)
                made += 1
    return made


def free_for(team: Team, *, everybody: bool = False, now: datetime) -> list[Person]:
    """Who is ready and has room, longest idle first; everybody once somebody has waited too long."""
    ready = Presence.objects.ready(now).select_related("person").order_by("since", "pk")
    if not everybody:
        ready = ready.filter(person__in=Person.objects.working_in(team))
    # Locked: the same agent may be free for two teams' lines at once.
    found = list(ready.select_for_update(of=("self",), no_key=True))
    busy = load_of([presence.person_id for presence in found])
    return [presence.person for presence in found if busy[presence.person_id] < presence.capacity]


def relieve(place: Place, *, now: datetime) -> bool:
    """Four minutes without a word from us in a chat: a colleague who is free is asked; if none is, nothing moves."""
    if place.channel != Place.Channel.CHAT or place.agent is None:
        return False
    with transaction.atomic():
        team = Team.objects.select_for_update(no_key=True).get(pk=place.team_id)
        silent, free = place.agent_id, free_for(team, everybody=place.escalated, now=now)
        others = [person for person in free if person.pk != silent]
        kept = {pair for say in apart for pair in say(others, [place], now)}
        able = [who for who in others if servable_by(who, [place]) and (who.pk, place.pk) not in kept]
        if not able or not place.do(on.RELIEVED, at=now):
            return False
        if place.offer(able[0], at=now):
            return True
        transaction.set_rollback(True)  # nobody was asked: whoever has it keeps it
    place.refresh_from_db()
    return False


def load_of(people: list[int]) -> Counter[int]:
    """How many contacts each has or is offered; one that was said to need its time leaves the count."""
    busy = Q(agent__in=people, phase__in=on.WITH_AGENT, needs_time=False)
    theirs = Place.objects.filter(busy | Q(offered_to__in=people))
    rows = theirs.values_list("agent_id", "offered_to_id", "phase")
    return Counter(agent if phase in on.WITH_AGENT else offered for agent, offered, phase in rows)


def servable_by(person: Person, waiting: list[Place], *, overflowed: bool = False) -> list[Place]:
    """Whom this person can serve: of the own teams or overflowed, never their own matter."""
    own = person.team_ids
    return [
        place
        for place in waiting
        if (place.team_id in own or place.escalated or overflowed)
        and (place.customer is None or place.customer.person_id != person.pk)
        # Whoever was handed on twice comes to somebody who can settle it; once that takes too long, to anybody.
        and (place.transfers < PASSED_ON or place.team_id in person.led_team_ids or place.escalated)
    ]


def _offer_to(person: Person, can: list[Place], *, again: bool, now: datetime) -> Place | None:
    chosen = choose(person, can, again=again)
    if chosen is None or not chosen.offer(person, at=now):
        return None
    _count_overtaken(chosen, can)
    return chosen


def choose(person: Person, can: list[Place], *, again: bool) -> Place | None:
    """Whose turn it is among those; whom this person let go in this stretch of waiting only `again`."""
    let_go = set(
        LineEvent.objects.filter(
            place__in=can, kind=on.OFFERED, agent=person, at__gte=F("place__waiting_since")
        ).values_list("place_id", flat=True)
    )
    left = [place for place in can if again or place.pk not in let_go]
    turn = first_of(place.turn for place in left)
    return next((place for place in left if turn is not None and place.pk == turn.place), None)


def _count_overtaken(chosen: Place, can: list[Place]) -> None:
    """Only where priority or a drop put somebody ahead: whom this person cannot serve was not overtaken."""
    if chosen.priority or chosen.comes_first:
        passed = [turn.place for turn in passed_by(chosen.turn, [place.turn for place in can])]
        behind = Place.objects.filter(pk__in=passed, overtaken__lt=MOST_OVERTAKEN)
        behind.update(overtaken=F("overtaken") + 1)
        for place in can:
            place.overtaken += place.pk in passed and place.overtaken < MOST_OVERTAKEN
