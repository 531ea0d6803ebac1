"""A challenge: somebody at the desk doubts a rule; it has an owner, a deadline and an answer everybody can read.

Unanswered at the deadline, a soft rule no longer holds for the challenger's team until there is an answer. A guardrail
goes one level up instead; it never bends.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from accounts.prepared import Prepared
from accounts.team import Team
from tickets.live import relay
from tickets.mail import letters
from tickets.notice import Notice
from tickets.sla.business_days import close_of_business_day
from tickets.sla.duty import TeamHours
from tickets.ticket import Ticket

from .. import history
from ..refusal import Refusal
from ..rules.rulebook import Rulebook
from .rule import Kind, Rule, in_words

if TYPE_CHECKING:
    from tickets.event import Event

BUSINESS_DAYS = 10
logger = logging.getLogger(__name__)


class ChallengeQuerySet(models.QuerySet["Challenge"]):
    def open(self) -> ChallengeQuerySet:
        return self.filter(closed_at=None)

    def due(self, now: datetime) -> ChallengeQuerySet:
        return self.open().filter(due_at__lte=now).order_by("due_at", "pk")

    def readable_by(self, person: Person) -> ChallengeQuerySet:
        """Reasons are public in the teams: whoever works there, whoever must answer, administrators."""
        if person.is_staff:
            return self
        return self.filter(models.Q(team__in=person.team_ids) | models.Q(owner=person))

    def answerable_by(self, person: Person) -> ChallengeQuerySet:
        """The owner answers, or another lead of the team, or an administrator; never who raised it."""
        mine = models.Q(owner=person) | models.Q(team__in=person.led_team_ids)
        found = self.open() if person.is_staff else self.open().filter(mine)
        return found.exclude(raised_by=person)


class Challenge(models.Model):
    class Answer(models.TextChoices):
        STAYS = "stays", _("the rule stays")
        CHANGES = "changes", _("the rule will change")

    kind = models.CharField(max_length=12, choices=Kind.choices)
    code = models.CharField(max_length=60, blank=True, default="")
    called = models.JSONField()  # {"en": …, "de": …}
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    rulebook = models.ForeignKey(Rulebook, on_delete=models.PROTECT, related_name="+")
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(_("why"), max_length=300)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    passed_by = models.JSONField(default=list, blank=True)  # ids of owners who did not answer
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)  # None: nothing more happens by itself
    suspended_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=8, choices=Answer.choices, blank=True, default="")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    words = models.CharField(max_length=500, blank=True, default="")

    objects = ChallengeQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule challenge")
        verbose_name_plural = _("rule challenges")
        ordering = ["opened_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "code", "team"],
                condition=models.Q(closed_at=None),
                name="one_open_challenge_per_rule_and_team",
            ),
            models.CheckConstraint(
                name="challenge_closed_with_answer",
                condition=models.Q(closed_at=None, answer="")
                | (~models.Q(answer="") & ~models.Q(words="") & models.Q(closed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="guardrail_is_never_suspended",
                condition=~models.Q(kind="guardrail") | models.Q(suspended_at=None),
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(closed_at=None), name="challenge_open"),
            models.Index(
                fields=["team"],
                condition=models.Q(closed_at=None, suspended_at__isnull=False),
                name="challenge_suspends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule.name} #{self.ticket_id}"

    @property
    def rule(self) -> Rule:
        return Rule(Kind(self.kind), self.code)

    @property
    def rule_in_words(self) -> str:
        return str(self.called["de" if (get_language() or "en").startswith("de") else "en"])

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @classmethod
    def raise_it(
        cls, rule: Rule, ticket: Ticket, *, by: Person, why: str, at: datetime | None = None
    ) -> Challenge | Refusal:
        """Doubt a rule that spoke on this ticket. While the team has an open one about it, that one is returned."""
        at = at or timezone.now()
        book = Rulebook.objects.in_force()
        rail = book.guardrails.filter(code=rule.code).first() if rule.kind == Kind.GUARDRAIL else None
        if rule.kind == Kind.GUARDRAIL and rail is None:
            return _GONE
        owners = chain(ticket.team, but=by)
        if not owners:
            return _NOBODY
        try:
            with transaction.atomic():
                challenge = cls.objects.create(
                    kind=rule.kind,
                    code=rule.code,
                    called=in_words(rule, ticket.cause, rail),
                    ticket=ticket,
                    team=ticket.team,
                    rulebook=book,
                    raised_by=by,
                    why=why,
                    owner=owners[0],
                    opened_at=at,
                    due_at=_deadline(ticket.team, at=at),
                )
                challenge._tell(
                    owners[0], challenge._record(history.CHALLENGE_RAISED, by=by, at=at, words=why), "raised"
                )
                return challenge
        except IntegrityError:
            twin = cls.objects.open().filter(kind=rule.kind, code=rule.code, team=ticket.team).first()
            if twin is None:
                raise
            return twin

    def settle(self, answer: str, *, words: str, by: Person, at: datetime | None = None) -> Refusal | None:
        """The rule stays or will change, with reasons everybody can read; a suspension ends with it."""
        at = at or timezone.now()
        if by == self.raised_by:
            return _OWN
        with transaction.atomic():
            if not self._write(closed_at=at, answer=self.Answer(answer), answered_by=by, words=words):
                return _ANSWERED
            event = self._record(history.CHALLENGE_ANSWERED, by=by, at=at, words=words)
            self._tell(self.raised_by, event, "answered")
        return None

    def lapse(self, *, now: datetime) -> None:
        """The deadline passed unanswered: a soft rule is suspended for the team, a guardrail goes one level up."""
        with transaction.atomic():
            due = Challenge.objects.due(now).select_for_update(no_key=True)
            try:
                self.refresh_from_db(
                    fields=["owner", "passed_by", "due_at", "suspended_at"], from_queryset=due
                )
            except Challenge.DoesNotExist:
                return
            if self.rule.is_soft:
                self._write(suspended_at=now, due_at=None)
                event = self._record(history.CHALLENGE_SUSPENDED, by=None, at=now)
                told = [self.owner, self.raised_by]
            else:
                passed = [*self.passed_by, self.owner_id]
                up = [person for person in chain(self.team, but=self.raised_by) if person.pk not in passed]
                following = _deadline(self.team, at=now) if up else None
                self._write(owner=up[0] if up else self.owner, passed_by=passed, due_at=following)
                event = self._record(history.CHALLENGE_ESCALATED, by=None, at=now, told=self.owner.name)
                told = [self.owner, self.raised_by]
            for person in told:
                self._tell(person, event, "waits")

    def _write(self, **fields: object) -> bool:
        """A claim: of two who change an open challenge at once, only the first one does."""
        if not Challenge.objects.open().filter(pk=self.pk).update(**fields):
            return False
        for name, value in fields.items():
            setattr(self, name, value)
        return True

    def _record(self, kind: str, *, by: Person | None, at: datetime, **data: str) -> Event:
        relay.announce(f"team-{self.team_id}")
        return self.ticket.record(kind, by=by, at=at, rule=self.called, challenge=self.pk, **data)

    def _tell(self, person: Person, event: Event, name: str) -> None:
        Notice.tell(person, event)
        letters.to_colleague(
            person,
            self.ticket,
            key=f"challenge:{self.pk}:{event.pk}:{person.pk}",
            name=f"challenge_{name}",
            challenge=self,
            page_url=settings.BASE_URL + reverse("studio:challenge", args=[self.pk]),
        )


def chain(team: Team, *, but: Person) -> list[Person]:
    """Who answers for the rules, nearest first: the team's leads, other leads, administrators."""
    leads = Person.objects.active().filter(teamuserobjectpermission__permission__codename="lead_team")
    staff = Person.objects.active().filter(is_staff=True).order_by("pk")
    everybody = [*Person.objects.leading(team), *leads.distinct().order_by("pk"), *staff]
    return [person for person in dict.fromkeys(everybody) if person != but]


def suspended_in(teams: Iterable[int]) -> dict[int, set[Rule]]:
    """By team, the soft rules that do not hold there until somebody answers; one query."""
    found: dict[int, set[Rule]] = {}
    for team, kind, code in _SUSPENDED.rows(teams=sorted(set(teams))):
        found.setdefault(team, set()).add(Rule(Kind(kind), code))
    return found


def _suspended(teams: Sequence[int]) -> models.QuerySet[Challenge, Any]:
    rows = Challenge.objects.open().filter(team__among=teams, suspended_at__isnull=False)
    return rows.order_by().values_list("team_id", "kind", "code")


_SUSPENDED = Prepared(_suspended)


def sweep_challenges_now(*, now: datetime | None = None, most: int = 200) -> int:
    """Let challenges lapse whose deadline passed; the number looked at. One bad one never stops the others."""
    now = now or timezone.now()
    due = list(
        Challenge.objects.due(now).select_related("ticket__customer", "team", "owner", "raised_by")[:most]
    )
    for challenge in due:
        try:
            challenge.lapse(now=now)
        except Exception:
            logger.exception("challenge %s could not lapse", challenge.pk)
            Challenge.objects.filter(pk=challenge.pk).update(due_at=now + timedelta(hours=1))
    return len(due)


def _deadline(team: Team, *, at: datetime) -> datetime:
    hours = TeamHours.of(team)
    close = close_of_business_day(hours.opening, at, BUSINESS_DAYS) if hours else None
    return close or at + timedelta(days=14)


_OWN = Refusal("own", _("Nobody answers their own challenge."))
_ANSWERED = Refusal("closed", _("This challenge is already answered."))
_GONE = Refusal("gone", _("This rule is not in force any more."))
_NOBODY = Refusal(
    "nobody", _("Nobody else can answer this. Ask your administrator to name a lead for this team.")
)
