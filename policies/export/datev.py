"""DATEV's “Buchungsstapel”, format 700, version 13: its head line, its columns in their order, a booking in its places.

Texts stand in quotation marks and numbers do not; the lines end with CRLF and the bytes are Windows-1252. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

FORMAT, CATEGORY, NAME, VERSION = "700", "21", "Buchungsstapel", "13"
CHARTS: Final = {"skr03": "03", "skr04": "04"}
LONGEST_TEXT, LONGEST_NUMBER = 60, 36
# The format speaks German, whoever fetches the file.
WITHOUT_GESTURE: Final = "Kulanz"


def _pairs(what: str, count: int) -> list[str]:
    return [f"{what} - {part} {number}" for number in range(1, count + 1) for part in ("Art", "Inhalt")]


COLUMNS: Final = (
    *("Umsatz (ohne Soll/Haben-Kz)", "Soll/Haben-Kennzeichen", "WKZ Umsatz", "Kurs", "Basis-Umsatz"),
    *("WKZ Basis-Umsatz", "Konto", "Gegenkonto (ohne BU-Schlüssel)", "BU-Schlüssel", "Belegdatum"),
    *("Belegfeld 1", "Belegfeld 2", "Skonto", "Buchungstext", "Postensperre", "Diverse Adressnummer"),
    *("Geschäftspartnerbank", "Sachverhalt", "Zinssperre", "Beleglink", *_pairs("Beleginfo", 8)),
    *("KOST1 - Kostenstelle", "KOST2 - Kostenstelle", "Kost-Menge", "EU-Land u. UStID (Bestimmung)"),
    *("EU-Steuersatz (Bestimmung)", "Abw. Versteuerungsart", "Sachverhalt L+L", "Funktionsergänzung L+L"),
    *("BU 49 Hauptfunktionstyp", "BU 49 Hauptfunktionsnummer", "BU 49 Funktionsergänzung"),
    *(*_pairs("Zusatzinformation", 20), "Stück", "Gewicht", "Zahlweise", "Forderungsart"),
    *("Veranlagungsjahr", "Zugeordnete Fälligkeit", "Skontotyp", "Auftragsnummer", "Buchungstyp"),
    *("USt-Schlüssel (Anzahlungen)", "EU-Land (Anzahlungen)", "Sachverhalt L+L (Anzahlungen)"),
    *("EU-Steuersatz (Anzahlungen)", "Erlöskonto (Anzahlungen)", "Herkunft-Kz", "Buchungs GUID"),
    *("KOST-Datum", "SEPA-Mandatsreferenz", "Skontosperre", "Gesellschaftername", "Beteiligtennummer"),
    *("Identifikationsnummer", "Zeichnernummer", "Postensperre bis", "Bezeichnung SoBil-Sachverhalt"),
    *("Kennzeichen SoBil-Buchung", "Festschreibung", "Leistungsdatum", "Datum Zuord. Steuerperiode"),
    *("Fälligkeit", "Generalumkehr (GU)", "Steuersatz", "Land", "Abrechnungsreferenz", "BVV-Position"),
    *("EU-Land u. UStID (Ursprung)", "EU-Steuersatz (Ursprung)", "Abw. Skontokonto"),
)


def head(
    *,
    consultant: int,
    client: int,
    year: date,
    account_length: int,
    first: date,
    last: date,
    currency: str,
    chart: str,
    made_at: datetime,
    label: str,
) -> list[str]:
    """The first line: whose books, from when to when, in which fiscal year – by which a day and month has its year."""
    made = f"{made_at:%Y%m%d%H%M%S}{made_at.microsecond // 1000:03}"
    return [
        *(said("EXTF"), FORMAT, CATEGORY, said(NAME), VERSION, made),
        *("", said(""), said(""), said(""), str(consultant), str(client)),
        *(f"{year:%Y%m%d}", str(account_length), f"{first:%Y%m%d}", f"{last:%Y%m%d}"),
        *(said(label[:30]), said(""), "1", "0", "0", said(currency)),  # financial accounts; not yet fixed
        *("", said(""), "", "", said(CHARTS[chart]), "", "", said(""), said("")),
    ]


def booking(
    *,
    amount: str,
    is_debit: bool,
    currency: str,
    account: str,
    contra: str,
    tax_key: str,
    day: date,
    number: str,
    about: str,
    text: str,
) -> list[str]:
    """One booking: an amount without sign on the debit or the credit side of its account."""
    known = [
        *(amount, said("S" if is_debit else "H"), said(currency), "", "", said("")),
        *(account, contra, said(tax_key), f"{day:%d%m}", said(number), said(about), "", said(text)),
    ]
    return known + [""] * (len(COLUMNS) - len(known))


def lines(rows: Iterable[Sequence[str]]) -> bytes:
    """What Windows-1252 does not know stands there as “?”."""
    return "".join(";".join(row) + "\r\n" for row in rows).encode("cp1252", "replace")


def said(text: str) -> str:
    """A text as it stands between two semicolons: control characters are not permitted, quotation marks are doubled."""
    plain = "".join(" " if letter < " " or letter == "\x7f" else letter for letter in text)
    return '"' + plain.replace('"', '""') + '"'


def lengthened(account: str, length: int) -> str:
    """An account of the charts has four digits; where the house uses more of them, noughts follow."""
    return account.ljust(length, "0") if account else ""


def fiscal_year(day: date, month: int) -> date:
    """The first day of the fiscal year `day` lies in, when years begin in `month`."""
    return date(day.year if day.month >= month else day.year - 1, month, 1)
