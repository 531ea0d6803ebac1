"""The limits of a draft: for whom, how far, on which days; what shrinks the field says why and until when, here too."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from policies.duerfen import Limit
from policies.forms import symbol
from policies.referral import Refusal
from policies.rules.amendment import Amendment, limits_in_force, whom
from policies.rules.rulebook import Rulebook

from ..access import only, sets_rules
from ..latitude.forms import LimitForm, NewLimitForm, RemovalForm
from ..latitude.limits import AT_FIELD
from .draft_rules import row_of
from .drafts import edit


@require_http_methods(["GET", "HEAD", "POST"])
@only(sets_rules)
def limit(request: HttpRequest, version: int, pk: int = 0) -> HttpResponse:
    """One limit of the draft; 0 is a new one. A dated one stands beside the standing one and never replaces it."""
    draft = edit(request, version)
    row = row_of(draft, Limit, pk)
    if request.method != "POST":
        return _page(request, draft, row, LimitForm.showing(row) if pk else NewLimitForm(by=request.user))
    if "remove" in request.POST and pk:
        return _remove(request, draft, row)
    form = LimitForm(request.POST) if pk else NewLimitForm(request.POST, by=request.user)
    if form.is_valid():
        to = (
            form.limit(role=row.role, team=row.team, person=row.person) if pk else form.chosen()  # type: ignore[attr-defined]
        )
        refusal = _write(draft, Amendment(row if pk else None, to, form.cleaned_data["reason"]), request)
        if refusal is None:
            return redirect("studio:draft", version=version)
        form.add_error(AT_FIELD.get(refusal.code), str(refusal.text))
    return _page(request, draft, row, form, status=422)


def _remove(request: HttpRequest, draft: Rulebook, row: Limit) -> HttpResponse:
    said = RemovalForm(request.POST)
    reason = said.cleaned_data["reason"] if said.is_valid() else ""
    refusal = _write(draft, Amendment(row, None, reason), request)
    if refusal is None:
        return redirect("studio:draft", version=draft.version)
    form = LimitForm(request.POST)
    form.add_error(None, str(refusal.text))
    return _page(request, draft, row, form, status=422)


def _write(draft: Rulebook, amendment: Amendment, request: HttpRequest) -> Refusal | None:
    """Change the draft, or say at which field what is missing. More for oneself is looked at when it is published."""
    rows = list(draft.limits.select_related("team", "person"))
    leaving = amendment.leaving(rows, amendment.seen)
    after = [row for row in rows if row not in leaving] + ([amendment.to] if amendment.to else [])
    refusal = amendment.overlapping(rows, leaving) or amendment.unfounded(
        limits_in_force(), after, by=request.user, at=timezone.now()
    )
    if refusal and refusal.code != "own":
        return refusal
    for row in leaving:
        row.delete()
    if amendment.to:
        amendment.to.rulebook = draft
        amendment.to.save(force_insert=True)
    return None


def _page(
    request: HttpRequest, draft: Rulebook, row: Limit, form: LimitForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "draft": draft,
        "form": form,
        "row": row,
        "title": whom(row) if row.pk else _("New limit"),
        "symbol": symbol(settings.CURRENCY),
        "removable": row.pk and (row.valid_until or row.team_id or row.person_id),
    }
    return render(request, "studio/rules/draft_limit.html", context, status=status)
