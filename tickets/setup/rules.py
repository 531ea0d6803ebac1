"""Rules in the set-up: the list, one rule in sentences and as a form, what it would hit now, and what it did."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.setup_change import logged
from tickets.automation.group import rows_of
from tickets.automation.preview import preview
from tickets.automation.rule import Rule
from tickets.automation.run import Run
from tickets.automation.said import ConditionsSaid, StepsSaid
from tickets.fields.facts import looked_up_once
from tickets.setup_page import leads
from tickets.ticket import Ticket

from .access import LARGEST_ID, only, shown
from .field_uses import retired_in
from .forms import RuleForm, SwitchForm

PAGE_SIZE, LATELY = 50, timedelta(days=7)
EDITS = ["GET", "HEAD", "POST"]
NOTHING: dict[str, Any] = {"join": "all", "parts": []}


@require_safe
@only(leads)
@looked_up_once()
def rules(request: HttpRequest) -> HttpResponse:
    lately = Q(runs__outcome=Run.Outcome.DONE, runs__done_at__gt=timezone.now() - LATELY)
    found = Rule.objects.managed_by(request.user).select_related("team", "owner")
    return shown(request, "setup/rules.html", {"rules": found.annotate(fired=Count("runs", filter=lately))})


@require_http_methods(EDITS)
@only(leads)
@looked_up_once()
def rule(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """One rule: name, conditions and steps saved together or not at all; 0 is a new one."""
    found = _find(request, pk) if pk else None
    data = request.POST if request.method == "POST" else None
    form = RuleForm(data, person=request.user, initial=_initial(found))
    steps = StepsSaid(request.user, found.steps if found else [], data)
    stored = found.conditions if found else NOTHING
    conditions = ConditionsSaid(stored, data, by=request.user, quiet=steps.is_changing)
    page = {"form": form, "conditions": conditions, "steps": steps, "rule": found}
    if data is None or steps.is_changing or conditions.is_changing:
        return _editor(request, page)
    if not all([form.is_valid(), conditions.is_valid(), steps.is_valid()]):
        return _editor(request, page, status=422)
    said = {**form.said, "conditions": conditions.read(), "steps": steps.read()}
    saved = _saved(request, found, form, said)
    if saved is None:
        form.add_error(None, _("Somebody changed this rule meanwhile. Reload it before you change it."))
        return _editor(request, page, status=409)
    still_off = _("Saved. It is still off: look what it would do, then switch it on.")
    messages.success(request, still_off if found is None else _("Saved."))
    return redirect("setup:rule_preview", saved.pk)


def _saved(request: HttpRequest, found: Rule | None, form: RuleForm, said: dict[str, Any]) -> Rule | None:
    """Written or revised; None when somebody else revised it meanwhile."""
    with logged(found, by=request.user) as watch:
        if found is None:
            watch.thing = rule = Rule.write(by=request.user, key=form.cleaned_data["key"], **said)
            return rule
        seen = form.cleaned_data["version"] or 0
        return found if found.revise(by=request.user, seen=seen, **said) else None


@require_safe
@only(leads)
@looked_up_once()
def rule_preview(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    context = {"rule": found, "preview": preview(found, reader=request.user), "modes": Rule.Mode.choices}
    return shown(request, "setup/rule_preview.html", context)


@require_safe
@only(leads)
def rule_log(request: HttpRequest, pk: int) -> HttpResponse:
    """What it did, and what not and why; a ticket is named only to who may read it."""
    found = _find(request, pk)
    runs = found.runs.exclude(done_at=None).select_related("ticket").order_by("-done_at", "-pk")
    number = request.GET.get("page", "")
    page = Paginator(runs, PAGE_SIZE).get_page(number if len(number) < 10 else 1)
    seen = Ticket.objects.worked_by(request.user).filter(pk__in=[run.ticket_id for run in page])
    context = {
        "rule": found,
        "page": page,
        "visible": set(seen.values_list("pk", flat=True)),
        "versions": found.versions.select_related("by")[:30],
        "waiting": found.runs.waiting().count(),
    }
    return shown(request, "setup/rule_log.html", context)


@require_POST
@only(leads)
def switch_rule(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    form = SwitchForm(request.POST)
    if form.is_valid():
        mode = form.cleaned_data["mode"]
        why = "" if mode == Rule.Mode.OFF else retired_in(list(rows_of(found.conditions)))
        if why:
            messages.error(request, why)
            return redirect("setup:rule_preview", found.pk)
        with logged(found, by=request.user):
            found.switch(mode, by=request.user)
        said = {"rule": found.name, "mode": found.get_mode_display()}
        messages.success(request, _("“%(rule)s”: %(mode)s.") % said)
    return redirect("setup:rule_preview", found.pk)


def _find(request: HttpRequest, pk: int) -> Rule:
    found = None
    if pk <= LARGEST_ID:
        found = Rule.objects.managed_by(request.user).select_related("team", "owner").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _initial(rule: Rule | None) -> dict[str, Any]:
    if rule is None:
        return {"trigger": Rule.Trigger.OPENED}
    names = ("name", "trigger", "after", "unit", "anchor", "most_per_hour", "version", "key")
    return {**{name: getattr(rule, name) for name in names}, "team": str(rule.team_id or "")}


def _editor(request: HttpRequest, page: dict[str, object], *, status: int = 200) -> HttpResponse:
    return shown(request, "setup/rule.html", page, status=status)
