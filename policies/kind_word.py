"""A kind word: what somebody at the desk says of a colleague's decision or idea. It is read, and counts for nothing."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets.notice import Notice
from tickets.ticket import Ticket

from . import history
from .refusal import Refusal
from .rules.space import Idea
from .ruling import Ruling

if TYPE_CHECKING:
    from accounts.person import Person

LONGEST = 300


class KindWordQuerySet(models.QuerySet["KindWord"]):
    def visible_to(self, person: Person) -> KindWordQuerySet:
        """Of the tickets this person works on."""
        theirs = Ticket.objects.worked_by(person)
        return self.filter(Q(ruling__ticket__in=theirs) | Q(idea__ticket__in=theirs))


class KindWord(models.Model):
    ruling = models.ForeignKey(
        Ruling, on_delete=models.PROTECT, related_name="kind_words", null=True, blank=True
    )
    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="kind_words", null=True, blank=True)
    words = models.CharField(_("kind words"), max_length=LONGEST)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    # Made by the sender's form before sending: the same key a second time is the same word.
    key = models.CharField(max_length=64)

    objects = KindWordQuerySet.as_manager()

    class Meta:
        verbose_name = _("kind word")
        verbose_name_plural = _("kind words")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "key"], name="kind_word_once_per_key"),
            models.CheckConstraint(
                name="kind_word_about_one_thing",
                condition=Q(ruling=None, idea__isnull=False) | Q(ruling__isnull=False, idea=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ruling_id or self.idea_id}: {self.pk}"

    @property
    def about(self) -> Ruling | Idea:
        if self.ruling is not None:
            return self.ruling
        assert self.idea is not None
        return self.idea

    @property
    def to(self) -> Person:
        return whose(self.about)

    @classmethod
    def say(
        cls, about: Ruling | Idea, *, words: str, by: Person, key: str, at: datetime | None = None
    ) -> KindWord | Refusal:
        """Whoever decided or had the idea hears it; the ticket's history keeps it. The same `key` is the same word."""
        at, to = at or timezone.now(), whose(about)
        if to == by:
            return _OWN
        what = {"ruling": about} if isinstance(about, Ruling) else {"idea": about}
        try:
            with transaction.atomic():
                word = cls.objects.create(**what, words=words, by=by, key=key, at=at)
                event = about.ticket.record(
                    history.KIND_WORD, by=by, at=at, to=to.name, gesture=_called(about), words=words
                )
                Notice.tell(to, event)
                return word
        except IntegrityError:
            twin = cls.objects.filter(by=by, key=key).first()
            if twin is None:
                raise
            return twin


def whose(about: Ruling | Idea) -> Person:
    return about.agent if isinstance(about, Ruling) else about.by


def _called(about: Ruling | Idea) -> str | dict[str, str]:
    """A gesture has a name in every language, an idea only the words of whoever had it."""
    return about.gesture_in_each if isinstance(about, Ruling) else about.gesture


_OWN = Refusal("own", _("Kind words are for others."))
