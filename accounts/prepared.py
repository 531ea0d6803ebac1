"""Questions to the database that are put together once per process and then only asked.

Of a query that finds three rows by an index, most of the time went into building and writing the same SQL again: the
facts of a wish took 23 ms of computing, and now take four. PostgreSQL too plans them once per connection: who stands
in a chat is a join of nine tables, planned in 12 ms and answered in less than one. Only for what is asked all day.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Union

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler

from . import planned
from .among import as_parameter

if TYPE_CHECKING:
    from .person import Person

# What stands in for a value while the SQL is written; nothing of the product is so large, so late or so called.
NUMBER = 2_000_000_000
YEAR = 8000

Value = Union[int, str, date, datetime, Sequence[int], "Person"]
Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class _Blank:
    """A place in the parameters, and the name of what belongs there."""

    name: str


@dataclass(frozen=True, slots=True)
class _Statement:
    sql: str
    parameters: tuple[object, ...]
    width: int  # columns that were asked for; the database may add some to sort by
    converters: tuple[tuple[int, list[Callable[..., Any]], Any], ...]
    make: Callable[[Row], Any]

    def read(self, found: Sequence[Row], using: BaseDatabaseWrapper) -> list[Any]:
        if not self.converters:
            return [self.make(row[: self.width]) for row in found]
        read = []
        for row in found:
            values = list(row[: self.width])
            for place, converters, expression in self.converters:
                for convert in converters:
                    values[place] = convert(values[place], expression, using)
            read.append(self.make(values))
        return read


class Prepared:
    """One question. `build` makes a query set of its blanks, by name, and of what else shapes it, in order.

    A blank is a number, a text, a moment, a day, a list of numbers that `build` compares by `among`, or a person, of
    whom nothing but the key and the teams is used. It has to reach the SQL as it came, so arithmetic is for the caller,
    and nothing else may depend on who asks or when. Raises ValueError for a blank that `build` does not use so.

    `plans_anew` is for a question whose best way hangs on the values: a word in every third ticket is found by going
    through the list, a rare one by its index.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *, plans_anew: bool = False) -> None:
        self._build, self._plans_anew = build, plans_anew
        self._statements: dict[tuple[object, ...], _Statement] = {}

    def rows(self, *shape: Hashable, **values: Value) -> list[Any]:
        """What the query set of these values would give, asked now: things, or tuples where it lists values."""
        using, keeps = connections[DEFAULT_DB_ALIAS], planned.keeps_plans() and not self._plans_anew
        kinds = tuple([(name, value.__class__) for name, value in values.items()])
        key = (using.vendor, keeps, shape, kinds)
        statement = self._statements.get(key)
        if statement is None:
            statement = self._statements[key] = self._write(shape, values, keeps)
        given = {part: _as_parameter(value, using) for part, value in _parts(values)}
        if keeps:
            given = {part: planned.typed(value) for part, value in given.items()}
        said = [given[word.name] if word.__class__ is _Blank else word for word in statement.parameters]
        return statement.read(planned.answers(statement.sql, said, keeps=keeps), using)

    def first(self, *shape: Hashable, **values: Value) -> Any | None:
        """The first of the rows, if there is one; `build` says how many are looked for at most."""
        return next(iter(self.rows(*shape, **values)), None)

    def _write(self, shape: tuple[Hashable, ...], values: dict[str, Value], keeps: bool) -> _Statement:
        stand_ins = {name: _stand_in(place, value) for place, (name, value) in enumerate(values.items())}
        asked = self._build(*shape, **stand_ins)
        compiler = asked.query.get_compiler(DEFAULT_DB_ALIAS)
        try:
            sql, parameters = compiler.as_sql()
        except EmptyResultSet as error:
            raise ValueError("This question can never be answered with anything.") from error
        using = connections[DEFAULT_DB_ALIAS]
        names = {repr(_as_parameter(value, using)): part for part, value in _parts(stand_ins)}
        words = tuple(_Blank(names[repr(word)]) if repr(word) in names else word for word in parameters)
        left = " ".join(repr(word) for word in words if not isinstance(word, _Blank))
        lost = stand_ins.keys() - {word.name.split()[0] for word in words if isinstance(word, _Blank)}
        lost |= {part.split()[0] for part, value in _parts(stand_ins) if _mark(value) in left}
        if lost:
            raise ValueError(f"These reach the database in another shape than they came: {sorted(lost)}")
        if keeps:
            sql, words = planned.with_literals(sql, words, is_blank=lambda word: isinstance(word, _Blank))
        columns = [column[0] for column in compiler.select]
        converters = compiler.get_converters(columns).items()
        make = tuple if asked._fields is not None else _maker(compiler)
        return _Statement(sql, words, len(columns), tuple((at, *how) for at, how in converters), make)


def _maker(compiler: SQLCompiler) -> Callable[[Row], Model]:
    """Makes the thing of a row, with what was selected beside it, as Django does for a query set of its own."""
    klass = compiler.klass_info
    first, last = klass["select_fields"][0], klass["select_fields"][-1] + 1
    names = [column[0].target.attname for column in compiler.select[first:last]]
    related = get_related_populators(klass, compiler.select, DEFAULT_DB_ALIAS)
    annotated = list((compiler.annotation_col_map or {}).items())

    def make(row: Row) -> Model:
        thing: Model = klass["model"].from_db(DEFAULT_DB_ALIAS, names, row[first:last])
        for populator in related:
            populator.populate(row, thing)
        for name, place in annotated:
            setattr(thing, name, row[place])
        return thing

    return make


def _parts(values: dict[str, Value]) -> Iterator[tuple[str, Any]]:
    """What goes into the SQL by name; a person is a key and teams."""
    for name, value in values.items():
        if isinstance(value, Model):
            yield name, value.pk
            yield f"{name} teams", sorted(value.team_ids)
        else:
            yield name, value


def _stand_in(place: int, value: Value) -> Value:
    if isinstance(value, Model):
        somebody = value.__class__(pk=NUMBER + place)
        somebody.__dict__["team_ids"] = frozenset([NUMBER + 1000 + place])
        return somebody
    if isinstance(value, datetime):
        return datetime(YEAR + place, 1, 1, tzinfo=UTC)
    if isinstance(value, date):
        return date(YEAR + place, 1, 1)
    if isinstance(value, str):
        return f"stand-in {place}"
    return NUMBER + place if isinstance(value, int) else [NUMBER + place]


def _mark(value: Any) -> str:
    """What shows a stand-in wherever it is still found, in whatever shape."""
    return str(value.year if isinstance(value, date) else value[0] if isinstance(value, list) else value)


def _as_parameter(value: Any, using: BaseDatabaseWrapper) -> object:
    """The value as the compiler would hand it to the database at hand."""
    if isinstance(value, datetime):
        return using.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return using.ops.adapt_datefield_value(value)
    return value if isinstance(value, (int, str)) else as_parameter(value, using)
