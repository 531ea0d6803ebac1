"""A question: something that stands out, put to a person who can answer, and answered back. Never a verdict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from accounts.team import Team
from tickets.mail import letters

if TYPE_CHECKING:
    from policies.offer import Offer

CLOSED_BY_ANSWER = ("sample",)


class QuestionQuerySet(models.QuerySet["Question"]):
    def open(self) -> QuestionQuerySet:
        return self.filter(closed_at=None)

    def read_by(self, person: Person) -> QuestionQuerySet:
        """What was put to oneself, and what concerns the teams one leads; a peer's reading is the peer's alone."""
        if not person.is_active:
            return self.none()
        led = Q(team_id__in=person.led_team_ids) & (~Q(kind=Question.Kind.SAMPLE) | ~Q(closed_at=None))
        # Who asks about oneself is not the one to close it.
        return self.filter(Q(asked=person, team_id__in=person.team_ids) | led)


class Question(models.Model):
    class Kind(models.TextChoices):
        BUNCH = "bunch", _("amounts close to a limit")
        PAIR = "pair", _("the same two people")
        RING = "ring", _("yes to each other")
        CLAIMS = "claims", _("more often than others")
        DESTINATION = "destination", _("the same account")
        UNDELIVERED = "undelivered", _("not delivered yet")
        SAMPLE = "sample", _("a second pair of eyes")

    WORDS = {
        Kind.BUNCH: _(
            "%(close)s gestures lie just below the limit of %(limit)s, %(before)s a step further down. Perhaps the "
            "limit is too low for these cases?"
        ),
        Kind.PAIR: _(
            "%(customer)s was given something %(count)s times in 90 days by the same person, %(share)s %% of all that "
            "person gave. Is there a reason the others should know?"
        ),
        Kind.RING: _(
            "%(one)s and %(other)s say yes to most of what the other one asks. Would somebody else like to be asked "
            "now and then?"
        ),
        Kind.CLAIMS: _(
            "%(customer)s received something %(count)s times in a year, more often than nearly everybody. Would a talk "
            "help to find out what keeps going wrong?"
        ),
        Kind.DESTINATION: _(
            "Money for %(customer)s and for somebody else goes to the same account. The payout is held: do they belong "
            "together?"
        ),
        Kind.UNDELIVERED: _(
            "%(gesture)s was given %(days)s days ago and has not arrived yet. Is something in its way?"
        ),
        Kind.SAMPLE: _("Read how this case was answered. What would you have done, and why?"),
    }

    kind = models.CharField(max_length=12, choices=Kind.choices)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    # Nobody: it is about the team as a whole and goes to its leads.
    asked = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    offer = models.ForeignKey("policies.Offer", on_delete=models.PROTECT, null=True, related_name="questions")
    about = models.JSONField(default=dict)
    # What stands out, in which month: found again it is the same question.
    key = models.CharField(max_length=120, unique=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["-opened_at", "-pk"]
        indexes = [models.Index(fields=["team", "-opened_at"], name="question_of_team")]

    def __str__(self) -> str:
        return self.key

    @property
    def text(self) -> str:
        # What is missing stays empty: a question is read even where a word of it was lost.
        about: dict[str, str | int] = defaultdict(str)
        about |= {name: value for name, value in self.about.items() if isinstance(value, str | int)}
        if self.kind == self.Kind.UNDELIVERED and self.offer:
            about["gesture"] = self.offer.gesture
        return str(self.WORDS[self.Kind(self.kind)]) % about

    @classmethod
    def put(
        cls,
        kind: str,
        team: Team,
        *,
        key: str,
        at: datetime,
        asked: Person | None = None,
        offer: Offer | None = None,
        about: Mapping[str, object] | None = None,
    ) -> Question | None:
        """Ask once; the same key again is the same question, answered or not. None when it was asked before."""
        if cls.objects.filter(key=key).exists():
            return None
        try:
            with transaction.atomic():
                question = cls.objects.create(
                    kind=kind,
                    team=team,
                    asked=asked,
                    offer=offer,
                    about=dict(about or {}),
                    key=key,
                    opened_at=at,
                )
                question._tell([asked] if asked else list(Person.objects.leading(team)))
        except IntegrityError:  # somebody else asks in this moment
            return None
        return question

    def say(self, *, by: Person, words: str, at: datetime | None = None) -> bool:
        """A word in it, either way; the other side hears that there is one. False once it is closed."""
        at = at or timezone.now()
        with transaction.atomic():
            if not Question.objects.open().filter(pk=self.pk).exists():
                return False
            said = Word.objects.create(question=self, by=by, at=at, words=words)
            if self.kind in CLOSED_BY_ANSWER:
                self.close(by=by, at=at)
            others = (
                {self.asked} if self.asked and self.asked != by else set(Person.objects.leading(self.team))
            )
            self._tell([person for person in others if person and person != by], said=said)
        return True

    def close(self, *, by: Person, at: datetime | None = None) -> bool:
        return (
            Question.objects.open().filter(pk=self.pk).update(closed_at=at or timezone.now(), closed_by=by)
            == 1
        )

    def may_close(self, person: Person) -> bool:
        """Leads close; but nobody closes a question about what they did themselves."""
        return self.team_id in person.led_team_ids and self.asked_id != person.pk

    def _tell(self, people: list[Person], *, said: Word | None = None) -> None:
        for person in people:
            letters.to_person(
                person,
                key=f"question:{self.pk}:{said.pk if said else 0}:{person.pk}",
                name="question",
                url="/studio/questions/",
                question=self,
                said=said,
            )


class Word(models.Model):
    """What one of them said."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="said")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    words = models.CharField(max_length=500)

    class Meta:
        verbose_name = _("word on a question")
        verbose_name_plural = _("words on questions")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.words
