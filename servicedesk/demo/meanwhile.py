"""What stands beside the rules: extra authority, rules that are challenged, who is away, and what outcomes taught."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Max

from accounts.models import Absence, Team
from policies.challenges.rule import Kind, Rule
from policies.models import Challenge, ExtraAuthority, Review, Ruling
from tickets.models import OnCall, OutgoingMail, Ticket
from tickets.sla.worktime import OpeningHours

from . import moments
from .people import NORTH, SOUTH, Cast
from .play import POST_TAKES

# For which team, cents more per case, begins and ends in hours from now, why, granted by.
EXTRAS = (
    (SOUTH, 4000, -3, 6, "Rückruf der Dichtungen: Wer heute anruft, soll nicht warten müssen.", "katharina"),
    (NORTH, 2500, 70, 82, "Samstag nach dem Ausfall der Touren 3 und 4.", "birgit"),
    (NORTH, 2000, -250, -240, "Sturm: Lieferungen kamen einen Tag später.", "birgit"),
)
WHY = "Ein verlorenes Geburtstagsgeschenk kostet siebzig Euro; danach zu fragen kostet den Geburtstag."
DOUBT = "Eine Leihmaschine geht immer wieder zurück. Warum braucht es dafür eine Frage?"
ANSWER = "Stimmt: Was zurückkommt, zählt ab der nächsten Fassung nicht mehr in diesen Rahmen."
TAUGHT = "Die Kundin blieb und kam mit zwei Freundinnen. Der Betrag war richtig, nur die Frage war unnötig."


def put_beside(cast: Cast, hours: dict[str, OpeningHours], *, now: datetime) -> None:
    """All of it, shortly before `now`, in working time."""
    for slug, cents, begins, ends, reason, by in EXTRAS:
        ExtraAuthority.grant(
            ExtraAuthority(
                team=Team.objects.get(slug=slug),
                cents=cents,
                currency="EUR",
                reason=reason,
                starts_at=now + timedelta(hours=begins),
                ends_at=now + timedelta(hours=ends),
                granted_by=cast.desk[by],
                key=f"demo:{slug}:{begins}",
            ),
            at=now + timedelta(hours=min(begins, -1)),
        )
    _challenges(cast, hours, now=now)
    monday = now.date() + timedelta(days=7 - now.weekday())
    Absence.announce(
        cast.desk["emily"],
        first=monday,
        last=monday + timedelta(days=4),
        substitute=cast.desk["mehmet"],
        by=cast.desk["emily"],
        at=now,
    )
    for team, agent, lead in ((NORTH, "mehmet", "birgit"), (SOUTH, "jonas", "katharina")):
        evening = now.astimezone(hours[team].zone).replace(hour=18, minute=0, second=0, microsecond=0)
        OnCall.plan(
            cast.teams[team],
            cast.desk[agent],
            starts_at=evening,
            ends_at=evening + timedelta(hours=14),
            by=cast.desk[lead],
            at=now,
        )
    ruling = Ruling.objects.filter(agent=cast.desk["anna"], ask__answer="granted").earliest("at")
    Review.write(ruling, Review.Verdict.TOO_LITTLE, words=TAUGHT, by=cast.desk["birgit"], at=now)


def _challenges(cast: Cast, hours: dict[str, OpeningHours], *, now: datetime) -> None:
    """One waits for its answer since four working days, one has it."""
    at = moments.before(hours[NORTH], now, 4 * moments.DAY * 60)
    late = _quiet_since(at, agent="mehmet", cause="late-delivery", cast=cast)
    if late:
        Challenge.raise_it(Rule(Kind.OWN), late, by=cast.desk["mehmet"], why=WHY, at=at)
    broken = _quiet_since(at, agent="priya", cause="broken-on-arrival", cast=cast)
    doubt = broken and Challenge.raise_it(Rule(Kind.OWN), broken, by=cast.desk["priya"], why=DOUBT, at=at)
    if isinstance(doubt, Challenge):
        answered = moments.before(hours[SOUTH], now, 3600)
        doubt.settle("changes", words=ANSWER, by=cast.desk["katharina"], at=answered)
    # No mail of the demo leaves the house.
    OutgoingMail.objects.filter(sent_at=None).update(
        created_at=at, due_at=at, sent_at=at + POST_TAKES, tries=1
    )


def _quiet_since(at: datetime, *, agent: str, cause: str, cast: Cast) -> Ticket | None:
    """The last ticket of this cause on which nothing happened since: of this agent, else of anybody."""
    tickets = Ticket.objects.with_people().filter(cause__code=cause)
    quiet = tickets.annotate(last=Max("events__at")).filter(last__lt=at).order_by("-last")
    return quiet.filter(assignee=cast.desk[agent]).first() or quiet.first()
