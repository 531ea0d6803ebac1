"""Limits: the version in force as a table, changing one, adding one; each saving is a new version at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from policies.duerfen import Limit
from policies.forms import symbol
from policies.referral import Refusal
from policies.rules.amendment import Amendment, amendable_by, limits_in_force, same_values, successor, whom
from policies.rules.rulebook import Rulebook

from ..access import LARGEST_ID, only, sets_rules
from .forms import LimitForm, NewLimitForm, RemovalForm, last_day

SHOWN_VERSIONS = 20
AT_FIELD = {"reason": "reason", "until": "ends", "overlap": "ends"}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: the limit, whom it is for, how its days stand now, and whether it can be changed here."""

    limit: Limit
    whom: str
    state: str  # "standing", "now" or "later"
    editable: bool

    @property
    def last_day(self) -> date | None:
        return last_day(self.limit)


@require_http_methods(["GET", "HEAD", "POST"])
@only(sets_rules)
def limits(request: HttpRequest) -> HttpResponse:
    """The table; `?add` brings the form for a new limit, which is sent here."""
    if request.method != "POST":
        return _page(request, new_form=NewLimitForm(by=request.user) if "add" in request.GET else None)
    form = NewLimitForm(request.POST, by=request.user)
    if not form.is_valid():
        return _page(request, new_form=form, status=422)
    amendment = Amendment(seen=None, to=form.chosen(), reason=form.cleaned_data["reason"])
    refusal = amendment.put_in_force(by=request.user)
    if refusal:
        return _page(request, new_form=_refused(form, refusal), status=422)
    return _saved(request, form.chosen())


@require_http_methods(["GET", "HEAD", "POST"])
@only(sets_rules)
def limit(request: HttpRequest, pk: int) -> HttpResponse:
    """One limit to change. A link into a retired version leads to what the limit has become."""
    rows = Limit.objects.filter(amendable_by(request.user)).select_related("rulebook", "team", "person")
    seen = rows.filter(pk=min(pk, LARGEST_ID)).first()
    if seen is None:
        raise Http404
    if request.method == "POST":
        return _remove(request, seen) if "remove" in request.POST else _change(request, seen)
    current = _in_force(seen)
    if current is None:
        messages.info(request, _("This limit is not in force any more."))
        return redirect("studio:limits")
    if current.pk != seen.pk:
        return redirect("studio:limit", pk=current.pk)
    return _page(request, form=LimitForm.showing(current), editing=current)


def _change(request: HttpRequest, seen: Limit) -> HttpResponse:
    form = LimitForm(request.POST)
    if not form.is_valid():
        return _again(request, seen, form)
    to = form.limit(role=seen.role, team=seen.team, person=seen.person)
    amendment = Amendment(seen=seen, to=to, reason=form.cleaned_data["reason"])
    refusal = amendment.put_in_force(by=request.user)
    return _again(request, seen, _refused(form, refusal)) if refusal else _saved(request, to)


def _remove(request: HttpRequest, seen: Limit) -> HttpResponse:
    form = RemovalForm(request.POST)
    if form.is_valid():
        amendment = Amendment(seen=seen, to=None, reason=form.cleaned_data["reason"])
        refusal = amendment.put_in_force(by=request.user)
        if refusal is None:
            messages.success(request, _("Taken away: %(who)s.") % {"who": whom(seen)})
            return redirect("studio:limits")
        form.add_error(None, refusal.text)
    shown = LimitForm(request.POST)
    for errors in form.errors.values():
        for error in errors:
            shown.add_error(None, error)
    return _again(request, seen, shown)


def _again(request: HttpRequest, seen: Limit, form: LimitForm) -> HttpResponse:
    """The form as it was typed, sent next time to what the limit has become: what changed stands beside it."""
    current = _in_force(seen)
    if current is None:
        typed = request.POST.copy()
        typed["whom"] = NewLimitForm.value_of(seen)
        anew = NewLimitForm(typed, by=request.user)
        anew.add_error(None, _("Somebody has taken this limit away meanwhile. Save again to add it anew."))
        return _page(request, new_form=anew, status=422)
    before = None if same_values(seen, current) else seen
    return _page(request, form=form, editing=current, before=before, status=422)


def _refused(form: LimitForm, refusal: Refusal) -> LimitForm:
    form.add_error(AT_FIELD.get(refusal.code), str(refusal.text))
    return form


def _in_force(seen: Limit) -> Limit | None:
    return successor(seen, limits_in_force())


def _saved(request: HttpRequest, to: Limit) -> HttpResponse:
    messages.success(request, _("In force now: %(who)s.") % {"who": whom(to)})
    return redirect("studio:limits")


def _page(
    request: HttpRequest,
    *,
    form: LimitForm | None = None,
    new_form: NewLimitForm | None = None,
    editing: Limit | None = None,
    before: Limit | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "rows": _rows(request, at=timezone.now()),
        "book": Rulebook.objects.select_related("made_by").filter(state=Rulebook.State.PUBLISHED).first(),
        "versions": Rulebook.objects.exclude(published_at=None).select_related("made_by")[:SHOWN_VERSIONS],
        "form": form or new_form,
        "editing": editing,
        "whom": whom(editing) if editing else "",
        "removable": editing is not None and (editing.valid_until or editing.team_id or editing.person_id),
        "before": before,
        "currency": settings.CURRENCY,
        "symbol": symbol(settings.CURRENCY),
    }
    return render(request, "studio/latitude/limits.html", context, status=status)


def _rows(request: HttpRequest, *, at: datetime) -> list[Row]:
    """The house's limits and those one may change; administrators read all. What is over is not shown."""
    mine = amendable_by(request.user)
    shown = Q() if request.user.is_staff else mine | Q(team=None, person=None)
    in_force = Limit.objects.filter(rulebook__state=Rulebook.State.PUBLISHED)
    editable = set(in_force.filter(mine).values_list("pk", flat=True))
    found = in_force.filter(shown).exclude(valid_until__lte=at).select_related("team", "person")
    return [
        Row(row, whom(row), _state(row, at=at), row.pk in editable) for row in sorted(found, key=_in_order)
    ]


def _in_order(row: Limit) -> tuple[object, ...]:
    """House, teams, people; agents before leads; what stands before what has days."""
    name = row.person.name if row.person else row.team.name if row.team else ""
    standing = row.valid_until is None
    return (row.person is not None, row.team is not None, name, row.role, not standing, row.pk)


def _state(row: Limit, *, at: datetime) -> str:
    if row.valid_until is None:
        return "standing"
    return "later" if row.valid_from and row.valid_from > at else "now"
