"""Who the customer is to us, beside the ticket: the relationship in a sentence, what is promised, what they told us."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.setup_change import logged
from policies.forms import MoneyField
from policies.relationship.account import MOST_PERCENT
from policies.relationship.detail import LONGEST_KEPT, USUALLY_KEPT, Detail
from policies.relationship.figures import RelationshipFigures, sentence
from policies.relationship.holding import Holding
from policies.relationship.quiet import quiet
from tickets.desk.access import LARGEST_ID, desk_only, find
from tickets.promises.pledge import Pledge
from tickets.refused import Refused
from tickets.setup.access import only, shown
from tickets.setup_page import administers
from tickets.textfields import KeyField, OneLineField
from tickets.ticket import Ticket

SHOWN = 6


class DetailForm(forms.Form):
    words = OneLineField(
        label=gettext_lazy("What did they tell you by themselves?"),
        max_length=300,
        help_text=gettext_lazy("Nothing about health, faith, politics or money."),
    )
    surprise = OneLineField(
        label=gettext_lazy("What small thing could please them?"), max_length=200, required=False
    )
    purpose = OneLineField(label=gettext_lazy("What is it kept for?"), max_length=200)
    consent = forms.ChoiceField(
        label=gettext_lazy("Did they agree?"), choices=Detail.Consent.choices, widget=forms.RadioSelect
    )
    forget_on = forms.DateField(
        label=gettext_lazy("Delete it on"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    key = KeyField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="detail-%s", **kwargs)

    def clean_forget_on(self) -> date:
        day: date = self.cleaned_data["forget_on"]
        today = timezone.localdate()
        if not today < day <= today + LONGEST_KEPT:
            raise forms.ValidationError(_("A day ahead, at most two years from now."), code="day")
        return day


class FiguresForm(forms.Form):
    acquisition = MoneyField(label=gettext_lazy("What does it cost to win a customer?"))
    stay_percent = forms.IntegerField(
        label=gettext_lazy("Of a hundred customers, how many stay a year?"),
        min_value=0,
        max_value=MOST_PERCENT,
        help_text=gettext_lazy("0: we do not know, and nothing is said about it."),
    )


@require_safe
@desk_only
def relationship(request: HttpRequest, number: int) -> HttpResponse:
    return _piece(request, find(request, number))


@require_POST
@desk_only
def note_detail(request: HttpRequest, number: int) -> HttpResponse:
    ticket = find(request, number)
    form = DetailForm(request.POST)
    if form.is_valid():
        noted = Detail.note(ticket, **form.cleaned_data, by=request.user)
        if not isinstance(noted, Refused):
            return _done(request, ticket)
        form.add_error("words", noted.words)
    return _done(request, ticket, form)


@require_POST
@desk_only
def forget_detail(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    ticket = find(request, number)
    mine = Detail.objects.filter(customer=ticket.customer_id)
    found = mine.filter(pk=pk).first() if pk <= LARGEST_ID else None
    if found is None:
        raise Http404
    found.forget(ticket, by=request.user)
    return _done(request, ticket)


@require_http_methods(["GET", "HEAD", "POST"])
@only(administers)
def figures(request: HttpRequest) -> HttpResponse:
    known = RelationshipFigures.now()
    first = {"acquisition": known.acquisition_cents, "stay_percent": known.stay_percent} if known else {}
    form = FiguresForm(request.POST if request.method == "POST" else None, initial=first)
    if not form.is_valid():
        context = {"form": form, "known": known}
        return shown(request, "setup/relationship.html", context, status=422 if form.is_bound else 200)
    said = form.cleaned_data
    with logged(known, by=request.user) as watch:
        watch.thing = RelationshipFigures.say(
            acquisition_cents=said["acquisition"], stay_percent=said["stay_percent"], by=request.user
        )
    messages.success(request, _("Saved."))
    return redirect("authority:figures")


def _done(request: HttpRequest, ticket: Ticket, form: DetailForm | None = None) -> HttpResponse:
    """The piece again; without scripts the ticket's page."""
    if request.htmx:
        return _piece(request, ticket, form)
    for errors in form.errors.values() if form else ():
        messages.error(request, " ".join(errors))
    return redirect(ticket.desk_url())


def _piece(request: HttpRequest, ticket: Ticket, form: DetailForm | None = None) -> HttpResponse:
    now, customer = timezone.now(), ticket.customer
    usually = timezone.localdate(now) + USUALLY_KEPT
    found = quiet(customer, now=now)
    context = {
        "ticket": ticket,
        "sentence": sentence(customer, RelationshipFigures.now()),
        "quiet": found if found.is_fragile else None,
        "holdings": list(Holding.objects.of(customer)[:SHOWN]),
        "details": list(Detail.objects.of(customer, on=timezone.localdate(now))),
        "form": form or DetailForm(initial={"forget_on": usually, "consent": Detail.Consent.ASKED}),
        **_elsewhere(request, ticket, now),
    }
    return render(request, "desk/authority/_relationship.html", context)


def _elsewhere(request: HttpRequest, ticket: Ticket, now: datetime) -> dict[str, Any]:
    """What is promised to them on other tickets, and what their organisation has open; of the own teams."""
    own = Ticket.objects.worked_by(request.user).exclude(pk=ticket.pk)
    promised = Pledge.objects.open().filter(ticket__in=own.filter(customer=ticket.customer_id))
    firm = ticket.customer.organisation_id
    colleagues = own.unsettled().filter(customer__organisation=firm).exclude(customer=ticket.customer_id)
    rows = colleagues.select_related("customer__person").order_by("-changed_at")[:SHOWN] if firm else []
    return {
        "promised": list(promised.select_related("ticket", "owner").order_by("due_at")[:SHOWN]),
        "colleagues": list(rows),
    }
