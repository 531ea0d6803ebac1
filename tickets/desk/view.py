"""The ways to look at the tickets of the desk: usual ones, those people put together, and one for each team."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import BooleanField, Case, Count, IntegerField, Q, QuerySet, Subquery, Value, When
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.absence import Absence
from accounts.person import Person
from accounts.prepared import Prepared
from accounts.team import Team
from tickets.automation import group
from tickets.draft import Draft
from tickets.search.conditions import asked_of, names, needs_moments, question
from tickets.search.saved_view import SavedView
from tickets.solvable import SETTLED, Status
from tickets.ticket import Ticket, TicketQuerySet

WAITING = (Status.WAITING_CUSTOMER, Status.WAITING_OTHERS)
NOT_DONE = (Status.OPEN, *WAITING)
MINE, NOBODYS, OTHERS = "mine", "nobody", "others"
TEAM, DRAFTS = "team", "drafts"
# What cannot be counted in one look at all that is not done is counted no further than this.
MOST_COUNTED = 999


@dataclass(frozen=True)
class View:
    """One way to look at the tickets: its address, its name and its icon."""

    slug: str
    name: str | Promise
    icon: str
    count: int | None = None  # None: nobody counts what is done
    is_more: bool = False  # than is counted
    saved: SavedView | None = None
    team: int = 0
    away: tuple[int, ...] = ()  # whose tickets it shows while they are away

    @property
    def is_team(self) -> bool:
        return bool(self.team)

    @property
    def kind(self) -> str:
        """What of is asked the same for everybody; of each saved one something else is."""
        return TEAM if self.team else self.slug

    @property
    def counted(self) -> str | None:
        return None if self.count is None else f"{self.count}{'+' if self.is_more else ''}"

    @property
    def url(self) -> str:
        return _url(self.slug, get_script_prefix())

    def of(self, tickets: TicketQuerySet, person: Person) -> TicketQuerySet:
        if self.away:
            return tickets.filter(assignee__in=self.away, status=Status.OPEN, asleep_since=None)
        if self.saved is None:
            return tickets.filter(condition(self.kind, person, self.team))
        if not _names_status(self.saved.conditions):
            tickets = tickets.filter(status__in=NOT_DONE)
        return asked_of(tickets, self.saved.conditions, now=timezone.now(), by=person)

    def is_managed_by(self, person: Person) -> bool:
        if self.saved is None:
            return False
        team = self.saved.team_id
        return team in person.led_team_ids if team else self.saved.owner_id == person.pk


@lru_cache(maxsize=1000)
def _url(slug: str, _prefix: str) -> str:
    return f"{reverse('desk:tickets')}?{urlencode({'view': slug})}"


USUAL = [
    View("mine", _("My tickets"), "user"),
    View("nobody", _("Nobody’s yet"), "inbox"),
    View("open", _("All open"), "layers"),
    View("waiting", _("Waiting"), "hourglass"),
    View("snoozed", _("Snoozed"), "moon"),
    View(DRAFTS, _("My drafts"), "file-pen-line"),
    View("solved", _("Solved"), "circle-check"),
]


def condition(kind: str, person: Person, team: int = 0) -> Q:
    """What a usual view holds."""
    awake = Q(asleep_since=None)
    open_now = Q(status=Status.OPEN) & awake
    return {
        "mine": Q(assignee=person) & open_now,
        "nobody": Q(assignee=None) & open_now,
        "open": open_now,
        "waiting": Q(status__in=WAITING) & awake,
        "snoozed": ~awake
        & Q(status__in=NOT_DONE),  # what is done sleeps no more; so only that is looked through
        "solved": Q(status__in=SETTLED),
        DRAFTS: Q(pk__in=Draft.objects.filter(person=person).values("ticket")),
        TEAM: Q(team=team) & open_now,
    }[kind]


def views_of(person: Person) -> list[View]:
    """The views of this person: own, nobody's, everything open, waiting, solved, of whom they stand in for, those put
    together, and each team."""
    away = tuple(pk for (pk,) in _AWAY.rows(person=person, at=timezone.now()))
    instead = [View("instead", _("For whom I stand in"), "user-check", away=away)] if away else []
    saved = [View(view.slug, view.name, "bookmark", saved=view) for view in _SAVED.rows(person=person)]
    teams: list[Team] = _TEAMS.rows(person=person)
    of_teams = [View(f"team-{team.slug}", team.name, "users", team=team.pk) for team in teams]
    return [*USUAL, *instead, *saved, *of_teams]


def chosen(views: list[View], slug: str) -> View:
    return next((view for view in views if view.slug == slug), views[2])


def looked_at(person: Person, slug: str) -> View:
    """The one view of this person; nothing is asked where it is one of the usual ones."""
    return chosen(USUAL if slug in {"", *(view.slug for view in USUAL)} else views_of(person), slug)


def counted(views: list[View], person: Person) -> list[View]:
    """The same with their counts. All come from what is not done: that stays small while the house grows."""
    counts = _usual_counts(person) | _saved_counts([view for view in views if view.saved], person)
    return [
        _with_count(view, counts.get(view.slug if view.saved else (view.kind, view.team))) for view in views
    ]


def _with_count(view: View, count: int | None) -> View:
    if count is None or count <= MOST_COUNTED or view.saved is None or _is_easy(view.saved):
        return replace(view, count=count)
    return replace(view, count=MOST_COUNTED, is_more=True)


def _usual_counts(person: Person) -> dict[Any, int]:
    """One question sorts all of them; which view holds how many is then a matter of adding."""
    counts: dict[Any, int] = dict.fromkeys(
        ((kind, 0) for kind in ("mine", "nobody", "open", "waiting", "snoozed", DRAFTS)), 0
    )
    counts |= {(TEAM, team): 0 for team in person.team_ids}
    for team, status, whose, is_asleep, many in _SORTED.rows(person=person):
        if whose == DRAFTS:
            held = [(DRAFTS, 0)]
        elif is_asleep:
            held = [("snoozed", 0)]
        elif status == Status.OPEN:
            held = [("open", 0), (TEAM, team), *([(whose, 0)] if whose != OTHERS else [])]
        else:
            held = [("waiting", 0)]
        for key in held:
            counts[key] += many
    return counts


def _saved_counts(views: list[View], person: Person) -> dict[Any, int]:
    """Those that one look at what is not done can count are counted in it, all others in a second one."""
    now, easy = timezone.now(), [view for view in views if view.saved and _is_easy(view.saved)]
    counts: dict[Any, int] = {}
    if easy:
        asked = {
            view.slug: Count("pk", filter=question(view.saved.conditions, now=now, by=person))
            for view in easy
            if view.saved
        }
        counts |= Ticket.objects.worked_by(person).filter(status__in=NOT_DONE).aggregate(**asked)
    hard = {view.slug: _Number(_held_by(view, person)) for view in views if view not in easy}
    if hard:
        counts |= Person.objects.filter(pk=person.pk).values(**hard).get()
    return counts


def _is_easy(saved: SavedView) -> bool:
    return not (needs_moments(saved.conditions) or _names_status(saved.conditions))


def _names_status(conditions: group.Group) -> bool:
    """A view that says nothing of it holds what is not done."""
    return names(conditions, "status") or names(conditions, "status_name")


def _held_by(view: View, person: Person) -> QuerySet[Any, Any]:
    return view.of(Ticket.objects.worked_by(person), person).order_by().values("pk")[: MOST_COUNTED + 1]


class _Number(Subquery):
    """How many rows a question finds."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()
    empty_result_set_value = 0


def _sorted(person: Person) -> QuerySet[Any, Any]:
    whose = Case(
        When(assignee=person, then=Value(MINE)),
        When(assignee=None, then=Value(NOBODYS)),
        default=Value(OTHERS),
    )
    is_asleep = Case(When(asleep_since=None, then=False), default=True)
    own = Ticket.objects.worked_by(person).order_by()
    drafted = own.filter(condition(DRAFTS, person)).annotate(
        whose=Value(DRAFTS), is_asleep=Value(False, output_field=BooleanField())
    )
    begun = _grouped(drafted)
    return _grouped(own.filter(status__in=NOT_DONE).annotate(whose=whose, is_asleep=is_asleep)).union(
        begun, all=True
    )


def _grouped(tickets: QuerySet[Any]) -> QuerySet[Any, Any]:
    named = tickets.values_list("team_id", "status", "whose", "is_asleep")
    return named.annotate(many=Count("pk"))


_SORTED = Prepared(_sorted)
# As `Pledge.kept_by` finds them.
_AWAY = Prepared(
    lambda person, at: (
        Absence.objects.running(at).filter(substitute=person).order_by().values_list("person").distinct()
    )
)
_SAVED = Prepared(lambda person: SavedView.objects.usable_by(person))
_TEAMS = Prepared(lambda person: Team.objects.worked_by(person))
