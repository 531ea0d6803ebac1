"""The list of tickets, sorted by promise, and the notices of one person."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Left
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.person import Person
from accounts.prepared import Prepared
from tickets.composing.held_reply import HeldReply
from tickets.draft import Draft
from tickets.message import Message
from tickets.notice import Notice
from tickets.ticket import Ticket, TicketQuerySet

from .access import LARGEST_ID, desk_only
from .columns import Columns
from .finding import ways_of
from .paging import ORDERED_BY, After, Page, Way, half_of, page_of
from .row import Line, as_rows
from .view import View, condition, counted, looked_at, views_of
from .view import chosen as chosen_of

LONGEST_SEARCH = 200
SHOWN_NOTICES = 12
RAIL = 30
LAST_VIEW, LAST_SEARCH = "desk_view", "desk_search"


@require_safe
@desk_only
def tickets(request: HttpRequest) -> HttpResponse:
    context = _list(request)
    _remember(request, context["chosen"], str(context["query"]))
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


class Found(NamedTuple):
    """A search, to stand where a view stands."""

    name: str
    url: str

    @classmethod
    def by(cls, typed: str) -> Found:
        named = _("Search: %(query)s") % {"query": typed}
        return cls(named, f"{reverse('desk:tickets')}?{urlencode({'q': typed})}")


def rail_of(request: HttpRequest, current: int) -> dict[str, object]:
    """The beginning of the list this person looked at last, to stand beside one of its tickets."""
    person, typed = request.user, request.session.get(LAST_SEARCH, "")
    if typed:
        page = page_of(*ways_of(person, typed)[0], size=RAIL)
        shown: View | Found = Found.by(typed)
        page = _in_full(page, person, with_words=False)
    else:
        shown = looked_at(person, request.session.get(LAST_VIEW, ""))
        page = page_of(_in(shown, person, with_words=False), size=RAIL)
    return {
        "rail_view": shown,
        "neighbours": page.rows,
        "current": current,
        "live_teams": sorted(person.team_ids),
    }


def next_after(request: HttpRequest, ticket: Ticket) -> str:
    """The address of the next by promise in the list looked at last; after its end, its first; "" without another."""
    person, typed = request.user, request.session.get(LAST_SEARCH, "")
    if typed:
        ways = ways_of(person, typed)[0]
    else:
        view = looked_at(person, request.session.get(LAST_VIEW, ""))
        ways = [view.of(Ticket.objects.worked_by(person), person).values_list(*ORDERED_BY, named=True)]
    later = page_of(*ways, after=str(After.of(ticket)), size=1).rows
    others = later or [row for row in page_of(*ways, size=2).rows if row.pk != ticket.pk]
    return reverse("desk:ticket", args=[others[0].pk]) if others else ""


def last_list(request: HttpRequest) -> str:
    """The address of the list this person looked at last."""
    typed, slug = request.session.get(LAST_SEARCH, ""), request.session.get(LAST_VIEW, "")
    if typed:
        return Found.by(typed).url
    return looked_at(request.user, slug).url if slug else reverse("desk:tickets")


def _remember(request: HttpRequest, chosen: object, typed: str) -> None:
    """What is looked at now, where it is something else than before."""
    if typed:
        if request.session.get(LAST_SEARCH) != typed:
            request.session[LAST_SEARCH] = typed
        return
    if LAST_SEARCH in request.session:
        del request.session[LAST_SEARCH]
    if isinstance(chosen, View) and request.session.get(LAST_VIEW, "open") != chosen.slug:
        request.session[LAST_VIEW] = chosen.slug


def numbers_in(person: Person, *, view: str, typed: str, most: int) -> list[int]:
    """The first tickets of a view, or of what a search finds, in the order of the list; none of a view that is gone,
    for another in its place is not what was meant."""
    views = views_of(person)
    chosen = chosen_of(views, view)
    if not typed and chosen.slug != view:
        return []
    return [row.pk for row in page_of(*_ways(person, chosen, typed)[0], size=most).rows]


def _ways(person: Person, chosen: View, typed: str) -> tuple[list[Way], list[str]]:
    """The ways to what the list shows, and what could not be understood of the search."""
    return ways_of(person, typed) if typed else ([_in(chosen, person, with_words=True)], [])


def typed_in(sent: QueryDict) -> str:
    return sent.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]


def _notices(person: Person) -> QuerySet[Notice]:
    """The person's notices, newest first, with what a line of them says."""
    return Notice.objects.told_to(person).select_related("event__by", "event__ticket")


_NOTICES = Prepared(lambda person: _notices(person).filter(seen_at=None)[:SHOWN_NOTICES])


def _list(request: HttpRequest) -> dict[str, object]:
    person = request.user
    views = counted(views_of(person), person)
    chosen = chosen_of(views, request.GET.get("view", ""))
    typed = typed_in(request.GET)
    shown, troubles = _ways(person, chosen, typed)
    columns = Columns.of(person)
    page = page_of(*shown, after=request.GET.get("after", ""))
    page = _in_full(page, person, with_words=True) if typed else page
    columns.look_up(page.rows, by=person)
    return {
        "views": views,
        "manages": chosen.is_managed_by(person),
        "chosen": None if typed else chosen,
        "query": typed,
        "troubles": troubles,
        "page": page,
        "columns": columns,
        "live_teams": sorted(person.team_ids),
        "notices": _NOTICES.rows(person=person),
    }


def _in_full(page: Page, person: Person, *, with_words: bool) -> Page:
    """The same page with all its lines say."""
    numbers = [row.pk for row in page.rows]
    found = _SAID.rows(with_words, person=person, numbers=numbers) if numbers else []
    lines = {row[0]: Line(*row) for row in found}
    return replace(page, rows=[lines[number] for number in numbers if number in lines])


_SAID = Prepared(
    lambda with_words, person, numbers: _lines_of(
        Ticket.objects.worked_by(person).filter(pk__among=numbers), person, with_words
    ).order_by()
)


def _in(view: View, person: Person, *, with_words: bool) -> Way:
    """The lines of a view; of a usual one nothing but the values is new each time."""
    if view.saved is not None or view.away:
        return _lines_of(view.of(Ticket.objects.worked_by(person), person), person, with_words)
    mine: dict[str, Any] = {"person": person} | ({"team": view.team} if view.team else {})

    def ask(half: str, place: After | None, most: int, _until: datetime | None) -> list[Line]:
        begins = place.values_in(half) if place else {}
        found = _LINES.rows(view.kind, half, most, with_words, **mine, **begins)
        return [Line(*row) for row in found]

    return ask


def _lines(
    kind: str, half: str, most: int, with_words: bool, *, person: Person, team: int = 0, **begins: Any
) -> QuerySet[Any, Any]:
    found = Ticket.objects.worked_by(person).filter(condition(kind, person, team))
    place = After(**{"due_at": None, **begins}) if begins else None
    # Which ones is decided by an index alone; only for those is looked up what their lines say. Asked at once, the
    # database read the people and causes of all that is open, and then showed thirty of them.
    shown = half_of(found, half, place).values("pk")[:most]
    return half_of(_lines_of(Ticket.objects.filter(pk__in=shown), person, with_words), half, None)


_LINES = Prepared(_lines)


def _lines_of(tickets: TicketQuerySet, person: Person, with_words: bool) -> QuerySet[Any]:
    begun = Draft.objects.filter(person=person, ticket=OuterRef("pk"))
    tickets = tickets.annotate(has_draft=Exists(begun))
    if with_words:
        return as_rows(tickets.annotate(last_words=_last_words()), "has_draft", "last_words")
    return as_rows(tickets, "has_draft")


def _last_words() -> Subquery:
    latest = Message.objects.filter(ticket=OuterRef("pk")).order_by("-at", "-pk")
    return Subquery(latest.annotate(start=Left("text", 160)).values("start")[:1])
