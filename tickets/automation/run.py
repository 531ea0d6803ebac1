"""A run: one rule, one ticket, one occasion – first as work to do, then as a line of the rule's log. Once each."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .rule import Rule

if TYPE_CHECKING:
    from tickets.ticket import Ticket

FIRST_RETRY, MOST_TRIES = timedelta(minutes=1), 6
HOUR = timedelta(hours=1)


class RunQuerySet(models.QuerySet["Run"]):
    def waiting(self) -> RunQuerySet:
        return self.filter(done_at=None)

    def due(self, now: datetime) -> RunQuerySet:
        return self.waiting().filter(due_at__lte=now).order_by("due_at", "pk")

    def fired(self, *, since: datetime) -> RunQuerySet:
        """Those that did something since then."""
        return self.filter(outcome=Run.Outcome.DONE, done_at__gt=since)


class Run(models.Model):
    class Outcome(models.TextChoices):
        DONE = "done", _("done")
        WOULD = "would", _("would have done")
        SKIPPED = "skipped", _("skipped")
        FAILED = "failed", _("failed")

    class Why(models.TextChoices):
        CONDITIONS = "conditions", _("By then the conditions did not hold any more.")
        OCCASION = "occasion", _("By then something had happened on the ticket.")
        ELSEWHERE = "elsewhere", _("By then the ticket was another team’s.")
        OFF = "off", _("By then the rule was switched off.")
        TICKET_CAP = "ticket_cap", _("It had fired on this ticket too often within an hour.")
        RULE_CAP = "rule_cap", _("It had fired too often within an hour and was paused.")
        RIGHTS = "rights", _("Its author may no longer do this.")
        OWN_TICKET = "own_ticket", _("Its author is the customer of this ticket.")
        NOTHING = "nothing", _("None of its steps was possible.")
        TROUBLE = "trouble", _("It failed again and again.")

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="runs")
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.PROTECT, related_name="rule_runs")
    event = models.ForeignKey("tickets.Event", on_delete=models.PROTECT, null=True, related_name="rule_runs")
    occasion = models.DateTimeField(null=True)  # from when the time of a rule on time was counted
    dry = models.BooleanField(default=False)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True, default="")
    why = models.CharField(max_length=12, choices=Why.choices, blank=True, default="")
    steps = models.JSONField(default=list, blank=True)  # what became of each, in every language
    tries = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=200, blank=True, default="")

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("run of a rule")
        verbose_name_plural = _("runs of rules")
        ordering = ["-due_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "event", "dry"],
                condition=models.Q(event__isnull=False),
                name="run_once_per_event",
            ),
            models.UniqueConstraint(
                fields=["rule", "ticket", "occasion", "dry"],
                condition=models.Q(occasion__isnull=False),
                name="run_once_per_occasion",
            ),
            models.CheckConstraint(
                name="run_has_one_reason",
                condition=models.Q(event__isnull=False, occasion=None)
                | models.Q(event=None, occasion__isnull=False),
            ),
            models.CheckConstraint(
                name="run_done_with_outcome",
                condition=models.Q(done_at=None, outcome="")
                | (models.Q(done_at__isnull=False) & ~models.Q(outcome="")),
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(done_at=None), name="run_waiting"),
            models.Index(fields=["rule", "-done_at"], name="run_log"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} → #{self.ticket_id}"

    @property
    def said(self) -> list[tuple[str, str]]:
        """Each step and, where it was not done, why; in the reader's language."""
        language = (get_language() or "en")[:2]
        return [(one["said"].get(language, ""), one["trouble"].get(language, "")) for one in self.steps]

    @classmethod
    def queue(cls, rule: Rule, ticket: Ticket, *, due_at: datetime, **occasion: Any) -> None:
        """Put the rule down for this ticket; the same occasion twice is once."""
        row = cls(rule=rule, ticket=ticket, due_at=due_at, dry=rule.mode == Rule.Mode.DRY, **occasion)
        cls.objects.bulk_create([row], ignore_conflicts=True)

    def end(self, outcome: str, *, at: datetime, why: str = "", steps: list[Any] | None = None) -> bool:
        """A claim: whoever ends a waiting run has done it; everybody else finds it ended."""
        fields = {"done_at": at, "outcome": outcome, "why": why, "steps": steps or []}
        if not Run.objects.waiting().filter(pk=self.pk).update(**fields):
            return False
        for name, value in fields.items():
            setattr(self, name, value)
        return True

    def push_ahead(self, *, now: datetime, trouble: str) -> None:
        """A run that failed is tried again later, each time after a longer while; it never stops its neighbours."""
        wait = FIRST_RETRY * 2 ** min(self.tries, MOST_TRIES)
        waiting = Run.objects.waiting().filter(pk=self.pk)
        if self.tries + 1 >= MOST_TRIES:
            waiting.update(
                done_at=now, outcome=self.Outcome.FAILED, why=self.Why.TROUBLE, trouble=trouble[:200]
            )
        else:
            waiting.update(tries=models.F("tries") + 1, due_at=now + wait, trouble=trouble[:200])
