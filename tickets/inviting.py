"""Founding a team: its name, hours and people, who get a letter with the way in; and a first cause to write about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.text import slugify

from accounts.house import House
from accounts.person import Person
from accounts.team import Team

from .cause import OTHER, Cause
from .mail import letters
from .sla.duty import TeamHours
from .sla.hours import BusinessHours


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody to let in: an address, a name, and whether they lead."""

    email: str
    name: str
    leads: bool = False


def found(
    name: str, *, hours: BusinessHours | None, guests: Iterable[Guest], by: Person, joins: bool
) -> Team:
    """A new team of this name; founding it twice is the same as once.

    `joins`: who founds it leads it too. Whoever is new gets a letter; whoever is known is let in as they are.
    """
    with transaction.atomic():
        team, _made = Team.objects.get_or_create(name=name, defaults={"slug": free_slug(name)})
        if hours is not None:
            TeamHours.objects.get_or_create(team=team, defaults={"hours": hours})
        if not Cause.objects.exists():
            names = {"name_en": "Something else", "name_de": "Etwas anderes", "position": 900}
            Cause.objects.create(code=OTHER, team=team, **names)
        if joins:
            team.welcome(by, lead=True)
        house = House.known()
        for guest in guests:
            person = _person(guest, house)
            if team.pk not in person.team_ids:
                team.welcome(person, lead=guest.leads)
                _invite(person, team, by=by, house=house)
    return team


def invite(email: str, name: str, *, teams: list[Team], leads: bool, by: Person, key: str) -> Person:
    """Let somebody in to these teams, with one letter for all that are new to them; none when none is."""
    with transaction.atomic():
        house = House.known()
        person = _person(Guest(email, name), house)
        new = [team for team in teams if team.pk not in person.team_ids]
        for team in teams:
            team.welcome(person, lead=leads)
        if new:
            _write(person, new, key=f"invitation:{person.pk}:{key}", by=by, house=house)
    return person


def invite_again(person: Person, *, by: Person, key: str) -> None:
    """The same letter once more, for somebody who never came."""
    teams = list(Team.objects.worked_by(person))
    _write(person, teams, key=f"invitation:{person.pk}:{key}", by=by, house=House.known())


def free_slug(name: str) -> str:
    """A short name nobody has yet."""
    stem = slugify(name)[:36] or "team"
    taken = set(Team.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(slug for slug in (stem, *(f"{stem}-{n}" for n in range(2, 999))) if slug not in taken)


def _person(guest: Guest, house: House | None) -> Person:
    known = Person.objects.filter(email=guest.email).first()
    if known is not None:
        return known
    begun = {"language": house.language, "time_zone": house.time_zone} if house else {}
    try:
        with transaction.atomic():
            return Person.objects.create_user(guest.email, name=guest.name, **begun)
    except IntegrityError:  # sent twice in one moment
        return Person.objects.get(email=guest.email)


def _invite(person: Person, team: Team, *, by: Person, house: House | None) -> None:
    _write(person, [team], key=f"invitation:{team.pk}:{person.pk}", by=by, house=house)


def _write(person: Person, teams: list[Team], *, key: str, by: Person, house: House | None) -> None:
    letters.to_person(
        person,
        key=key,
        name="invitation",
        url=reverse("account_login"),
        host=by,
        teams=[team.name for team in teams],
        house=house,
    )
