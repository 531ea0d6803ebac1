"""Amounts as people type them: what is taken, and a clear word for what is not."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from policies.forms import MoneyField


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("20", 2000),
        ("20,00", 2000),
        ("20.00", 2000),
        ("20,5", 2050),
        (" 20 € ", 2000),
        ("0", 0),
        ("0,01", 1),
        ("1.234,50", 123_450),
        ("1,234.50", 123_450),
        ("1.234", 123_400),
        ("1'234.5", 123_450),
        ("1.234.567,89", 123_456_789),
        ("\u00a020\u202f€ ", 2000),
        ("100000000", 10**10),
    ],
)
def test_taken(typed, cents):
    assert MoneyField().clean(typed) == cents


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "required"),
        ("   ", "required"),
        (None, "required"),
        ("NaN", "format"),
        ("Infinity", "format"),
        ("1e309", "format"),
        ("1E+2", "format"),
        ("-5", "format"),
        ("+5", "format"),
        ("−5", "format"),
        ("１２", "format"),
        ("٢٠", "format"),
        ("1_000", "format"),
        ("0x10", "format"),
        ("20 20", "format"),
        ("20\n", "format"),
        ("\r\n20", "format"),
        ("20,00,00", "format"),
        ("twenty", "format"),
        ("=20", "format"),
        ("0.001", "precision"),
        ("0,005", "precision"),
        ("12345.678", "precision"),
        ("1.234,567", "precision"),
        ("1.234.50", "format"),
        ("1.234.56", "format"),
        ("0.001.000", "format"),
        ("100000000.01", "too_much"),
        ("99999999999999999999", "too_much"),
        ("9" * 31, "max_length"),
        ("20\x00", "null_characters_not_allowed"),
    ],
)
def test_refused(typed, code):
    with pytest.raises(ValidationError) as refused:
        MoneyField().clean(typed)
    assert refused.value.error_list[0].code == code
    assert refused.value.messages[0]


def test_the_limit_of_the_column_is_a_limit_of_the_field():
    field = MoneyField(most_cents=2_147_483_647)
    assert field.clean("21.474.836,47") == 2_147_483_647
    with pytest.raises(ValidationError, match=r"21,474,836\.47"):
        field.clean("21.474.836,48")


def test_each_currency_has_its_places():
    assert MoneyField(currency="JPY").clean("500") == 500
    assert MoneyField(currency="KWD").clean("1,234") == 1234
    with pytest.raises(ValidationError, match="no decimal places"):
        MoneyField(currency="JPY").clean("500,5")
    with pytest.raises(ValidationError, match="at most 2 decimal places"):
        MoneyField(currency="EUR").clean("0,005")


@pytest.mark.parametrize("language", ["en", "de"])
def test_shown_again_it_is_taken_again(language):
    with translation.override(language):
        field = MoneyField()
        for cents in (0, 1, 2050, 123_450, 10**10):
            assert field.clean(field.prepare_value(cents)) == cents
        assert field.prepare_value("2o") == "2o"


def test_empty_is_nothing_where_it_may_be():
    assert MoneyField(required=False).clean("") is None
