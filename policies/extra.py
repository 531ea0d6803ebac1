"""Extra authority for a while: so much more per case for a team or a person, because of something, until a moment.

It falls back by time alone: outside its dates no row counts, so nothing has to be switched off.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from accounts.prepared import Prepared
from accounts.team import Team
from tickets.live import relay

from .duerfen import Limit, latitude
from .refusal import Refusal
from .rules.rulebook import Rulebook
from .weigh.currency import money

LONGEST = timedelta(days=31)
MOST_CENTS = 10_000_000


class ExtraAuthorityQuerySet(models.QuerySet["ExtraAuthority"]):
    def not_over(self, at: datetime) -> ExtraAuthorityQuerySet:
        return self.filter(ended_at=None, ends_at__gt=at)

    def running(self, at: datetime) -> ExtraAuthorityQuerySet:
        return self.not_over(at).filter(starts_at__lte=at)

    def told_to(self, person: Person) -> ExtraAuthorityQuerySet:
        """What a person at the desk hears of: their own, and their teams'."""
        return self.filter(Q(person=person) | Q(team__among=person.team_ids))

    def managed_by(self, person: Person) -> ExtraAuthorityQuerySet:
        """What somebody may look at and end: a lead their teams', their people's and their own grants, others all."""
        if person.is_staff:
            return self
        people = Person.objects.filter(teamuserobjectpermission__content_object__in=person.led_team_ids)
        return self.filter(
            Q(team__in=person.led_team_ids) | Q(person__in=people.values("pk")) | Q(granted_by=person)
        )


class ExtraAuthority(models.Model):
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    cents = models.PositiveIntegerField(_("more per case"))
    currency = models.CharField(max_length=3)
    reason = models.CharField(_("reason"), max_length=200)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("granted by")
    )
    granted_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(_("ended early"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Made by the sender's form before sending: the same key a second time is the same grant.
    key = models.CharField(max_length=64)

    objects = ExtraAuthorityQuerySet.as_manager()

    class Meta:
        verbose_name = _("extra authority")
        verbose_name_plural = _("extra authorities")
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["granted_by", "key"], name="extra_once_per_key"),
            models.CheckConstraint(
                name="extra_for_a_team_or_a_person",
                condition=Q(team=None, person__isnull=False) | Q(person=None, team__isnull=False),
            ),
            models.CheckConstraint(name="extra_has_an_end", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(
                name="extra_is_something", condition=Q(cents__gte=1, cents__lte=MOST_CENTS)
            ),
            models.CheckConstraint(name="extra_never_for_oneself", condition=~Q(person=F("granted_by"))),
            models.CheckConstraint(name="extra_says_why", condition=~Q(reason="")),
        ]
        indexes = [models.Index(fields=["ends_at"], condition=Q(ended_at=None), name="extra_not_over")]

    def __str__(self) -> str:
        return f"+{self.cents} {self.currency} → {self.whom}"

    @property
    def whom(self) -> str:
        return self.person.name if self.person else self.team.name if self.team else ""

    @property
    def amount(self) -> str:
        return money(self.cents, self.currency)

    @classmethod
    def grant(cls, extra: ExtraAuthority, *, at: datetime | None = None) -> Refusal | None:
        """Put `extra`, not stored yet, in force. A lead goes no further than their own limit, an administrator may.

        The caller has found out whom its granter leads. The same key once more changes nothing.
        """
        at = at or timezone.now()
        by = extra.granted_by
        if extra.person_id == by.pk:
            return _OWN
        if extra.ends_at <= at or extra.ends_at - max(extra.starts_at, at) > LONGEST:
            return _TOO_LONG
        if not by.is_staff and (refusal := _beyond(extra, at=at)):
            return refusal
        extra.granted_at = at
        try:
            with transaction.atomic():
                extra.save(force_insert=True)
                extra._announce()
        except IntegrityError:
            if not cls.objects.filter(granted_by=by, key=extra.key).exists():
                raise
        return None

    def end(self, *, by: Person, at: datetime | None = None) -> bool:
        """Fall back at once; False when it was over already."""
        at = at or timezone.now()
        with transaction.atomic():
            open_ = ExtraAuthority.objects.not_over(at).filter(pk=self.pk)
            if not open_.update(ended_at=at, ended_by=by):
                return False
            self._announce()
        return True

    def holds_for(self, person: Person, team: Team) -> bool:
        """For the person wherever they work, or for the agents of the team; a lead's limit is another one's matter."""
        if self.person_id:
            return self.person_id == person.pk
        return self.team_id == team.pk and team.pk not in person.led_team_ids

    def _announce(self) -> None:
        relay.announce(f"team-{self.team_id}" if self.team_id else f"person-{self.person_id}")


def running_in(
    teams: Iterable[int], people: Iterable[int], *, currency: str, at: datetime
) -> list[ExtraAuthority]:
    """What runs at `at` for any of these teams or people; one query."""
    rows = _RUNNING.rows(teams=sorted(set(teams)), people=sorted(set(people)), currency=currency, at=at)
    return [ExtraAuthority(team_id=team, person_id=person, cents=cents) for team, person, cents in rows]


def _running(
    teams: Sequence[int], people: Sequence[int], currency: str, at: datetime
) -> models.QuerySet[ExtraAuthority, Any]:
    wanted = Q(team__among=teams) | Q(person__among=people)
    rows = ExtraAuthority.objects.running(at).filter(wanted, currency=currency)
    return rows.order_by().values_list("team_id", "person_id", "cents")


_RUNNING = Prepared(_running)


_TOLD = Prepared(
    lambda person, at: (
        ExtraAuthority.objects.running(at).told_to(person).select_related("team", "person", "granted_by")
    )
)


def running_for(person: Person, team: Team, *, at: datetime) -> list[ExtraAuthority]:
    """What this person may use on tickets of this team right now, to be told so."""
    extras: list[ExtraAuthority] = _TOLD.rows(person=person, at=at)
    return [extra for extra in extras if extra.holds_for(person, team)]


def extra_of(extras: Iterable[ExtraAuthority], person: Person, team: Team) -> int:
    """Cents more per case: where several run at once the largest one holds, they are not added up."""
    return max((extra.cents for extra in extras if extra.holds_for(person, team)), default=0)


def _beyond(extra: ExtraAuthority, *, at: datetime) -> Refusal | None:
    """With it nobody may decide more alone than the lead who grants it."""
    in_force = Limit.objects.filter(rulebook__state=Rulebook.State.PUBLISHED)
    limits, by = list(in_force.select_related("team", "person")), extra.granted_by
    holders = [(extra.person, team) for team in Team.objects.worked_by(extra.person)] if extra.person else []
    if extra.team:
        holders = [(person, extra.team) for person in Person.objects.working_in(extra.team)]
    for person, team in holders:
        most = latitude(limits, by, team, at=at).own_cents
        room = latitude(limits, person, team, at=at).own_cents
        if extra.holds_for(person, team) and room + extra.cents > most:
            words = _("With this, %(name)s could decide more alone than you: you may give %(most)s per case.")
            return Refusal("beyond", words % {"name": person.name, "most": money(most, extra.currency)})
    return None


_OWN = Refusal("own", _("Nobody grants extra authority to themselves."))
_TOO_LONG = Refusal("until", _("It has to end, and within 31 days. It can be granted again then."))
