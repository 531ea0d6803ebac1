"""What newcomers are offered, and what existing customers get for it: no such offer without an answer to them."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tickets.once import once

from ..referral import Refusal
from ..weigh.currency import money

if TYPE_CHECKING:
    from accounts.person import Person

# The standard cause under which existing customers ask for the newcomers' terms, and the gesture that gives them.
CAUSE, MATCH = "better-new-customer-offer", "match"


class Counterpart(models.Model):
    """The answer to existing customers: the same, something equivalent, or nothing – because."""

    class Kind(models.TextChoices):
        SAME = "same", _("the same")
        EQUIVALENT = "equivalent", _("something equivalent")
        NONE = "none", _("nothing, because …")

    kind = models.CharField(_("existing customers get"), max_length=10, choices=Kind.choices)
    # What they get instead, or why they get nothing: agents read it on the ticket and say it aloud.
    words_en = models.CharField(_("in words (English)"), max_length=300, blank=True, default="")
    words_de = models.CharField(_("in words (German)"), max_length=300, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("counterpart")
        verbose_name_plural = _("counterparts")
        constraints = [
            models.CheckConstraint(
                name="counterpart_kind_known", condition=Q(kind__in=["same", "equivalent", "none"])
            ),
            models.CheckConstraint(
                name="counterpart_says_what_or_why",
                condition=Q(kind="same") | ~(Q(words_en="") | Q(words_de="")),
            ),
        ]

    def __str__(self) -> str:
        return self.kind

    @property
    def words(self) -> str:
        return self.words_de if _german() else self.words_en


class AcquisitionOfferQuerySet(models.QuerySet["AcquisitionOffer"]):
    def managed_by(self, person: Person) -> AcquisitionOfferQuerySet:
        """What newcomers get concerns the whole house: every lead sees and answers it."""
        return self if person.is_lead or (person.is_staff and person.is_active) else self.none()

    def running(self, on: date) -> AcquisitionOfferQuerySet:
        begun = self.filter(activated_at__isnull=False, ended_at=None, starts__lte=on)
        return begun.filter(Q(ends=None) | Q(ends__gte=on))


class AcquisitionOffer(models.Model):
    name_en = models.CharField(_("name (English)"), max_length=80)
    name_de = models.CharField(_("name (German)"), max_length=80)
    gets_en = models.CharField(_("what newcomers get (English)"), max_length=300)
    gets_de = models.CharField(_("what newcomers get (German)"), max_length=300)
    worth_cents = models.PositiveIntegerField(_("worth to one customer, in cents"))
    currency = models.CharField(max_length=3, default="EUR")
    starts = models.DateField(_("from"))
    ends = models.DateField(_("until and including"), null=True, blank=True)
    counterpart = models.OneToOneField(
        Counterpart, on_delete=models.PROTECT, null=True, blank=True, related_name="offer"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    activated_at = models.DateTimeField(null=True, blank=True)
    activated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    # Made by the sender's form before sending: the same key a second time is the same offer.
    key = models.CharField(max_length=64)

    objects = AcquisitionOfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer to newcomers")
        verbose_name_plural = _("offers to newcomers")
        ordering = ["-starts", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "key"], name="newcomers_offer_once_per_key"),
            models.CheckConstraint(
                name="newcomers_offer_ends_after_it_starts",
                condition=Q(ends=None) | Q(ends__gte=F("starts")),
            ),
            models.CheckConstraint(
                name="newcomers_offer_has_counterpart_when_active",
                condition=Q(activated_at=None) | Q(counterpart__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_de if _german() else self.name_en

    @property
    def gets(self) -> str:
        return self.gets_de if _german() else self.gets_en

    @property
    def worth(self) -> str:
        return money(self.worth_cents, self.currency)

    def stands(self, on: date) -> str:
        """“draft”, “planned”, “running” or “ended”."""
        if self.ended_at or (self.ends and self.ends < on):
            return "ended"
        if self.activated_at is None:
            return "draft"
        return "planned" if self.starts > on else "running"

    @classmethod
    def plan(
        cls, *, by: Person, key: str, at: datetime | None = None, **said: str | int | date | None
    ) -> AcquisitionOffer:
        """Write an offer down, not active yet; `said` are its fields. The same `key` returns the one already there."""
        said |= {"currency": settings.CURRENCY, "at": at or timezone.now()}
        return once(cls.objects, mine={"by": by, "key": key}, **said)

    def answer_with(
        self, kind: str, *, by: Person, words_en: str = "", words_de: str = "", at: datetime | None = None
    ) -> Refusal | None:
        """Say what existing customers get; words are needed for all but “the same”. It replaces the answer before."""
        kind = Counterpart.Kind(kind)
        if kind is not Counterpart.Kind.SAME and not (words_en and words_de):
            return _SILENT
        if kind is Counterpart.Kind.SAME:
            words_en = words_de = ""
        with transaction.atomic():
            at = at or timezone.now()
            made = Counterpart.objects.create(kind=kind, words_en=words_en, words_de=words_de, by=by, at=at)
            AcquisitionOffer.objects.filter(pk=self.pk).update(counterpart=made)
            self.counterpart = made
        return None

    def activate(self, *, by: Person, at: datetime | None = None) -> Refusal | None:
        """Let it run from its first day on; refused without an answer to existing customers. Twice is once."""
        at = at or timezone.now()
        waiting = AcquisitionOffer.objects.filter(pk=self.pk, activated_at=None, ended_at=None)
        if waiting.filter(counterpart__isnull=False).update(activated_at=at, activated_by=by):
            self.refresh_from_db()
            return None
        self.refresh_from_db()
        if self.ended_at:
            return Refusal("ended", _("This offer has ended. Write down a new one."))
        return None if self.activated_at else _UNANSWERED

    def end(self, *, at: datetime | None = None) -> bool:
        """Newcomers get it no longer, or never will; False when it had ended before."""
        changed = AcquisitionOffer.objects.filter(pk=self.pk, ended_at=None).update(
            ended_at=at or timezone.now()
        )
        self.refresh_from_db(fields=["ended_at"])
        return bool(changed)


_SILENT = Refusal("words", _("Say it in both languages: agents read it out to the customers who ask."))
_UNANSWERED = Refusal(
    "counterpart",
    _("Say first what existing customers get: the same, something equivalent, or nothing and why."),
)


def _german() -> bool:
    return (get_language() or "en").startswith("de")
