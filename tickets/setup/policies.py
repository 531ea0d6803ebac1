"""Promise policies in the setup: in their rank, one with its versions, written anew, and applied to what is running."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.setup_change import logged
from tickets.condition_form import ConditionRows
from tickets.fields.facts import looked_up_once
from tickets.nudge import nudge
from tickets.setup_page import administers, leads
from tickets.sla.parity import Unfair
from tickets.sla.policy import Policy, PolicyVersion
from tickets.sla.recalculation import Recalculation
from tickets.sla.recalculation_preview import RecalculationPreview

from .access import LARGEST_ID, only, shown
from .policy_forms import PolicyForm, RecalculationForm, conditions_of

SHOWN_RUNS = 20


@require_safe
@only(leads)
@looked_up_once()
def policies(request: HttpRequest) -> HttpResponse:
    """In the order in which they are asked; the first that fits promises."""
    now = timezone.now()
    rows = list(PolicyVersion.objects.in_force(now))
    planned = PolicyVersion.objects.filter(valid_from__gt=now, valid_until=None).select_related("policy")
    return shown(request, "setup/policies.html", {"rows": rows, "planned": planned})


@require_http_methods(["GET", "HEAD", "POST"])
@only(administers)
def new(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@only(leads)
def policy(request: HttpRequest, pk: int) -> HttpResponse:
    """Leads read it; administrators publish its next version."""
    found = _find(pk)
    if request.method == "POST" and not request.user.is_staff:
        raise Http404
    return _edit(request, found)


@require_POST
@only(administers)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(pk)
    with logged(found, by=request.user):
        answer = found.move(up=request.POST.get("way") != "down")
    if isinstance(answer, Unfair):
        messages.error(request, answer.words)
    return redirect("setup:policies")


@require_POST
@only(administers)
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(pk)
    with logged(found, by=request.user):
        refused = found.retire()
    if refused is not None:
        messages.error(request, refused.words)
        return redirect("setup:policy", found.pk)
    messages.success(request, _("Retired. What was promised under it goes on."))
    return redirect("setup:policies")


@require_http_methods(["GET", "HEAD", "POST"])
@only(administers)
def recalculations(request: HttpRequest) -> HttpResponse:
    """What applying the policies of now to running promises would change; and doing it, with a reason."""
    now = timezone.now()
    if "look" in request.POST:
        RecalculationPreview.begin(by=request.user, at=now)
        nudge("tickets.jobs.go_on_recalculating")
        return redirect("setup:recalculations")
    form = RecalculationForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        run = Recalculation.ask_for(reason=form.cleaned_data["reason"], by=request.user, at=now)
        words = _("%(earlier)s of %(looked_at)s running promises are now due earlier.")
        if run.finished_at is None:
            words = _(
                "So many promises are running that this takes a while. It goes on by itself; look here again."
            )
        messages.success(request, words % {"earlier": run.earlier, "looked_at": run.looked_at})
        return redirect("setup:recalculations")
    runs = Recalculation.objects.select_related("by").order_by("-pk")[:SHOWN_RUNS]
    context = {"form": form, "preview": RecalculationPreview.last_seen(), "runs": runs}
    return shown(request, "setup/recalculations.html", context, status=422 if form.is_bound else 200)


def _edit(request: HttpRequest, found: Policy | None) -> HttpResponse:
    now = timezone.now()
    shown = found.versions.order_by("-number").first() if found else None
    if request.method != "POST":
        form = PolicyForm.showing(shown) if shown else PolicyForm()
        return _page(request, found, form, conditions_of(shown))
    conditions = conditions_of(shown, request.POST)
    if conditions.is_changing:
        return _page(request, found, PolicyForm.typing(request.POST), conditions)
    form = PolicyForm(request.POST)
    if form.is_valid() and conditions.is_valid():
        said = {**form.cleaned_data, "conditions": [tuple(row.values()) for row in conditions.read()]}
        if said["valid_from"] and said["valid_from"] < now:
            form.add_error("valid_from", _("A promise cannot begin in the past."))
        elif Policy.objects.filter(name=said["name"]).exclude(pk=found.pk if found else None).exists():
            form.add_error("name", _("Another policy has this name."))
        else:
            with logged(found, by=request.user) as watch:
                answer = Policy.write(found, by=request.user, at=now, **_said(said))
                if isinstance(answer, PolicyVersion):
                    watch.thing = answer.policy
            if isinstance(answer, PolicyVersion):
                messages.success(request, _("Published. Running promises keep what they were made under."))
                return redirect("setup:policy", answer.policy_id)
            form.add_error(None, answer.words)
    return _page(request, found, form, conditions, status=422)


def _said(cleaned: dict[str, Any]) -> dict[str, Any]:
    return {name: cleaned[name] for name in ("name", "note", "valid_from", "conditions", "targets")}


def _page(
    request: HttpRequest,
    found: Policy | None,
    form: PolicyForm,
    conditions: ConditionRows,
    *,
    status: int = 200,
) -> HttpResponse:
    versions = found.versions.select_related("by").order_by("-number") if found else ()
    is_locked = not request.user.is_staff or bool(found and found.retired_at)
    context = {
        "form": form,
        "conditions": conditions,
        "policy": found,
        "versions": versions,
        "locked": is_locked,
    }
    return shown(request, "setup/policy.html", context, status=status)


def _find(pk: int) -> Policy:
    found = Policy.objects.filter(pk=pk).first() if pk <= LARGEST_ID else None
    if found is None:
        raise Http404
    return found
