"""What the demo's house promises: for each team by urgency, in its own hours, with somebody told in time."""

from __future__ import annotations

from datetime import datetime

from tickets.models import BusinessHours, Policy, PolicyVersion, TeamHours
from tickets.sla.alert import TELL_ASSIGNEE, TELL_LEAD
from tickets.sla.policy import AlertTerms, ConditionTerms, Terms

from .people import NORTH, SOUTH, Cast

HOUR = 3600
NAMES = {NORTH: "Nord", SOUTH: "Süd"}
# By team and kind, in hours of working time: urgent (4), high (3), everything else.
LENGTHS = {
    NORTH: {"first_response": (1, 2, 4), "next_response": (2, 4, 8), "solution": (10, 20, 30)},
    SOUTH: {"first_response": (1, 2, 4), "next_response": (2, 4, 8), "solution": (12, 24, 40)},
}
# Whoever calls or chats has somebody in front of them within four minutes, whatever it is about.
ANSWER_SECONDS = 240
# Whoever hangs up and waits in turn is called within two hours.
CALLBACK_SECONDS = 2 * HOUR
URGENCIES: tuple[tuple[str, tuple[ConditionTerms, ...]], ...] = (
    ("dringend", (("priority", "is", 4),)),
    ("hoch", (("priority", "is", 3),)),
    ("alle anderen", ()),
)
# The solution is long: the assignee hears of it at three quarters, and the leads too an hour before.
SOLUTION_ALERTS = (
    AlertTerms((TELL_ASSIGNEE,), percent=75),
    AlertTerms((TELL_ASSIGNEE, TELL_LEAD), minutes=-60),
)


def pledge(cast: Cast, hours: dict[str, BusinessHours], *, at: datetime) -> None:
    """One policy for each team and urgency, the most urgent asked first; and each team's own hours."""
    for team, kinds in LENGTHS.items():
        TeamHours.objects.create(team=cast.teams[team], hours=hours[team])
        for place, (urgency, conditions) in enumerate(URGENCIES):
            targets = [
                Terms(
                    kind,
                    lengths[place] * HOUR,
                    hours[team],
                    alerts=SOLUTION_ALERTS if kind == "solution" else (),
                )
                for kind, lengths in kinds.items()
            ]
            targets.append(Terms("answer", ANSWER_SECONDS, hours[team]))
            targets.append(Terms("callback", CALLBACK_SECONDS, hours[team]))
            version = Policy.found(f"{NAMES[team]}, {urgency}").publish(
                conditions=[("team", "is", cast.teams[team].slug), *conditions],
                targets=targets,
                by=cast.desk["sam"],
                note="Die ersten Zusagen",
                valid_from=at,
                at=at,
            )
            if not isinstance(version, PolicyVersion):
                raise TypeError(version.words)
