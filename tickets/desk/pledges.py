"""Promises on the desk: those of one ticket, given, kept, moved and taken back; one's own; and what was broken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.person import Person
from tickets.promises.pledge import Pledge
from tickets.promises.repair import Repair
from tickets.ticket import Ticket

from .access import LARGEST_ID, desk_only, find
from .pledge_forms import MovePledgeForm, PassOnForm, PledgeForm, RepairForm, WithdrawForm, quick_picks

SHOWN, SHOWN_CLOSED = 100, 5
GIVE_IDS = "promise-%s"  # several forms stand on one page, and no two fields share an id
Changing = tuple[int, str, forms.Form]


@require_safe
@desk_only
def my_promises(request: HttpRequest) -> HttpResponse:
    """What the reader is to keep, the most pressing first, and what they are to make good."""
    now = timezone.now()
    mine = Pledge.objects.open().kept_by(request.user, at=now).with_story()
    visible = Ticket.objects.worked_by(request.user)
    repairs = Repair.objects.open().worked_by(request.user).with_story()
    if not request.user.is_lead:
        repairs = repairs.filter(owner=request.user)
    context = {
        "pledges": mine.filter(ticket__in=visible)[:SHOWN],
        "repairs": repairs[:SHOWN],
        "now": now,
    }
    return render(request, "desk/promises.html", context)


@require_safe
@desk_only
def of_ticket(request: HttpRequest, number: int) -> HttpResponse:
    return _section(request, find(request, number))


@require_POST
@desk_only
def give(request: HttpRequest, number: int) -> HttpResponse:
    ticket = find(request, number)
    form = PledgeForm(request.POST, ticket=ticket, auto_id=GIVE_IDS)
    if not form.is_valid():
        return _section(request, ticket, give_form=form, status=422)
    said = form.cleaned_data
    Pledge.give(
        ticket,
        words=said["words"],
        until=said["until"],
        owner=said["owner"],
        by=request.user,
        key=said["key"],
    )
    messages.success(request, _("Promised. The customer can read it now, and you will be reminded."))
    return _done(request, ticket)


@require_POST
@desk_only
def keep(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    pledge = _find_pledge(request, number, pk)
    pledge.keep(by=request.user)
    return _done(request, pledge.ticket)


@require_POST
@desk_only
def move(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    pledge = _find_pledge(request, number, pk)
    form = MovePledgeForm(request.POST, ticket=pledge.ticket, auto_id=_ids("move", pledge))
    return _change(
        request,
        pledge,
        "move",
        form,
        lambda said: pledge.move(said["until"], reason=said["reason"], by=request.user),
    )


@require_POST
@desk_only
def withdraw(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    pledge = _find_pledge(request, number, pk)
    form = WithdrawForm(request.POST, auto_id=_ids("withdraw", pledge))
    return _change(
        request,
        pledge,
        "withdraw",
        form,
        lambda said: pledge.withdraw(reason=said["reason"], by=request.user),
    )


@require_POST
@desk_only
def pass_on(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    pledge = _find_pledge(request, number, pk)
    form = PassOnForm(request.POST, ticket=pledge.ticket, auto_id=_ids("pass-on", pledge))
    return _change(request, pledge, "pass_on", form, lambda said: pledge.pass_on(said["to"], by=request.user))


@require_POST
@desk_only
def repaired(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """What was done about a broken promise; `pk` is the promise's."""
    pledge = _find_pledge(request, number, pk)
    repair = Repair.objects.worked_by(request.user).with_story().filter(pledge=pledge).first()
    if repair is None:
        raise Http404
    form = RepairForm(request.POST, auto_id=_ids("repair", pledge))
    return _change(request, pledge, "repair", form, lambda said: repair.close(said["words"], by=request.user))


def _find_pledge(request: HttpRequest, number: int, pk: int) -> Pledge:
    ticket = find(request, number)
    found = ticket.pledges.with_story().filter(pk=pk).first() if pk <= LARGEST_ID else None
    if found is None:
        raise Http404
    return found


def _change(
    request: HttpRequest, pledge: Pledge, what: str, form: forms.Form, deed: Callable[[dict[str, Any]], bool]
) -> HttpResponse:
    """One change of a promise; when somebody was faster, or its time has passed, that is said."""
    if not form.is_valid():
        return _section(request, pledge.ticket, changing=(pledge.pk, what, form), status=422)
    if not deed(form.cleaned_data):
        messages.error(request, _("This promise cannot be changed like this any more. Please look again."))
    return _done(request, pledge.ticket)


def _done(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    return _section(request, ticket) if request.htmx else redirect(f"{ticket.desk_url()}#promises")


def _section(
    request: HttpRequest,
    ticket: Ticket,
    *,
    give_form: PledgeForm | None = None,
    changing: Changing | None = None,
    status: int = 200,
) -> HttpResponse:
    """The promises of one ticket, each with what can be done about it."""
    now, pledges = timezone.now(), ticket.pledges.with_story()
    rows, open_ones = [], list(pledges.filter(closed_at=None))
    colleagues = Person.objects.working_in(ticket.team) if open_ones else []
    people = [(one.pk, str(one)) for one in colleagues]
    for pledge in open_ones:
        given = {changing[1]: changing[2]} if changing and changing[0] == pledge.pk else {}
        rows.append({"pledge": pledge, "forms": _forms(ticket, pledge, people) | given, "opened": given})
    repairs = [
        {"repair": repair, "form": _repair_form(repair.pledge, changing)}
        for repair in Repair.objects.open().with_story().filter(pledge__ticket=ticket)
    ]
    context = {
        "ticket": ticket,
        "rows": rows,
        "closed": pledges.exclude(closed_at=None).order_by("-closed_at")[:SHOWN_CLOSED],
        "repairs": repairs,
        "give_form": give_form
        or PledgeForm(ticket=ticket, auto_id=GIVE_IDS, initial={"owner": request.user.pk}),
        # What is wrong with what was typed stands there until it is put right.
        "listens": give_form is None and changing is None,
        "picks": quick_picks(ticket, now=now),
        "now": now,
    }
    if request.htmx or status == 200:
        return render(request, "desk/_pledges.html", context)  # a piece of a page with errors is still shown
    return render(request, "desk/pledges.html", context, status=status)


def _forms(ticket: Ticket, pledge: Pledge, people: list[tuple[int, str]]) -> dict[str, forms.Form]:
    return {
        "move": MovePledgeForm(ticket=ticket, auto_id=_ids("move", pledge), initial={"until": pledge.due_at}),
        "withdraw": WithdrawForm(auto_id=_ids("withdraw", pledge)),
        "pass_on": PassOnForm(
            ticket=ticket,
            people=people,
            auto_id=_ids("pass-on", pledge),
            initial={"to": pledge.owner_id},
        ),
    }


def _repair_form(pledge: Pledge, changing: Changing | None) -> forms.Form:
    if changing and changing[:2] == (pledge.pk, "repair"):
        return changing[2]
    return RepairForm(auto_id=_ids("repair", pledge))


def _ids(what: str, pledge: Pledge) -> str:
    return f"{what}-{pledge.pk}-%s"
