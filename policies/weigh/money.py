"""Money as people type it: the one parser every amount field uses, whole cents out."""

from __future__ import annotations

import re
from decimal import Decimal

from django.utils.formats import number_format

from .currency import places

MOST_CENTS = 10**10
# ASCII digits only: int() and Decimal() would also take '１２', '1_000', '1E+2' and '10\n'. Thousands are grouped
# by one and the same sign, and never begin with a zero: '0.001' is no euro.
_AMOUNT = re.compile(
    r"([0-9]+|[1-9][0-9]{0,2}([ .,'])[0-9]{3}(?:\2[0-9]{3})*)(?:([.,])([0-9]{1,3}))?", re.ASCII
)


class AmountError(ValueError):
    """Not an amount of money; `.code` is "format", "precision" or "too_much"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def cents_of(text: str, currency: str = "EUR") -> int:
    """Whole cents of what a person typed: “20”, “20,5”, “1.234,50”, “1,234.50”. Raises AmountError.

    One separator followed by three digits (“1.234”) is read as thousands, which is what people mean by it, except
    in a currency that has three decimal places.
    """
    precision = places(currency)
    text = (
        text.strip(" \u00a0\u202f").replace("\u00a0", " ").replace("\u202f", " ").removesuffix("€").strip(" ")
    )
    found = _AMOUNT.fullmatch(text)
    if not found:
        raise AmountError("format")
    whole, grouped_by, separator, fraction = found.groups()
    fraction = fraction or ""
    if grouped_by and separator == grouped_by:  # '1.234.50' says two things at once
        raise AmountError("format")
    if len(fraction) > precision:
        if len(fraction) == 3 and not grouped_by and len(whole) <= 3 and not whole.startswith("0"):
            whole, fraction = whole + fraction, ""
        else:
            raise AmountError("precision")
    cents = int(re.sub(r"[^0-9]", "", whole) + fraction.ljust(precision, "0"))
    if cents > MOST_CENTS:
        raise AmountError("too_much")
    return cents


def typed(cents: int, currency: str) -> str:
    """Cents as the reader of the active language would type them: “20,00” or “20.00”."""
    digits = places(currency)
    return number_format(Decimal(cents).scaleb(-digits), digits, use_l10n=True, force_grouping=False)
