"""Fair waits: when existing customers waited longer than newcomers on one day and one channel, the leads hear of it.

Both sides are measured and shown. Of a day with fewer than thirty contacts of either side nothing is said, and agents
are never told: what they do about it is take the next contact, and that the line decides.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.urls import reverse
from django.utils import timezone

from accounts.customer import Customer
from accounts.person import Person
from accounts.team import Team
from tickets.mail import letters

from .estimate import quantile
from .figures import TOO_FEW
from .place import Place
from .wait import ROW, Wait

SHARES: Final = (0.5, 0.9)


@dataclass(frozen=True, slots=True)
class LongerWait:
    """One channel on one day: median and what nine of ten waited at most, in seconds, for both sides."""

    channel: str
    existing: tuple[float, ...]
    prospects: tuple[float, ...]

    @property
    def called(self) -> str:
        return str(Place.Channel(self.channel).label)


def longer_waits(*, since: datetime, until: datetime) -> list[LongerWait]:
    """The channels on which existing customers waited longer, by the median or by what nine of ten wait at most.

    Of the whole house: where newcomers have a hotline of their own, no single team has both sides.
    """
    places = Place.objects.filter(arrived_at__gte=since, arrived_at__lt=until).waited()
    sides: dict[str, dict[bool, list[float]]] = defaultdict(lambda: {True: [], False: []})
    for row in places.exclude(status="").values("status", *ROW).iterator():
        waited = Wait.of(row).seconds
        if waited is not None:
            sides[row["channel"]][row["status"] != Customer.Status.PROSPECT].append(waited)
    found = [_longer(channel, waits[True], waits[False]) for channel, waits in sorted(sides.items())]
    return [longer for longer in found if longer is not None]


def _longer(channel: str, existing: list[float], prospects: list[float]) -> LongerWait | None:
    if min(len(existing), len(prospects)) < TOO_FEW:
        return None
    mine, theirs = (tuple(quantile(sorted(waits), at) for at in SHARES) for waits in (existing, prospects))
    longer = any(own > other for own, other in zip(mine, theirs, strict=True))
    return LongerWait(channel, mine, theirs) if longer else None


def tell_now(*, now: datetime | None = None) -> int:
    """Once the day is over, each lead once, in their language; the number told. Repeating it changes nothing."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    yesterday = today - timedelta(days=1)
    found = longer_waits(since=yesterday, until=today)
    if not found:
        return 0
    # Whose customers they were: the teams existing customers sought that day.
    sought = Place.objects.filter(arrived_at__gte=yesterday, arrived_at__lt=today).exclude(status="")
    teams = Team.objects.filter(pk__in=sought.exclude(status=Customer.Status.PROSPECT).values("team"))
    leads = {person.pk: person for team in teams for person in Person.objects.leading(team)}
    for person in leads.values():
        key, url = f"longer-waits:{yesterday:%Y-%m-%d}:{person.pk}", reverse("desk:line_figures")
        letters.to_person(person, key=key, name="longer_waits", url=url, day=yesterday, found=found)
    return len(leads)
