"""What can be set up on the desk: a plain list of pages, which each part of the product joins when it is ready."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.functional import Promise

if TYPE_CHECKING:
    from accounts.person import Person


@dataclass(frozen=True, slots=True)
class SetupPage:
    """A page of the set-up: where it is, what it is called and for, and whom it admits."""

    address: str
    label: str | Promise
    words: str | Promise
    icon: str
    admits: Callable[[Person], bool]

    @property
    def url(self) -> str:
        return reverse(self.address)


pages: list[SetupPage] = []
# Rooms beside the desk that are no set-up: the palette leads to them as well.
rooms: list[SetupPage] = []


def pages_for(person: Person) -> list[SetupPage]:
    """The pages this person may open, in the order they were added."""
    return [page for page in pages if page.admits(person)]


def rooms_for(person: Person) -> list[SetupPage]:
    """The rooms this person may enter."""
    return [room for room in rooms if room.admits(person)]


def leads(person: Person) -> bool:
    """Who sets up for others: leads for their teams, administrators for the house."""
    return person.is_lead or person.is_staff


def works(person: Person) -> bool:
    return person.is_agent or person.is_staff


def administers(person: Person) -> bool:
    """Who changes what holds for the whole house."""
    return person.is_staff
