"""The currencies money can be given in, and how an amount reads in the reader's language."""

import copy
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.numbers import NumberPattern, get_currency_symbol
from django.utils.translation import get_language

# ISO 4217, active codes of money people pay with. Left out on purpose: metals, fund and accounting units,
# the test code and "no currency"; nobody can be given a gesture in those.
CURRENCIES = frozenset(
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD
    CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD
    GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD
    KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO
    NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE
    SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND
    VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
    """.split()  # noqa: SIM905 – a list of quoted codes would take 155 lines
)

# Decimal places of the smallest unit, where ISO 4217 says other than two. CLDR's own table is not used: it
# follows cash habits (no cents for ALL or IQD) and would round away what the ledger holds.
_NO_PLACES = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_PLACES = "BHD IQD JOD KWD LYD OMR TND"
_PLACES = {**dict.fromkeys(_NO_PLACES.split(), 0), **dict.fromkeys(_THREE_PLACES.split(), 3)}


def places(currency: str) -> int:
    """Decimal places of the currency's smallest unit: 2 for EUR, 0 for JPY, 3 for KWD."""
    return _PLACES.get(currency, 2)


def money(cents: int, currency: str) -> str:
    """The amount as the reader of the active language writes it: 2000, "EUR" gives "€20.00" or "20,00 €".

    `cents` is the amount in the currency's smallest unit, whatever that unit is called there.
    """
    return _money(cents, currency, get_language() or "en")


@lru_cache(maxsize=4096)
def _money(cents: int, currency: str, language: str) -> str:
    pattern, locale = _pattern(currency, language)
    value = Decimal(cents).scaleb(-places(currency))
    return str(pattern.apply(value, locale, currency=currency, currency_digits=False))


@lru_cache(maxsize=512)
def _pattern(currency: str, language: str) -> tuple[NumberPattern, Locale]:
    try:
        locale = Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        locale = Locale.parse("en")
    pattern = copy.copy(locale.currency_formats["standard"])
    pattern.frac_prec = (places(currency), places(currency))
    if pattern.prefix[0].endswith("¤") and get_currency_symbol(currency, locale)[-1].isalpha():
        pattern.prefix = tuple(f"{part}\xa0" for part in pattern.prefix)  # "KWD 1.234", not "KWD1.234"
    return pattern, locale
