"""Conditions: one fact, one operator, one value, over one typed vocabulary. Whoever has conditions uses these.

The mechanism lives here; each package registers the facts it knows, and each condition says itself in a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, TypeGuard

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .fields.kind import FIRST_DAY, LAST_DAY

if TYPE_CHECKING:
    from django.forms import Field

CHOICE, NUMBER, MONEY, FLAG = "choice", "number", "money", "flag"
ANY_OF = "any_of"  # a ticket may have several of these, such as tags
TEXT, DAY = "text", "day"  # a day is said as in 2026-01-31
OPERATORS = [
    ("is", gettext_lazy("is")),
    ("is_not", gettext_lazy("is not")),
    ("in", gettext_lazy("is one of")),
    ("at_least", gettext_lazy("is at least")),
    ("at_most", gettext_lazy("is at most")),
]
# Only for what is written somewhere.
CONTAINS, CONTAINS_NOT = "contains", "contains_not"
OF_TEXTS = [
    (CONTAINS, gettext_lazy("contains all these words")),
    (CONTAINS_NOT, gettext_lazy("does not contain these words")),
    ("is", gettext_lazy("is exactly")),
]
OF_DAYS = [
    ("at_least", gettext_lazy("on this day or later")),
    ("at_most", gettext_lazy("on this day or before")),
    ("is", gettext_lazy("on this day")),
]
_FITTING = {
    CHOICE: ("is", "is_not", "in"),
    NUMBER: ("is", "at_least", "at_most"),
    MONEY: ("at_least", "at_most"),
    FLAG: ("is",),
    ANY_OF: ("is", "is_not", "in"),
    TEXT: tuple(name for name, _label in OF_TEXTS),
    DAY: tuple(name for name, _label in OF_DAYS),
}
PICKED = (CHOICE, ANY_OF)  # of these several are chosen at once
LARGEST = 10**12
LONGEST_TEXT = 120
_KNOWN = frozenset(name for name, _label in [*OPERATORS, *OF_TEXTS])


# When a fact is known: of every ticket, when a gesture is weighed, when automation looks at a ticket, when somebody
# looks at a list of them.
TICKET, GESTURE, MOMENT, LOOKER = "ticket", "gesture", "moment", "looker"


class Written(NamedTuple):
    """What a fact says in words: texts in which words may stand, and what is only meant when it is said whole."""

    texts: tuple[str, ...]
    whole: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """Something known when a condition is asked: its name, type, label, and how a value of it is called."""

    name: str
    kind: str
    label: str | Promise
    choices: Callable[[], Mapping[str, str]] | None = None
    show: Callable[[int], str] = str
    about: str = TICKET
    field: Callable[..., Field] | None = None  # in which a value is typed, where its kind alone does not say
    # What values are called, where there are too many of them to list.
    names: Callable[[Collection[str]], Mapping[str, str]] | None = None

    def called_all(self, values: Collection[object]) -> list[str]:
        if self.names is not None:
            names = self.names([str(one) for one in values])
            return [names.get(str(one), "–") for one in values]
        return [self.called(one) for one in values]

    def called(self, value: object) -> str:
        """The value in the reader's language."""
        if self.kind == FLAG:
            return _("yes") if value else _("no")
        if self.kind == DAY:
            return str(date_format(date.fromisoformat(str(value)), "SHORT_DATE_FORMAT"))
        if self.choices is not None:
            return str(self.choices().get(str(value), value))
        return self.show(value) if isinstance(value, int) else str(value)


@dataclass(frozen=True, slots=True)
class Source:
    """Facts that come and go while the house runs: those there are now, one by its name, and of what they are known."""

    all: Callable[[], Iterable[Fact]]
    named: Callable[[str], Fact | None]
    about: str


vocabulary: dict[str, Fact] = {}
sources: list[Source] = []


def register(facts: Iterable[Fact]) -> None:
    vocabulary.update({fact.name: fact for fact in facts})


def known_about(*subjects: str) -> list[Fact]:
    """The facts that are known of any of these, in the order they were registered."""
    lasting = [fact for fact in vocabulary.values() if fact.about in subjects]
    return [*lasting, *(fact for source in sources if source.about in subjects for fact in source.all())]


def fact_named(name: str) -> Fact | None:
    """The fact of this name, one nobody can choose any more too."""
    found = vocabulary.get(name)
    return found or next((fact for source in sources if (fact := source.named(name))), None)


def holds(fact: object, operator: str, value: object) -> bool:
    """Whether `fact` stands to `value` as the operator says; an unknown fact (None) satisfies nothing.

    Raises ValueError for an operator that does not exist.
    """
    if operator not in _KNOWN:
        raise ValueError(operator)
    if fact is None:
        return False
    if isinstance(fact, frozenset):
        return _has(fact, operator, value) if operator in _FITTING[ANY_OF] else False
    if isinstance(fact, Written):
        return _says(fact, operator, str(value)) if operator in _FITTING[TEXT] else False
    if isinstance(fact, date):
        fact, value = (fact - FIRST_DAY).days, (date.fromisoformat(str(value)) - FIRST_DAY).days
    if operator == "is":
        return fact == value
    if operator == "is_not":
        return fact != value
    if operator == "in":
        return isinstance(value, list) and fact in value
    if not _is_number(fact) or not _is_number(value):
        return False
    return fact >= value if operator == "at_least" else fact <= value


def _has(fact: frozenset[object], operator: str, value: object) -> bool:
    """Whether one of these is, or is none of, what a condition names; small letters or not."""
    named = {str(one).casefold() for one in (value if isinstance(value, list) else [value])}
    return fact.isdisjoint(named) if operator == "is_not" else not fact.isdisjoint(named)


def words_of(text: str) -> list[str]:
    """The words of a condition; each may stand anywhere, also inside a longer one."""
    return text.lower().split()


def _says(written: Written, operator: str, value: str) -> bool:
    texts, said = [text.lower() for text in written.texts], value.lower()
    if operator == "is":
        return said in texts or said in written.whole
    holds = any(all(word in text for word in words_of(said)) for text in texts) or said in written.whole
    return holds is (operator == CONTAINS)


def refusal(name: str, operator: str, value: object) -> str:
    """Why this cannot be a condition, in words; "" when it can."""
    fact = fact_named(name)
    if fact is None:
        return _("“%(name)s” is not a fact we know.") % {"name": name}
    if operator not in _FITTING[fact.kind]:
        return _("“%(fact)s” cannot be compared like this.") % {"fact": fact.label}
    if operator == "in":
        fits = isinstance(value, list) and bool(value) and all(_fits(fact, one) for one in value)
    else:
        fits = _fits(fact, value)
    return "" if fits else _("This value does not fit “%(fact)s”.") % {"fact": fact.label}


def sentence(name: str, operator: str, value: object) -> str:
    """The condition as people say it: “Customer is at least 24 months with us”, in the reader's language."""
    fact = fact_named(name)
    if fact is None:
        return f"{name} {operator} {value}"
    values = value if isinstance(value, list) else [value]
    said = _(" or ").join(fact.called_all(values))
    patterns = {
        CONTAINS: _("%(fact)s contains “%(value)s”"),
        CONTAINS_NOT: _("%(fact)s does not contain “%(value)s”"),
        "is": _("%(fact)s: %(value)s"),
        "in": _("%(fact)s: %(value)s"),
        "is_not": _("%(fact)s: not %(value)s"),
        "at_least": _("%(fact)s: at least %(value)s"),
        "at_most": _("%(fact)s: at most %(value)s"),
    }
    if fact.kind == DAY:
        patterns |= {"at_least": _("%(fact)s: from %(value)s"), "at_most": _("%(fact)s: until %(value)s")}
    return patterns[operator] % {"fact": fact.label, "value": said}


def _fits(fact: Fact, value: object) -> bool:
    if fact.kind == FLAG:
        return isinstance(value, bool)
    if fact.kind in (NUMBER, MONEY):
        return type(value) is int and 0 <= value <= LARGEST
    if fact.kind == DAY:
        return isinstance(value, str) and _is_day(value)
    if fact.kind == TEXT:
        return isinstance(value, str) and bool(value.strip()) and len(value) <= LONGEST_TEXT
    return isinstance(value, str) and (fact.choices is None or value in fact.choices())


def _is_day(value: str) -> bool:
    try:
        return FIRST_DAY <= date.fromisoformat(value) <= LAST_DAY
    except ValueError:
        return False


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
