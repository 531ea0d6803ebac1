"""Narrowing: what of a draft would leave somebody less room, and lacks the reason or the end that needs (C29).

Every kind of rule is looked at here: limits, guardrails, required levels, windows and loyalty. What is not forbidden
is allowed, so enlarging needs neither; what shrinks the field says why, ends within a year, and can be renewed then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _

from ..duerfen import Limit
from ..facts import Rules
from ..koennen import Requirement, required_level
from .difference import AMOUNTS, by_owner, level_words, limit_changes, limit_words, pairs, rail_words
from .guardrail import Guardrail
from .term import Term, Terms, terms_on

LONGEST = timedelta(days=366)
ANY_OTHER = 0  # a cause no row names
Row = TypeVar("Row", Requirement, Term)


def narrowed(old: Rules, new: Rules, *, on: date | None = None) -> list[str]:
    """What stands in the way of putting `new` in force on a day, in sentences; empty when nothing does."""
    day = on or timezone.localdate()
    found = [
        *_limits(old, new),
        *_guardrails(old, new, day=day),
        *_requirements(old, new, day=day),
        *_terms(old, new, day=day),
    ]
    return list(dict.fromkeys(found))


def _limits(old: Rules, new: Rules) -> Iterator[str]:
    """Standing limits that would shrink for good; dated ones are amendments, which ask for both themselves."""
    for before, after in pairs(by_owner(old.limits), by_owner(new.limits)):
        if before is None or before.valid_until is not None:
            continue
        if after is None:
            yield _("Limit gone – %(who)s: it was %(what)s.") % limit_words(before)
        elif _is_less(before, after):
            yield from (found.sentence for found in limit_changes(before, after))


def _is_less(before: Limit, after: Limit) -> bool:
    return any(getattr(after, name) < getattr(before, name) for name in AMOUNTS)


def _guardrails(old: Rules, new: Rules, *, day: date) -> Iterator[str]:
    """A guardrail always says what it protects; a new one, or one that forbids more, also says until when."""
    stood = {rail.code: rail for rail in old.guardrails}
    for rail in new.guardrails:
        if not rail.conditions.all() or not _forbids_more(stood.get(rail.code), rail):
            continue
        said = _("Guardrail: %(reason)s (%(when)s)") % rail_words(rail)
        yield from _lacking(said, rail.valid_until, reason=rail.reason, day=day)


def _forbids_more(before: Guardrail | None, after: Guardrail) -> bool:
    """Each further condition lets more through; anything else may forbid what was allowed."""
    if before is None:
        return True
    longer = before.valid_until is not None and (
        after.valid_until is None or after.valid_until > before.valid_until
    )
    earlier = before.valid_from is not None and (
        after.valid_from is None or after.valid_from < before.valid_from
    )
    was, now = (
        {(c.fact, c.operator, str(c.value)) for c in rail.conditions.all()} for rail in (before, after)
    )
    return longer or earlier or not was or not was <= now


def _requirements(old: Rules, new: Rules, *, day: date) -> Iterator[str]:
    standing_old, standing_new = _standing(old.requirements), _standing(new.requirements)
    for cause, kind in _places(old, new):
        was = required_level(standing_old, cause_id=cause, kind=kind, day=day)
        row = _closest(standing_new, cause, kind, day=day)
        if row is not None and row.level > was:
            yield from _lacking(level_words(row), None, reason=row.reason, day=day)
    known = {_values(row) for row in old.requirements}
    for row in new.requirements:
        if row.valid_until is None or _values(row) in known:
            continue
        was = required_level(standing_new, cause_id=row.cause_id or ANY_OTHER, kind=row.kind, day=day)
        if row.level > was:
            yield from _lacking(level_words(row), row.valid_until, reason=row.reason, day=day)


def _closest(rows: Sequence[Requirement], cause: int, kind: str, *, day: date) -> Requirement | None:
    level = required_level(rows, cause_id=cause, kind=kind, day=day)
    speaking = [r for r in rows if r.cause_id in (None, cause) and r.kind in ("", kind) and r.level == level]
    return max(speaking, key=lambda r: (r.kind != "", r.cause_id is not None), default=None)


def _places(old: Rules, new: Rules) -> list[tuple[int, str]]:
    """Every cause and kind a row names, and any other: between them the levels cannot differ."""
    rows = [*old.requirements, *new.requirements]
    causes = sorted({row.cause_id or ANY_OTHER for row in rows} | {ANY_OTHER})
    return [(cause, kind) for cause in causes for kind in sorted({row.kind for row in rows} | {""})]


def _terms(old: Rules, new: Rules, *, day: date) -> Iterator[str]:
    was, now = terms_on(_standing(old.terms), day), terms_on(_standing(new.terms), day)
    for said in _less_room(was, now):
        yield from _lacking(said, None, reason="", day=day)
    known = {_said(row) for row in old.terms}
    for row in new.terms:
        if row.valid_until is None or _said(row) in known:
            continue
        with_it = terms_on([*_standing(new.terms), row], day)
        if list(_less_room(now, with_it)):
            yield from _lacking(row.sentence, row.valid_until, reason=row.reason, day=day)


def _less_room(was: Terms, now: Terms) -> Iterator[str]:
    """A longer look back counts more of what was given; a smaller share or factor leaves less to give."""
    if now.case_days > was.case_days:
        said = {"new": now.case_days, "old": was.case_days}
        yield _("For the same cause, %(new)s days count instead of %(old)s.") % said
    if now.customer_days > was.customer_days:
        said = {"new": now.customer_days, "old": was.customer_days}
        yield _("For one customer, %(new)s days count instead of %(old)s.") % said
    if now.paid_percent < was.paid_percent:
        said = {"new": now.paid_percent, "old": was.paid_percent}
        yield _("What is like cash ends at %(new)s %% of what was paid instead of %(old)s %%.") % said
    if now.talk_percent < was.talk_percent:
        said = {"new": now.talk_percent, "old": was.talk_percent}
        yield _("In a long talk, %(new)s %% of the plain limit instead of %(old)s %%.") % said
    for months in sorted({step for step, _percent in (*was.loyalty, *now.loyalty)}):
        if now.factor(months) < was.factor(months):
            said = {"months": months, "new": now.factor(months), "old": was.factor(months)}
            yield _("After %(months)s months, %(new)s %% of the plain limit instead of %(old)s %%.") % said
            return


def _lacking(said: str, until: date | None, *, reason: str, day: date) -> Iterator[str]:
    if until is None or until < day:
        yield _("Without an end: %(what)s") % {"what": said}
    elif until > day + LONGEST:
        yield _("For more than a year: %(what)s") % {"what": said}
    elif not reason:
        yield _("Without a reason: %(what)s") % {"what": said}


def _standing(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row.valid_until is None]


def _values(row: Requirement) -> tuple[object, ...]:
    return row.cause_id, row.kind, row.level, row.valid_until


def _said(row: Term) -> tuple[object, ...]:
    return row.name, row.from_months, row.value, row.valid_until
