"""Finding a setting: each page by its name, what it is for, its fields and other words for it, in every language.

What can be found is a plain list, which the rooms with settings join; each answers only with what a person may open.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

if TYPE_CHECKING:
    from accounts.person import Person

Said = str | Promise
LONGEST, SHORTEST_INSIDE = 100, 3


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A page with settings: what it is called, what for, its fields, and by which other words people look for it."""

    label: Said
    words: Said
    url: str
    icon: str
    room: Said
    fields: tuple[Said, ...] = ()
    also: Said = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A place, and which of its fields was meant where it was not the page itself."""

    place: Place
    field: str


finders: list[Callable[[Person], Iterable[Place]]] = []


def fields_of(*kinds: type[forms.BaseForm]) -> tuple[Said, ...]:
    """The labels of what one can fill in; the same one once."""
    labels = [field.label for kind in kinds for field in kind.base_fields.values() if field.label]
    return tuple(labels)


def places_for(person: Person) -> list[Place]:
    return [place for finder in finders for place in finder(person)]


def find(person: Person, typed: str) -> list[Found]:
    """Where every typed word occurs, in any language: pages of that name first, then by purpose, then by field."""
    wanted = _folded(typed[:LONGEST]).split()
    if not wanted:
        return []
    ranked = [(rank, found) for place in places_for(person) for rank, found in _match(place, wanted)]
    ranked.sort(key=lambda pair: pair[0])
    return [found for _rank, found in ranked]


def _match(place: Place, wanted: list[str]) -> Iterable[tuple[int, Found]]:
    """At most once: how well it fits – 0 is by its name –, and where."""
    named, about = _spoken(place.label), _spoken(place.label, place.words, place.also, place.room)
    fields = [(label, _spoken(label)) for label in place.fields]
    if all(_occurs(word, named) for word in wanted):
        yield 0, Found(place, "")
    elif all(_occurs(word, about) for word in wanted):
        yield 1, Found(place, "")
    elif all(_occurs(word, about + [part for _label, said in fields for part in said]) for word in wanted):
        meant = next(label for label, said in fields if any(_occurs(word, said) for word in wanted))
        yield 2, Found(place, str(meant))


def _occurs(word: str, spoken: list[str]) -> bool:
    """It begins one of the words; or stands inside one, as German joins them."""
    inside = len(word) >= SHORTEST_INSIDE
    return any(part.startswith(word) or (inside and word in part) for part in spoken)


def _spoken(*said: Said) -> list[str]:
    """Every word of it, in every language."""
    words: list[str] = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            words += _folded(" ".join(str(one) for one in said)).split()
    return words


def _folded(text: str) -> str:
    """Without case, accents and punctuation: “Geschäftszeiten” is found by “geschaftszeiten” too."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(
        letter if letter.isalnum() else " " for letter in plain if not unicodedata.combining(letter)
    )
