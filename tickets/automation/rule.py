"""A rule: when something happens, or has not happened for a while, and this is so, then do that.

It belongs to a team or to the house and runs with the rights its author has in the moment it runs.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.team import Team
from tickets import history
from tickets.sla.target import PHONE

from . import group, step

if TYPE_CHECKING:
    from accounts.person import Person
    from tickets.ticket import Ticket

LONGEST_WAIT, MOST_PER_HOUR = 1000, 5000
SAID = (
    *("name", "team", "trigger", "anchor", "after", "unit"),
    *("conditions", "steps", "most_per_hour", "owner", "changed_at"),
)


class RuleQuerySet(models.QuerySet["Rule"]):
    def managed_by(self, person: Person) -> RuleQuerySet:
        """Leads manage the rules of their teams, administrators those of the house and of every team."""
        if not person.is_active:
            return self.none()
        return self if person.is_staff else self.filter(team_id__in=person.led_team_ids)

    def running(self) -> RuleQuerySet:
        """Those that fire, and those that only say what they would do."""
        return self.exclude(mode=Rule.Mode.OFF)


class Rule(models.Model):
    class Mode(models.TextChoices):
        OFF = "off", gettext_lazy("off")
        DRY = "dry", gettext_lazy("only writes down what it would do")
        ON = "on", gettext_lazy("on")

    class Trigger(models.TextChoices):
        OPENED = "opened", gettext_lazy("a ticket is opened")
        WROTE = "wrote", gettext_lazy("the customer writes again")
        ANSWERED = "answered", gettext_lazy("we answer")
        MOVED = "moved", gettext_lazy("the status changes")
        ASSIGNED = "assigned", gettext_lazy("somebody gets the ticket")
        WARNED = "warned", gettext_lazy("a promise runs out soon")
        BREACHED = "breached", gettext_lazy("a promise is broken")
        RATED = "rated", gettext_lazy("the customer rates")
        TIME = "time", gettext_lazy("a time has passed")

    class Anchor(models.TextChoices):
        STATUS = "status", gettext_lazy("after the status changed")
        CUSTOMER = "customer", gettext_lazy("after the customer wrote")
        ANSWER = "answer", gettext_lazy("after we answered")
        OPENED = "opened", gettext_lazy("after it was opened")

    class Unit(models.TextChoices):
        HOURS = "hours", gettext_lazy("hours")
        DAYS = "days", gettext_lazy("days")
        WORKING_HOURS = "working_hours", gettext_lazy("working hours")
        WORKING_DAYS = "working_days", gettext_lazy("working days")

    name = models.CharField(gettext_lazy("name"), max_length=120)
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="rules",
        verbose_name=gettext_lazy("team"),
    )  # fmt: skip
    mode = models.CharField(max_length=4, choices=Mode.choices, default=Mode.OFF)
    trigger = models.CharField(gettext_lazy("when"), max_length=10, choices=Trigger.choices)
    anchor = models.CharField(max_length=10, choices=Anchor.choices, default=Anchor.STATUS)
    after = models.PositiveSmallIntegerField(default=1)
    unit = models.CharField(max_length=14, choices=Unit.choices, default=Unit.HOURS)
    conditions = models.JSONField(default=dict, blank=True)
    steps = models.JSONField(default=list)
    most_per_hour = models.PositiveSmallIntegerField(default=100)
    # Whoever saved it last: with their rights it runs.
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="rules")
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=timezone.now)
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_why = models.CharField(max_length=200, blank=True, default="")
    # Made by the form before sending: the same key a second time is the same rule.
    key = models.CharField(max_length=64, unique=True)

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("rule")
        verbose_name_plural = gettext_lazy("rules")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="rule_waits_a_while",
                condition=models.Q(after__gte=1, after__lte=LONGEST_WAIT),
            ),
            models.CheckConstraint(
                name="rule_fires_within_bounds",
                condition=models.Q(most_per_hour__gte=1, most_per_hour__lte=MOST_PER_HOUR),
            ),
            models.CheckConstraint(name="rule_mode_known", condition=models.Q(mode__in=["off", "dry", "on"])),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_on_time(self) -> bool:
        return self.trigger == self.Trigger.TIME

    @property
    def when(self) -> str:
        """The first half of its sentence: “When a ticket is opened and Cause: late delivery”."""
        if self.is_on_time:
            begun = f"{self.wait} {self.Anchor(self.anchor).label}"
        else:
            begun = _("When %(this)s") % {"this": self.Trigger(self.trigger).label}
        asked = group.sentence(self.conditions)
        return _("%(when)s, and %(conditions)s") % {"when": begun, "conditions": asked} if asked else begun

    @property
    def wait(self) -> str:
        words = {
            self.Unit.HOURS: ngettext("%(n)s hour", "%(n)s hours", self.after),
            self.Unit.DAYS: ngettext("%(n)s day", "%(n)s days", self.after),
            self.Unit.WORKING_HOURS: ngettext("%(n)s working hour", "%(n)s working hours", self.after),
            self.Unit.WORKING_DAYS: ngettext("%(n)s working day", "%(n)s working days", self.after),
        }
        return words[self.Unit(self.unit)] % {"n": self.after}

    @property
    def then(self) -> list[str]:
        return step.sentences(self.steps)

    @property
    def means_calls(self) -> bool:
        """Whether a call counts for it. It is no request somebody wrote, so what is done when a ticket is opened – an
        acknowledgement above all – passes it by, unless a condition asks for this channel."""
        if self.trigger != self.Trigger.OPENED:
            return True
        asked = [row for row in group.rows_of(self.conditions) if row["fact"] == "channel"]
        named = [row["value"] for row in asked if row["operator"] in ("is", "in")]
        return any(PHONE in value if isinstance(value, list) else value == PHONE for value in named)

    def covers(self, ticket: Ticket) -> bool:
        """Whether the ticket is one of those the rule is for."""
        mine = self.team_id is None or self.team_id == ticket.team_id
        return mine and (ticket.channel != PHONE or self.means_calls)

    def lacks_rights(self) -> bool:
        """Whether its author may, now, no longer make such a rule: then it must not run either."""
        return not may_own(self.owner, self.team_id)

    @classmethod
    def write(cls, *, by: Person, key: str, at: datetime | None = None, **said: Any) -> Rule:
        """A new rule, off until somebody switches it on; the same `key` returns the rule already there."""
        at = at or timezone.now()
        try:
            with transaction.atomic():
                rule = cls.objects.create(**said, owner=by, key=key, changed_at=at)
                rule._keep_version(by=by, at=at)
                return rule
        except IntegrityError:
            twin = cls.objects.filter(key=key, owner=by).first()
            if twin is None:
                raise
            return twin

    def revise(self, *, by: Person, seen: int, at: datetime | None = None, **said: Any) -> bool:
        """Change it, from the version `seen`; False when somebody else changed it meanwhile."""
        at = at or timezone.now()
        fields = {**said, "owner": by, "changed_at": at}
        with transaction.atomic():
            if not Rule.objects.filter(pk=self.pk, version=seen).update(**fields, version=seen + 1):
                return False
            self.refresh_from_db()
            self._keep_version(by=by, at=at)
        return True

    def switch(self, mode: str, *, by: Person, at: datetime | None = None) -> bool:
        """On, off, or only writing down; whoever switches it on lends it their rights. False: it was so already."""
        at, mode = at or timezone.now(), self.Mode(mode)
        fields: dict[str, Any] = {"mode": mode, "paused_at": None, "paused_why": "", "changed_at": at}
        if mode is not self.Mode.OFF:
            fields["owner"] = by
        with transaction.atomic():
            if (
                not Rule.objects.filter(pk=self.pk)
                .exclude(mode=mode)
                .update(**fields, version=models.F("version") + 1)
            ):
                return False
            self.refresh_from_db()
            self._keep_version(by=by, at=at)
        return True

    def pause(self, why: str, *, at: datetime) -> bool:
        """The house stops it and says why; False when it stood still already."""
        stopped = {"mode": self.Mode.OFF, "paused_at": at, "paused_why": why[:200]}
        paused = bool(Rule.objects.running().filter(pk=self.pk).update(**stopped))
        self.refresh_from_db(fields=[*stopped])
        return paused

    def _keep_version(self, *, by: Person, at: datetime) -> None:
        RuleVersion.objects.create(
            rule=self,
            version=self.version,
            by=by,
            at=at,
            mode=self.mode,
            name=self.name,
            said=history.in_each_language(lambda: f"{self.when}: {'; '.join(self.then)}"),
        )


class RuleVersion(models.Model):
    """How a rule stood after somebody changed it, in words; never changed."""

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    mode = models.CharField(max_length=4, choices=Rule.Mode.choices)
    name = models.CharField(max_length=120)
    said = models.JSONField(default=dict)  # its whole sentence, in each language

    class Meta:
        verbose_name = gettext_lazy("version of a rule")
        verbose_name_plural = gettext_lazy("versions of rules")
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["rule", "version"], name="rule_version_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


def may_own(person: Person, team_id: int | None) -> bool:
    """Whether somebody may make rules for this team; None is the house."""
    if not person.is_active:
        return False
    return person.is_staff or (team_id is not None and team_id in person.led_team_ids)
