"""An export as a table: the whole ledger entry by entry, or what the bookkeeping imports, in DATEV's columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC

from django.conf import settings

from policies.ledger.budget import house_day, in_the_house
from policies.ledger.transfer import AVAILABLE, RESERVED, SPENT, Step, Transfer
from policies.offer import Offer
from policies.weigh.currency import places

from . import datev
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


def ledger_csv(batch: ExportBatch) -> Iterator[bytes]:
    """Every entry of the export, UTF-8 with a mark at its beginning so that spreadsheets read it as such."""
    yield "\ufeff".encode() + lines([LEDGER]).encode()
    for rows in batch.pieces():
        offers = offers_of([row.entry for row in rows])
        yield lines([_ledger_row(row, offers.get(ruling_of(row.entry) or 0)) for row in rows]).encode()


def datev_csv(batch: ExportBatch) -> Iterator[bytes]:
    """Only what changes the accounts: a debit for what was spent, a credit for what came back."""
    yield datev.lines([*([_head(batch)] if batch.has_head else []), datev.COLUMNS])
    for rows in batch.pieces():
        counting = [row for row in rows if row.counts]
        offers = offers_of([row.entry for row in counting])
        yield datev.lines(
            [_booking(row, offers.get(ruling_of(row.entry) or 0), batch.account_length) for row in counting]
        )


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


def _head(batch: ExportBatch) -> list[str]:
    first, last = batch.days()
    return datev.head(
        consultant=batch.consultant or 0,
        client=batch.client or 0,
        year=datev.fiscal_year(first, batch.year_begins),
        account_length=batch.account_length,
        first=first,
        last=last,
        currency=settings.CURRENCY,
        chart=batch.chart,
        made_at=in_the_house(batch.made_at),
        label=f"Kulanz {batch.pk}",
    )


def _booking(row: ExportedEntry, offer: Offer | None, account_length: int) -> list[str]:
    entry, currency = row.entry, row.entry.period.budget.currency
    said = f"{offer.name_de} #{offer.ticket_id}" if offer else datev.WITHOUT_GESTURE
    return datev.booking(
        amount=amount(entry.cents, places(currency), comma=True),
        is_debit=entry.step != Step.REVERSE,
        currency=currency,
        account=datev.lengthened(row.account, account_length),
        contra=datev.lengthened(row.contra, account_length),
        tax_key=row.tax_key,
        day=house_day(entry.at),
        # The entry's own number: imported a second time, DATEV finds the document number there already.
        number=f"K{entry.pk}",
        about=f"T{offer.ticket_id}" if offer else "",
        text=text(said)[: datev.LONGEST_TEXT],
    )
