"""The terms of a draft – windows and loyalty – and what must be known first; set and taken away."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from policies.rules.needed import NeededFact
from policies.rules.rulebook import Rulebook
from policies.rules.term import Term

from ..access import LARGEST_ID, only, sets_rules
from .drafts import edit, page
from .term_forms import NeedForm, TermForm


@require_POST
@only(sets_rules)
def term(request: HttpRequest, version: int) -> HttpResponse:
    return _set(request, edit(request, version), TermForm(request.POST), "term_form")


@require_POST
@only(sets_rules)
def no_term(request: HttpRequest, version: int, pk: int) -> HttpResponse:
    return _without(edit(request, version), Term, pk)


@require_POST
@only(sets_rules)
def need(request: HttpRequest, version: int) -> HttpResponse:
    return _set(request, edit(request, version), NeedForm(request.POST), "need_form")


@require_POST
@only(sets_rules)
def no_need(request: HttpRequest, version: int, pk: int) -> HttpResponse:
    return _without(edit(request, version), NeededFact, pk)


def _set(request: HttpRequest, draft: Rulebook, form: TermForm | NeedForm, name: str) -> HttpResponse:
    """Save what was typed; the page again with it under `name` where it is not right."""
    if not form.is_valid():
        return render(request, "studio/rules/draft.html", page(draft) | {name: form}, status=422)
    form.save_in(draft)
    return redirect("studio:draft", version=draft.version)


def _without(draft: Rulebook, model: type[Term] | type[NeededFact], pk: int) -> HttpResponse:
    row = model.objects.filter(rulebook=draft, pk=min(pk, LARGEST_ID)).first()
    if row is None:
        raise Http404
    row.delete()
    return redirect("studio:draft", version=draft.version)
