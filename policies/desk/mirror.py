"""The same for the quiet ones: what it would take, said before it is given, and how far it has come."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.customer import Customer
from policies.facts import Rules, rules_in_force
from policies.mirrors.mirror import LeftOut, Mirror, is_wished, wish_for
from policies.mirrors.quiet import Plan, Prospect, Quiet, can_be_mirrored, plan
from policies.mirrors.reflection import Reflection
from policies.offer import Offer, OfferQuerySet
from policies.referral import Refusal
from tickets.desk.access import LARGEST_ID, desk_only, find
from tickets.incident import Incident, IncidentQuerySet
from tickets.textfields import KeyField, OneLineField
from tickets.ticket import Ticket

PAGE_SIZE, MOST_OFFERS = 50, 3


class MirrorForm(forms.Form):
    """`expected` is the number the agent has read on the button."""

    expected = forms.IntegerField(min_value=0, max_value=10**6, widget=forms.HiddenInput)
    key = KeyField()


class LeaveOutForm(forms.Form):
    """Without a customer everybody who is still to get it is meant."""

    customer = forms.IntegerField(min_value=1, max_value=LARGEST_ID, required=False, widget=forms.HiddenInput)
    words = OneLineField(label=gettext_lazy("Why not?"), max_length=300)


@dataclass(frozen=True, slots=True)
class Side:
    """One gesture of the ticket: what giving it to the quiet ones would take, or how far that has come."""

    offer: Offer
    plan: Plan | None
    form: MirrorForm
    given: int  # others who got it by earlier mirrors
    wished: bool  # the leads were asked already

    @property
    def for_others(self) -> int:
        """How many need somebody else's yes."""
        return self.plan.count(Prospect.YES) if self.plan else 0


@dataclass(frozen=True, slots=True)
class Row:
    """One quiet customer in words."""

    quiet: Quiet
    why: tuple[str, ...]


@require_safe
@desk_only
def panel(request: HttpRequest, number: int) -> HttpResponse:
    """The piece of the ticket's page below its incident."""
    return _piece(request, find(request, number))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def mirror(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Everybody quiet with what it would come to; sent, it is given – all, or as many as was said."""
    ticket = find(request, number)
    incident, offer = _incident(request, ticket), _offer(ticket, pk)
    if request.method != "POST":
        return _page(request, ticket, incident, offer)
    form = MirrorForm(request.POST)
    if not form.is_valid():
        return _shown(request, ticket, trouble=_("Please look again and press the button once more."))
    made = Mirror.begin(offer, incident, by=request.user, **form.cleaned_data)
    if isinstance(made, Refusal):
        return _shown(request, ticket, trouble=str(made.text))
    if made.done_at is None:
        return _shown(
            request, ticket, done=_("It is on its way. It goes on by itself while you go on working.")
        )
    given = made.progress().get(Reflection.Fate.GIVEN, 0)
    words = ngettext("Given. %(count)s customer was told.", "Given. %(count)s customers were told.", given)
    return _shown(request, ticket, done=words % {"count": given})


@require_POST
@desk_only
def wish(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Ask the leads to give it to those this agent cannot give it to."""
    ticket = find(request, number)
    incident, offer = _incident(request, ticket), _offer(ticket, pk)
    told = wish_for(offer, incident, by=request.user)
    if not told and not is_wished(offer):
        words = _("This team has no other lead. Ask your administrator to name one.")
        return _shown(request, ticket, trouble=words)
    names = ", ".join(lead.name for lead in told)
    return _shown(request, ticket, done=_("Asked: %(names)s.") % {"names": names} if told else "")


@require_POST
@desk_only
def leave_out(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """One customer, or all who do not have it yet, with the words why."""
    ticket = find(request, number)
    incident, offer = _incident(request, ticket), _offer(ticket, pk)
    form = LeaveOutForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say in a few words why this customer shall not get it."))
        return redirect("authority:mirror", ticket.pk, offer.pk)
    words, customer = form.cleaned_data["words"], form.cleaned_data["customer"]
    if customer:
        LeftOut.say(incident, _customer(incident, customer), words=words, by=request.user)
    elif found := _side(request, incident, offer).plan:
        LeftOut.say_of_all(incident, (row.customer for row in found.rows), words=words, by=request.user)
        messages.success(request, _("Written down. Whoever shall get it after all can be taken in again."))
    return redirect("authority:mirror", ticket.pk, offer.pk)


@require_POST
@desk_only
def take_in(request: HttpRequest, number: int, pk: int, customer: int) -> HttpResponse:
    """Whoever was left out shall get it after all."""
    ticket = find(request, number)
    incident, offer = _incident(request, ticket), _offer(ticket, pk)
    LeftOut.take_back(incident, _customer(incident, customer))
    return redirect("authority:mirror", ticket.pk, offer.pk)


def _piece(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    incident = _incidents(request, ticket).first()
    running = Mirror.objects.running().filter(incident=incident).select_related("offer").first()
    sides = []
    if incident and running is None:
        sides = [_side(request, incident, offer) for offer in _offers(ticket)[:MOST_OFFERS]]
    progress = running.progress() if running else {}
    waiting, everybody = progress.get("waiting", 0), sum(progress.values())
    context = {
        "ticket": ticket,
        "incident": incident,
        "running": running,
        "given": progress.get("given", 0),
        "planned": progress.get("given", 0) + waiting,
        "share": 100 * (everybody - waiting) // everybody if everybody else 0,
        "sides": sides,
    }
    return render(request, "desk/authority/_mirror.html", context)


def _page(request: HttpRequest, ticket: Ticket, incident: Incident, offer: Offer) -> HttpResponse:
    side = _side(request, incident, offer)
    rules = rules_in_force()
    rows = [Row(quiet, _why(quiet, rules)) for quiet in side.plan.rows] if side.plan else []
    number = request.GET.get("page", "")
    context = {
        "ticket": ticket,
        "incident": incident,
        "side": side,
        "page": Paginator(rows, PAGE_SIZE).get_page(number if len(number) < 10 else 1),
        "currency": offer.currency,
        "left": Reflection.objects.left()
        .filter(mirror__incident=incident, mirror__offer=offer)
        .select_related("customer__person")
        .order_by("-pk")[:PAGE_SIZE],
        "running": Mirror.objects.running().filter(incident=incident).exists(),
    }
    return render(request, "desk/mirror.html", context)


def _side(request: HttpRequest, incident: Incident, offer: Offer) -> Side:
    words = LeftOut.words_of(incident)
    found = (
        plan(offer, incident, agent=request.user, left_out=words, at=timezone.now())
        if can_be_mirrored(offer)
        else None
    )
    given = Reflection.objects.filter(mirror__offer=offer, fate=Reflection.Fate.GIVEN).count()
    form = MirrorForm(initial={"expected": found.fits if found else 0})
    return Side(offer, found, form, given, is_wished(offer))


def _why(quiet: Quiet, rules: Rules) -> tuple[str, ...]:
    """Why not: a guardrail in its own words, anything else as the panel says it."""
    rails = {rail.code: rail.reason for rail in rules.guardrails}
    return tuple(rails.get(str(reason.params.get("guardrail", "")), reason.text) for reason in quiet.reasons)


def _incidents(request: HttpRequest, ticket: Ticket) -> IncidentQuerySet:
    own = Incident.objects.worked_by(request.user).filter(links__ticket=ticket)
    return own.select_related("cause", "team")


def _incident(request: HttpRequest, ticket: Ticket) -> Incident:
    found = _incidents(request, ticket).first()
    if found is None:
        raise Http404
    return found


def _offers(ticket: Ticket) -> OfferQuerySet:
    given = Offer.objects.filter(ticket=ticket).exclude(state=Offer.State.REVERSED)
    return given.select_related("ruling", "customer__person").order_by("-at", "-pk")


def _offer(ticket: Ticket, pk: int) -> Offer:
    found = _offers(ticket).filter(pk=min(pk, LARGEST_ID)).first()
    if found is None:
        raise Http404
    return found


def _customer(incident: Incident, pk: int) -> Customer:
    """Somebody on the list."""
    row = incident.affected.filter(customer_id=min(pk, LARGEST_ID)).select_related("customer").first()
    if row is None:
        raise Http404
    return row.customer


def _shown(request: HttpRequest, ticket: Ticket, *, done: str = "", trouble: str = "") -> HttpResponse:
    """The piece again with a word that outlives its next refresh; without scripts the ticket with the word on top."""
    said = trouble or done
    if request.htmx:
        response = _piece(request, ticket)
        if said:
            response["HX-Trigger"] = json.dumps({"toast": {"message": said}})
        return response
    if said:
        messages.add_message(request, messages.ERROR if trouble else messages.SUCCESS, said)
    return redirect(ticket.desk_url())
