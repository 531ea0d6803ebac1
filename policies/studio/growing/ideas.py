"""Ideas for the leads: what waits for their word, what stands, and what was done outside the process as input."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from policies.rules.space import SILENCE_DAYS, Idea, outside_the_process
from tickets.textfields import OneLineField

from ..access import LARGEST_ID, only, sets_rules

SHOWN, PAGE_SIZE = 50, 50


class DeclineForm(forms.Form):
    words = OneLineField(label=gettext_lazy("Why not?"), max_length=300)


@require_safe
@only(sets_rules)
def ideas(request: HttpRequest) -> HttpResponse:
    own = Idea.objects.answerable_by(request.user).select_related("cause", "ticket", "by")
    led = Idea.objects.filter(cause__team_id__in=request.user.led_team_ids)
    context = {
        "waiting": own.waiting().order_by("due_at")[:SHOWN],
        "standing": _paged(led.standing().select_related("cause").best_first(), request),
        "outside": outside_the_process(request.user, at=timezone.now())[:SHOWN],
        "days": SILENCE_DAYS,
    }
    return render(request, "studio/growing/ideas.html", context)


@require_POST
@only(sets_rules)
def consent(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    refusal = found.consent(by=request.user)
    if refusal:
        messages.error(request, refusal.text)
    else:
        messages.success(request, _("Everybody in the team sees it from now on."))
    return redirect("studio:ideas")


@require_POST
@only(sets_rules)
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why not; whoever had the idea reads it."))
        return redirect("studio:ideas")
    refusal = found.decline(by=request.user, **form.cleaned_data)
    if refusal:
        messages.error(request, refusal.text)
    else:
        messages.success(request, _("Said. Whoever had the idea reads your words."))
    return redirect("studio:ideas")


def _find(request: HttpRequest, pk: int) -> Idea:
    own = Idea.objects.answerable_by(request.user).select_related("ticket__team", "by")
    found = own.filter(pk=min(pk, LARGEST_ID)).first()
    if found is None:
        raise Http404
    return found


def _paged(rows: object, request: HttpRequest) -> Page:
    number = request.GET.get("page", "")
    return Paginator(rows, PAGE_SIZE).get_page(number if len(number) < 10 else 1)
