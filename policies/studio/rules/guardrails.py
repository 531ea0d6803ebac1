"""The page where a guardrail of a draft is written: rows come and go without saving, and its words show as it grows."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from policies.facts import rules_in_force, rules_of
from policies.rules.guardrail import Condition, Guardrail
from policies.rules.narrowing import narrowed
from policies.rules.rulebook import Rulebook
from tickets import condition

from ..access import only, sets_rules
from .draft_rules import row_of
from .drafts import edit, find
from .guardrail_forms import MOST_CONDITIONS, ConditionFormSet, GuardrailForm, facts, in_words, shown

PREFIX = "when"


@require_http_methods(["GET", "HEAD", "POST"])
@only(sets_rules)
def guardrail(request: HttpRequest, version: int, pk: int = 0) -> HttpResponse:
    """One guardrail and its conditions, saved together or not at all; 0 is a new one."""
    draft = find(version)
    rail = row_of(draft, Guardrail, pk)
    if request.method != "POST":
        rows = [shown(row) for row in rail.conditions.order_by("pk")] if rail.pk else []
        conditions = ConditionFormSet(initial=rows, prefix=PREFIX)
        return _page(request, draft, rail, GuardrailForm(instance=rail), conditions)
    if {"add", "drop", "preview"} & request.POST.keys():
        return _at_work(request, draft, rail)
    draft = edit(request, version)
    if "remove" in request.POST and rail.pk:
        rail.delete()
        return redirect("studio:draft", version=version)
    form = GuardrailForm(request.POST, instance=rail)
    conditions = ConditionFormSet(request.POST, prefix=PREFIX)
    if form.is_valid() and conditions.is_valid() and _save(draft, form, conditions):
        return redirect("studio:draft", version=version)
    return _page(request, draft, rail, form, conditions, status=422)


def _at_work(request: HttpRequest, draft: Rulebook, rail: Guardrail) -> HttpResponse:
    """A row more or less, or only the words of it; nothing is saved, and nothing typed is lost."""
    rows = _typed(request.POST)
    new = request.POST.get("new_fact", "")
    if "add" in request.POST and new in {fact.name for fact in facts()} and len(rows) < MOST_CONDITIONS:
        rows.append({"fact": new})
    dropped = request.POST.get("drop", "")
    if dropped.isascii() and dropped.isdigit() and int(dropped[:3]) < len(rows):
        del rows[int(dropped[:3])]
    conditions = ConditionFormSet(initial=rows, prefix=PREFIX)
    form = GuardrailForm(initial=request.POST.dict(), instance=rail)
    return _page(request, draft, rail, form, conditions)


def _save(draft: Rulebook, form: GuardrailForm, conditions: ConditionFormSet) -> bool:
    """False, with words at the day it ends, where it would forbid more than now and nobody says until when."""
    before = set(narrowed(rules_in_force(), rules_of(draft)))
    with transaction.atomic():
        saved = form.save()
        saved.conditions.all().delete()
        for row in conditions.cleaned_data:
            Condition.objects.create(guardrail=saved, **row)
        if set(narrowed(rules_in_force(), rules_of(draft))) - before:
            transaction.set_rollback(True)
            form.add_error(
                "valid_until",
                _("This forbids more than now, so it needs a day within a year on which it ends."),
            )
            return False
    return True


def _typed(posted: QueryDict) -> list[dict[str, Any]]:
    """The rows as they were typed, right or wrong; only facts we know."""
    rows = []
    for number in range(MOST_CONDITIONS):
        name = posted.get(f"{PREFIX}-{number}-fact", "")
        fact = condition.vocabulary.get(name)
        if fact is None:
            continue
        values = posted.getlist(f"{PREFIX}-{number}-value")
        value = values if fact.kind == condition.CHOICE else (values or [""])[0]
        rows.append({"fact": name, "operator": posted.get(f"{PREFIX}-{number}-operator", ""), "value": value})
    return rows


def _page(
    request: HttpRequest,
    draft: Rulebook,
    rail: Guardrail,
    form: GuardrailForm,
    conditions: ConditionFormSet,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "draft": draft,
        "rail": rail,
        "form": form,
        "conditions": conditions,
        "facts": [(fact.name, fact.label) for fact in facts()],
        "words": _words(request, rail, conditions),
    }
    only_words = request.htmx and "preview" in request.POST
    template = "studio/rules/_guardrail_words.html" if only_words else "studio/rules/draft_guardrail.html"
    return render(request, template, context, status=status)


def _words(request: HttpRequest, rail: Guardrail, conditions: ConditionFormSet) -> list[tuple[str, str, str]]:
    """From what stands in the form: a row that cannot be read yet is left out."""
    if request.method != "POST":
        rows = list(rail.conditions.order_by("pk")) if rail.pk else []
        said = {name: getattr(rail, name) for name in ("reason_en", "reason_de", "instead_en", "instead_de")}
        return in_words(said, [{"fact": r.fact, "operator": r.operator, "value": r.value} for r in rows])
    typed = ConditionFormSet(request.POST, prefix=PREFIX)
    return in_words(request.POST.dict(), [row.cleaned_data for row in typed if row.is_valid()])
