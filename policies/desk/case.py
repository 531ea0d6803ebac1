"""Beside the three answers: what the customer wishes, what the house wants, what is in the way, who is close."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.prepared import Prepared
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
Known = tuple[tuple[str, Any], ...]

_HINDRANCES = Prepared(lambda ticket: Hindrance.objects.open().filter(ticket=ticket))
_OWN_TIE = Prepared(lambda agent, customer: Tie.objects.standing().filter(agent=agent, customer=customer)[:1])


def of_case(request: HttpRequest, ticket: Ticket) -> dict[str, Any]:
    """What the panel shows of it; the forms begin with what is known."""
    wish = CustomerWish.of(ticket)
    known = {"wants": wish.wants, "words": wish.words} if wish else {}
    paid = Paid.of(ticket)
    told = {name: getattr(paid, name) for name in ("cents", "source", "words")} if paid else {}
    return {
        "customer_wish": wish,
        "house_will": HouseWill.on(house_day(timezone.now())),
        "hindrances": _HINDRANCES.rows(ticket=ticket.pk),
        "own_tie": _OWN_TIE.first(agent=request.user.pk, customer=ticket.customer_id),
        "paid": paid,
        "paid_form": _fields(PaidForm, "paid", told),
        "wish_form": _fields(CustomerWishForm, "wish", known),
        "hindrance_form": _fields(HindranceForm, "hindrance", {}),
        "tie_form": _fields(TieForm, "tie", {}),
    }


def _fields(form: type[forms.Form], name: str, initial: dict[str, Any]) -> SafeString:
    return _drawn(form, name, tuple(initial.items()), get_language())


@lru_cache(maxsize=500)
def _drawn(form: type[forms.Form], name: str, initial: Known, _language: str | None) -> SafeString:
    """The fields as they begin, drawn once for everything they can begin with: they took a quarter of the panel."""
    made = form(initial=dict(initial), auto_id=f"{name}-%s")
    return format_html_join("", "{}", ((render_to_string("_field.html", {"field": one}),) for one in made))


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
