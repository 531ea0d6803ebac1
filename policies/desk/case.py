"""Beside the three answers: what the customer wishes, what the house wants, what is in the way, who is close."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from policies.case.hindrance import Hindrance
from policies.case.house_will import HouseWill
from policies.case.paid import Paid
from policies.case.tie import Tie
from policies.case.wish import CustomerWish
from policies.ledger.budget import house_day
from tickets.desk.access import LARGEST_ID, desk_only, find
from tickets.ticket import Ticket

from .forms import CustomerWishForm, HindranceForm, PaidForm, TieForm

LONGEST_TOAST = 400


def of_case(request: HttpRequest, ticket: Ticket) -> dict[str, Any]:
    """What the panel shows of it; the forms begin with what is known."""
    wish = CustomerWish.of(ticket)
    known = {"wants": wish.wants, "words": wish.words} if wish else {}
    paid = Paid.of(ticket)
    told = {name: getattr(paid, name) for name in ("cents", "source", "words")} if paid else {}
    return {
        "customer_wish": wish,
        "house_will": HouseWill.on(house_day(timezone.now())),
        "hindrances": Hindrance.objects.open().filter(ticket=ticket),
        "own_tie": Tie.objects.standing().filter(agent=request.user, customer=ticket.customer).first(),
        "paid": paid,
        "paid_form": PaidForm(initial=told, auto_id="paid-%s"),
        "wish_form": CustomerWishForm(initial=known, auto_id="wish-%s"),
        "hindrance_form": HindranceForm(auto_id="hindrance-%s"),
        "tie_form": TieForm(auto_id="tie-%s"),
    }


@require_POST
@desk_only
def hear(request: HttpRequest, number: int) -> HttpResponse:
    ticket, form = find(request, number), CustomerWishForm(request.POST)
    if form.is_valid():
        CustomerWish.hear(ticket, **form.cleaned_data, by=request.user)
    return _told(request, ticket, form, _("Noted: what the customer wishes."))


@require_POST
@desk_only
def note_paid(request: HttpRequest, number: int) -> HttpResponse:
    """What was paid for it: from now on nothing like cash goes far beyond."""
    ticket, form = find(request, number), PaidForm(request.POST)
    if form.is_valid():
        Paid.note(ticket, **form.cleaned_data, by=request.user)
    return _told(request, ticket, form, _("Noted: what was paid."))


@require_POST
@desk_only
def meet(request: HttpRequest, number: int) -> HttpResponse:
    ticket, form = find(request, number), HindranceForm(request.POST)
    if form.is_valid():
        Hindrance.meet(ticket, **form.cleaned_data, by=request.user)
    return _told(request, ticket, form, _("Noted. It is counted as what it is: no question of permission."))


@require_POST
@desk_only
def clear(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    ticket = find(request, number)
    found = Hindrance.objects.filter(ticket=ticket, pk=min(pk, LARGEST_ID)).first()
    if found is None:
        raise Http404
    found.end(by=request.user)
    return _shown(request, ticket, _("Out of the way. Good."))


@require_POST
@desk_only
def tie(request: HttpRequest, number: int) -> HttpResponse:
    """Say that one is close to this customer; from now on somebody neutral decides."""
    ticket, form = find(request, number), TieForm(request.POST)
    if form.is_valid():
        Tie.declare(request.user, ticket.customer, form.cleaned_data["kind"])
    return _told(
        request, ticket, form, _("Thank you for saying so. Somebody neutral decides about this customer.")
    )


@require_POST
@desk_only
def untie(request: HttpRequest, pk: int) -> HttpResponse:
    """It is no longer so; only whoever said it can take it back."""
    found = Tie.objects.filter(agent=request.user, pk=min(pk, LARGEST_ID)).first()
    if found is None:
        raise Http404
    found.end()
    messages.success(request, _("Taken back."))
    return redirect("authority:ability")


def _told(request: HttpRequest, ticket: Ticket, form: forms.Form, said: str) -> HttpResponse:
    """What was done, or what is not right, each at the name of its field."""
    if not form.errors:
        return _shown(request, ticket, said)
    wrong = " ".join(f"{form[name].label}: {' '.join(errors)}" for name, errors in form.errors.items())
    return _shown(request, ticket, wrong, bad=True)


def _shown(request: HttpRequest, ticket: Ticket, said: str, *, bad: bool = False) -> HttpResponse:
    """A word that outlives it; the open panel looks again by itself."""
    if request.htmx:
        response = HttpResponse(status=204)
        short = said[
            :LONGEST_TOAST
        ]  # a header: what somebody typed may be quoted in it, and proxies end at 8 kB
        response["HX-Trigger"] = json.dumps(
            {"toast": {"message": short}} | ({} if bad else {f"live:ticket-{ticket.pk}": {}})
        )
        return response
    messages.add_message(request, messages.ERROR if bad else messages.SUCCESS, said)
    return redirect(ticket.desk_url())
