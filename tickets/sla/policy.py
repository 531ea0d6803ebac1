"""A policy: what is promised to whom, in versions with dates. Of all that fit, the first by rank promises.

A running promise keeps the version it was made under.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.prepared import Prepared
from tickets.condition import OPERATORS, holds, sentence

from .alert import Alert
from .hours import BusinessHours
from .parity import Unfair, pick, unfairness
from .target import Target

if TYPE_CHECKING:
    from accounts.person import Person

RANK_STEP = 10


@dataclass(frozen=True, slots=True)
class AlertTerms:
    """An alert as somebody writes it into a policy: per cent of the time, or minutes from the deadline."""

    actions: tuple[str, ...]
    percent: int | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """One promise as somebody writes it into a policy."""

    kind: str
    seconds: int
    hours: BusinessHours
    warn_percent: int = 75
    alerts: tuple[AlertTerms, ...] = field(default=())


ConditionTerms = tuple[str, str, object]
"""Fact, operator, value."""


class PolicyQuerySet(models.QuerySet["Policy"]):
    def kept(self) -> PolicyQuerySet:
        return self.filter(retired_at=None)


class Policy(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)
    rank = models.PositiveIntegerField(_("rank"))
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("promise policy")
        verbose_name_plural = _("promise policies")
        ordering = ["rank", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rank"], condition=models.Q(retired_at=None), name="one_policy_per_rank"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def found(cls, name: str, *, rank: int | None = None) -> Policy:
        """A policy without a version yet; last in rank unless said otherwise."""
        last = cls.objects.kept().aggregate(last=models.Max("rank"))["last"] or 0
        return cls.objects.create(name=name, rank=last + RANK_STEP if rank is None else rank)

    @classmethod
    def write(cls, policy: Policy | None, *, name: str, **terms: object) -> PolicyVersion | Unfair:
        """Publish the next version of a policy, or found one with its first; refused, neither happens."""
        with transaction.atomic():
            held = policy or cls.found(name)
            if held.name != name:
                held.name = name
                held.save(update_fields=["name"])
            answer = held.publish(**terms)
            if isinstance(answer, Unfair):
                transaction.set_rollback(True)
        return answer

    def publish(
        self,
        *,
        conditions: Iterable[ConditionTerms],
        targets: Iterable[Terms],
        by: Person | None,
        note: str = "",
        valid_from: datetime | None = None,
        at: datetime | None = None,
    ) -> PolicyVersion | Unfair:
        """Put these terms in force from `valid_from` on; what was planned for later is given up.

        Refused, with nothing changed, where an existing customer would be promised less than a prospect.
        """
        at = at or timezone.now()
        valid_from = valid_from or at
        with transaction.atomic():
            # All of them: whether a promise is fair depends on every policy together.
            list(Policy.objects.select_for_update().order_by("pk").values_list("pk"))
            number = (self.versions.aggregate(last=models.Max("number"))["last"] or 0) + 1
            self.versions.end(valid_from)
            version = PolicyVersion.objects.create(
                policy=self, number=number, valid_from=valid_from, by=by, at=at, note=note
            )
            version._hold(conditions, targets)
            found = unfairness(PolicyVersion.objects.in_force(valid_from), at=valid_from)
            if found:
                transaction.set_rollback(True)
                return found[0]
        return version

    def retire(self, *, at: datetime | None = None) -> Unfair | None:
        """Promise this no longer to new tickets; refused like a publication that would be unfair."""
        at = at or timezone.now()
        with transaction.atomic():
            list(Policy.objects.select_for_update().order_by("pk").values_list("pk"))
            self.versions.end(at)
            Policy.objects.kept().filter(pk=self.pk).update(retired_at=at)
            found = unfairness(PolicyVersion.objects.in_force(at), at=at)
            if found:
                transaction.set_rollback(True)
                return found[0]
        self.retired_at = at
        return None

    def move(self, *, up: bool) -> bool | Unfair:
        """Change places with the next one in rank; False at the end of the list."""
        with transaction.atomic():
            rows = list(Policy.objects.kept().select_for_update().order_by("rank"))
            places = [row.pk for row in rows]
            here = places.index(self.pk) if self.pk in places else None
            there = None if here is None else here + (-1 if up else 1)
            if here is None or there is None or not 0 <= there < len(rows):
                return False
            mine, other = rows[here], rows[there]
            free = rows[-1].rank + RANK_STEP
            for row, rank in ((mine, free), (other, mine.rank), (mine, other.rank)):
                Policy.objects.filter(pk=row.pk).update(rank=rank)
            now = timezone.now()
            found = unfairness(PolicyVersion.objects.in_force(now), at=now)
            if found:
                transaction.set_rollback(True)
                return found[0]
        return True


class PolicyVersionQuerySet(models.QuerySet["PolicyVersion"]):
    def in_force(self, at: datetime) -> PolicyVersionQuerySet:
        """In the order in which they are asked, with everything they say."""
        valid = models.Q(valid_until=None) | models.Q(valid_until__gt=at)
        return (
            self.filter(valid, valid_from__lte=at)
            .select_related("policy")
            .prefetch_related("conditions", "targets__hours", "targets__alerts")
            .order_by("policy__rank", "policy_id")
        )

    def end(self, at: datetime) -> None:
        """What is in force at `at` ends there; what was planned for later never begins."""
        self.filter(valid_from__gte=at).update(valid_until=models.F("valid_from"))
        still = models.Q(valid_until=None) | models.Q(valid_until__gt=at)
        self.filter(still, valid_from__lt=at).update(valid_until=at)


class PolicyVersion(models.Model):
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    valid_from = models.DateTimeField(_("in force since"))
    valid_until = models.DateTimeField(_("in force until"), null=True, blank=True)
    note = models.CharField(_("what changed and why"), max_length=300, blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    objects = PolicyVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a promise policy")
        verbose_name_plural = _("versions of promise policies")
        ordering = ["policy", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="policy_version_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.policy} {self.number}"

    def fits(self, facts: Mapping[str, object]) -> bool:
        """Whether every condition holds for a ticket of these facts."""
        return all(holds(facts.get(c.fact), c.operator, c.value) for c in self.conditions.all())

    def _hold(self, conditions: Iterable[ConditionTerms], targets: Iterable[Terms]) -> None:
        PolicyCondition.objects.bulk_create(
            PolicyCondition(version=self, fact=fact, operator=operator, value=value)
            for fact, operator, value in conditions
        )
        for terms in targets:
            said = {"seconds": terms.seconds, "hours": terms.hours, "warn_percent": terms.warn_percent}
            target = Target.objects.create(version=self, kind=terms.kind, **said)
            Alert.objects.bulk_create(
                Alert(
                    target=target,
                    step=step,
                    percent=alert.percent,
                    minutes=alert.minutes,
                    actions=list(alert.actions),
                )
                for step, alert in enumerate(terms.alerts, start=1)
            )


class PolicyCondition(models.Model):
    """One condition of a version; all of them must hold."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="conditions")
    fact = models.CharField(max_length=40)
    operator = models.CharField(max_length=10, choices=OPERATORS)
    value = models.JSONField()

    class Meta:
        verbose_name = _("condition of a promise policy")
        verbose_name_plural = _("conditions of promise policies")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.sentence

    @property
    def sentence(self) -> str:
        return sentence(self.fact, self.operator, self.value)


def choose(facts: Mapping[str, object], *, at: datetime) -> dict[str, Target]:
    """By kind of promise the one target that holds for a ticket of these facts at `at`: of the first fitting policy."""
    return choose_each({0: facts}, at=at)[0]


def choose_each(known: Mapping[int, Mapping[str, object]], *, at: datetime) -> dict[int, dict[str, Target]]:
    """The same for the facts under each key; two queries for all."""
    return choose_of(held_at(at), known)


def choose_of(
    held: Sequence[PolicyVersion], known: Mapping[int, Mapping[str, object]]
) -> dict[int, dict[str, Target]]:
    """The same, of these versions."""
    found = {key: pick(held, facts) for key, facts in known.items()}
    hours = sorted({target.hours_id for targets in found.values() for target in targets.values()})
    # The calendar is the one thing of a target that changes.
    calendars = {row.pk: row for row in _CALENDARS.rows(hours=hours)} if hours else {}
    chosen = {key: {kind: copy(one) for kind, one in targets.items()} for key, targets in found.items()}
    for target in (target for targets in chosen.values() for target in targets.values()):
        target.hours = calendars[target.hours_id]
    return chosen


def held_at(at: datetime) -> list[PolicyVersion]:
    """Those in force at `at`, in the order in which they are asked."""
    return _read(tuple(_IN_FORCE.rows(at=at)))


_IN_FORCE = Prepared(lambda at: PolicyVersion.objects.in_force(at).values_list("pk", "at"))
_CALENDARS = Prepared(lambda hours: BusinessHours.objects.filter(pk__among=hours))


@lru_cache(maxsize=16)
def _read(named: tuple[tuple[int, datetime], ...]) -> list[PolicyVersion]:
    """These versions with everything they say, read once per process: a version never changes. It was a fifth of the
    work of opening a ticket."""
    versions = PolicyVersion.objects.prefetch_related("conditions", "targets__alerts")
    held = versions.in_bulk([pk for pk, _at in named])
    return [held[pk] for pk, _at in named]


forget_policies = _read.cache_clear
