"""The page where a guardrail of a draft is written: rows come and go without saving, and its words show as it grows."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from policies.facts import rules_in_force, rules_of
from policies.rules.guardrail import Condition, Guardrail
from policies.rules.narrowing import narrowed
from policies.rules.rulebook import Rulebook
from tickets.condition_form import ConditionRows, Row

from ..access import only, sets_rules
from .draft_rules import row_of
from .drafts import edit, find
from .guardrail_forms import GuardrailForm, facts, in_words

PREFIX = "when"


@require_http_methods(["GET", "HEAD", "POST"])
@only(sets_rules)
def guardrail(request: HttpRequest, version: int, pk: int = 0) -> HttpResponse:
    """One guardrail and its conditions, saved together or not at all; 0 is a new one."""
    draft = find(version)
    rail = row_of(draft, Guardrail, pk)
    if request.method != "POST":
        conditions = ConditionRows(PREFIX, facts(), _rows_of(rail))
        return _page(request, draft, rail, GuardrailForm(instance=rail), conditions)
    conditions = ConditionRows(PREFIX, facts(), data=request.POST, quiet="preview" in request.POST)
    if conditions.is_changing or "preview" in request.POST:
        form = GuardrailForm(initial=request.POST.dict(), instance=rail)
        return _page(request, draft, rail, form, conditions)
    draft = edit(request, version)
    if "remove" in request.POST and rail.pk:
        rail.delete()
        return redirect("studio:draft", version=version)
    form = GuardrailForm(request.POST, instance=rail)
    if form.is_valid() and conditions.is_valid() and _save(draft, form, conditions):
        return redirect("studio:draft", version=version)
    return _page(request, draft, rail, form, conditions, status=422)


def _save(draft: Rulebook, form: GuardrailForm, conditions: ConditionRows) -> bool:
    """False, with words at the day it ends, where it would forbid more than now and nobody says until when."""
    before = set(narrowed(rules_in_force(), rules_of(draft)))
    with transaction.atomic():
        saved = form.save()
        saved.conditions.all().delete()
        for row in conditions.read():
            Condition.objects.create(guardrail=saved, **row)
        if set(narrowed(rules_in_force(), rules_of(draft))) - before:
            transaction.set_rollback(True)
            form.add_error(
                "valid_until",
                _("This forbids more than now, so it needs a day within a year on which it ends."),
            )
            return False
    return True


def _page(
    request: HttpRequest,
    draft: Rulebook,
    rail: Guardrail,
    form: GuardrailForm,
    conditions: ConditionRows,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "draft": draft,
        "rail": rail,
        "form": form,
        "conditions": conditions,
        "words": _words(request, rail, conditions),
    }
    only_words = request.htmx and "preview" in request.POST
    template = "studio/rules/_guardrail_words.html" if only_words else "studio/rules/draft_guardrail.html"
    return render(request, template, context, status=status)


def _words(request: HttpRequest, rail: Guardrail, conditions: ConditionRows) -> list[tuple[str, str, str]]:
    """From what stands in the form: a row that cannot be read yet is left out."""
    if request.method == "POST":
        return in_words(request.POST.dict(), conditions.read())
    said = {name: getattr(rail, name) for name in ("reason_en", "reason_de", "instead_en", "instead_de")}
    return in_words(said, _rows_of(rail))


def _rows_of(rail: Guardrail) -> list[Row]:
    if not rail.pk:
        return []
    return list(rail.conditions.order_by("pk").values("fact", "operator", "value"))
