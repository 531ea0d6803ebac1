"""Custom fields as facts of conditions: what can be compared, what a ticket says, and asking the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _

from tickets.condition import ANY_OF, FLAG, MOMENT, MONEY, NUMBER, Fact, Source
from tickets.textfields import WordsField

from .custom_field import CustomField
from .field_value import FieldValue
from .inputs import AmountField, NumberField
from .kind import LARGEST, LISTS, LONGEST_LINE, Kind, in_words
from .says import BEGINNINGS, IS, SINCE, UNTIL, of_values

if TYPE_CHECKING:
    from tickets.ticket import Ticket

_MOST_DAYS = 200_000
PREFETCH = Prefetch("field_values", FieldValue.objects.select_related("field"))


def is_one(name: str) -> bool:
    """Whether a fact of this name is about a custom field."""
    return name.startswith(BEGINNINGS)


def everything() -> list[Fact]:
    """What can be compared now."""
    return facts_of(CustomField.objects.in_use())


def facts_of(fields: Iterable[CustomField]) -> list[Fact]:
    return [fact for field in fields for fact in _facts(field)]


def named(name: str) -> Fact | None:
    """The fact of this name, of a field that was retired too. It may come as a stranger sent it: what can be no key is
    never asked of the database, which may store no such letters."""
    code = _code(name)
    can_be = is_one(name) and code.isascii() and code.isidentifier()
    field = _of_code(code) if can_be else None
    return next((fact for fact in _facts(field) if fact.name == name), None) if field else None


@contextmanager
def looked_up_once() -> Iterator[None]:
    """A page that says many conditions asks for all fields once, instead of for one with each condition."""
    token = _at_hand.set({field.code: field for field in CustomField.objects.all()})
    try:
        yield
    finally:
        _at_hand.reset(token)


def _of_code(code: str) -> CustomField | None:
    at_hand = _at_hand.get()
    return CustomField.objects.filter(code=code).first() if at_hand is None else at_hand.get(code)


_at_hand: ContextVar[dict[str, CustomField] | None] = ContextVar("custom fields at hand", default=None)
SOURCE = Source(everything, named, MOMENT)


def of_ticket(ticket: Ticket, *, on: date) -> dict[str, object]:
    """What the fields of a ticket say; one that is empty is not known."""
    return of_values(ticket.custom_values, on=on)


def question(name: str, operator: str, value: Any, *, on: date) -> Q:
    """The tickets of which the condition holds on a day."""
    rows = FieldValue.objects.filter(field__code=_code(name))
    if operator == "is_not":  # of one that is empty nothing is known
        return _on(rows) & ~_on(rows.filter(_says(name, value)))
    if operator == "in":
        says = Q(pk__in=[])
        for one in value:
            says |= _says(name, one)
        return _on(rows.filter(says))
    if name.startswith(IS):
        return _on(
            rows.filter(_says(name, value) if operator == "is" else _compared("number", operator, value))
        )
    return _on(rows.filter(_away(name, operator, min(value, _MOST_DAYS), on)))


def _facts(field: CustomField) -> Iterator[Fact]:
    name = f"{IS}{field.code}"
    if field.kind == Kind.DAY:
        said = {"field": field.name}
        yield Fact(f"{SINCE}{field.code}", NUMBER, _("Days since “%(field)s”") % said, about=MOMENT)
        yield Fact(f"{UNTIL}{field.code}", NUMBER, _("Days until “%(field)s”") % said, about=MOMENT)
    elif field.kind == Kind.FLAG:
        yield Fact(name, FLAG, field.name, about=MOMENT)
    elif field.kind == Kind.NUMBER:
        yield Fact(name, NUMBER, field.name, about=MOMENT, field=NumberField)
    elif field.kind == Kind.MONEY:
        yield Fact(name, MONEY, field.name, show=_amount, about=MOMENT, field=AmountField)
    elif field.kind in LISTS:
        yield Fact(name, ANY_OF, field.name, lambda: field.labels, about=MOMENT)
    elif field.kind == Kind.LINE:
        yield Fact(name, ANY_OF, field.name, about=MOMENT, field=_LinesField)


class _LinesField(WordsField):
    def __init__(self, **kwargs: Any) -> None:
        more = {"max_length": LONGEST_LINE * 2, "help_text": _("With commas between them.")}
        super().__init__(**{**more, **kwargs})


def _code(name: str) -> str:
    return name.partition("_")[2]


def _on(rows: Any) -> Q:
    return Q(pk__in=rows.values("ticket"))


def _says(name: str, value: object) -> Q:
    if isinstance(value, bool | int):
        return Q(number=int(value))
    return Q(option=value) | Q(option="", folded=str(value).casefold())


def _compared(column: str, operator: str, value: int) -> Q:
    return Q(
        **{f"{column}__{'gte' if operator == 'at_least' else 'lte'}": max(-LARGEST, min(value, LARGEST))}
    )


def _away(name: str, operator: str, days: int, on: date) -> Q:
    """A day that lies so far behind, or so far ahead; the calendar ends somewhere."""
    is_behind = name.startswith(SINCE)
    this_side = Q(day__lte=on) if is_behind else Q(day__gte=on)
    if is_behind:
        there = date.min if days >= (on - date.min).days else on - timedelta(days)
    else:
        there = date.max if days >= (date.max - on).days else on + timedelta(days)
    if operator == "is":
        return Q(day=there)
    further = (operator == "at_least") == is_behind
    return this_side & (Q(day__lte=there) if further else Q(day__gte=there))


def _amount(cents: int) -> str:
    return in_words(Kind.MONEY, {}, cents)
