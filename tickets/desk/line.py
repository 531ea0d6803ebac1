"""The line on the desk: my presence, the contact in front of me, who waits, and the wall in the room."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.person import Person
from accounts.prepared import Prepared
from accounts.presence import MOST_AT_ONCE, Presence
from accounts.team import Team
from tickets.line import words as on
from tickets.line.attendance import attending
from tickets.line.call_ticket import answers_due
from tickets.line.chat import Chat
from tickets.line.closing import closings
from tickets.line.heard import USUAL
from tickets.line.offering import offer_now, who_stands_beside
from tickets.line.place import Place, PlaceQuerySet
from tickets.ticket import Ticket

from .access import LARGEST_ID, desk_only
from .help import help_with
from .line_forms import ActForm, PresenceForm

SHOWN: Final = 50
EARLIER: Final = 5
SOON: Final = timedelta(hours=1)


@require_safe
@desk_only
def line(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/line.html", _line(request))


@require_safe
@desk_only
def now(request: HttpRequest) -> HttpResponse:
    """The same again, for the page that stands open; asking for it is also a sign of life."""
    return render(request, "desk/_line.html", _line(request))


@require_safe
@desk_only
def badge(request: HttpRequest) -> HttpResponse:
    """On every page of the desk: how many wait, and whether one of them is offered to me."""
    presence = Presence.beat(request.user)
    waiting = Place.objects.worked_by(request.user).in_line().count()
    offered = Place.objects.filter(offered_to=request.user).order_by("offered_at").first()
    context = {"presence": presence, "waiting_count": waiting, "offered": offered}
    return render(request, "desk/_line_badge.html", context)


@require_POST
@desk_only
def presence(request: HttpRequest) -> HttpResponse:
    form = PresenceForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This state does not exist."))
        return redirect("desk:line")
    Presence.say(request.user, form.cleaned_data["state"])
    if form.cleaned_data["capacity"]:
        Presence.objects.filter(person=request.user).update(capacity=form.cleaned_data["capacity"])
    # At once, so that the page they come back to shows it.
    offer_now(now=timezone.now())
    return redirect("desk:line")


@require_POST
@desk_only
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """One verb on one contact; where it makes no sense any more, the page says so and shows what is."""
    found: Place | None = _ACTED_ON.first(person=request.user, pk=min(pk, LARGEST_ID))
    if found is None:
        raise Http404
    form = ActForm(request.POST, person=request.user)
    if not form.is_valid():
        problem = next(iter(form.errors.values()))[0]
        messages.error(request, problem)
    elif not form.act(found):
        messages.info(
            request, _("Somebody was faster, or the contact has moved on. Here is how it stands now.")
        )
    # At once, so that the page they come back to shows it.
    offer_now(now=timezone.now())
    chat = Chat.objects.held_by(request.user).filter(place=found).first()
    return redirect("desk:chat", pk=chat.pk) if chat else redirect("desk:line")


@require_safe
@desk_only
def wall(request: HttpRequest) -> HttpResponse:
    """For a screen in the room."""
    return render(request, "desk/wall.html", _wall(request))


@require_safe
@desk_only
def wall_now(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/_wall.html", _wall(request))


def _line(request: HttpRequest) -> dict[str, object]:
    at, person = timezone.now(), request.user
    current: list[Place] = _CURRENT.rows(person=person.pk)
    waiting: list[Place] = _WAITING.rows(person=person)
    due = answers_due([*current, *waiting])
    return {
        "presence": Presence.beat(person, at=at),
        "states": Presence.State.choices,
        "capacities": range(1, MOST_AT_ONCE + 1),
        "current": [{**_card(place, reader=person, at=at), "due": due.get(place.pk)} for place in current],
        "silent": _SILENT.rows(person=person, since=at - timedelta(seconds=USUAL.silence[2])),
        "unfinished": _UNFINISHED.rows(person=person.pk, since=at - timedelta(seconds=USUAL.outcome_within)),
        "waiting": [(place, due.get(place.pk)) for place in waiting],
        "teams": Team.objects.order_by("name"),
        "line_teams": sorted(person.team_ids),
        "closings": closings(Team.objects.worked_by(person).order_by("name"), now=at),
        "troubled": _troubled(person),
        "late_calls": _late_calls(person, at=at),
        "unreached": _of_my_teams(person).left_to_leads().order_by("arrived_at")[:SHOWN],
        "now": at,
    }


def _troubled(person: Person) -> PlaceQuerySet:
    """For whom something we owe them could not be done, the newest first."""
    return _of_my_teams(person).in_trouble().order_by("-pk")[:EARLIER]


def _late_calls(person: Person, *, at: datetime) -> PlaceQuerySet:
    """Who waits too long for our call, the longest first."""
    return _of_my_teams(person).called_late(at).order_by("waiting_since")[:EARLIER]


def _of_my_teams(person: Person) -> PlaceQuerySet:
    """What a lead looks after; of themselves they read nothing here."""
    theirs = Place.objects.filter(team__in=person.led_team_ids).exclude(customer__person=person)
    return theirs.with_people()


def _mine(person: int) -> PlaceQuerySet:
    """On offer to somebody or with them; nobody serves themselves."""
    mine = Place.objects.filter(offered_to=person) | Place.objects.filter(agent=person)
    return mine.exclude(customer__person=person).with_people()


def _unfinished(person: int, since: datetime) -> PlaceQuerySet:
    """What somebody ended a moment ago and said no outcome of."""
    ended = _mine(person).filter(phase=on.ENDED, agent=person, has_outcome=False, ended_by=on.BY_AGENT)
    return ended.filter(ended_at__gt=since)


def _silent(person: Person, since: datetime) -> PlaceQuerySet:
    """Where a colleague has said nothing for so long: leads and whoever is free see it."""
    theirs = Place.objects.worked_by(person).with_agent().filter(held_since__lte=since).exclude(agent=person)
    return theirs.with_people().select_related("chat").order_by("held_since")[:EARLIER]


def _in_line(person: Person) -> PlaceQuerySet:
    theirs = Place.objects.worked_by(person).in_line().with_people()
    return theirs.order_by("-comes_first", "-priority", "arrived_at")[:SHOWN]


# Each joins six tables and more: PostgreSQL thought for 10 to 40 ms about what it then found in a third of one.
_ACTED_ON = Prepared(lambda person, pk: Place.objects.worked_by(person).with_people().filter(pk=pk))
_CURRENT = Prepared(lambda person: _mine(person).unsettled().exclude(phase=on.ASLEEP).order_by("arrived_at"))
_WAITING, _SILENT, _UNFINISHED = Prepared(_in_line), Prepared(_silent), Prepared(_unfinished)


def _card(place: Place, *, reader: Person, at: datetime) -> dict[str, object]:
    """One contact in front of the agent, with what the house adds to it."""
    return {
        "place": place,
        "beside": who_stands_beside(place.agent, place, now=at) if place.agent else None,
        **help_with(place, reader=reader, at=at),
        "tickets": _tickets_of(place),
        "chat": Chat.objects.filter(place=place).first() if place.channel == Place.Channel.CHAT else None,
        "dials": place.phase in (on.RESERVED, on.DIALLING),
    }


def _tickets_of(place: Place) -> list[Ticket]:
    if place.customer is None:
        return []
    return list(place.customer.tickets.select_related("status_name").order_by("-changed_at")[:EARLIER])


def _wall(request: HttpRequest) -> dict[str, object]:
    at, person = timezone.now(), request.user
    waiting = Place.objects.worked_by(person).in_line()
    on_line = waiting.filter(phase=on.WAITING).order_by("arrived_at")
    with_us = Place.objects.worked_by(person).with_agent()
    return {
        "on_line": on_line.count(),
        "callbacks": waiting.filter(phase=on.CALLBACK).count(),
        "longest": _since(on_line.first(), "arrived_at", at=at),
        "talking": with_us.count(),
        "silent": _since(
            with_us.exclude(held_since=None).order_by("held_since").first(), "held_since", at=at
        ),
        "people": attending(_colleagues(person), now=at),
        "at_risk": Ticket.objects.worked_by(person).unsettled().filter(next_due_at__lte=at + SOON).count(),
        "line_teams": sorted(person.team_ids),
        "closings": closings(Team.objects.worked_by(person).order_by("name"), now=at),
        "now": at,
    }


def _since(place: Place | None, what: str, *, at: datetime) -> timedelta | None:
    return at - getattr(place, what) if place is not None else None


def _colleagues(person: Person) -> list[int]:
    rows = Person.objects.active().filter(teamuserobjectpermission__content_object__in=person.team_ids)
    return list(rows.values_list("pk", flat=True).distinct())
