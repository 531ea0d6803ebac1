"""The list of tickets, sorted by promise, and the notices of one person."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Left
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.person import Person
from accounts.team import Team
from tickets.message import Message
from tickets.notice import Notice
from tickets.solvable import SETTLED, Status
from tickets.ticket import Ticket, TicketQuerySet

from .access import desk_only

PAGE_SIZE = 50
LONGEST_SEARCH = 200
SHOWN_NOTICES = 12
WAITING = (Status.WAITING_CUSTOMER, Status.WAITING_OTHERS)


@dataclass(frozen=True)
class View:
    """One way to look at the tickets: a name, an icon, and the condition it stands for."""

    slug: str
    name: str | Promise
    icon: str
    condition: Q
    count: int = 0

    @property
    def is_team(self) -> bool:
        return self.slug.startswith("team-")

    @property
    def url(self) -> str:
        return f"{reverse('desk:tickets')}?{urlencode({'view': self.slug})}"


def views_of(person: Person) -> list[View]:
    """The views of this person: own, nobody's, everything open, waiting, solved, and each team."""
    settled, waiting = Q(status__in=SETTLED), Q(status__in=WAITING)
    open_now = ~settled & ~waiting
    fixed = [
        View("mine", _("My tickets"), "user", Q(assignee=person) & open_now),
        View("nobody", _("Nobody’s yet"), "inbox", Q(assignee=None) & open_now),
        View("open", _("All open"), "layers", open_now),
        View("waiting", _("Waiting"), "hourglass", waiting),
        View("solved", _("Solved"), "circle-check", settled),
    ]
    teams = Team.objects.worked_by(person)
    return fixed + [View(f"team-{team.slug}", team.name, "users", Q(team=team) & open_now) for team in teams]


@require_safe
@desk_only
def tickets(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/tickets.html", _list(request))


@require_safe
@desk_only
def rows(request: HttpRequest) -> HttpResponse:
    """The same list again, for a page that stands open while tickets come and go."""
    return render(request, "desk/_list.html", _list(request))


@require_safe
@desk_only
def notices(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/notices.html", {"notices": _notices(request.user)[:100]})


def _notices(person: Person) -> QuerySet[Notice]:
    """The person's notices, newest first, with what a line of them says."""
    return Notice.objects.told_to(person).select_related("event__by", "event__ticket")


def _list(request: HttpRequest) -> dict[str, object]:
    person = request.user
    everything = Ticket.objects.worked_by(person)
    views = views_of(person)
    slug = request.GET.get("view", "")
    chosen = next((view for view in views if view.slug == slug), views[2])
    query = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    found = search(everything, query) if query else everything.filter(chosen.condition)
    page = _page(
        found.with_people().by_promise().annotate(last_words=_last_words()), request.GET.get("page", "")
    )
    return {
        "views": _counted(views, everything),
        "chosen": None if query else chosen,
        "query": query,
        "page": page,
        "live_teams": sorted(person.team_ids),
        "notices": _notices(person).filter(seen_at=None)[:SHOWN_NOTICES],
    }


def search(tickets: TicketQuerySet, query: str) -> TicketQuerySet:
    """By number, subject, or the customer's name or address."""
    number = query.removeprefix("#")
    if number.isascii() and number.isdigit() and len(number) <= 18:
        return tickets.filter(pk=int(number))
    return tickets.filter(
        Q(subject__icontains=query)
        | Q(customer__person__name__icontains=query)
        | Q(customer__person__email__icontains=query)
        | Q(customer__organisation__name__icontains=query)
    )


def _counted(views: list[View], tickets: TicketQuerySet) -> list[View]:
    """All counts in one query."""
    counts = tickets.aggregate(
        **{f"c{at}": Count("pk", filter=view.condition) for at, view in enumerate(views)}
    )
    return [View(v.slug, v.name, v.icon, v.condition, counts[f"c{at}"]) for at, v in enumerate(views)]


def _last_words() -> Subquery:
    latest = Message.objects.filter(ticket=OuterRef("pk")).order_by("-at", "-pk")
    return Subquery(latest.annotate(start=Left("text", 160)).values("start")[:1])


def _page(tickets: TicketQuerySet, number: str) -> Page:
    return Paginator(tickets, PAGE_SIZE).get_page(number if len(number) < 10 else 1)
