"""The single rules of a draft: gestures, required levels, promises."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from policies.koennen import Requirement
from policies.rules.catalogue import GestureKind
from policies.rules.rulebook import Rulebook
from policies.rules.standard import BaseStandard

from ..access import LARGEST_ID, only, sets_rules
from .draft_forms import GestureForm, RequirementForm
from .drafts import edit, page
from .standards import StandardForm, shown

EDITS = ["GET", "HEAD", "POST"]


@require_http_methods(EDITS)
@only(sets_rules)
def gesture(request: HttpRequest, version: int, pk: int = 0) -> HttpResponse:
    draft = edit(request, version)
    kind = row_of(draft, GestureKind, pk)
    form = GestureForm(request.POST or None, instance=kind)
    if request.method == "POST" and "remove" in request.POST and kind.pk:
        kind.delete()
        return redirect("studio:draft", version=version)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect("studio:draft", version=version)
    context = {"draft": draft, "form": form, "row": kind, "title": _("Gesture")}
    return render(
        request, "studio/rules/draft_row.html", context, status=422 if request.method == "POST" else 200
    )


@require_http_methods(EDITS)
@only(sets_rules)
def standard(request: HttpRequest, version: int, pk: int = 0) -> HttpResponse:
    """A promise to customers; it becomes public with the draft."""
    draft = edit(request, version)
    row = row_of(draft, BaseStandard, pk)
    if request.method == "POST" and "remove" in request.POST and row.pk:
        row.delete()
        return redirect("studio:draft", version=version)
    form = StandardForm(request.POST or None, initial=shown(row) if row.pk else None)
    if request.method == "POST" and form.is_valid():
        others = draft.standards.filter(code=form.cleaned_data["code"]).exclude(pk=row.pk)
        if not others.exists():
            for name, value in form.cleaned_data.items():
                setattr(row, name, value)
            row.save()
            return redirect("studio:draft", version=version)
        form.add_error("code", _("This code is taken in this draft."))
    context = {"draft": draft, "form": form, "row": row, "title": _("Promise")}
    return render(
        request, "studio/rules/draft_row.html", context, status=422 if request.method == "POST" else 200
    )


@require_POST
@only(sets_rules)
def requirement(request: HttpRequest, version: int) -> HttpResponse:
    draft = edit(request, version)
    form = RequirementForm(request.POST, draft=draft)
    if not form.is_valid():
        return render(
            request,
            "studio/rules/draft.html",
            page(draft, reader=request.user) | {"requirement_form": form},
            status=422,
        )
    form.save_in(draft)
    return redirect("studio:draft", version=version)


@require_POST
@only(sets_rules)
def no_requirement(request: HttpRequest, version: int, pk: int) -> HttpResponse:
    row_of(edit(request, version), Requirement, pk).delete()
    return redirect("studio:draft", version=version)


def row_of(draft: Rulebook, model: type, pk: int) -> object:
    """A row of this draft, or a new one for it; Http404 for one of another version."""
    if pk == 0:
        return model(rulebook=draft)
    found = model.objects.filter(rulebook=draft, pk=min(pk, LARGEST_ID)).first()
    if found is None:
        raise Http404
    return found
