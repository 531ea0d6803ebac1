"""Amounts as people type them: read as meant, or refused with a reason; never guessed, never rounded."""

from __future__ import annotations

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.weigh.currency import CURRENCIES, money, places
from policies.weigh.money import MOST_CENTS, AmountError, cents_of, typed

READ = [
    ("20", "EUR", 2000),
    ("20,5", "EUR", 2050),
    ("20.05", "EUR", 2005),
    ("0", "EUR", 0),
    ("0,01", "EUR", 1),
    ("007", "EUR", 700),
    (" 20 ", "EUR", 2000),
    ("20€", "EUR", 2000),
    ("20,00 €", "EUR", 2000),
    ("1.234", "EUR", 123_400),
    ("1,234", "EUR", 123_400),
    ("1 234,5", "EUR", 123_450),
    ("1\u202f234,50\u00a0€", "EUR", 123_450),
    ("1'234'567.89", "EUR", 123_456_789),
    ("1.234.567", "EUR", 123_456_700),
    ("100000000", "EUR", MOST_CENTS),
    ("20", "JPY", 20),
    ("1,234", "JPY", 1234),
    ("1.234", "KWD", 1234),
    ("1.2", "KWD", 1200),
    ("1,234.567", "KWD", 1_234_567),
]


@pytest.mark.parametrize(("text", "currency", "cents"), READ)
def test_read_as_meant(text: str, currency: str, cents: int) -> None:
    assert cents_of(text, currency) == cents


REFUSED = {
    "format": [
        *[
            "",
            " ",
            "€",
            "-5",
            "+10",
            "−5",
            "NaN",
            "nan",
            "Infinity",
            "inf",
            "1e3",
            "1e309",
            "1E+2",
            "0x10",
            "1_000",
        ],
        *[
            "１２",
            "٢٠",
            "२०",
            "Ⅷ",
            "½",
            "²",
            "10\n",
            "\n10",
            "10\t",
            "10\r",
            "10\x00",
            "\u200b10",
            "1\u20280",
        ],
        *[
            "10 USD",
            "$10",
            "EUR 10",
            "10,",
            ".5",
            ",",
            "1..2",
            "1,2,3",
            "1.2.3",
            "1 2",
            "20 20",
            "1.23.456",
            "1,234.50,00",
        ],
        *["1.234.50", "1 234.567,8", "0.123.456", "ten", "10;DROP", "<b>10</b>", "{{7}}", "10%", "10 €€"],
    ],
    "precision": ["0.001", "0,001", "20.123,456", "1234.567", "00.123", "1 234.567"],
    "too_much": ["100000000.01", "9" * 12, "9" * 4000, "999.999.999"],
}


@pytest.mark.parametrize(
    ("code", "text"), [(code, text) for code, texts in REFUSED.items() for text in texts]
)
def test_refused_with_a_reason(code: str, text: str) -> None:
    with pytest.raises(AmountError) as refused:
        cents_of(text, "EUR")
    assert refused.value.code == code


@pytest.mark.parametrize(("text", "currency"), [("20.5", "JPY"), ("1.2345", "KWD"), ("0.1", "ISK")])
def test_no_more_places_than_the_currency_has(text: str, currency: str) -> None:
    with pytest.raises(AmountError):
        cents_of(text, currency)


@settings(deadline=None)  # a busy machine is no fault
@given(
    cents=st.integers(0, MOST_CENTS),
    currency=st.sampled_from(sorted(CURRENCIES)),
    language=st.sampled_from(["en", "de"]),
)
def test_what_we_put_into_a_field_is_read_back_as_the_same(cents: int, currency: str, language: str) -> None:
    with translation.override(language):
        assert cents_of(typed(cents, currency), currency) == cents


@settings(deadline=None)  # a busy machine is no fault
@given(cents=st.integers(0, MOST_CENTS), language=st.sampled_from(["en", "de"]))
def test_what_we_show_can_be_typed(cents: int, language: str) -> None:
    with translation.override(language):
        assert cents_of(money(cents, "EUR").removeprefix("€"), "EUR") == cents


@settings(deadline=None)  # a busy machine is no fault
@given(text=st.text(max_size=40))
def test_anything_else_is_refused_and_nothing_breaks(text: str) -> None:
    try:
        cents = cents_of(text)
    except AmountError as error:
        assert error.code in REFUSED
    else:
        assert 0 <= cents <= MOST_CENTS
        assert set(text.strip(" \u00a0\u202f€")) <= set("0123456789.,' \u00a0\u202f")


def test_in_the_readers_way() -> None:
    said = {}
    for language in ("en", "de"):
        with translation.override(language):
            said[language] = (typed(123_450, "EUR"), typed(1234, "JPY"), typed(1234, "KWD"), typed(0, "EUR"))
    assert said == {"en": ("1234.50", "1234", "1.234", "0.00"), "de": ("1234,50", "1234", "1,234", "0,00")}


def test_smallest_units() -> None:
    assert {code: places(code) for code in ("EUR", "JPY", "KWD", "CLP", "TND")} == {
        "EUR": 2,
        "JPY": 0,
        "KWD": 3,
        "CLP": 0,
        "TND": 3,
    }
