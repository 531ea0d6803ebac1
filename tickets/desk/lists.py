"""The list of tickets, sorted by promise, and the notices of one person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Left
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.person import Person
from accounts.prepared import Prepared
from accounts.team import Team
from tickets.composing.held_reply import HeldReply
from tickets.message import Message
from tickets.notice import Notice
from tickets.search.conditions import asked_of, names, needs_moments, question
from tickets.search.find import understood, ways
from tickets.search.saved_view import SavedView
from tickets.solvable import SETTLED, Status
from tickets.ticket import Ticket, TicketQuerySet

from .access import LARGEST_ID, desk_only
from .paging import After, page_of
from .row import as_rows

LONGEST_SEARCH = 200
SHOWN_NOTICES = 12
RAIL = 30
WAITING = (Status.WAITING_CUSTOMER, Status.WAITING_OTHERS)
NOT_DONE = (Status.OPEN, *WAITING)
LAST_VIEW = "desk_view"


@dataclass(frozen=True)
class View:
    """One way to look at the tickets: a name, an icon, and the condition it stands for."""

    slug: str
    name: str | Promise
    icon: str
    condition: Q
    count: int | None = None  # None: nobody counts what is done
    saved: SavedView | None = None

    @property
    def is_team(self) -> bool:
        return self.slug.startswith("team-")

    @property
    def is_counted(self) -> bool:
        """Whether one look at what is not done says how many they are."""
        if self.saved is None:
            return self.slug != "solved"
        conditions = self.saved.conditions
        return not (needs_moments(conditions) or names(conditions, "status"))

    def of(self, tickets: TicketQuerySet) -> TicketQuerySet:
        if self.saved is None:
            return tickets.filter(self.condition)
        if not names(self.saved.conditions, "status"):
            tickets = tickets.filter(status__in=NOT_DONE)
        return asked_of(tickets, self.saved.conditions, now=timezone.now())

    @property
    def url(self) -> str:
        return f"{reverse('desk:tickets')}?{urlencode({'view': self.slug})}"


def views_of(person: Person) -> list[View]:
    """The views of this person: own, nobody's, everything open, waiting, solved, those put together, and each team."""
    awake = Q(asleep_since=None)
    open_now, waiting = Q(status=Status.OPEN) & awake, Q(status__in=WAITING) & awake
    fixed = [
        View("mine", _("My tickets"), "user", Q(assignee=person) & open_now),
        View("nobody", _("Nobody’s yet"), "inbox", Q(assignee=None) & open_now),
        View("open", _("All open"), "layers", open_now),
        View("waiting", _("Waiting"), "hourglass", waiting),
        View("snoozed", _("Snoozed"), "moon", ~awake),
        View("solved", _("Solved"), "circle-check", Q(status__in=SETTLED)),
    ]
    now = timezone.now()
    saved = [
        View(
            view.slug,
            view.name,
            "bookmark",
            Q() if needs_moments(view.conditions) else question(view.conditions, now=now),
            saved=view,
        )
        for view in _SAVED.rows(person=person)
    ]
    teams: list[Team] = _TEAMS.rows(person=person)
    of_teams = [View(f"team-{team.slug}", team.name, "users", Q(team=team) & open_now) for team in teams]
    return [*fixed, *saved, *of_teams]


_SAVED = Prepared(lambda person: SavedView.objects.usable_by(person))
_TEAMS = Prepared(lambda person: Team.objects.worked_by(person))


@require_safe
@desk_only
def tickets(request: HttpRequest) -> HttpResponse:
    context = _list(request)
    chosen = context["chosen"]
    if isinstance(chosen, View) and request.session.get(LAST_VIEW, "open") != chosen.slug:
        request.session[LAST_VIEW] = chosen.slug
    context["going_out"] = HeldReply.objects.going_out_of(request.user)
    return render(request, "desk/tickets.html", context)


@require_safe
@desk_only
def rows(request: HttpRequest) -> HttpResponse:
    """The same list again, for a page that stands open while tickets come and go."""
    return render(request, "desk/_list.html", _list(request))


@require_safe
@desk_only
def rail(request: HttpRequest) -> HttpResponse:
    """The list beside a ticket again, for a page that stands open."""
    current = request.GET.get("current", "")
    plain = current.isascii() and current.isdigit() and len(current) < 20 and int(current) <= LARGEST_ID
    return render(request, "desk/_rail.html", rail_of(request, int(current) if plain else 0))


@require_safe
@desk_only
def notices(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/notices.html", {"notices": _notices(request.user)[:100]})


def rail_of(request: HttpRequest, current: int) -> dict[str, object]:
    """The beginning of the list this person looked at last, to stand beside one of its tickets."""
    person = request.user
    view = _chosen(views_of(person), request.session.get(LAST_VIEW, ""))
    found = as_rows(view.of(Ticket.objects.worked_by(person)))
    return {
        "rail_view": view,
        "neighbours": page_of(found, size=RAIL).rows,
        "current": current,
        "live_teams": sorted(person.team_ids),
    }


def next_after(request: HttpRequest, ticket: Ticket) -> Ticket | None:
    """The next by promise in the list looked at last; after its end, its first."""
    person = request.user
    view = _chosen(views_of(person), request.session.get(LAST_VIEW, ""))
    others = view.of(Ticket.objects.worked_by(person)).exclude(pk=ticket.pk)
    rows = page_of(others, after=str(After.of(ticket)), size=1).rows or page_of(others, size=1).rows
    return rows[0] if rows else None


def _chosen(views: list[View], slug: str) -> View:
    return next((view for view in views if view.slug == slug), views[2])


def _notices(person: Person) -> QuerySet[Notice]:
    """The person's notices, newest first, with what a line of them says."""
    return Notice.objects.told_to(person).select_related("event__by", "event__ticket")


def _list(request: HttpRequest) -> dict[str, object]:
    person = request.user
    everything = Ticket.objects.worked_by(person)
    views = _counted(views_of(person), everything)
    chosen = _chosen(views, request.GET.get("view", ""))
    typed = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    found, troubles = [chosen.of(everything)], []
    if typed:
        found, troubles = ways(everything, understood(typed), by=person)
    shown = [as_rows(way.annotate(last_words=_last_words()), "last_words") for way in found]
    return {
        "views": views,
        "manages": _manages(person, chosen),
        "chosen": None if typed else chosen,
        "query": typed,
        "troubles": troubles,
        "page": page_of(*shown, after=request.GET.get("after", "")),
        "live_teams": sorted(person.team_ids),
        "notices": _notices(person).filter(seen_at=None)[:SHOWN_NOTICES],
    }


def _manages(person: Person, view: View) -> bool:
    if view.saved is None:
        return False
    return (
        view.saved.team_id in person.led_team_ids if view.saved.team_id else view.saved.owner_id == person.pk
    )


def _counted(views: list[View], tickets: TicketQuerySet) -> list[View]:
    """All counts in one query, over what is not done: that stays small while the house grows."""
    counts = tickets.filter(status__in=NOT_DONE).aggregate(
        **{view.slug: Count("pk", filter=view.condition) for view in views if view.is_counted}
    )
    return [replace(view, count=counts.get(view.slug)) for view in views]


def _last_words() -> Subquery:
    latest = Message.objects.filter(ticket=OuterRef("pk")).order_by("-at", "-pk")
    return Subquery(latest.annotate(start=Left("text", 160)).values("start")[:1])
