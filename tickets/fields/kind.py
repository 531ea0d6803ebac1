"""Kinds of custom fields: what a value of each is, how a program sends it, and how people read it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from babel.numbers import format_currency, get_currency_precision
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from tickets.textfields import clean_line, clean_text

Value = str | int | bool | date | tuple[str, ...]
"""What a ticket holds: a text, a number or cents, yes or no, a day, or the codes of what was chosen."""

LONGEST_LINE, LONGEST_TEXT, SHOWN = 200, 5000, 120
LARGEST = 10**12
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_NUMBER = re.compile(r"[-−]?[0-9]{1,13}", re.ASCII)
_AMOUNT = re.compile(r"([0-9]{1,13})(?:[.,]([0-9]{1,3}))?", re.ASCII)


class Kind(TextChoices):
    LINE = "line", gettext_lazy("a line of text")
    TEXT = "text", gettext_lazy("a long text")
    NUMBER = "number", gettext_lazy("a whole number")
    MONEY = "money", gettext_lazy("an amount of money")
    DAY = "day", gettext_lazy("a date")
    FLAG = "flag", gettext_lazy("yes or no")
    ONE = "one", gettext_lazy("one of a list")
    SEVERAL = "several", gettext_lazy("several of a list")


LISTS = (Kind.ONE, Kind.SEVERAL)


def number_of(typed: str) -> int:
    """A whole number as a person types it; ASCII digits only, for int() takes “１２” and “1_000” as well."""
    text = typed.strip(" \u00a0\u202f")
    if not _NUMBER.fullmatch(text):
        raise ValidationError(_("Enter a whole number."), code="invalid")
    return _in_range(int(text.replace("−", "-")), -LARGEST)


def cents_of(typed: str) -> int:
    """Whole cents of an amount as a person types it: “20”, “20,5” or “20.50”."""
    places = get_currency_precision(settings.CURRENCY)
    found = _AMOUNT.fullmatch(typed.strip(" \u00a0\u202f"))
    if not found or len(found[2] or "") > places:
        raise ValidationError(_("Enter an amount such as 20 or 20.50."), code="invalid")
    return _in_range(int(found[1] + (found[2] or "").ljust(places, "0")), 0)


def typed_cents(cents: int) -> str:
    """Cents as one would type them, in the reader's language."""
    places = get_currency_precision(settings.CURRENCY)
    return number_format(Decimal(cents).scaleb(-places), places, use_l10n=True, force_grouping=False)


def sent(kind: str, options: Mapping[str, object], data: object) -> Value:
    """A value as a program sends it, of exactly its type. Raises ValidationError with words."""
    if kind in (Kind.LINE, Kind.TEXT) and isinstance(data, str):
        return _text(kind, data)
    if kind in (Kind.NUMBER, Kind.MONEY) and type(data) is int:
        return _in_range(data, 0 if kind == Kind.MONEY else -LARGEST)
    if kind == Kind.FLAG and isinstance(data, bool):
        return data
    if kind == Kind.DAY and isinstance(data, str):
        return day_of(data)
    if kind == Kind.ONE and isinstance(data, str):
        return _chosen([data], options)[0]
    if kind == Kind.SEVERAL and isinstance(data, list):
        return _chosen(data, options)
    raise ValidationError(_NEEDED[Kind(kind)], code="invalid")


def as_sent(value: Value) -> str | int | bool | list[str]:
    """A value as a program reads it."""
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def day_of(text: str) -> date:
    """A day such as 2026-03-31."""
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        raise ValidationError(_NEEDED[Kind.DAY], code="invalid")
    return day


def in_words(kind: str, options: Mapping[str, str], value: Value) -> str:
    """A value as people read it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return str(date_format(value, "DATE_FORMAT"))
    if isinstance(value, int):
        return _amount(value) if kind == Kind.MONEY else str(number_format(value, force_grouping=True))
    if isinstance(value, tuple):
        return ", ".join(options.get(code, code) for code in value)
    return options.get(value, value) if kind == Kind.ONE else value


_NEEDED = {
    Kind.LINE: gettext_lazy("A text is needed here."),
    Kind.TEXT: gettext_lazy("A text is needed here."),
    Kind.NUMBER: gettext_lazy("A whole number is needed here."),
    Kind.MONEY: gettext_lazy("A whole number of cents is needed here."),
    Kind.DAY: gettext_lazy("A day is needed here, such as 2026-03-31."),
    Kind.FLAG: gettext_lazy("Either true or false is needed here."),
    Kind.ONE: gettext_lazy("This is not one of the possible values."),
    Kind.SEVERAL: gettext_lazy("A list of possible values is needed here."),
}


def _text(kind: str, data: str) -> str:
    most = LONGEST_LINE if kind == Kind.LINE else LONGEST_TEXT
    said: str = (clean_line if kind == Kind.LINE else clean_text)(data)
    if not said:
        raise ValidationError(_NEEDED[Kind.TEXT], code="blank")
    if len(said) > most:
        words = ngettext("At most %(most)s letter.", "At most %(most)s letters.", most)
        raise ValidationError(words % {"most": most}, code="max_length")
    return said


def _in_range(number: int, least: int) -> int:
    if not least <= number <= LARGEST:
        raise ValidationError(_("This number is too large or too small."), code="range")
    return number


def _chosen(codes: list[object], options: Mapping[str, object]) -> tuple[str, ...]:
    """In the order of the list, each once."""
    if not codes or any(not isinstance(code, str) or code not in options for code in codes):
        raise ValidationError(_NEEDED[Kind.ONE], code="invalid_choice")
    return tuple(code for code in options if code in codes)


def _amount(cents: int) -> str:
    places = get_currency_precision(settings.CURRENCY)
    amount = Decimal(cents).scaleb(-places)
    return str(format_currency(amount, settings.CURRENCY, locale=(get_language() or "en")[:2]))
