"""A preview of a recalculation: every running promise looked at, some at once and the rest behind one's back.

It changes nothing. What it found is kept until somebody looks anew: of each kind how many would be due earlier and how
many late, and a few of them to look at.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import recalculation
from .policy import Policy, PolicyVersion
from .target import KINDS

if TYPE_CHECKING:
    from accounts.person import Person

    from .clock import Clock

MOST_EXAMPLES: Final = 8


class RecalculationPreview(models.Model):
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"), default=timezone.now)
    running = models.PositiveIntegerField(default=0)  # when it began
    after = models.BigIntegerField(default=0)  # the last ticket that is done
    looked_at = models.PositiveIntegerField(default=0)
    late_tickets = models.PositiveIntegerField(default=0)
    found = models.JSONField(default=dict, blank=True)  # by kind, how many are due earlier and late by it
    examples = models.JSONField(default=list, blank=True)  # [ticket, kind, due so far, due then], in ISO 8601
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("preview of a recalculation")
        verbose_name_plural = _("previews of recalculations")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"

    @classmethod
    def begin(cls, *, by: Person, at: datetime | None = None) -> RecalculationPreview:
        """Look anew; what was seen before is forgotten."""
        with transaction.atomic():
            cls.objects.all().delete()
            seen = cls.objects.create(by=by, at=at or timezone.now(), running=recalculation.running().count())
        seen.go_on(seconds=recalculation.AT_ONCE_SECONDS)
        return seen

    @classmethod
    def last_seen(cls) -> RecalculationPreview | None:
        return cls.objects.select_related("by").first()

    @property
    def earlier(self) -> int:
        return sum(earlier for earlier, _late in self.found.values())

    @property
    def late(self) -> int:
        return sum(late for _earlier, late in self.found.values())

    @property
    def kinds(self) -> list[tuple[str, int, int]]:
        """What would change, by the name of the promise."""
        return [(str(label), *self.found[kind]) for kind, label in KINDS if kind in self.found]

    @property
    def shown(self) -> list[tuple[int, str, datetime | None, datetime]]:
        names = dict(KINDS)
        return [
            (
                number,
                str(names[kind]),
                datetime.fromisoformat(was) if was else None,
                datetime.fromisoformat(due),
            )
            for number, kind, was, due in self.examples
        ]

    @property
    def is_outdated(self) -> bool:
        """Whether a policy has changed since, or holds no more."""
        written = PolicyVersion.objects.filter(at__gt=self.at)
        return written.exists() or Policy.objects.filter(retired_at__gt=self.at).exists()

    def go_on(self, *, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while self._batch():
            if time.monotonic() > ends:
                return

    def _batch(self) -> bool:
        """The next tickets and what was found; whoever else goes on with it waits. False when it is done or gone."""
        with transaction.atomic():
            rows = RecalculationPreview.objects.select_for_update()
            held = rows.filter(pk=self.pk, finished_at=None).first()
            return held is not None and held._look_at_next()

    def _look_at_next(self) -> bool:
        rest = recalculation.running().filter(ticket__gt=self.after).order_by("ticket_id")
        tickets = list(rest.values_list("ticket_id", flat=True).distinct()[: recalculation.BATCH])
        terms = recalculation.Terms(self.at)
        clocks = recalculation.running().filter(ticket__in=tickets).order_by("ticket_id", "pk")
        if terms.asks_fields:
            clocks = clocks.prefetch_related("ticket__field_values__field")
        self._look(clocks, terms)
        self.after = tickets[-1] if tickets else self.after
        self.finished_at = None if tickets else timezone.now()
        self.save()
        return bool(tickets)

    def _look(self, clocks: Iterable[Clock], terms: recalculation.Terms) -> None:
        late = set[int]()
        for clock in clocks:
            self.looked_at += 1
            due_at = terms.earlier(clock)
            if due_at is None:
                continue
            is_late = due_at < self.at and not clock.breached_at
            counts: list[Any] = self.found.get(clock.kind, [0, 0])
            self.found[clock.kind] = [counts[0] + 1, counts[1] + is_late]
            if is_late:
                late.add(clock.ticket_id)
            if len(self.examples) < MOST_EXAMPLES:
                was = clock.due_at.isoformat() if clock.due_at else None
                self.examples.append([clock.ticket_id, clock.kind, was, due_at.isoformat()])
        self.late_tickets += len(late)


def look_now() -> None:
    """Go on with a preview that takes long."""
    for seen in RecalculationPreview.objects.filter(finished_at=None):
        seen.go_on(seconds=recalculation.LONGEST_SECONDS)
