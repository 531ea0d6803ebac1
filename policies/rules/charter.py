"""The charter: what customers can count on, as a version of the rules says it – the same records, nothing from inside.

Most new versions change a limit, which is nobody's business outside. Versions that say the same to customers are one
charter, with the dates from the first of them to the last.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.db.models import F
from django.utils import timezone

from .guardrail import Guardrail
from .rulebook import Rulebook
from .standard import BaseStandard


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence in both languages."""

    en: str
    de: str

    def read_in(self, language: str) -> str:
        return self.de if language.startswith("de") else self.en


@dataclass(frozen=True, slots=True)
class Boundary:
    """What we never do: what it protects and what is possible instead; on some days only, where it is dated."""

    reason: Line
    instead: Line
    valid_from: date | None
    valid_until: date | None

    def holds_between(self, since: date, until: date) -> bool:
        return (self.valid_from is None or self.valid_from <= until) and (
            self.valid_until is None or self.valid_until >= since
        )


@dataclass(frozen=True, slots=True)
class Charter:
    """`versions` are all that said this, the first one first; `until` is None for the one in force."""

    versions: tuple[int, ...]
    since: date
    until: date | None
    promises: tuple[Line, ...]
    boundaries: tuple[Boundary, ...]

    @property
    def version(self) -> int:
        return self.versions[0]

    def boundaries_on(self, today: date) -> list[Boundary]:
        """What holds today; of a charter of the past, what held on any of its days."""
        since, until = (self.since, self.until) if self.until else (today, today)
        return [boundary for boundary in self.boundaries if boundary.holds_between(since, until)]


def charters() -> tuple[Charter, ...]:
    """Every charter there was, the one in force first; empty before the first rules were published."""
    newest = Rulebook.objects.filter(state=Rulebook.State.PUBLISHED).values_list(
        "pk", "version", "published_at"
    )
    found = newest.first()
    return _load(*found) if found else ()


@lru_cache(maxsize=4)
def _load(_pk: int, _version: int, _published_at: datetime | None) -> tuple[Charter, ...]:
    """Four queries; a published version never changes, so what was read once stays true until the next one."""
    books = list(Rulebook.objects.exclude(published_at=None).order_by(F("retired_at").asc(nulls_last=True)))
    promises = _promises()
    boundaries = _boundaries()
    found: list[Charter] = []
    for book in books:
        since = timezone.localdate(book.published_at)
        until = timezone.localdate(book.retired_at) if book.retired_at else None
        said = tuple(promises[book.pk]), tuple(boundaries[book.pk])
        if found and (found[-1].promises, found[-1].boundaries) == said:
            found[-1] = Charter((*found[-1].versions, book.version), found[-1].since, until, *said)
        else:
            found.append(Charter((book.version,), since, until, *said))
    return tuple(reversed(found))


def _promises() -> defaultdict[int, list[Line]]:
    rows = BaseStandard.objects.order_by("position", "code").values_list(
        "rulebook_id", "promise_en", "promise_de"
    )
    found = defaultdict(list)
    for book, english, german in rows:
        found[book].append(Line(english, german))
    return found


def _boundaries() -> defaultdict[int, list[Boundary]]:
    found = defaultdict(list)
    for rail in Guardrail.objects.order_by("code"):
        reason, instead = Line(rail.reason_en, rail.reason_de), Line(rail.instead_en, rail.instead_de)
        found[rail.rulebook_id].append(Boundary(reason, instead, rail.valid_from, rail.valid_until))
    return found
