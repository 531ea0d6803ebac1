"""The difference between two rulebooks, in sentences: what came, what went, what is wider or narrower now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.conf import settings
from django.utils.translation import gettext as _

from ..duerfen import Limit
from ..facts import Rules
from ..koennen import Requirement
from ..weigh.currency import money
from .catalogue import FREE, GestureKind
from .guardrail import Guardrail

K = TypeVar("K")
R = TypeVar("R")
AMOUNTS = ("own_cents", "stretch_cents", "customer_cents")
CAME, WENT, CHANGED = "came", "went", "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One change: whether a rule came, went or changed, about what, and how it is said."""

    kind: str
    about: str  # "gesture", "guardrail", "limit" or "requirement"
    sentence: str


def differences(old: Rules, new: Rules) -> list[Difference]:
    """What a reader of `old` must know to work by `new`; empty when both say the same."""
    return [
        *_limits(old, new),
        *_guardrails(old, new),
        *_gestures(old, new),
        *_requirements(old, new),
    ]


def _limits(old: Rules, new: Rules) -> Iterator[Difference]:
    for before, after in _pairs(_by_owner(old.limits), _by_owner(new.limits)):
        if before is None and after is not None:
            yield Difference(CAME, "limit", _("New limit – %(who)s: %(what)s.") % _limit_words(after))
        elif after is None and before is not None:
            yield Difference(
                WENT, "limit", _("Limit gone – %(who)s: it was %(what)s.") % _limit_words(before)
            )
        elif before is not None and after is not None:
            yield from _limit_changes(before, after)


def _limit_changes(before: Limit, after: Limit) -> Iterator[Difference]:
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


def narrowed(old: Rules, new: Rules) -> list[str]:
    """Standing limits that would shrink for good: what shrinks the field needs a reason and an end (C29)."""
    said = []
    for before, after in _pairs(_by_owner(old.limits), _by_owner(new.limits)):
        if before is None or before.valid_until is not None:
            continue
        if after is None:
            said.append(_("Limit gone – %(who)s: it was %(what)s.") % _limit_words(before))
        elif any(getattr(after, name) < getattr(before, name) for name in AMOUNTS):
            said += [found.sentence for found in _limit_changes(before, after)]
    return said


def _guardrails(old: Rules, new: Rules) -> Iterator[Difference]:
    for before, after in _pairs({r.code: r for r in old.guardrails}, {r.code: r for r in new.guardrails}):
        if before is None and after is not None:
            yield Difference(
                CAME, "guardrail", _("New guardrail: %(reason)s (%(when)s)") % _rail_words(after)
            )
        elif after is None and before is not None:
            yield Difference(
                WENT, "guardrail", _("This guardrail falls: %(reason)s (%(when)s)") % _rail_words(before)
            )
        elif before is not None and after is not None and _rail_words(before) != _rail_words(after):
            yield Difference(
                CHANGED, "guardrail", _("Guardrail now: %(reason)s (%(when)s)") % _rail_words(after)
            )


def _gestures(old: Rules, new: Rules) -> Iterator[Difference]:
    for before, after in _pairs(_listed(old), _listed(new)):
        if before is None and after is not None:
            yield Difference(CAME, "gesture", _("New gesture: %(name)s.") % {"name": after.name})
        elif after is None and before is not None:
            yield Difference(
                WENT, "gesture", _("No longer in the catalogue: %(name)s.") % {"name": before.name}
            )
        elif before is not None and after is not None and _gesture_words(before) != _gesture_words(after):
            yield Difference(CHANGED, "gesture", _gesture_words(after))


def _requirements(old: Rules, new: Rules) -> Iterator[Difference]:
    for before, after in _pairs(_by_place(old), _by_place(new)):
        if before is None and after is not None:
            said = {"where": _where(after), "new": after.level}
            yield Difference(CAME, "requirement", _("%(where)s needs level %(new)s now.") % said)
        elif after is None and before is not None:
            said = {"where": _where(before), "old": before.level}
            yield Difference(WENT, "requirement", _("%(where)s no longer needs level %(old)s.") % said)
        elif before is not None and after is not None and before.level != after.level:
            said = {"where": _where(after), "old": before.level, "new": after.level}
            yield Difference(
                CHANGED, "requirement", _("%(where)s needs level %(new)s instead of %(old)s.") % said
            )


def _pairs(old: Mapping[K, R], new: Mapping[K, R]) -> Iterator[tuple[R | None, R | None]]:
    for key in [*old, *(key for key in new if key not in old)]:
        yield old.get(key), new.get(key)


def _by_owner(limits: tuple[Limit, ...]) -> dict[tuple[object, ...], Limit]:
    return {(row.role, row.team_id, row.person_id, row.valid_from, row.valid_until): row for row in limits}


def _by_place(rules: Rules) -> dict[tuple[object, str], Requirement]:
    return {(row.cause_id, row.kind): row for row in rules.requirements}


def _listed(rules: Rules) -> dict[str, GestureKind]:
    return {code: kind for code, kind in rules.kinds.items() if code != FREE}


def _amount(cents: int) -> str:
    return money(cents, settings.CURRENCY)


def _limit_words(limit: Limit) -> dict[str, object]:
    said = {"own": _amount(limit.own_cents), "stretch": _amount(limit.stretch_cents)}
    return {"who": limit, "what": _("%(own)s alone, %(stretch)s when nobody objects") % said}


def _rail_words(rail: Guardrail) -> dict[str, str]:
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
