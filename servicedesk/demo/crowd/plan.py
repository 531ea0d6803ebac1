"""The plan of a crowd: when each matter begins, where it stands today, and how many messages it has. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from tickets.solvable import Status

YEARS = timedelta(days=3 * 365)
GROWTH = 0.85  # below 1: the desk gets more to do every year
# When people write, hour by hour in UTC, and how seldom at weekends.
HOURS = (1, 1, 1, 1, 2, 6, 14, 24, 30, 31, 28, 22, 20, 22, 24, 22, 20, 16, 15, 16, 12, 8, 4, 2)
QUIET_WEEKENDS = 0.7
STANDS = (Status.OPEN, Status.WAITING_CUSTOMER, Status.WAITING_OTHERS, Status.SOLVED, Status.CLOSED)
# Up to this age in days: the share of each of these states, and how many of the open ones nobody answered yet.
AGES = (
    (0.2, (86, 5, 4, 3, 2), 0.8),
    (3, (60, 18, 10, 8, 4), 0.15),
    (14, (25, 16, 9, 25, 25), 0.05),
    (60, (3.0, 3.0, 2.0, 8, 84), 0.02),
    (float("inf"), (0.15, 0.25, 0.1, 0.7, 98.8), 0.0),
)


@dataclass(frozen=True, slots=True)
class Part:
    """One matter to be: when it begins, where it stands, how many messages follow the first."""

    opened_at: datetime
    status: Status
    more: int


def plan(tickets: int, messages: int, rng: Random, *, now: datetime) -> list[Part]:
    """`tickets` parts in the order of time with `messages` messages in all (at least one each)."""
    moments = sorted(_moment(rng, now) for _number in range(tickets))
    stands = [_stand(rng, (now - moment).total_seconds() / 86_400) for moment in moments]
    talking = [number for number, (_status, silent) in enumerate(stands) if not silent]
    more = _shared_out(messages - tickets, talking or range(tickets), tickets, rng)
    return [
        Part(moment, status, count)
        for moment, (status, _silent), count in zip(moments, stands, more, strict=True)
    ]


def _moment(rng: Random, now: datetime) -> datetime:
    moment = now - YEARS * (1 - rng.random() ** GROWTH)
    if moment.weekday() >= 5 and rng.random() < QUIET_WEEKENDS:
        moment -= timedelta(days=moment.weekday() - rng.randint(0, 4))
    hour = rng.choices(range(24), HOURS)[0]
    moment = moment.replace(hour=hour, minute=rng.randrange(60), second=rng.randrange(60), microsecond=0)
    if moment >= now:  # today has not come that far
        moment = now - timedelta(seconds=rng.randint(60, 14_000))
    return moment


def _stand(rng: Random, days: float) -> tuple[Status, bool]:
    """Where a matter of this age stands, and whether nobody has said anything about it yet."""
    _upto, shares, silent = next(row for row in AGES if days <= row[0])
    status = rng.choices(STANDS, shares)[0]
    return status, status is Status.OPEN and rng.random() < silent


def _shared_out(spare: int, talking: Sequence[int], tickets: int, rng: Random) -> list[int]:
    """Everybody who talks once, as far as it goes; the rest as chance has it."""
    more = [0] * tickets
    for number in rng.sample(talking, min(spare, len(talking))):
        more[number] = 1
    for number in rng.choices(talking, k=max(0, spare - len(talking))):
        more[number] += 1
    return more
