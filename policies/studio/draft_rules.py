"""The single rules of a draft: guardrails with their conditions, gestures, required levels, limits."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from policies.duerfen import Limit
from policies.koennen import Requirement
from policies.rules.catalogue import GestureKind
from policies.rules.guardrail import Condition, Guardrail
from policies.rules.rulebook import Rulebook

from .access import LARGEST_ID, only, sets_rules
from .draft_forms import AmountsForm, ConditionFormSet, GestureForm, GuardrailForm, RequirementForm, typed_of
from .drafts import edit, page

EDITS = ["GET", "HEAD", "POST"]


@require_http_methods(EDITS)
@only(sets_rules)
def guardrail(request: HttpRequest, version: int, pk: int = 0) -> HttpResponse:
    """One guardrail and its conditions, saved together or not at all; 0 is a new one."""
    draft = edit(request, version)
    rail = _row(draft, Guardrail, pk)
    form = GuardrailForm(request.POST or None, instance=rail)
    rows = [{"fact": c.fact, "operator": c.operator, "value": typed_of(c)} for c in _conditions(rail)]
    conditions = ConditionFormSet(request.POST or None, initial=rows, prefix="when")
    if request.method == "POST" and "remove" in request.POST and rail.pk:
        rail.delete()
        return redirect("studio:draft", version=version)
    if request.method == "POST" and form.is_valid() and conditions.is_valid():
        with transaction.atomic():
            saved = form.save()
            saved.conditions.all().delete()
            for row in conditions.cleaned_data:
                if row:
                    Condition.objects.create(guardrail=saved, **row)
        return redirect("studio:draft", version=version)
    context = {"draft": draft, "form": form, "conditions": conditions, "rail": rail}
    return render(
        request, "studio/draft_guardrail.html", context, status=422 if request.method == "POST" else 200
    )


@require_http_methods(EDITS)
@only(sets_rules)
def gesture(request: HttpRequest, version: int, pk: int = 0) -> HttpResponse:
    draft = edit(request, version)
    kind = _row(draft, GestureKind, pk)
    form = GestureForm(request.POST or None, instance=kind)
    if request.method == "POST" and "remove" in request.POST and kind.pk:
        kind.delete()
        return redirect("studio:draft", version=version)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect("studio:draft", version=version)
    context = {"draft": draft, "form": form, "row": kind, "title": _("Gesture")}
    return render(request, "studio/draft_row.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(EDITS)
@only(sets_rules)
def limit(request: HttpRequest, version: int, pk: int) -> HttpResponse:
    """The amounts of one limit; whom it is for and dated ones are changed on the page of limits."""
    draft = edit(request, version)
    row = _row(draft, Limit, pk)
    amounts = {"own": row.own_cents, "stretch": row.stretch_cents, "customer": row.customer_cents}
    form = AmountsForm(request.POST or None, initial=amounts)
    if request.method == "POST" and form.is_valid():
        form.save_to(row)
        return redirect("studio:draft", version=version)
    context = {"draft": draft, "form": form, "row": None, "title": row}
    return render(request, "studio/draft_row.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@only(sets_rules)
def requirement(request: HttpRequest, version: int) -> HttpResponse:
    draft = edit(request, version)
    form = RequirementForm(request.POST, draft=draft)
    if not form.is_valid():
        return render(request, "studio/draft.html", page(draft) | {"requirement_form": form}, status=422)
    form.save_in(draft)
    return redirect("studio:draft", version=version)


@require_POST
@only(sets_rules)
def no_requirement(request: HttpRequest, version: int, pk: int) -> HttpResponse:
    _row(edit(request, version), Requirement, pk).delete()
    return redirect("studio:draft", version=version)


def _row(draft: Rulebook, model: type, pk: int) -> object:
    """A row of this draft, or a new one for it; Http404 for one of another version."""
    if pk == 0:
        return model(rulebook=draft)
    found = model.objects.filter(rulebook=draft, pk=min(pk, LARGEST_ID)).first()
    if found is None:
        raise Http404
    return found


def _conditions(rail: Guardrail) -> list[Condition]:
    return list(rail.conditions.order_by("pk")) if rail.pk else []
