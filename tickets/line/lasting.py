"""Lasting: whether a contact settled its matter, told by nobody coming back with the same cause within a week.

An absence, not a tick: nobody says of their own talk that it was enough.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Case, Count, Exists, OuterRef, Q, When
from django.utils import timezone

from accounts.team import Team
from tickets.feedback.wilson import bounds
from tickets.ticket import Ticket

from .figures import TOO_FEW, share
from .place import Place

WEEK: Final = timedelta(days=7)
BATCH: Final = 2_000


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


def lasting(teams: Iterable[Team], *, since: datetime, until: datetime) -> Lasting:
    """Of contacts answered in between, as far as it is known by now; by whatever channel somebody came back."""
    answered = Place.objects.filter(team__in=list(teams), first_answered_at__gte=since)
    known = answered.filter(first_answered_at__lt=until).exclude(came_back=None)
    counted = known.aggregate(all=Count("pk"), back=Count("pk", filter=Q(came_back=True)))
    return Lasting(counted["all"], counted["back"])


def judge_now(*, now: datetime | None = None) -> int:
    """A week after our answer it is known whether they came back; written down once, however often one looks."""
    now, judged = now or timezone.now(), 0
    unknown = Place.objects.filter(came_back=None, first_answered_at__lt=now - WEEK)
    due = unknown.filter(customer__isnull=False, cause__isnull=False).order_by("first_answered_at", "pk")
    while batch := list(due.values_list("pk", flat=True)[:BATCH]):
        theirs = Place.objects.filter(pk__among=batch, came_back=None)
        judged += theirs.update(came_back=Case(When(_came_back(), then=True), default=False))
    return judged


def _came_back() -> Q:
    theirs = {"customer": OuterRef("customer"), "cause": OuterRef("cause")}
    began, ends = OuterRef("first_answered_at"), OuterRef("first_answered_at") + WEEK
    again = Place.objects.filter(**theirs, arrived_at__gt=began, arrived_at__lte=ends)
    wrote = Ticket.objects.of_known_cause().filter(**theirs, created_at__gt=began, created_at__lte=ends)
    return Q(Exists(again)) | Q(Exists(wrote.exclude(places=OuterRef("pk"))))
