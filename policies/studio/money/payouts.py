"""Payouts: what is held because nobody knows whether it was paid, what is on its way, and where orders go."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.person import Person
from policies.payout.order import PayoutOrder
from policies.payout.target import PayoutTarget
from policies.rules.catalogue import GestureKind
from tickets.textfields import OneLineField
from tickets.ticket import Ticket

from ..access import LARGEST_ID, only, sets_rules

SHOWN = 50


class ConfirmationForm(forms.Form):
    reference = OneLineField(max_length=80)


class RefusalForm(forms.Form):
    words = OneLineField(max_length=200)


class TargetForm(forms.Form):
    """Where the paying system stands. Its secret is made by us."""

    name = OneLineField(label=gettext_lazy("Name"), max_length=80)
    url = OneLineField(
        label=gettext_lazy("Address"), max_length=300, widget=forms.TextInput(attrs={"inputmode": "url"})
    )
    form = forms.ChoiceField(
        label=gettext_lazy("Pays out"),
        choices=GestureKind.Form.choices,
        initial=GestureKind.Form.CREDIT_NOTE,
        help_text=gettext_lazy("Every gesture of this form is ordered there from now on."),
    )
    private = forms.BooleanField(
        label=gettext_lazy("It stands in our own network"),
        required=False,
        help_text=gettext_lazy("Only then may the address lie inside a network, and be without encryption."),
    )


def keeps_targets(person: Person) -> bool:
    return person.is_active and person.is_staff


@require_safe
@only(sets_rules)
def payouts(request: HttpRequest) -> HttpResponse:
    return _page(request, TargetForm() if "target" in request.GET else None)


@require_POST
@only(sets_rules)
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """A person has looked: it was paid."""
    order, form = _find(request, pk), ConfirmationForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say where it can be found: the number of the transfer, say."))
        return redirect("studio:payouts")
    reference = form.cleaned_data["reference"]
    refusal = order.confirm(by=request.user, at=timezone.now(), reference=reference)
    _answer(request, refusal and refusal.text, _("Noted as paid."))
    return redirect("studio:payouts")


@require_POST
@only(sets_rules)
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """A person has looked: it was not paid."""
    order, form = _find(request, pk), RefusalForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say in a few words how you know."))
        return redirect("studio:payouts")
    refusal = order.refuse(by=request.user, at=timezone.now(), words=form.cleaned_data["words"])
    _answer(request, refusal and refusal.text, _("Noted as not paid. The agent was told."))
    return redirect("studio:payouts")


@require_POST
@only(sets_rules)
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    sent = _find(request, pk).send_again()
    trouble = None if sent else _("This payout is not held any more.")
    _answer(request, trouble, _("It is sent again, under its old name."))
    return redirect("studio:payouts")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@only(keeps_targets)
def target(request: HttpRequest) -> HttpResponse:
    """A new target; its secret is shown this one time."""
    if request.method != "POST":
        return redirect(f"{reverse('studio:payouts')}?target")
    form = TargetForm(request.POST)
    if form.is_valid():
        made = PayoutTarget.set_up(by=request.user, **form.cleaned_data)
        if isinstance(made, PayoutTarget):
            context = {"target": made, "report_url": _report_url(made)}
            return render(request, "studio/money/payout_target.html", context, status=201)
        form.add_error("url", made.text)
    return _page(request, form, status=422)


@require_POST
@only(keeps_targets)
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    found = _target(pk)
    _answer(request, None if found.resume() else _("It is not paused."), _("Orders are sent again."))
    return redirect("studio:payouts")


@require_POST
@only(keeps_targets)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    found = _target(pk)
    _answer(request, None if found.end() else _("It has ended already."), _("Nothing new is ordered there."))
    return redirect("studio:payouts")


def _page(request: HttpRequest, form: TargetForm | None, *, status: int = 200) -> HttpResponse:
    own = PayoutOrder.objects.overseen_by(request.user).select_related(
        "target", "offer__customer__person", "offer__ticket", "settled_by"
    )
    unsettled = own.open()
    context: dict[str, Any] = {
        "held": own.held().order_by("made_at")[:SHOWN],
        "underway": unsettled.exclude(state__in=PayoutOrder.HELD).order_by("made_at")[:SHOWN],
        "settled": own.exclude(settled_at=None).order_by("-settled_at")[:SHOWN],
        "targets": PayoutTarget.objects.filter(ended_at=None),
        "form": form if keeps_targets(request.user) else None,
        "keeps_targets": keeps_targets(request.user),
        # An administrator settles for teams whose tickets are none of theirs to open.
        "openable": set(
            Ticket.objects.worked_by(request.user)
            .filter(pk__in=own.values("offer__ticket_id"))
            .values_list("pk", flat=True)[: 3 * SHOWN]
        ),
    }
    return render(request, "studio/money/payouts.html", context, status=status)


def _find(request: HttpRequest, pk: int) -> PayoutOrder:
    own = PayoutOrder.objects.overseen_by(request.user).select_related(
        "offer__ticket__team", "offer__ruling", "offer__period__budget", "offer__agent"
    )
    found = own.filter(pk=min(pk, LARGEST_ID)).first()
    if found is None:
        raise Http404
    return found


def _target(pk: int) -> PayoutTarget:
    found = PayoutTarget.objects.filter(pk=min(pk, LARGEST_ID)).first()
    if found is None:
        raise Http404
    return found


def _report_url(target: PayoutTarget) -> str:
    return settings.BASE_URL + reverse("api_authority:payout_report", args=[target.token])


def _answer(request: HttpRequest, trouble: object, done: str) -> None:
    if trouble:
        messages.error(request, str(trouble))
    else:
        messages.success(request, done)
