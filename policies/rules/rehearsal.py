"""A rehearsal: the last 90 days' requests weighed under a draft, before it is published."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.team import TeamUserObjectPermission
from tickets.live import relay
from tickets.nudge import nudge

from ..case.talk import LongTalks
from ..facts import Rules, rules_of
from ..ruling import Ruling
from ..weigh.replay import Found, Past, replay
from .rulebook import Rulebook
from .term import PLAIN

if TYPE_CHECKING:
    from accounts.person import Person

WINDOW = timedelta(days=90)
MONTHS = 3
logger = logging.getLogger(__name__)
PATIENCE = timedelta(minutes=2)  # without a sign of life somebody else takes it up


class RehearsalQuerySet(models.QuerySet["Rehearsal"]):
    def waiting(self, now: datetime) -> RehearsalQuerySet:
        """Nobody began it, or whoever did gives no sign of life any more."""
        return self.filter(finished_at=None).filter(
            models.Q(alive_at=None) | models.Q(alive_at__lt=now - PATIENCE)
        )

    def claim(self, pk: int, *, now: datetime) -> bool:
        """Take it over: what its worker had found before it died is kept, and the next one goes on from there."""
        return self.waiting(now).filter(pk=pk).update(alive_at=now) == 1


class Rehearsal(models.Model):
    rulebook = models.ForeignKey(Rulebook, on_delete=models.CASCADE, related_name="rehearsals")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    alive_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    last = models.PositiveBigIntegerField(default=0)  # the number of the last ruling weighed
    so_far = models.JSONField(default=dict, blank=True)
    found = models.JSONField(default=dict, blank=True)

    objects = RehearsalQuerySet.as_manager()

    class Meta:
        verbose_name = _("rehearsal")
        verbose_name_plural = _("rehearsals")
        ordering = ["-asked_at"]
        indexes = [
            models.Index(fields=["asked_at"], condition=models.Q(finished_at=None), name="rehearsal_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.rulebook} {self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def percent(self) -> int:
        return 100 if self.finished_at else min(99, 100 * self.done // max(self.total, 1))

    @classmethod
    def ask(cls, draft: Rulebook, *, by: Person, at: datetime | None = None) -> Rehearsal:
        """Queue it; a worker begins within seconds, and the page follows its progress."""
        with transaction.atomic():
            rehearsal = cls.objects.create(rulebook=draft, by=by, asked_at=at or timezone.now())
            transaction.on_commit(lambda: nudge("policies.jobs.rehearse"))
        return rehearsal

    def run(self, *, now: datetime) -> None:
        """Weigh what the 90 days before it was asked for hold, from where somebody stopped; changes only this row."""
        stored = Ruling.objects.of_people().filter(at__gt=self.asked_at - WINDOW, at__lte=self.asked_at)
        with suppress(_Gone):
            self._write(total=stored.count())
            self.refresh_from_db(fields=["last", "so_far"])
            found = Found.from_json(self.so_far) if self.so_far else Found()
            rules = rules_of(self.rulebook)
            pasts = _pasts(stored.filter(pk__gt=self.last), self._long_talks(rules, at=now))
            replay(pasts, rules, leads=led_teams(), at=now, found=found, tell=self._tell)
            self._finish(found)

    def _long_talks(self, rules: Rules, *, at: datetime) -> LongTalks:
        """Not every ruling says whether a long talk was held: rules that widen nothing by it never asked."""
        widens = rules.terms_at(at).talk_percent != PLAIN
        return LongTalks.since(self.asked_at - WINDOW) if widens else LongTalks.none()

    def _tell(self, found: Found, last: int) -> None:
        done = found.weighed + found.not_in_catalogue
        self._write(done=done, last=last, so_far=found.to_json(), alive_at=timezone.now())

    def _finish(self, found: Found) -> None:
        at = timezone.now()
        self._write(finished_at=at, alive_at=at, done=models.F("total"), so_far={}, found=as_data(found))
        relay.announce(f"person-{self.by_id}")

    def _write(self, **fields: object) -> None:
        if not Rehearsal.objects.filter(pk=self.pk, finished_at=None).update(**fields):
            raise _Gone


class _Gone(Exception):
    """The draft was changed or thrown away meanwhile, or somebody else finished: nobody needs the rest."""


def rehearse_now(*, now: datetime | None = None) -> int:
    """Run every rehearsal that waits; the number finished. One that cannot go on never stops the others."""
    now = now or timezone.now()
    ran = 0
    for rehearsal in list(Rehearsal.objects.waiting(now).select_related("rulebook").order_by("asked_at")):
        if Rehearsal.objects.claim(rehearsal.pk, now=now):
            try:
                rehearsal.run(now=now)
                ran += 1
            except Exception:
                logger.exception("rehearsal %s stopped; somebody takes it up again", rehearsal.pk)
    return ran


def as_data(found: Found) -> dict[str, object]:
    """What was found, to be stored: counts, cents a month, and examples by their number."""
    return {
        "weighed": found.weighed,
        "freer": found.freer,
        "stricter": found.stricter,
        "not_in_catalogue": found.not_in_catalogue,
        "alone_before": found.alone_before,
        "alone_after": found.alone_after,
        "cents_before": found.cents_before // MONTHS,
        "cents_after": found.cents_after // MONTHS,
        "changes": [
            {"before": before, "after": after, "count": count, "examples": found.examples[before, after]}
            for (before, after), count in found.changed.most_common()
        ],
    }


def _pasts(stored: models.QuerySet[Ruling], talks: LongTalks) -> Iterator[Past]:
    fields = ("pk", "facts", "circumstances", "agent_id", "ticket__team_id", "ticket__cause_id", "outcome")
    rows = stored.order_by("pk").values_list(*fields, "ticket__customer_id", "at")
    for *row, customer, at in rows.iterator(chunk_size=2000):
        past = Past(*row)
        if talks.held(past.agent_id, customer, at=at):
            past = replace(past, circumstances={**past.circumstances, "long_talk": True})
        yield past


def led_teams() -> dict[int, frozenset[int]]:
    """By person, the teams they lead."""
    teams: dict[int, set[int]] = defaultdict(set)
    rows = TeamUserObjectPermission.objects.filter(permission__codename="lead_team")
    for person_id, team_id in rows.values_list("user_id", "content_object_id"):
        teams[person_id].add(team_id)
    return {person_id: frozenset(ids) for person_id, ids in teams.items()}
