"""An export: ledger entries handed to the bookkeeping, each exactly once, with the accounts of that moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from policies.ledger.transfer import Step, Transfer
from policies.life.treatment import Treatment
from policies.offer import Offer

if TYPE_CHECKING:
    from accounts.person import Person

AT_ONCE = 1000
# What changes the accounts of the house; everything else only moves money between what is free and what is held.
COUNTING = (Step.CONFIRM, Step.REVERSE)


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
    count = models.PositiveIntegerField(default=0)
    key = models.CharField(max_length=64)

    objects = ExportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-pk"]
        permissions = [("export_ledger", _("Exports the ledger"))]
        constraints = [models.UniqueConstraint(fields=["made_by", "key"], name="export_once_per_key")]

    def __str__(self) -> str:
        return f"{self.pk}"

    @classmethod
    def make(cls, *, chart: str, by: Person, key: str, at: datetime | None = None) -> ExportBatch:
        """Everything booked and not exported so far; the same key is the same export, two share no entry."""
        at = at or timezone.now()
        try:
            with transaction.atomic():
                batch = cls.objects.create(chart=chart, made_at=at, made_by=by, key=key)
                batch._take()
        except IntegrityError:
            twin = cls.objects.filter(made_by=by, key=key).first()
            if twin is None:
                raise
            return twin
        return batch

    def _take(self) -> None:
        treatments = Treatment.of_all()
        for entries in _in_pieces(not_exported()):
            offers = offers_of(entries)
            rows = [
                ExportedEntry(batch=self, entry=entry, **_accounts(entry, offers, treatments, self.chart))
                for entry in entries
            ]
            # Whoever exports beside us keeps what it took first.
            ExportedEntry.objects.bulk_create(rows, ignore_conflicts=True)
        self.count = self.entries.count()
        ExportBatch.objects.filter(pk=self.pk).update(count=self.count)

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
