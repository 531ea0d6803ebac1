"""A review: what the outcome of a decision taught. It speaks of the rules it was decided by, never of who decided.

Whoever decides within the field is covered: what turns out badly was the rules' doing, and the next version learns.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from tickets.ticket import Ticket

from .refusal import Refusal
from .rules.rulebook import Rulebook
from .ruling import Ruling


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, person: Person) -> ReviewQuerySet:
        return self.filter(ruling__ticket__in=Ticket.objects.worked_by(person))

    def by_version(self) -> dict[int, dict[str, int]]:
        """For each version of the rules, newest first, how often which verdict was given."""
        counts: dict[int, dict[str, int]] = {}
        rows = self.order_by("-rulebook__version").values_list("rulebook__version", "verdict")
        for version, verdict, count in rows.annotate(count=Count("pk")):
            counts.setdefault(version, {})[verdict] = count
        return counts


class Review(models.Model):
    class Verdict(models.TextChoices):
        RIGHT = "right", _("it was right")
        TOO_LITTLE = "too_little", _("the rules gave too little room")
        TOO_MUCH = "too_much", _("the rules gave too much room")
        UNKNOWN_FACT = "fact", _("something was not known that should have been")

    ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="reviews")
    # To whom the outcome is put down: the version it was decided by. There is no field for a person.
    rulebook = models.ForeignKey(Rulebook, on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices)
    words = models.CharField(_("what to learn from it"), max_length=300)
    at = models.DateTimeField(default=timezone.now)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("outcome review")
        verbose_name_plural = _("outcome reviews")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["ruling", "reviewer"], name="one_review_per_ruling_and_reviewer")
        ]

    def __str__(self) -> str:
        return f"{self.ruling_id} {self.verdict}"

    @classmethod
    def write(
        cls, ruling: Ruling, verdict: str, *, words: str, by: Person, at: datetime | None = None
    ) -> Refusal | None:
        """One review for each reader of a decision; nobody reviews their own."""
        if by.pk == ruling.agent_id:
            return _OWN
        try:
            with transaction.atomic():
                cls.objects.create(
                    ruling=ruling,
                    rulebook_id=ruling.rulebook_id,
                    reviewer=by,
                    verdict=cls.Verdict(verdict),
                    words=words,
                    at=at or timezone.now(),
                )
        except IntegrityError:
            return _TWICE
        return None


_OWN = Refusal("own", _("Nobody reviews their own decision."))
_TWICE = Refusal("twice", _("You have reviewed this decision already."))
