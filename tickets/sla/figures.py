"""Promises in figures: how many of each kind were kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Q

from accounts.team import Team

from .clock import Clock
from .target import KINDS

TOO_FEW: Final = 30  # of less a share says nothing


@dataclass(frozen=True, slots=True)
class Kept:
    """Of `of` promises of one kind that ended or broke in a period, `part` were kept."""

    kind: str
    part: int
    of: int

    @property
    def broken(self) -> int:
        return self.of - self.part

    @property
    def share(self) -> float | None:
        return self.part / self.of if self.of >= TOO_FEW else None


def kept(teams: Iterable[Team], *, since: datetime, until: datetime) -> list[Kept]:
    """By kind, in the order of the kinds; one query."""
    met = Q(met_at__gt=since, met_at__lte=until, breached_at=None)
    broken = Q(breached_at__gt=since, breached_at__lte=until)
    clocks = Clock.objects.filter(met | broken, ticket__team__in=list(teams)).order_by()
    counts = clocks.values_list("kind").annotate(part=Count("pk", filter=met), of=Count("pk"))
    found = {kind: (part, of) for kind, part, of in counts}
    return [Kept(str(label), *found[kind]) for kind, label in KINDS if kind in found]
