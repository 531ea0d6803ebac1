"""What the desk does by itself or says again and again, and what its people promised: rules, a macro, promises."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Max

from tickets.automation import carry, timing
from tickets.models import CannedReply, Macro, OutgoingMail, Pledge, Rule, SavedView, Ticket
from tickets.sla.sweep import sweep_now
from tickets.sla.worktime import OpeningHours

from . import moments
from .people import NORTH, Cast

WORDS = {
    "de": (
        "Ich rufe Sie an und sage Ihnen, wie es weitergeht",
        "Sie bekommen eine Antwort mit Datum von mir",
    ),
    "en": ("I call you and tell you how it goes on", "You get an answer with a date from me"),
}
MOVED = {
    "de": "Der Hersteller meldet sich erst am Nachmittag.",
    "en": "The maker will only answer in the afternoon.",
}
REMINDER = {
    "text_en": "Hello {customer},\n\nmay we still help with “{subject}”? One line is enough.",
    "text_de": "Guten Tag {customer},\n\nkönnen wir bei „{subject}“ noch helfen? Eine Zeile genügt.",
}
CANNED = (
    {
        "name": "Sendung angefragt",
        "text_en": "Hello {customer},\n\nI have asked the carrier where your parcel is and write to you again by "
        "{promise}.\n\nKind regards\n{agent}",
        "text_de": "Guten Tag {customer},\n\nich habe beim Paketdienst nachgefragt, wo Ihre Sendung ist, und melde "
        "mich bis {promise} wieder.\n\nViele Grüße\n{agent}",
    },
    {
        "name": "Foto vom Schaden",
        "text_en": "Hello {customer},\n\nplease send us a photo of the damage in answer to this message. Then we "
        "need nothing else.\n\nKind regards\n{agent}",
        "text_de": "Guten Tag {customer},\n\nbitte schicken Sie uns als Antwort ein Foto vom Schaden. Mehr brauchen "
        "wir dann nicht.\n\nViele Grüße\n{agent}",
    },
    {
        "name": "Danke für die Geduld",
        "text_en": "Hello {customer},\n\nthank you for your patience with “{subject}”.\n\nKind regards\n{agent}",
        "text_de": "Guten Tag {customer},\n\nvielen Dank für Ihre Geduld bei „{subject}“.\n\nViele Grüße\n{agent}",
    },
)


def keep_word(cast: Cast, hours: dict[str, OpeningHours], *, now: datetime) -> None:
    """After the stories, in working time: rules that ran once, and promises that stand in each of their ways."""
    _rules(cast, now=now)
    _views(cast, now=now)
    _promises(cast, hours[NORTH], now=now)
    # Nobody at an example address shall get mail from a demo.
    OutgoingMail.objects.filter(sent_at=None).update(sent_at=now, created_at=now, due_at=now, tries=1)


def _rules(cast: Cast, *, now: datetime) -> None:
    birgit = cast.desk["birgit"]
    team = cast.teams[NORTH]
    waiting = _all_of(_row("status", "waiting_customer"))
    urgent = _all_of(_row("cause", "late-delivery"), _row("priority", 3, "at_least"))
    tell = {"do": "tell", "whom": "leads", "words": "Dringende Verspätung – bitte heute noch ansehen"}
    note = {"do": "note", "text": "Seit zwei Tagen liegt es bei anderen. Bitte nachfragen."}
    for name, mode, trigger, said in (
        ("Dringende Verspätungen sieht die Leitung", "on", "opened", {"conditions": urgent, "steps": [tell]}),
        (
            "Nachfragen, wenn keine Antwort kommt", "dry", "time",
            {"after": 2, "unit": "working_days", "anchor": "answer", "conditions": waiting,
             "steps": [{"do": "reply", **REMINDER}]},
        ),
        (
            "Erinnern, wenn andere warten lassen", "on", "time",
            {"after": 2, "unit": "days", "anchor": "status", "steps": [note],
             "conditions": _all_of(_row("status", "waiting_others"))},
        ),
    ):  # fmt: skip
        rule = Rule.write(
            by=birgit, key=f"demo:{name}", name=name, team=team, trigger=trigger, at=now, **said
        )
        rule.switch(mode, by=birgit, at=now)
    steps = [
        {"do": "priority", "priority": 3},
        {"do": "note", "text": "Paketdienst ist angefragt, Antwort bis morgen."},
        {"do": "move", "status": "waiting_others"},
    ]
    for number, said in enumerate(CANNED):
        CannedReply.write(by=birgit, key=f"demo:canned-{number}", scope="team", team=team, at=now, **said)
    Macro.write(by=birgit, key="demo:carrier", name="Paketdienst anfragen", team=team, steps=steps, at=now)
    timing.time_now(now=now)
    carry.carry_now(now=now)


def _views(cast: Cast, *, now: datetime) -> None:
    """One the lead shares with the team, and one an agent keeps for herself."""
    soon = _all_of(_row("hours_to_promise", 4, "at_most"))
    shared = {"team": cast.teams[NORTH], "conditions": soon, "name": "Bald fällig"}
    SavedView.write(by=cast.desk["birgit"], key="demo:soon", at=now, **shared)
    english = {"conditions": _all_of(_row("language", "en")), "name": "Auf Englisch"}
    SavedView.write(by=cast.desk["anna"], key="demo:english", at=now, **english)


def _promises(cast: Cast, calendar: OpeningHours, *, now: datetime) -> None:
    """One to come, one moved, one broken: on open tickets of the team, by whoever works on them."""
    given = moments.before(calendar, now, 240 * 60)
    quiet = Ticket.objects.annotate(last=Max("events__at")).filter(last__lt=given).values("pk")
    found = Ticket.objects.unsettled().filter(team__slug=NORTH, pk__in=quiet).exclude(assignee=None)
    tickets = list(found.with_people().order_by("-created_at")[:3])
    for number, ticket in enumerate(tickets):
        words = WORDS[ticket.reader_language][number % 2]
        until = (
            moments.before(calendar, now, 45 * 60)
            if number == 2
            else moments.after(calendar, now, 70 + 60 * number)
        )
        how = {"by": ticket.assignee, "key": f"demo:{number}", "at": given}
        pledge = Pledge.give(ticket, words=words, until=until, **how)
        if number == 1:
            later, reason = until + timedelta(hours=1), MOVED[ticket.reader_language]
            pledge.move(later, reason=reason, by=ticket.assignee, at=given + timedelta(minutes=20))
    sweep_now(now=now)


def _all_of(*rows: dict[str, object]) -> dict[str, object]:
    return {"join": "all", "parts": [{"join": "all", "parts": list(rows)}]}


def _row(fact: str, value: object, operator: str = "is") -> dict[str, object]:
    return {"fact": fact, "operator": operator, "value": value}
