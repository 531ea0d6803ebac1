"""Lasting: whether a contact settled its matter, told by nobody coming back with the same cause within a week.

An absence, not a tick: nobody says of their own talk that it was enough.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Exists, OuterRef, Q

from accounts.team import Team
from tickets.feedback.wilson import bounds
from tickets.ticket import Ticket

from .figures import TOO_FEW, share
from .place import Place

WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Lasting:
    """Of so many answered contacts whose customer and cause we know, after how many somebody came back."""

    contacts: int
    came_back: int

    @property
    def too_few(self) -> bool:
        return self.contacts < TOO_FEW

    @property
    def repeat_rate(self) -> float | None:
        return share(self.came_back, self.contacts)

    @property
    def settled(self) -> float | None:
        return share(self.contacts - self.came_back, self.contacts)

    @property
    def interval(self) -> tuple[float, float]:
        return bounds(self.contacts - self.came_back, self.contacts)


def lasting(teams: Iterable[Team], *, since: datetime, until: datetime, at: datetime) -> Lasting:
    """Of contacts answered in between and old enough to know; by whatever channel somebody came back."""
    answered = Place.objects.filter(
        team__in=list(teams), first_answered_at__gte=since, first_answered_at__lt=min(until, at - WEEK)
    ).exclude(Q(customer=None) | Q(cause=None))
    theirs = {"customer": OuterRef("customer"), "cause": OuterRef("cause")}
    began, ends = OuterRef("first_answered_at"), OuterRef("first_answered_at") + WEEK
    again = Place.objects.filter(**theirs, arrived_at__gt=began, arrived_at__lte=ends)
    wrote = Ticket.objects.of_known_cause().filter(**theirs, created_at__gt=began, created_at__lte=ends)
    back = Q(Exists(again)) | Q(Exists(wrote.exclude(places=OuterRef("pk"))))
    counted = answered.aggregate(all=Count("pk"), back=Count("pk", filter=back))
    return Lasting(counted["all"], counted["back"])
