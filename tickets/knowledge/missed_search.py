"""A missed search: words somebody looked for and found nothing about, counted by day and never with who it was."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, models, transaction
from django.db.models import F, Max, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets.search.query import tokens_of

from .find import LONGEST_ASKED, MOST_ASKED

if TYPE_CHECKING:
    from django.db.models import QuerySet

KEPT = timedelta(days=90)
MOST_A_DAY = 500  # whoever types rubbish fills no table
LONGEST = 120
# What was looked for once or twice may be somebody's own words; it is shown when it is plainly not one person's matter.
FEWEST_SHOWN = 3
# Addresses and numbers say who somebody is, and nothing about what is missing.
_PERSONAL = re.compile(r"\S*@\S*|\S*\d\S*")


class MissedSearch(models.Model):
    words = models.CharField(_("words"), max_length=LONGEST)
    language = models.CharField(_("language"), max_length=2)
    day = models.DateField(_("day"))
    times = models.PositiveIntegerField(_("times"), default=1)

    class Meta:
        verbose_name = _("missed search")
        verbose_name_plural = _("missed searches")
        ordering = ["-day", "words"]
        constraints = [
            models.UniqueConstraint(fields=["words", "language", "day"], name="missed_search_once_a_day"),
        ]

    def __str__(self) -> str:
        return self.words

    @classmethod
    def note(cls, typed: str, *, language: str, name: str = "", at: datetime | None = None) -> None:
        """Count it; what has nothing left without numbers, addresses and the asker's own `name` is not kept."""
        at = at or timezone.now()
        words = as_kept(typed, name=name)
        if not words:
            return
        day = timezone.localdate(at)
        here = cls.objects.filter(words=words, language=language, day=day)
        if here.update(times=F("times") + 1) or cls.objects.filter(day=day).count() >= MOST_A_DAY:
            return
        try:
            with transaction.atomic():
                cls.objects.create(words=words, language=language, day=day)
        except IntegrityError:  # of two at once one wrote it and the other counts
            here.update(times=F("times") + 1)

    @classmethod
    def report(cls) -> QuerySet[MissedSearch, dict[str, object]]:
        """By words, how often and when last; most often first, and nothing that was asked for only once or twice."""
        rows = cls.objects.order_by().values("words", "language")
        counted = rows.annotate(sum=Sum("times"), last=Max("day")).filter(sum__gte=FEWEST_SHOWN)
        return counted.order_by("-sum", "-last", "words")

    @classmethod
    def settle(cls, words: str, language: str) -> int:
        """Somebody has dealt with it: it begins to count anew."""
        return cls.objects.filter(words=words, language=language).delete()[0]

    @classmethod
    def forget_name(cls, name: str) -> int:
        """What holds a word of this name."""
        named = set(tokens_of(name))
        rows = cls.objects.values_list("pk", "words").iterator()
        holding = [pk for pk, words in rows if named & set(words.split())]
        return cls.objects.filter(pk__in=holding).delete()[0]

    @classmethod
    def forget_now(cls, *, now: datetime | None = None) -> int:
        """What is older than a season says nothing any more."""
        day = timezone.localdate(now or timezone.now()) - KEPT
        return cls.objects.filter(day__lt=day).delete()[0]


def as_kept(typed: str, *, name: str = "") -> str:
    """What of a question is kept: its words in order, without numbers, addresses, signs and the words of `name`."""
    own = set(tokens_of(name))
    tokens = [word for word in tokens_of(_PERSONAL.sub(" ", typed[:LONGEST_ASKED])) if word not in own]
    return " ".join(list(dict.fromkeys(tokens))[:MOST_ASKED])[:LONGEST].strip()
