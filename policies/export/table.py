"""An export as a table: the whole ledger entry by entry, or what the bookkeeping imports, in DATEV's columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC

from django.utils.translation import gettext as _

from policies.ledger.budget import house_day
from policies.ledger.transfer import AVAILABLE, RESERVED, SPENT, Step, Transfer
from policies.offer import Offer
from policies.weigh.currency import places

from .batch import ExportBatch, ExportedEntry, offers_of, ruling_of
from .cells import amount, lines, text

LEDGER = (
    *(
        "entry",
        "export",
        "booked_at",
        "day",
        "month",
        "budget",
        "currency",
        "step",
        "debit",
        "credit",
        "amount",
    ),
    *("available_cents", "reserved_cents", "spent_cents", "account", "contra_account", "tax_key"),
    *("gesture", "kind", "meaning", "cause", "fault", "ticket", "promised_at", "granted_at", "hash"),
)
# The first columns of DATEV's “Buchungsstapel”, in its order and its words.
DATEV = (
    *("Umsatz (ohne Soll/Haben-Kz)", "Soll/Haben-Kennzeichen", "WKZ Umsatz", "Kurs", "Basis-Umsatz"),
    *("WKZ Basis-Umsatz", "Konto", "Gegenkonto (ohne BU-Schlüssel)", "BU-Schlüssel", "Belegdatum"),
    *("Belegfeld 1", "Belegfeld 2", "Skonto", "Buchungstext"),
)
LONGEST_TEXT = 60


def ledger_csv(batch: ExportBatch) -> Iterator[bytes]:
    """Every entry of the export, UTF-8 with a mark at its beginning so that spreadsheets read it as such."""
    yield "\ufeff".encode() + lines([LEDGER]).encode()
    for rows in batch.pieces():
        offers = offers_of([row.entry for row in rows])
        yield lines([_ledger_row(row, offers.get(ruling_of(row.entry) or 0)) for row in rows]).encode()


def datev_csv(batch: ExportBatch) -> Iterator[bytes]:
    """Only what changes the accounts: a debit for what was spent, a credit for what came back."""
    yield lines([DATEV], delimiter=";", quote_all=True).encode("cp1252", "replace")
    for rows in batch.pieces():
        counting = [row for row in rows if row.counts]
        offers = offers_of([row.entry for row in counting])
        table = [_datev_row(row, offers.get(ruling_of(row.entry) or 0)) for row in counting]
        yield lines(table, delimiter=";", quote_all=True).encode("cp1252", "replace")


def effect(entry: Transfer) -> dict[str, int]:
    """What an entry does to each account, in cents with its sign."""
    changes = dict.fromkeys((AVAILABLE, RESERVED, SPENT), 0)
    for account, sign in ((entry.debit, -1), (entry.credit, 1)):
        if account in changes:
            changes[account] += sign * entry.cents
    return changes


def _ledger_row(row: ExportedEntry, offer: Offer | None) -> Sequence[str]:
    entry, budget = row.entry, row.entry.period.budget
    changes = effect(entry)
    about: list[str] = [""] * 8
    if offer:
        about = [
            str(offer.pk),
            text(offer.kind),
            text(offer.form),
            text(offer.cause.code),
            text(offer.fault),
            str(offer.ticket_id),
            offer.ruling.at.astimezone(UTC).isoformat(),
            offer.at.astimezone(UTC).isoformat(),
        ]
    return [
        *(
            str(entry.pk),
            str(row.batch_id),
            entry.at.astimezone(UTC).isoformat(),
            house_day(entry.at).isoformat(),
        ),
        *(
            f"{entry.period.starts:%Y-%m}",
            text(budget.name),
            budget.currency,
            entry.step,
            entry.debit,
            entry.credit,
        ),
        amount(entry.cents, places(budget.currency)),
        *(str(changes[account]) for account in (AVAILABLE, RESERVED, SPENT)),
        *(row.account, row.contra, row.tax_key),
        *about,
        entry.hash,
    ]


def _datev_row(row: ExportedEntry, offer: Offer | None) -> Sequence[str]:
    entry, currency = row.entry, row.entry.period.budget.currency
    said = f"{offer.name_de} #{offer.ticket_id}" if offer else _("Goodwill")
    return [
        amount(entry.cents, places(currency), comma=True),
        "H" if entry.step == Step.REVERSE else "S",
        *(currency, "", "", "", row.account, row.contra, row.tax_key),
        f"{house_day(entry.at):%d%m}",
        # The entry's own number: imported a second time, DATEV finds the document number there already.
        f"K{entry.pk}",
        f"T{offer.ticket_id}" if offer else "",
        "",
        text(said)[:LONGEST_TEXT],
    ]
