"""Evidence: one dated reason why somebody stands where they stand – a training, a talk, a colleague's word, a rise."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from accounts.team import Team
from tickets.cause import Cause

from ..koennen import Level
from ..refusal import Refusal
from .ladder import UNUSUAL, Record
from .training import TrainingItem

if TYPE_CHECKING:
    from collections.abc import Iterable


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, person: Person) -> EvidenceQuerySet:
        """One's own, and as a lead that of the people in one's teams. Nobody else reads how somebody is doing."""
        return self.filter(agent__in=[person.pk, *led_by(person).values_list("pk", flat=True)])


class Evidence(models.Model):
    class Kind(models.TextChoices):
        TRAINING = "training", _("training")
        PEER = "peer", _("a colleague’s word")
        TALK = "talk", _("talk")
        TOGETHER = "together", _("cases decided together")
        CASES = "cases", _("own cases that did not come back")

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="evidence")
    cause = models.ForeignKey(Cause, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    # Who said so; None is the house itself.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("at"), default=timezone.now)
    was = models.PositiveSmallIntegerField(_("level before"))
    now_is = models.PositiveSmallIntegerField(_("level after"))
    words = models.CharField(_("words"), max_length=300, blank=True, default="")
    figures = models.JSONField(default=dict, blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["agent", "cause", "-at"], name="evidence_of_agent")]
        constraints = [
            models.CheckConstraint(
                name="evidence_levels_zero_to_four", condition=models.Q(was__lte=4, now_is__lte=4)
            ),
            models.CheckConstraint(
                name="only_a_talk_leads_down",
                condition=models.Q(kind="talk") | models.Q(now_is__gte=models.F("was")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent} – {self.cause}: {self.get_kind_display()}"

    @classmethod
    def talk(
        cls, agent: Person, cause: Cause, level: int, *, words: str, by: Person, at: datetime | None = None
    ) -> Refusal | None:
        """What both agreed on in a talk: the only way a level falls, and the way to the highest one."""
        if not led_by(by).filter(pk=agent.pk).exists():
            return _NOT_YOURS
        if by == agent:
            return _OWN
        at = at or timezone.now()
        with transaction.atomic():
            held = _hold(agent, cause, at=at)
            cls._write(held, cls.Kind.TALK, by=by, at=at, now_is=level, words=words)
        return None

    @classmethod
    def confirm(
        cls, agent: Person, cause: Cause, *, words: str, by: Person, at: datetime | None = None
    ) -> Refusal | None:
        """A colleague who knows the cause well says what they saw. It is read by both and changes no level."""
        if by == agent:
            return _OWN
        if not by.team_ids & agent.team_ids:
            return _NOT_YOURS
        if not Level.objects.filter(agent=by, cause=cause, level__gte=UNUSUAL).exists():
            return _UNPRACTISED
        at = at or timezone.now()
        with transaction.atomic():
            held = _hold(agent, cause, at=at)
            cls._write(held, cls.Kind.PEER, by=by, at=at, now_is=held.level, words=words)
        return None

    @classmethod
    def trained(cls, item: TrainingItem, *, words: str, by: Person, at: datetime | None = None) -> bool:
        """Whoever learnt says what; False when that was said before. Below level 1 it leads to the first one."""
        at = at or timezone.now()
        with transaction.atomic():
            if not item.finish(words=words, at=at):
                return False
            held = _hold(item.agent, item.cause, at=at)
            cls._write(held, cls.Kind.TRAINING, by=by, at=at, now_is=held.level, words=words)
        return True

    @classmethod
    def rise(cls, held: Level, to: int, kind: str, *, record: Record, at: datetime, words: str = "") -> bool:
        """One step up by the record; False when somebody moved the level meanwhile."""
        with transaction.atomic():
            current = (
                Level.objects.select_for_update(no_key=True).filter(pk=held.pk, level=held.level).first()
            )
            if current is None or to != current.level + 1:
                return False
            figures = {
                "together": record.stood_in_a_row,
                "cases": record.cases,
                "repeats": record.repeats,
                "team_median": record.team_median,
            }
            cls._write(current, kind, by=None, at=at, now_is=to, figures=figures, words=words)
        return True

    @classmethod
    def _write(cls, held: Level, kind: str, *, now_is: int, **said: object) -> Evidence:
        evidence = cls.objects.create(
            agent=held.agent, cause=held.cause, kind=kind, was=held.level, now_is=now_is, **said
        )
        if now_is != held.level:
            short = evidence.words or str(evidence.get_kind_display())
            Level.objects.filter(pk=held.pk).update(level=now_is, since=said["at"], evidence=short[:200])
        return evidence


def _hold(agent: Person, cause: Cause, *, at: datetime) -> Level:
    """The level to change, held until the commit; whoever has none yet stands at 0."""
    Level.objects.get_or_create(agent=agent, cause=cause, defaults={"since": at})
    return (
        Level.objects.select_for_update(no_key=True)
        .select_related("agent", "cause")
        .get(agent=agent, cause=cause)
    )


def led_by(person: Person) -> models.QuerySet[Person]:
    """The people of the teams `person` leads; of every team for an administrator."""
    teams: Iterable[int] = person.led_team_ids
    if person.is_staff:
        teams = Team.objects.values_list("pk", flat=True)
    return Person.objects.active().filter(teamuserobjectpermission__content_object__in=teams).distinct()


_OWN = Refusal("own", _("Nobody writes their own evidence; somebody else does."))
_NOT_YOURS = Refusal("team", _("This colleague works in another team."))
_UNPRACTISED = Refusal(
    "koennen", _("Only somebody at level 3 or above for this cause can say what a colleague can do.")
)
