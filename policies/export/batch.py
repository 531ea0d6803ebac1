"""An export: ledger entries of one fiscal year, each handed over exactly once, with the accounts of that moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Max, Min, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from policies.ledger.budget import house_day, house_midnight
from policies.ledger.transfer import Step, Transfer
from policies.life.treatment import Treatment
from policies.offer import Offer

from .datev import fiscal_year

if TYPE_CHECKING:
    from accounts.person import Person

AT_ONCE = 1000
# What changes the accounts of the house; everything else only moves money between what is free and what is held.
COUNTING = (Step.CONFIRM, Step.REVERSE)
BOTH = _("DATEV knows a house by both numbers: say both, or none.")
CONSULTANTS, CLIENTS, MONTHS, ACCOUNT_LENGTHS = (1001, 9_999_999), (1, 99_999), (1, 12), (4, 8)


@dataclass(frozen=True, slots=True)
class Office:
    """What the tax adviser says once: by which numbers they know us, when our years begin, how long accounts are.

    Both numbers or none; without them the file has no head line.
    """

    consultant: int | None = None
    client: int | None = None
    year_begins: int = 1
    account_length: int = 4


class ExportBatchQuerySet(models.QuerySet["ExportBatch"]):
    def readable_by(self, person: Person) -> ExportBatchQuerySet:
        return self.all() if may_export(person) else self.none()


class ExportBatch(models.Model):
    class Chart(models.TextChoices):
        SKR03 = "skr03", "SKR03"
        SKR04 = "skr04", "SKR04"

    chart = models.CharField(_("chart of accounts"), max_length=5, choices=Chart.choices, default=Chart.SKR04)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    consultant = models.PositiveIntegerField(_("number of the tax adviser"), null=True, blank=True)
    client = models.PositiveIntegerField(_("our number there"), null=True, blank=True)
    year_begins = models.PositiveSmallIntegerField(_("month in which the fiscal year begins"), default=1)
    account_length = models.PositiveSmallIntegerField(_("digits of an account"), default=4)
    count = models.PositiveIntegerField(default=0)
    key = models.CharField(max_length=64)

    objects = ExportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-pk"]
        permissions = [("export_ledger", _("Exports the ledger"))]
        constraints = [
            models.UniqueConstraint(fields=["made_by", "key"], name="export_once_per_key"),
            models.CheckConstraint(
                name="export_known_by_both_numbers_or_none",
                # Not-null said aloud: a comparison with nothing is unknown, and unknown passes a check.
                condition=Q(consultant=None, client=None)
                | Q(
                    consultant__isnull=False,
                    client__isnull=False,
                    consultant__range=CONSULTANTS,
                    client__range=CLIENTS,
                ),
            ),
            models.CheckConstraint(
                name="export_of_a_year_and_accounts_there_are",
                condition=Q(year_begins__range=MONTHS, account_length__range=ACCOUNT_LENGTHS),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @classmethod
    def make(
        cls, *, chart: str, by: Person, key: str, office: Office | None = None, at: datetime | None = None
    ) -> ExportBatch:
        """What was booked and not exported so far, of the earliest fiscal year there is: the rest is the next export.

        The same key is the same export, two share no entry. Without an `office` it is that of the last one.
        """
        at, office = at or timezone.now(), office or cls.last_office()
        try:
            with transaction.atomic():
                batch = cls.objects.create(chart=chart, made_at=at, made_by=by, key=key, **asdict(office))
                batch._take()
        except IntegrityError:
            twin = cls.objects.filter(made_by=by, key=key).first()
            if twin is None:
                raise
            return twin
        return batch

    @classmethod
    def last_office(cls) -> Office:
        """As it was said at the last export."""
        last = cls.objects.order_by("-pk").values_list(
            "consultant", "client", "year_begins", "account_length"
        )
        return Office(*(last.first() or ()))

    @property
    def has_head(self) -> bool:
        return self.consultant is not None

    def days(self) -> tuple[date, date]:
        """The first and the last day of its entries; the day it was made when there are none."""
        found = self.entries.aggregate(first=Min("entry__at"), last=Max("entry__at"))
        return house_day(found["first"] or self.made_at), house_day(found["last"] or self.made_at)

    def _take(self) -> None:
        treatments = Treatment.of_all()
        for entries in _in_pieces(self._of_one_year()):
            offers = offers_of(entries)
            rows = [
                ExportedEntry(batch=self, entry=entry, **_accounts(entry, offers, treatments, self.chart))
                for entry in entries
            ]
            # Whoever exports beside us keeps what it took first.
            ExportedEntry.objects.bulk_create(rows, ignore_conflicts=True)
        self.count = self.entries.count()
        ExportBatch.objects.filter(pk=self.pk).update(count=self.count)

    def _of_one_year(self) -> models.QuerySet[Transfer]:
        """A booking says its day without a year, so that a file can hold one fiscal year only."""
        first = not_exported().aggregate(at=Min("at"))["at"]
        if first is None:
            return Transfer.objects.none()
        begins = fiscal_year(house_day(first), self.year_begins)
        return not_exported().filter(at__lt=house_midnight(begins.replace(year=begins.year + 1)))

    def pieces(self) -> Iterator[list[ExportedEntry]]:
        """Its entries in order, some at a time, so that a long read holds up nobody."""
        last = 0
        while True:
            rows = list(
                self.entries.filter(entry_id__gt=last)
                .select_related("entry__period__budget")
                .order_by("entry_id")[:AT_ONCE]
            )
            if not rows:
                return
            yield rows
            last = rows[-1].entry_id


class ExportedEntry(models.Model):
    """That an entry was exported, and on which accounts; the entry can be in one export only."""

    batch = models.ForeignKey(ExportBatch, on_delete=models.PROTECT, related_name="entries")
    entry = models.OneToOneField(Transfer, on_delete=models.PROTECT, related_name="exported")
    account = models.CharField(max_length=8, blank=True, default="")
    contra = models.CharField(max_length=8, blank=True, default="")
    tax_key = models.CharField(max_length=4, blank=True, default="")

    class Meta:
        verbose_name = _("exported entry")
        verbose_name_plural = _("exported entries")
        ordering = ["entry_id"]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.entry_id}"

    @property
    def counts(self) -> bool:
        return self.entry.step in COUNTING


def misfit(chart: str, digits: int) -> str:
    """In words, that an account of the chart has more than so many digits; empty where all fit."""
    longest = Treatment.longest_account(chart)
    if len(longest) <= digits:
        return ""
    words = _(
        "The account %(account)s has %(digits)s digits. Choose as many here, or have it changed under "
        "“Treatments in the books”."
    )
    return words % {"account": longest, "digits": len(longest)}


def not_exported() -> models.QuerySet[Transfer]:
    return Transfer.objects.filter(exported=None)


def may_export(person: Person) -> bool:
    return person.is_active and (person.is_staff or person.has_perm("policies.export_ledger"))


def offers_of(entries: list[Transfer]) -> dict[int, Offer]:
    """By ruling, the gestures these entries are about; one query."""
    rulings = {number for entry in entries if (number := ruling_of(entry))}
    found = Offer.objects.filter(ruling_id__in=rulings).select_related("ruling", "cause")
    return {offer.ruling_id: offer for offer in found}


def ruling_of(entry: Transfer) -> int | None:
    """A booking's key says what it means, e.g. `ruling:17:reserve`."""
    kind, _sep, rest = entry.key.partition(":")
    number = rest.partition(":")[0]
    return int(number) if kind == "ruling" and number.isdecimal() else None


def _accounts(
    entry: Transfer, offers: dict[int, Offer], treatments: dict[str, Treatment], chart: str
) -> dict[str, str]:
    offer = offers.get(ruling_of(entry) or 0)
    if offer is None or entry.step not in COUNTING or offer.form not in treatments:
        return {}
    treatment = treatments[offer.form]
    account, contra = treatment.accounts(chart)
    return {"account": account, "contra": contra, "tax_key": treatment.tax_key}


def _in_pieces(entries: models.QuerySet[Transfer]) -> Iterator[list[Transfer]]:
    last = 0
    while True:
        rows = list(entries.filter(pk__gt=last).order_by("pk")[:AT_ONCE])
        if not rows:
            return
        yield rows
        last = rows[-1].pk
