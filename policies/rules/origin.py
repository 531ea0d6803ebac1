"""The origin of a rule: the version it last came or changed in, who made that, who said since that it still holds.

A version copies all rules of the one before; so a rule's origin is the oldest version of the unbroken run that says
exactly the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.db import models

from ..duerfen import Limit
from ..koennen import Requirement
from .catalogue import GestureKind
from .confirmation import Confirmation
from .guardrail import Condition, Guardrail
from .rulebook import Rulebook
from .standard import BaseStandard

GUARDRAIL, REQUIREMENT, LIMIT, GESTURE, STANDARD = "guardrail", "requirement", "limit", "gesture", "standard"
STALE_AFTER = timedelta(days=365)
Key = tuple[str, str]
"""What a rule is about and which one it is; the same through all versions."""

_NAMED_BY: dict[str, tuple[type[models.Model], tuple[str, ...]]] = {
    GUARDRAIL: (Guardrail, ("code",)),
    REQUIREMENT: (Requirement, ("cause_id", "kind")),
    LIMIT: (Limit, ("role", "team_id", "person_id")),
    GESTURE: (GestureKind, ("code",)),
    STANDARD: (BaseStandard, ("code",)),
}
_Said = dict[Key, tuple[tuple[object, ...], ...]]


@dataclass(frozen=True, slots=True)
class Origin:
    """`touched_at` is when it last came or changed, or was confirmed; `by_id` is None for the house itself."""

    version: int
    by_id: int | None
    by: str
    at: datetime
    confirmed_by: str = ""
    confirmed_at: datetime | None = None

    @property
    def touched_at(self) -> datetime:
        return max(self.at, self.confirmed_at) if self.confirmed_at else self.at

    def is_stale(self, *, at: datetime) -> bool:
        """Untouched for a year: somebody should say that it still holds, or take it away."""
        return at - self.touched_at > STALE_AFTER


def key_of(kind: str, row: models.Model) -> Key:
    _model, names = _NAMED_BY[kind]
    return kind, ":".join("" if getattr(row, name) is None else str(getattr(row, name)) for name in names)


def origins() -> dict[Key, Origin]:
    """Of every rule in force; empty before the first version."""
    found = Rulebook.objects.filter(state=Rulebook.State.PUBLISHED)
    book = found.values_list("pk", "version", "published_at").first()
    if book is None:
        return {}
    made = _load(*book)
    confirmed = Confirmation.objects.newest()
    return {key: _with(origin, confirmed.get(key)) for key, origin in made.items()}


def _with(origin: Origin, confirmation: Confirmation | None) -> Origin:
    if confirmation is None or confirmation.at < origin.at:
        return origin
    return Origin(origin.version, origin.by_id, origin.by, origin.at, confirmation.by.name, confirmation.at)


@lru_cache(maxsize=4)
def _load(_pk: int, _version: int, _published_at: datetime | None) -> dict[Key, Origin]:
    """Seven queries over all versions; a published one never changes, so what was read stays true until the next."""
    books = list(
        Rulebook.objects.exclude(published_at=None)
        .select_related("made_by")
        .order_by(models.F("retired_at").desc(nulls_first=True))
    )
    said = _said_by_version()
    nothing: _Said = {}
    found: dict[Key, Origin] = {}
    for key, words in said.get(books[0].pk, nothing).items():
        origin = books[0]
        for book in books[1:]:
            if said.get(book.pk, nothing).get(key) != words:
                break
            origin = book
        by = origin.made_by
        published = origin.published_at or origin.made_at
        found[key] = Origin(origin.version, by.pk if by else None, by.name if by else "Kulanz", published)
    return found


def _said_by_version() -> dict[int, _Said]:
    """For each version what each rule says, in whatever fields its model has; several dated rows are one rule."""
    found: dict[int, dict[Key, list[tuple[object, ...]]]] = {}
    for version, key, words in _rows():
        found.setdefault(version, {}).setdefault(key, []).append(words)
    return {
        version: {key: tuple(sorted(rows, key=repr)) for key, rows in rules.items()}
        for version, rules in found.items()
    }


def _rows() -> Iterator[tuple[int, Key, tuple[object, ...]]]:
    published = models.Q(rulebook__published_at__isnull=False)
    for kind, (model, names) in _NAMED_BY.items():
        fields = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
        fields.remove("rulebook_id")
        rows = model._default_manager.filter(published).order_by()
        for version, *values in rows.values_list("rulebook_id", *fields):
            known = dict(zip(fields, values, strict=True))
            code = ":".join("" if known[name] is None else str(known[name]) for name in names)
            yield version, (kind, code), tuple(values)
    conditions = Condition.objects.filter(guardrail__rulebook__published_at__isnull=False).order_by()
    fields = ("guardrail__rulebook_id", "guardrail__code", "fact", "operator", "value")
    for version, code, fact, operator, value in conditions.values_list(*fields):
        yield version, (GUARDRAIL, code), (fact, operator, repr(value))
