"""The shortest way into a table: rows past the models, many at a time, on both databases."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count
from typing import Any

from django.db import connection, models

NUMBERS_AT_ONCE = 5000
AS_JSON = json.JSONEncoder(ensure_ascii=False).encode


class Table(Iterator[int]):
    """One table: numbers for its new rows, and a way in that costs a tenth of saving models.

    Columns the shape does not name take the default of their field, and a number it does not name is the database's
    to give.
    """

    def __init__(self, model: type[models.Model], names: Sequence[str]) -> None:
        fields = {field.attname: field for field in model._meta.concrete_fields}
        filled = {
            name: field for name, field in fields.items() if name not in names and not field.primary_key
        }
        self.model = model
        self.columns = [str(fields[name].column) for name in names] + [
            str(field.column) for field in filled.values()
        ]
        convert = [(place, _converter(fields[name])) for place, name in enumerate(names)]
        self.convert = [(place, how) for place, how in convert if how is not None]
        self.rest = tuple(
            field.get_db_prep_save(field.get_default(), connection) for field in filled.values()
        )
        self._numbers: Iterator[int] = iter(())

    def __next__(self) -> int:
        return next(self._numbers)

    def begin(self, *, at_once: int = NUMBERS_AT_ONCE) -> None:
        """Look where the numbers stand; within the transaction that writes, so that nobody else takes them."""
        if connection.vendor != "postgresql":
            highest = self.model._default_manager.aggregate(highest=models.Max("pk"))["highest"] or 0
            self._numbers = count(highest + 1)
        elif not isinstance(self._numbers, _Counter):
            self._numbers = _Counter(self.model._meta.db_table, at_once)

    def write(self, rows: Iterable[tuple[Any, ...]]) -> None:
        table = connection.ops.quote_name(self.model._meta.db_table)
        columns = ", ".join(connection.ops.quote_name(column) for column in self.columns)
        # All of them first: a row may still ask for its number, and a COPY has the connection to itself.
        ready = [self._ready(row) for row in rows]
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    for row in ready:
                        copy.write_row(row)
            else:
                places = ", ".join(["%s"] * len(self.columns))
                cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", ready)  # noqa: S608

    def _ready(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        if not self.convert:
            return row + self.rest
        values = [*row, *self.rest]
        for place, convert in self.convert:
            if values[place] is not None:
                values[place] = convert(values[place])
        return tuple(values)


class _Counter:
    """The database's own counter, asked for many numbers at a time."""

    def __init__(self, table: str, at_once: int) -> None:
        self.table, self.at_once = table, max(at_once, 1)
        self.ahead: Iterator[int] = iter(())

    def __iter__(self) -> Iterator[int]:
        return self

    def __next__(self) -> int:
        for number in self.ahead:
            return number
        with connection.cursor() as cursor:
            cursor.execute(
                # Looked up once: beside `nextval` it would be looked up for each number again.
                "WITH counter AS MATERIALIZED (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS ours)"
                " SELECT nextval(counter.ours) FROM counter, generate_series(1, %s)",
                [self.table, self.at_once],
            )
            self.ahead = iter([number for (number,) in cursor.fetchall()])
        return next(self.ahead)


def _converter(field: models.Field) -> Callable[[Any], object] | None:
    """What a value needs before the database takes it; None for those it takes as they are."""
    if isinstance(field, models.JSONField):
        return AS_JSON
    if connection.vendor != "postgresql" and isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    return None
