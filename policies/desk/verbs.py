"""What an agent does in the authority panel: give, say how willing, deliver, take back."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from policies.asks.ask import Ask
from policies.facts import rules_in_force
from policies.fairness import like_cases, needs_reason
from policies.ledger.transfer import NotEnough
from policies.offer import Offer
from policies.referral import NobodyToAsk
from policies.ruling import ASKED, BOOKED, Ruling
from policies.wollen import Stance
from tickets.desk.access import LARGEST_ID, desk_only, find
from tickets.ticket import Ticket

from .access import by_rules
from .forms import GestureForm, ReversalForm, WillForm
from .panel import panel


@require_POST
@desk_only
@by_rules
def offer(request: HttpRequest, number: int) -> HttpResponse:
    """Book, ask or refuse what was chosen. The same key a second time changes nothing and answers the same."""
    ticket = find(request, number)
    form = GestureForm(request.POST, rules=rules_in_force(), ticket=ticket)
    if not form.is_valid() or form.refuse_unnamed():
        return _shown(request, ticket, form=form, status=422)
    if needs_reason(form.wish, like_cases(ticket, form.wish, at=timezone.now())):
        form.add_error("why", _("Like cases got something else. One line says why this one differs."))
        return _shown(request, ticket, form=form, status=422)
    try:
        ruling = Ruling.request(request.user, ticket, form.wish, key=form.cleaned_data["key"])
    except NobodyToAsk as nobody:
        form.add_error(None, str(nobody))
        return _shown(request, ticket, form=form, status=422)
    except NotEnough:
        form.add_error(None, _("The budget was used up in this very moment. Please look again."))
        return _shown(request, ticket, form=form, status=422)
    return _shown(request, ticket, done=ruling)


@require_POST
@desk_only
@by_rules
def will(request: HttpRequest, number: int) -> HttpResponse:
    ticket = find(request, number)
    form = WillForm(request.POST)
    if form.is_valid():
        Stance.take(request.user, ticket, form.cleaned_data["will"])
    return _shown(request, ticket)


@require_POST
@desk_only
@by_rules
def say(request: HttpRequest, pk: int) -> HttpResponse:
    """Yes to a question, right on the ticket; a no takes words, and they are typed on the page of the question."""
    mine = Ask.objects.answerable_by(request.user).with_story()
    ask = mine.filter(
        pk=min(pk, LARGEST_ID), ruling__ticket__in=Ticket.objects.worked_by(request.user)
    ).first()
    if ask is None:
        raise Http404
    refusal = ask.grant(by=request.user)
    ask.refresh_from_db()
    if refusal and ask.answered_by_id != request.user.pk:
        messages.error(request, str(refusal.text))
    return _shown(request, ask.ruling.ticket)


@require_POST
@desk_only
@by_rules
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The asker needs no answer any more. Sent twice, it is withdrawn once."""
    own = Ask.objects.filter(
        ruling__agent=request.user, ruling__ticket__in=Ticket.objects.worked_by(request.user)
    )
    ask = own.with_story().filter(pk=min(pk, LARGEST_ID)).first()
    if ask is None:
        raise Http404
    refusal = ask.withdraw(by=request.user)
    ask.refresh_from_db()
    if refusal and ask.answer != Ask.Answer.WITHDRAWN:
        messages.error(request, str(refusal.text))
    return _shown(request, ask.ruling.ticket)


@require_POST
@desk_only
@by_rules
def deliver(request: HttpRequest, pk: int) -> HttpResponse:
    found = _offer(request, pk)
    found.deliver(by=request.user)
    return _shown(request, found.ticket)


@require_POST
@desk_only
@by_rules
def redeem(request: HttpRequest, pk: int) -> HttpResponse:
    found = _offer(request, pk)
    if not found.redeem(by=request.user) and not Offer.objects.filter(pk=found.pk, state="redeemed").exists():
        messages.error(request, _("It cannot be redeemed: it is not with the customer, or its time is over."))
    return _shown(request, found.ticket)


@require_POST
@desk_only
@by_rules
def reverse(request: HttpRequest, pk: int) -> HttpResponse:
    found = _offer(request, pk)
    form = ReversalForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say in a few words why it is taken back."))
    elif not found.reverse(by=request.user, why=form.cleaned_data["why"]):
        messages.error(
            request,
            _(
                "It has already reached the customer. Only a lead takes it back, and nobody once it was redeemed."
            ),
        )
    return _shown(request, found.ticket)


def _offer(request: HttpRequest, pk: int) -> Offer:
    desk = Ticket.objects.worked_by(request.user)
    found = Offer.objects.select_related("ticket", "period", "ruling__rulebook").filter(
        pk=min(pk, LARGEST_ID), ticket__in=desk
    )
    offer = found.first()
    if offer is None:
        raise Http404
    return offer


def _shown(
    request: HttpRequest,
    ticket: Ticket,
    *,
    form: GestureForm | None = None,
    done: Ruling | None = None,
    status: int = 200,
) -> HttpResponse:
    """The panel again for the page that asked for it; without scripts, the whole ticket with a word on top."""
    if request.htmx:
        response = panel(request, ticket, form=form, status=200 if status == 422 else status)
        if done is not None:  # a word that outlives the next refresh of the panel
            response["HX-Trigger"] = json.dumps({"toast": {"message": _said(done)}})
        return response
    if form is not None:
        for error in [*form.non_field_errors(), *(e for errors in form.errors.values() for e in errors)]:
            messages.error(request, error)
    elif done is not None:
        messages.success(request, _said(done))
    return redirect(ticket.desk_url())


def _said(ruling: Ruling) -> str:
    outcome = ruling.answer.outcome
    if outcome in BOOKED:
        return _("Done: %(gesture)s. The customer was told.") % {"gesture": ruling.gesture}
    if outcome in ASKED:
        return _("%(name)s was asked about %(gesture)s.") % {
            "name": ruling.ask.asked.name,
            "gesture": ruling.gesture,
        }
    return _("%(gesture)s is not possible here. The reasons stand in the panel.") % {
        "gesture": ruling.gesture
    }
