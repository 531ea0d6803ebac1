"""The difference between two rulebooks, in sentences: what came, what went, what is wider or narrower now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ..duerfen import Limit
from ..facts import Rules
from ..koennen import Requirement
from ..weigh.currency import money
from ..weigh.gesture import SURPRISE
from .catalogue import FREE, GestureKind
from .guardrail import Guardrail
from .needed import NeededFact

K = TypeVar("K")
R = TypeVar("R")
AMOUNTS = ("own_cents", "stretch_cents", "customer_cents")
CAME, WENT, CHANGED = "came", "went", "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One change: whether a rule came, went or changed, about what, and how it is said."""

    kind: str
    about: str  # "gesture", "guardrail", "limit", "requirement" or "term"
    sentence: str


def differences(old: Rules, new: Rules) -> list[Difference]:
    """What a reader of `old` must know to work by `new`; empty when both say the same."""
    return [
        *_limits(old, new),
        *_guardrails(old, new),
        *_gestures(old, new),
        *_requirements(old, new),
        *_terms(old, new),
    ]


def _limits(old: Rules, new: Rules) -> Iterator[Difference]:
    for before, after in pairs(by_owner(old.limits), by_owner(new.limits)):
        if before is None and after is not None:
            yield Difference(CAME, "limit", _("New limit – %(who)s: %(what)s.") % limit_words(after))
        elif after is None and before is not None:
            yield Difference(WENT, "limit", _("Limit gone – %(who)s: it was %(what)s.") % limit_words(before))
        elif before is not None and after is not None:
            yield from limit_changes(before, after)


def limit_changes(before: Limit, after: Limit) -> Iterator[Difference]:
    fields = (
        ("own_cents", _("%(who)s: alone %(new)s instead of %(old)s per case.")),
        ("stretch_cents", _("%(who)s: %(new)s instead of %(old)s per case when nobody objects.")),
        ("customer_cents", _("%(who)s: %(new)s instead of %(old)s per customer and year.")),
    )
    for name, words in fields:
        was, is_now = getattr(before, name), getattr(after, name)
        if was != is_now:
            said = {"who": after, "old": _amount(was), "new": _amount(is_now)}
            yield Difference(CHANGED, "limit", words % said)
    if before.on_trial != after.on_trial:
        words = (
            _("%(who)s: the limit is on trial now.")
            if after.on_trial
            else _("%(who)s: the trial of the limit is over.")
        )
        yield Difference(CHANGED, "limit", words % {"who": after})


def _guardrails(old: Rules, new: Rules) -> Iterator[Difference]:
    for before, after in pairs({r.code: r for r in old.guardrails}, {r.code: r for r in new.guardrails}):
        if before is None and after is not None:
            yield Difference(CAME, "guardrail", _("New guardrail: %(reason)s (%(when)s)") % rail_words(after))
        elif after is None and before is not None:
            yield Difference(
                WENT, "guardrail", _("This guardrail falls: %(reason)s (%(when)s)") % rail_words(before)
            )
        elif before is not None and after is not None and rail_words(before) != rail_words(after):
            yield Difference(
                CHANGED, "guardrail", _("Guardrail now: %(reason)s (%(when)s)") % rail_words(after)
            )


def _gestures(old: Rules, new: Rules) -> Iterator[Difference]:
    for before, after in pairs(_listed(old), _listed(new)):
        if before is None and after is not None:
            yield Difference(CAME, "gesture", _("New gesture: %(name)s.") % {"name": after.name})
        elif after is None and before is not None:
            yield Difference(
                WENT, "gesture", _("No longer in the catalogue: %(name)s.") % {"name": before.name}
            )
        elif before is not None and after is not None and _gesture_words(before) != _gesture_words(after):
            yield Difference(CHANGED, "gesture", _gesture_words(after))


def _requirements(old: Rules, new: Rules) -> Iterator[Difference]:
    for before, after in pairs(_by_place(old), _by_place(new)):
        if before is None and after is not None:
            yield Difference(CAME, "requirement", with_end(level_words(after), after.valid_until))
        elif after is None and before is not None:
            said = {"where": _where(before), "old": before.level}
            yield Difference(WENT, "requirement", _("%(where)s no longer needs level %(old)s.") % said)
        elif before is not None and after is not None and before.level != after.level:
            said = {"where": _where(after), "old": before.level, "new": after.level}
            yield Difference(
                CHANGED, "requirement", _("%(where)s needs level %(new)s instead of %(old)s.") % said
            )


def _terms(old: Rules, new: Rules) -> Iterator[Difference]:
    before, after = _as_said(old), _as_said(new)
    for key, words in after.items():
        if key not in before:
            yield Difference(CAME, "term", words)
        elif before[key] != words:
            yield Difference(CHANGED, "term", words)
    for key, words in before.items():
        if key not in after:
            yield Difference(WENT, "term", _("No longer: %(what)s") % {"what": words})


def _as_said(rules: Rules) -> Mapping[tuple[object, ...], str]:
    terms = {
        (row.name, row.from_months, row.valid_until): with_end(row.sentence, row.valid_until)
        for row in rules.terms
    }
    needs = {(row.fact, row.cause_id, "needed"): _need_words(row) for row in rules.needed_facts}
    return {**terms, **needs}


def _need_words(row: NeededFact) -> str:
    said = {"fact": row.get_fact_display(), "amount": _amount(row.from_cents), "cause": row.cause or ""}
    if row.cause:
        return _("From %(amount)s on it must be known, at “%(cause)s”: %(fact)s.") % said
    return _("From %(amount)s on it must be known: %(fact)s.") % said


def with_end(words: str, until: date | None) -> str:
    """A rule in words and, where it has one, its last day."""
    if until is None:
        return words
    return _("%(what)s Until %(day)s.") % {"what": words, "day": date_format(until, "SHORT_DATE_FORMAT")}


def pairs(old: Mapping[K, R], new: Mapping[K, R]) -> Iterator[tuple[R | None, R | None]]:
    for key in [*old, *(key for key in new if key not in old)]:
        yield old.get(key), new.get(key)


def by_owner(limits: tuple[Limit, ...]) -> dict[tuple[object, ...], Limit]:
    return {(row.role, row.team_id, row.person_id, row.valid_from, row.valid_until): row for row in limits}


def _by_place(rules: Rules) -> dict[tuple[object, ...], Requirement]:
    return {(row.cause_id, row.kind, row.valid_until): row for row in rules.requirements}


def level_words(row: Requirement) -> str:
    return _("%(where)s needs level %(new)s now.") % {"where": _where(row), "new": row.level}


def _listed(rules: Rules) -> dict[str, GestureKind]:
    return {code: kind for code, kind in rules.kinds.items() if code not in (FREE, SURPRISE)}


def _amount(cents: int) -> str:
    return money(cents, settings.CURRENCY)


def limit_words(limit: Limit) -> dict[str, object]:
    said = {"own": _amount(limit.own_cents), "stretch": _amount(limit.stretch_cents)}
    return {"who": limit, "what": _("%(own)s alone, %(stretch)s when nobody objects") % said}


def rail_words(rail: Guardrail) -> dict[str, str]:
    return {"reason": rail.reason, "when": "; ".join(row.sentence for row in rail.conditions.all())}


def _gesture_words(kind: GestureKind) -> str:
    said = {"name": kind.name, "usual": _amount(kind.usual_cents), "form": kind.get_form_display()}
    if kind.reversible:
        return _("%(name)s: usually %(usual)s, %(form)s, can be taken back.") % said
    return _("%(name)s: usually %(usual)s, %(form)s, cannot be taken back.") % said


def _where(requirement: Requirement) -> str:
    if requirement.cause and requirement.kind:
        return f"{requirement.cause} / {requirement.kind}"
    return str(requirement.cause or requirement.kind or _("Every gesture"))
