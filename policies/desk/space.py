"""What helped in cases like this, on the ticket: ideas to use, one's own to keep, and what newcomers get."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from policies.facts import rules_in_force
from policies.forms import MoneyField, symbol
from policies.ledger.budget import house_day
from policies.ledger.transfer import NotEnough
from policies.newcomers.counterpart import CAUSE, MATCH, AcquisitionOffer
from policies.newcomers.terms import match as match_offer
from policies.offer import Offer
from policies.referral import NobodyToAsk, Refusal
from policies.rules.catalogue import FREE
from policies.rules.rulebook import Rulebook
from policies.rules.space import Idea, Use
from policies.ruling import ASKED, BOOKED, Ruling
from policies.weigh.money import typed
from tickets.desk.access import LARGEST_ID, desk_only, find
from tickets.textfields import KeyField, OneLineField
from tickets.ticket import Ticket

SHOWN = 5


class IdeaForm(forms.Form):
    """What the customer wished and what answered it: two lines, filled from the ticket as far as it knows them."""

    wish = OneLineField(label=gettext_lazy("The wish"), max_length=200)
    gesture = OneLineField(label=gettext_lazy("What answered it"), max_length=80)
    key = KeyField()


class MatchForm(forms.Form):
    """The key makes matching twice the same as once."""

    offer = forms.IntegerField(min_value=1, max_value=LARGEST_ID, widget=forms.HiddenInput)
    amount = MoneyField(label=gettext_lazy("Amount"), strip=False)
    key = KeyField()


@require_safe
@desk_only
def space(request: HttpRequest, number: int) -> HttpResponse:
    return _piece(request, find(request, number))


@require_POST
@desk_only
def add(request: HttpRequest, number: int) -> HttpResponse:
    """Keep what helped: usable at once, known to the others when nobody objects."""
    ticket = find(request, number)
    form = IdeaForm(request.POST)
    if not form.is_valid():
        return _piece(request, ticket, form=form, status=422)
    said = form.cleaned_data
    given = _given_as(ticket, said["gesture"])
    kind, cents = (given.kind, given.cents) if given else ("", 0)
    Idea.add(ticket, **said, kind=kind, cents=cents, by=request.user)
    return _shown(request, ticket, _("Kept. You can use it at once; the lead has been told."))


@require_POST
@desk_only
def use(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Take an idea up here: the authority panel opens with it."""
    ticket = find(request, number)
    idea = _idea(request, ticket, pk)
    idea.use(ticket, by=request.user)
    if not request.htmx:
        return redirect(ticket.desk_url())
    in_catalogue = idea.kind in rules_in_force().kinds and idea.kind != FREE
    chosen = {"kind": idea.kind} if in_catalogue else {"kind": FREE, "named": idea.gesture}
    if idea.cents:
        chosen["amount"] = typed(idea.cents, settings.CURRENCY)
    return redirect(f"{reverse('authority:panel', args=[ticket.pk])}?{urlencode(chosen)}")


@require_POST
@desk_only
def thank(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """The customer said thanks for what was done here."""
    ticket = find(request, number)
    used = Use.objects.filter(ticket=ticket, idea=_idea(request, ticket, pk)).first()
    if used is None:
        raise Http404
    used.thank(by=request.user)
    return _shown(request, ticket, _("Good to know. Thanks are what one remembers."))


@require_POST
@desk_only
def match(request: HttpRequest, number: int) -> HttpResponse:
    """Give what newcomers get; within the field it is done at once, above it somebody is asked."""
    ticket = find(request, number)
    form = MatchForm(request.POST)
    if not form.is_valid():
        return _shown(request, ticket, " ".join(e for each in form.errors.values() for e in each), bad=True)
    said = form.cleaned_data
    offer = AcquisitionOffer.objects.running(house_day(timezone.now())).filter(pk=said["offer"]).first()
    if offer is None or ticket.cause.code != CAUSE:
        raise Http404
    try:
        done = match_offer(offer, ticket, said["amount"], by=request.user, key=said["key"])
    except NobodyToAsk as nobody:
        return _shown(request, ticket, str(nobody), bad=True)
    except NotEnough:
        words = _("The budget was used up in this very moment. Please look again.")
        return _shown(request, ticket, words, bad=True)
    if isinstance(done, Refusal):
        return _shown(request, ticket, str(done.text), bad=True)
    return _shown(request, ticket, _said(done), bad=done.answer.outcome not in (*BOOKED, *ASKED))


def _said(ruling: Ruling) -> str:
    if ruling.answer.outcome in BOOKED:
        return _("Done: %(gesture)s. The customer was told.") % {"gesture": ruling.gesture}
    if ruling.answer.outcome in ASKED:
        said = {"name": ruling.ask.asked.name, "gesture": ruling.gesture}
        return _("%(name)s was asked about %(gesture)s.") % said
    return _("%(gesture)s is not possible here.") % {"gesture": ruling.gesture}


def _piece(
    request: HttpRequest, ticket: Ticket, *, form: IdeaForm | None = None, status: int = 200
) -> HttpResponse:
    usable = Idea.objects.usable_by(request.user).filter(cause=ticket.cause)
    uses = Use.objects.filter(ticket=ticket, idea__in=usable).select_related("idea")
    last = Offer.objects.filter(ticket=ticket).exclude(state=Offer.State.REVERSED).first()
    first = {"wish": ticket.subject[:200], "gesture": last.gesture[:80] if last else ""}
    ideas = list(usable.select_related("by").best_first()[:SHOWN])
    others = Idea.objects.praisable_by(request.user).filter(pk__in=[idea.pk for idea in ideas])
    context = {
        "ticket": ticket,
        "ideas": ideas,
        "praisable": set(others.values_list("pk", flat=True)),
        "used_here": {use.idea_id for use in uses},
        "to_thank": [use for use in uses if use.thanked_at is None],
        "form": form or IdeaForm(initial=first),
        "terms": _terms(ticket),
        "symbol": symbol(settings.CURRENCY),
    }
    if request.htmx or status == 200:
        return render(request, "desk/_space.html", context)  # htmx swaps nothing in on 422
    return render(request, "desk/space.html", context, status=status)


def _terms(ticket: Ticket) -> dict[str, object] | None:
    """What newcomers get now with its answer to existing customers; only where somebody asks for it."""
    if ticket.cause.code != CAUSE:
        return None
    running = AcquisitionOffer.objects.running(house_day(timezone.now())).select_related("counterpart")
    offers = [
        (offer, MatchForm(initial={"offer": offer.pk, "amount": typed(offer.worth_cents, offer.currency)}))
        for offer in running
    ]
    try:
        can_match = MATCH in rules_in_force().kinds
    except Rulebook.DoesNotExist:
        can_match = False
    return {"offers": offers, "can_match": can_match}


def _given_as(ticket: Ticket, words: str) -> Offer | None:
    """The gesture of this ticket that goes by these words, so that using the idea opens the very same."""
    given = Offer.objects.filter(ticket=ticket).exclude(state=Offer.State.REVERSED)
    return next((offer for offer in given if offer.gesture[:80] == words), None)


def _idea(request: HttpRequest, ticket: Ticket, pk: int) -> Idea:
    usable = Idea.objects.usable_by(request.user).filter(cause=ticket.cause)
    found = usable.filter(pk=min(pk, LARGEST_ID)).first()
    if found is None:
        raise Http404
    return found


def _shown(request: HttpRequest, ticket: Ticket, said: str, *, bad: bool = False) -> HttpResponse:
    """The piece again with a word that outlives it, and the panels of the ticket look again."""
    if request.htmx:
        response = _piece(request, ticket)
        news = {"toast": {"message": said}, f"live:ticket-{ticket.pk}": {}}
        response["HX-Trigger"] = json.dumps(news)
        return response
    messages.add_message(request, messages.ERROR if bad else messages.SUCCESS, said)
    return redirect(ticket.desk_url())
