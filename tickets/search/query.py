"""What somebody typed to find tickets, understood: words, phrases, what must not be there, and operators. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass

LONGEST_TOKEN = 60
MOST_TERMS = 12
# Both languages of the desk, whichever the reader has chosen: what one colleague writes down, another can use.
OPERATORS = {
    "status": "status",
    "team": "team",
    "assignee": "assignee",
    "wer": "assignee",
    "customer": "customer",
    "kunde": "customer",
    "cause": "cause",
    "anlass": "cause",
    "subject": "subject",
    "betreff": "subject",
    "tag": "tag",
    "schlagwort": "tag",
    "since": "since",
    "seit": "since",
    "before": "before",
    "vor": "before",
}
_PART = re.compile(r'(?P<minus>-?)(?:(?P<name>[^\W\d_]\w*):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>\S+))')
QUOTES = "“”„‟«»"
_QUOTES = str.maketrans(dict.fromkeys(QUOTES, '"'))
_TOKEN = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand beside each other; the last may go on unless it was quoted."""

    tokens: tuple[str, ...]
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """An operator and its value as typed, e.g. status and “open”; one that names a custom field says so."""

    name: str
    value: str
    is_negated: bool = False
    is_custom: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()
    filters: tuple[Filter, ...] = ()
    free: str = ""  # everything without an operator and not excluded, as it was typed
    number: int | None = None  # when it is a ticket's number and nothing else

    @property
    def is_mere_words(self) -> bool:
        """Without operators, and with nothing that must not be there."""
        return bool(self.free) and not (self.unwanted or self.filters)

    @property
    def is_empty(self) -> bool:
        return not (self.free or self.unwanted or self.filters)


def names_in(typed: str) -> set[str]:
    """What stands before a colon and is no operator of ours: it may be the key of a custom field."""
    found = {(part["name"] or "").lower() for part in _parts(typed)}
    return {name for name in found if name and name not in OPERATORS}


def parse(typed: str, *, fields: Container[str] = ()) -> Query:
    """Understand any text: what is no operator is words, and signs that mean nothing are letters of the free text.

    `fields` are the keys of custom fields that are operators as well.
    """
    wanted: list[Term] = []
    unwanted: list[Term] = []
    filters: list[Filter] = []
    free: list[str] = []
    for found in _parts(typed):
        said = (found["name"] or "").lower()
        name = OPERATORS.get(said) or (said if said in fields else None)
        value = found["phrase"] if found["phrase"] is not None else found["word"]
        is_negated = bool(found["minus"])
        if name is not None and value.strip():
            filters.append(Filter(name, value.strip(), is_negated, said not in OPERATORS))
            continue
        if found["name"]:
            value = f"{found['name']}:{value}"
        term = Term(tokens_of(value), found["phrase"] is not None)
        if is_negated and term.tokens:
            unwanted.append(term)
        else:
            free.append(f"-{value}" if is_negated else value)
            if term.tokens:
                wanted.append(term)
    left = " ".join(free).strip()
    return Query(tuple(wanted), tuple(unwanted), tuple(filters), left, _number(left))


def _parts(typed: str) -> list[re.Match[str]]:
    return list(_PART.finditer(typed.translate(_QUOTES)))[:MOST_TERMS]


def tokens_of(text: str) -> tuple[str, ...]:
    """The words of a text as both databases index them."""
    plain = unicodedata.normalize("NFC", text).lower()
    return tuple(token[:LONGEST_TOKEN] for token in _TOKEN.findall(plain))


def _number(said: str) -> int | None:
    digits = said.removeprefix("#")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else None
