"""The terms of a draft: windows and loyalty, set and taken away."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from policies.rules.term import Term

from .access import LARGEST_ID, only, sets_rules
from .drafts import edit, page
from .term_forms import TermForm


@require_POST
@only(sets_rules)
def term(request: HttpRequest, version: int) -> HttpResponse:
    draft = edit(request, version)
    form = TermForm(request.POST)
    if not form.is_valid():
        return render(request, "studio/draft.html", page(draft) | {"term_form": form}, status=422)
    form.save_in(draft)
    return redirect("studio:draft", version=version)


@require_POST
@only(sets_rules)
def no_term(request: HttpRequest, version: int, pk: int) -> HttpResponse:
    row = Term.objects.filter(rulebook=edit(request, version), pk=min(pk, LARGEST_ID)).first()
    if row is None:
        raise Http404
    row.delete()
    return redirect("studio:draft", version=version)
