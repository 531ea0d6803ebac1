"""The possibility space of a cause: wishes heard, gestures that answered them, and what came of it.

What an agent adds is usable at once; it appears for the others when a lead consents – or when nobody objects in time.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Avg, Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from tickets.cause import Cause
from tickets.notice import Notice
from tickets.sla.business_days import close_of_business_day
from tickets.sla.duty import TeamHours
from tickets.ticket import Ticket

from .. import history
from ..referral import OWN, Refusal
from ..ruling import Ruling

if TYPE_CHECKING:
    from accounts.team import Team

SILENCE_DAYS = 5  # business days after which an idea stands by itself
GOOD_SCORE = 4
RECENT = timedelta(days=90)
logger = logging.getLogger(__name__)


class IdeaQuerySet(models.QuerySet["Idea"]):
    def waiting(self) -> IdeaQuerySet:
        return self.filter(accepted_at=None, declined_at=None)

    def standing(self) -> IdeaQuerySet:
        return self.filter(accepted_at__isnull=False)

    def due(self, now: datetime) -> IdeaQuerySet:
        return self.waiting().filter(due_at__lte=now).order_by("due_at", "pk")

    def usable_by(self, person: Person) -> IdeaQuerySet:
        """What stands for causes of the own teams, and at once what the person added."""
        return self.filter(
            Q(cause__team_id__in=person.team_ids)
            & (Q(accepted_at__isnull=False) | Q(by=person, declined_at=None))
        )

    def praisable_by(self, person: Person) -> IdeaQuerySet:
        """Ideas of others that came up on a ticket this person works on. Where another team has it by now, they read
        nothing of it and write nothing into its history."""
        return self.usable_by(person).exclude(by=person).filter(ticket__in=Ticket.objects.worked_by(person))

    def answerable_by(self, person: Person) -> IdeaQuerySet:
        """Ideas of the teams this person leads; nobody consents to their own."""
        return self.filter(cause__team_id__in=person.led_team_ids).exclude(by=person)

    def with_effect(self) -> IdeaQuerySet:
        """Adds what came of it: `used`, `thanked`, `rated` (how many), `score` (their mean) and `helped`.

        Where it was taken up later, only what the customer said after that is its effect.
        """
        thanked = Q(uses__thanked_at__isnull=False)
        after = Q(uses__ticket=F("ticket")) | Q(uses__ticket__rating__at__gte=F("uses__at"))
        good = after & Q(uses__ticket__rating__score__gte=GOOD_SCORE)
        return self.annotate(
            used=Count("uses"),
            thanked=Count("uses", filter=thanked),
            rated=Count("uses__ticket__rating", filter=after),
            score=Avg("uses__ticket__rating__score", filter=after),
            helped=Count("uses", filter=thanked | good),
        )

    def best_first(self) -> IdeaQuerySet:
        return self.with_effect().order_by(F("helped").desc(), F("used").desc(), "-at", "-pk")


class Idea(models.Model):
    cause = models.ForeignKey(Cause, on_delete=models.PROTECT, related_name="+")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+")  # where it came up
    wish = models.CharField(_("the wish"), max_length=200)
    gesture = models.CharField(_("what answered it"), max_length=80)
    # The gesture of the catalogue it was, if it was one; empty for something of the agent's own.
    kind = models.SlugField(max_length=40, blank=True, default="")
    cents = models.PositiveBigIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()  # from then on silence is consent
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(  # empty: nobody objected
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    declined_at = models.DateTimeField(null=True, blank=True)
    declined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    words = models.CharField(max_length=300, blank=True, default="")  # why it was declined
    # Made by the sender's form before sending: the same key a second time is the same idea.
    key = models.CharField(max_length=64)

    objects = IdeaQuerySet.as_manager()

    class Meta:
        verbose_name = _("idea")
        verbose_name_plural = _("ideas")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "key"], name="idea_once_per_key"),
            models.CheckConstraint(
                name="idea_not_accepted_and_declined", condition=Q(accepted_at=None) | Q(declined_at=None)
            ),
            models.CheckConstraint(
                name="idea_declined_with_words", condition=Q(declined_at=None) | ~Q(words="")
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(accepted_at=None, declined_at=None), name="idea_waiting"
            ),
            models.Index(fields=["cause", "-at"], name="idea_of_cause"),
        ]

    def __str__(self) -> str:
        return self.gesture

    @property
    def is_waiting(self) -> bool:
        return self.accepted_at is None and self.declined_at is None

    @classmethod
    def add(
        cls,
        ticket: Ticket,
        *,
        wish: str,
        gesture: str,
        by: Person,
        key: str,
        kind: str = "",
        cents: int = 0,
        at: datetime | None = None,
    ) -> Idea:
        """What this customer wished and what answered it; the leads hear of it. The same `key` is the same idea."""
        at = at or timezone.now()
        try:
            with transaction.atomic():
                idea = cls.objects.create(
                    cause=ticket.cause,
                    ticket=ticket,
                    wish=wish,
                    gesture=gesture,
                    kind=kind,
                    cents=cents,
                    by=by,
                    key=key,
                    at=at,
                    due_at=consent_by(ticket.cause.team, at=at),
                )
                Use.objects.create(idea=idea, ticket=ticket, by=by, at=at)
                event = ticket.record(history.IDEA_ADDED, by=by, at=at, idea=idea.gesture)
                for lead in Person.objects.leading(ticket.cause.team).exclude(pk=by.pk):
                    Notice.tell(lead, event)
                return idea
        except IntegrityError:
            twin = cls.objects.filter(by=by, key=key).first()
            if twin is None:
                raise
            return twin

    def consent(self, *, by: Person, at: datetime | None = None) -> Refusal | None:
        """From now on everybody in the team sees it among what helped."""
        if by == self.by:
            return OWN
        return self._settle(
            history.IDEA_STANDS,
            by=by,
            at=at or timezone.now(),
            fields={"accepted_by": by},
            verb="accepted_at",
        )

    def decline(self, *, by: Person, words: str, at: datetime | None = None) -> Refusal | None:
        """Not for others, with words for the agent; what was given already stays given."""
        if by == self.by:
            return OWN
        fields = {"declined_by": by, "words": words}
        return self._settle(
            history.IDEA_DECLINED,
            by=by,
            at=at or timezone.now(),
            fields=fields,
            verb="declined_at",
            words=words,
        )

    def stand(self, *, now: datetime) -> Refusal | None:
        """Nobody objected in time."""
        return self._settle(history.IDEA_UNOPPOSED, by=None, at=now, fields={}, verb="accepted_at")

    def _settle(
        self, kind: str, *, by: Person | None, at: datetime, fields: dict[str, object], verb: str, **data: str
    ) -> Refusal | None:
        with transaction.atomic():
            if not Idea.objects.waiting().filter(pk=self.pk).update(**{verb: at}, **fields):
                return _SETTLED
            self.refresh_from_db()
            event = self.ticket.record(kind, by=by, at=at, idea=self.gesture, **data)
            Notice.tell(self.by, event)
        return None

    def use(self, ticket: Ticket, *, by: Person, at: datetime | None = None) -> Use:
        """Somebody takes it up for another ticket; whether it helped is for the customer to say."""
        use, _made = Use.objects.get_or_create(
            idea=self, ticket=ticket, defaults={"by": by, "at": at or timezone.now()}
        )
        return use


class Use(models.Model):
    """An idea on one ticket, with the customer's thanks if there were any; the rating is the ticket's own."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="uses")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    thanked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("use of an idea")
        verbose_name_plural = _("uses of ideas")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["idea", "ticket"], name="idea_once_per_ticket")]

    def __str__(self) -> str:
        return f"{self.idea_id} #{self.ticket_id}"

    def thank(self, *, by: Person, at: datetime | None = None) -> bool:
        """The customer said thanks, and whoever had the idea hears of it; False when that was noted before."""
        at = at or timezone.now()
        with transaction.atomic():
            if not Use.objects.filter(pk=self.pk, thanked_at=None).update(thanked_at=at):
                return False
            said = {"idea": self.idea.gesture, "to": self.idea.by.name}
            event = self.ticket.record(history.IDEA_THANKED, by=by, at=at, **said)
            if self.idea.by != by:
                Notice.tell(self.idea.by, event)
        return True


_SETTLED = Refusal("settled", _("Somebody has answered this already."))


def consent_by(team: Team, *, at: datetime) -> datetime:
    """Until when an idea for this team waits: the close of the fifth business day, without hours a week."""
    hours = TeamHours.of(team)
    due = close_of_business_day(hours.opening, at, SILENCE_DAYS) if hours else None
    return due or at + timedelta(days=7)


def outside_the_process(lead: Person, *, at: datetime) -> models.QuerySet[Ruling]:
    """What agents of the led teams gave or asked for with a reason of their own: input for ideas, never a score."""
    explained = Ruling.objects.visible_to(lead).filter(ticket__team_id__in=lead.led_team_ids).exclude(why="")
    return explained.filter(at__gt=at - RECENT).select_related("ticket__cause")


def sweep_ideas_now(*, now: datetime | None = None, most: int = 200) -> int:
    """Let ideas stand that nobody objected to; the number looked at. One that cannot never stops the others."""
    now = now or timezone.now()
    due = list(Idea.objects.due(now).select_related("ticket__cause", "ticket__team", "by")[:most])
    for idea in due:
        try:
            idea.stand(now=now)
        except Exception:
            logger.exception("idea %s could not stand", idea.pk)
            Idea.objects.waiting().filter(pk=idea.pk).update(due_at=now + timedelta(hours=1))
    return len(due)
