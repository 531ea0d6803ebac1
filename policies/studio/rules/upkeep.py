"""Upkeep of the rules: what could be wider, what changes nothing any more, what nobody has looked at for a year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.person import Person
from policies.duerfen import Limit
from policies.facts import Rules, rules_in_force
from policies.insight.handled import (
    Scope,
    handled_by,
    last_handled,
    scope_of_guardrail,
    scope_of_requirement,
)
from policies.insight.idle import IDLE, changed_by, is_idle
from policies.insight.proposal import Proposal, proposals
from policies.koennen import LEVELS
from policies.rules.confirmation import Confirmation
from policies.rules.origin import GUARDRAIL, REQUIREMENT, Key, Origin, key_of, origins
from policies.rules.rulebook import Rulebook
from policies.weigh.currency import money
from tickets.cause import Cause

from ..access import only, publishes_rules, sets_rules

LONGEST_NOTE = 300


@dataclass(frozen=True, slots=True)
class Kept:
    """One rule with its story: its maker, when they last handled such a case, what it changed, what is due."""

    key: Key
    words: str
    origin: Origin
    handled_at: datetime | None
    changed: int
    idle: bool
    stale: bool


@require_safe
@only(sets_rules)
def upkeep(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    found = Rulebook.objects.filter(state=Rulebook.State.PUBLISHED).exists()
    rules = rules_in_force() if found else None
    context = {
        "proposals": proposals(rules, at=now) if rules else [],
        "kept": kept(rules, at=now) if rules else [],
        "idle_days": IDLE.days,
        "may_confirm": publishes_rules(request.user),
        "currency": settings.CURRENCY,
    }
    return render(request, "studio/rules/upkeep.html", context)


@require_POST
@only(sets_rules)
def widen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take up the proposal for this limit: a draft with exactly this change, to rehearse and put in force."""
    rules = rules_in_force()
    if pk not in {row.pk for row in rules.limits}:
        raise Http404
    one = next((one for one in proposals(rules, at=timezone.now()) if one.limit.pk == pk), None)
    if one is None:
        messages.info(request, _("This proposal is no longer open: the limit or the answers have changed."))
        return redirect("studio:upkeep")
    note = _("%(who)s: up to %(amount)s alone") % {
        "who": one.limit,
        "amount": money(one.to_cents, settings.CURRENCY),
    }
    draft = _draft(note, by=request.user)
    _raise(draft, one)
    return redirect("studio:draft", version=draft.version)


@require_POST
@only(sets_rules)
def take_away(request: HttpRequest, about: str, code: str) -> HttpResponse:
    """A draft without this rule. Throwing the draft away, or an older version later, brings it back."""
    words = dict(_rows(rules_in_force())).get((about, code))
    if words is None:
        raise Http404
    draft = _draft(_("Without a rule that changed nothing: %(rule)s") % {"rule": words[0]}, by=request.user)
    rows = draft.guardrails if about == GUARDRAIL else draft.requirements
    for row in rows.all():
        if key_of(about, row) == (about, code):
            row.delete()
    return redirect("studio:draft", version=draft.version)


@require_POST
@only(publishes_rules)
def confirm(request: HttpRequest, about: str, code: str) -> HttpResponse:
    """It still holds; said twice in a row, it is said once."""
    origin = origins().get((about, code))
    if origin is None:
        raise Http404
    if origin.is_stale(at=timezone.now()):
        Confirmation.say(about, code, by=request.user)
    messages.success(request, _("Confirmed. It is asked about again in a year."))
    return redirect("studio:upkeep")


def kept(rules: Rules, *, at: datetime) -> list[Kept]:
    """Every guardrail and required level in force: what is due first, then what did most."""
    made = origins()
    changed = changed_by(rules, at=at)
    handled = handled_by(origin.by_id for origin in made.values() if origin.by_id is not None)
    rows = [
        Kept(
            key=key,
            words=words,
            origin=made[key],
            handled_at=last_handled(scope, by=made[key].by_id, among=handled),
            changed=changed[key],
            idle=is_idle(key, made[key], changed, at=at),
            stale=made[key].is_stale(at=at),
        )
        for key, (words, scope) in _rows(rules)
        if key in made
    ]
    return sorted(rows, key=lambda row: (not row.stale, not row.idle, -row.changed, row.words))


def _rows(rules: Rules) -> Iterator[tuple[Key, tuple[str, Scope]]]:
    causes = Cause.objects.in_bulk({row.cause_id for row in rules.requirements if row.cause_id})
    for rail in rules.guardrails:
        yield key_of(GUARDRAIL, rail), (rail.reason, scope_of_guardrail(rail))
    for row in rules.requirements:
        if row.level:  # level 0 asks for nothing
            kind = rules.kinds.get(row.kind)
            said = {
                "gesture": kind.name if kind else row.kind or _("Every gesture"),
                "cause": causes[row.cause_id].name if row.cause_id else _("every cause"),
                "level": row.level,
                "words": dict(LEVELS)[row.level],
            }
            words = _("%(gesture)s, %(cause)s: level %(level)s – %(words)s") % said
            yield key_of(REQUIREMENT, row), (words, scope_of_requirement(row, causes))


def _draft(note: str, *, by: Person) -> Rulebook:
    """A new draft; the one this click made a moment ago when it is clicked twice."""
    note = note[:LONGEST_NOTE]
    twin = Rulebook.objects.filter(state=Rulebook.State.DRAFT, made_by=by, note=note).first()
    return twin or Rulebook.draft(by=by, note=note)


def _raise(draft: Rulebook, one: Proposal) -> None:
    """The same limit in the draft; what is asked about beyond it never falls below it."""
    rows = draft.limits.filter(role=one.limit.role, team=one.limit.team_id, person=None, valid_until=None)
    for row in rows:
        amounts = {"own_cents": one.to_cents, "stretch_cents": max(row.stretch_cents, one.to_cents)}
        amounts["customer_cents"] = max(row.customer_cents, one.to_cents)
        Limit.objects.filter(pk=row.pk).update(**amounts)
