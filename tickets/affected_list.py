"""A list of customers as people paste it: e-mail addresses and customer numbers, and what became of each entry."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from accounts.customer import Customer

from .incident import Incident

MOST_ENTRIES, MOST_LETTERS = 2000, 200_000
LARGEST_NUMBER = 2**63 - 1
LONGEST_SHOWN = 120
_SEPARATORS = re.compile(r"[\n\r\t,;]+")


class Fate(StrEnum):
    """What becomes of an entry: put on the list, on it already, named before in the same text, or nobody we know."""

    FOUND = "found"
    LISTED = "listed"
    DOUBLED = "doubled"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a pasted list: its place from 1 on, as it was written, and what became of it."""

    place: int
    text: str
    fate: Fate
    customer: Customer | None


def entries_of(text: str) -> list[str]:
    """The entries of a pasted text: one a line, or apart by commas, semicolons or tabs. Pure."""
    return [entry for entry in (part.strip(" \u00a0<>\"'") for part in _SEPARATORS.split(text)) if entry]


def number_in(entry: str) -> int | None:
    """The customer number an entry holds (“17”, “#17”); None for anything else. Pure."""
    digits = entry.removeprefix("#")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 19:
        return None
    number = int(digits)
    return number if number <= LARGEST_NUMBER else None


def look_up(incident: Incident, entries: Iterable[str]) -> list[Entry]:
    """Who each entry means, in their order; nothing is stored. Three queries, however long the list."""
    written = list(entries)
    numbers = {number for number in map(number_in, written) if number is not None}
    addresses = {entry.lower() for entry in written if number_in(entry) is None}
    people = Customer.objects.select_related("person")
    by_number = people.in_bulk(numbers)
    by_address = {customer.person.email: customer for customer in people.filter(person__email__in=addresses)}
    seen: set[int] = set()
    listed = set(incident.affected.values_list("customer_id", flat=True))
    found = []
    for place, entry in enumerate(written, start=1):
        number = number_in(entry)
        customer = by_address.get(entry.lower()) if number is None else by_number.get(number)
        fate = _fate(customer, seen, listed)
        found.append(Entry(place, entry[:LONGEST_SHOWN], fate, customer))
        if customer:
            seen.add(customer.pk)
    return found


def newcomers(entries: Iterable[Entry]) -> list[Customer]:
    """The customers an incident's list would gain."""
    return [entry.customer for entry in entries if entry.fate is Fate.FOUND and entry.customer]


def _fate(customer: Customer | None, seen: set[int], listed: set[int]) -> Fate:
    if customer is None:
        return Fate.UNKNOWN
    if customer.pk in seen:
        return Fate.DOUBLED
    return Fate.LISTED if customer.pk in listed else Fate.FOUND
