"""Incidents on the desk: from a ticket, as a list, and one with everybody it hit."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.customer import Customer
from tickets.affected_list import Entry, look_up, newcomers
from tickets.incident import Affected, Incident, IncidentQuerySet, IncidentTicket
from tickets.search.customers import customers_like
from tickets.ticket import Ticket, TicketQuerySet

from .access import LARGEST_ID, desk_only, find
from .incident_forms import IncidentForm, LinkForm, ListForm, PickForm, ReportForm

PAGE_SIZE, SHOWN_ALIKE, SHOWN_FOUND = 50, 12, 12
RECENT, AROUND = timedelta(days=60), timedelta(days=14)
LONGEST_SEARCH = 200


@require_safe
@desk_only
def incidents(request: HttpRequest) -> HttpResponse:
    found = Incident.objects.worked_by(request.user).with_counts().select_related("cause", "team")
    return render(request, "desk/incidents.html", {"page": _paged(found, request)})


@require_safe
@desk_only
def incident(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _find(request, pk))


@require_POST
@desk_only
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    form = IncidentForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form=form, status=422)
    found.amend(**form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("desk:incident", found.pk)


@require_POST
@desk_only
def paste(request: HttpRequest, pk: int) -> HttpResponse:
    """Put everybody on the list whom a pasted text names, and say line by line what became of it."""
    found = _find(request, pk)
    form = ListForm(request.POST)
    if not form.is_valid():
        return _page(request, found, list_form=form, status=422)
    report = look_up(found, form.cleaned_data["entries"])
    found.add(newcomers(report), by=request.user)
    return _page(request, found, report=report)


@require_POST
@desk_only
def pick(request: HttpRequest, pk: int) -> HttpResponse:
    """Put ticked customers on the list and link ticked tickets; what is not there any more is left out."""
    found = _find(request, pk)
    form = PickForm(
        request.POST,
        customers=Customer.objects.select_related("person"),
        tickets=Ticket.objects.worked_by(request.user).filter(team=found.team),
    )
    if not form.is_valid():
        messages.error(request, _("Something you ticked is not there any more. Please look again."))
        return redirect("desk:incident", found.pk)
    added = found.add(form.cleaned_data["customer"], by=request.user)
    linked = sum(found.link(ticket, by=request.user) for ticket in form.cleaned_data["ticket"])
    messages.success(request, _picked(added, linked))
    return redirect("desk:incident", found.pk)


@require_POST
@desk_only
def take_off(request: HttpRequest, pk: int, customer: int) -> HttpResponse:
    found = _find(request, pk)
    row = (
        found.affected.filter(customer_id=min(customer, LARGEST_ID))
        .select_related("customer__person")
        .first()
    )
    if row is None:
        raise Http404
    if found.take_off(row.customer):
        messages.success(request, _("%(name)s is no longer on the list.") % {"name": row.customer})
    else:
        messages.error(
            request, _("%(name)s has a ticket about it and stays on the list.") % {"name": row.customer}
        )
    return redirect("desk:incident", found.pk)


@require_safe
@desk_only
def of_ticket(request: HttpRequest, number: int) -> HttpResponse:
    """The piece of the ticket's page: its incident, or how to report one."""
    return _piece(request, find(request, number))


@require_POST
@desk_only
def report(request: HttpRequest, number: int) -> HttpResponse:
    """A new incident with this ticket as its first."""
    ticket = find(request, number)
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _piece(request, ticket, form=form, status=422)
    found = Incident.report(**form.cleaned_data, cause=ticket.cause, team=ticket.team, by=request.user)
    return _linked(request, ticket, found)


@require_POST
@desk_only
def link(request: HttpRequest, number: int) -> HttpResponse:
    ticket = find(request, number)
    form = LinkForm(request.POST, incidents=_at_hand(request, ticket))
    if not form.is_valid():
        return _piece(request, ticket, link_form=form, status=422)
    return _linked(request, ticket, form.cleaned_data["incident"])


@require_POST
@desk_only
def unlink(request: HttpRequest, number: int) -> HttpResponse:
    ticket = find(request, number)
    found = Incident.objects.worked_by(request.user).filter(links__ticket=ticket).first()
    gone = found is None or found.unlink(ticket, by=request.user)
    words = _("We opened this ticket for the incident, so it stays with it.")
    return _shown(request, ticket, trouble="" if gone else words)


def _linked(request: HttpRequest, ticket: Ticket, found: Incident) -> HttpResponse:
    linked = found.link(ticket, by=request.user)
    words = _("This ticket belongs to another incident already.")
    return _shown(request, ticket, trouble="" if linked else words)


def _shown(request: HttpRequest, ticket: Ticket, *, trouble: str) -> HttpResponse:
    """The piece again; without scripts the ticket's page."""
    if request.htmx:
        response = _piece(request, ticket)
        if trouble:
            response["HX-Trigger"] = json.dumps({"toast": {"message": trouble}})
        return response
    if trouble:
        messages.error(request, trouble)
    return redirect(ticket.desk_url())


def _piece(
    request: HttpRequest,
    ticket: Ticket,
    *,
    form: ReportForm | None = None,
    link_form: LinkForm | None = None,
    status: int = 200,
) -> HttpResponse:
    own = Incident.objects.worked_by(request.user).filter(links__ticket=ticket).with_counts().first()
    at_hand = _at_hand(request, ticket)
    context = {
        "ticket": ticket,
        "incident": own,
        "wrote": own.affected.filter(_wrote()).count() if own else 0,
        "at_hand": [] if own else at_hand,
        "form": form or ReportForm(initial={"happened_at": timezone.localtime(ticket.created_at)}),
        "link_form": link_form or LinkForm(incidents=at_hand),
    }
    if request.htmx or status == 200:
        return render(request, "desk/_incident.html", context)  # htmx swaps nothing in on 422
    return render(request, "desk/incident_report.html", context, status=status)


def _page(
    request: HttpRequest,
    found: Incident,
    *,
    form: IncidentForm | None = None,
    list_form: ListForm | None = None,
    report: list[Entry] | None = None,
    status: int = 200,
) -> HttpResponse:
    query = request.GET.get("find", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    context = {
        "incident": found,
        "form": form or IncidentForm.showing(found),
        "list_form": list_form or ListForm(),
        "report": report,
        "fates": Counter(entry.fate.value for entry in report or []),
        "query": query,
        "customers": _not_listed(found, query)[:SHOWN_FOUND] if query else [],
        "alike": _alike(request, found)[:SHOWN_ALIKE],
        "page": _paged(_affected(found), request),
        "wrote": found.affected.filter(_wrote()).count(),
    }
    return render(request, "desk/incident.html", context, status=status)


def _find(request: HttpRequest, pk: int) -> Incident:
    own = Incident.objects.worked_by(request.user).select_related("cause", "team", "by")
    found = own.filter(pk=min(pk, LARGEST_ID)).first()
    if found is None:
        raise Http404
    return found


def _at_hand(request: HttpRequest, ticket: Ticket) -> IncidentQuerySet:
    """Incidents of the ticket's team lately: one of them it may be."""
    own = Incident.objects.worked_by(request.user).filter(team=ticket.team)
    return own.filter(happened_at__gt=timezone.now() - RECENT)


def _alike(request: HttpRequest, found: Incident) -> TicketQuerySet:
    """Tickets about the same cause around then that belong to no incident yet."""
    around = (found.happened_at - AROUND, found.happened_at + AROUND)
    own = Ticket.objects.worked_by(request.user).filter(team=found.team, cause=found.cause)
    return own.filter(created_at__range=around, incident_link=None).with_people().order_by("-created_at")


def _not_listed(found: Incident, query: str) -> QuerySet[Customer]:
    listed = Affected.objects.filter(incident=found, customer=OuterRef("pk"))
    return customers_like(query).exclude(Exists(listed))


def _affected(found: Incident) -> QuerySet[Affected]:
    """The list with the newest ticket of each about it."""
    own = IncidentTicket.objects.filter(incident=found, ticket__customer=OuterRef("customer")).order_by("-pk")
    rows = found.affected.select_related("customer__person", "customer__organisation")
    return rows.annotate(ticket_number=own.values("ticket")[:1], by_us=own.values("opened_by_us")[:1])


def _wrote() -> Exists:
    own = IncidentTicket.objects.filter(
        incident=OuterRef("incident"), ticket__customer=OuterRef("customer"), opened_by_us=False
    )
    return Exists(own)


def _paged(rows: Any, request: HttpRequest) -> Page:
    number = request.GET.get("page", "")
    return Paginator(rows, PAGE_SIZE).get_page(number if len(number) < 10 else 1)


def _picked(added: int, linked: int) -> str:
    customers = ngettext("%(count)s customer added.", "%(count)s customers added.", added)
    tickets = ngettext("%(count)s ticket linked.", "%(count)s tickets linked.", linked)
    said = [customers % {"count": added}] if added or not linked else []
    return " ".join([*said, tickets % {"count": linked}] if linked else said)
