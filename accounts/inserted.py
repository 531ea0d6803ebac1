"""Rows that are written all day: their statement is put together once per process, and PostgreSQL keeps its plan.

A ticket is ten rows in seven tables; half of the work of writing them was building the same seven statements again.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, CharField, Field, ForeignKey, IntegerField, Model, TextField
from psycopg.types.numeric import Int8

from . import planned

Noun = TypeVar("Noun", bound=Model)
# What reaches the database as it stands in the row, where a field holds it and it is of this class and no other.
PLAIN = {CharField: str, TextField: str, IntegerField: int, ForeignKey: int, BooleanField: bool}
# Where a field that builds on one of these says itself how it is written – sealed, say – it is asked.
WRITTEN = ("pre_save", "get_prep_value", "get_db_prep_value", "get_db_prep_save")
FEW = 8  # each number of rows is a statement of its own; of more the building is no longer what takes long


class _Column(NamedTuple):
    field: Field[Any, Any]
    plain: type | None


class _Table(NamedTuple):
    name: str
    key: str
    columns: tuple[_Column, ...]  # without a key that the database counts by itself


def insert(thing: Noun) -> Noun:
    """Write a new row, as `create` would."""
    insert_each([thing])
    return thing


def insert_each(things: Sequence[Noun], *, unless_there: bool = False) -> Sequence[Noun]:
    """Write new rows of one kind in their order, as `bulk_create` would; each is given its key.

    `unless_there` leaves out what some unique key of the table holds already, and gives no keys.
    """
    if len(things) > FEW:
        things[0].__class__._base_manager.bulk_create(things, ignore_conflicts=unless_there)
    elif things:
        _write(things, unless_there)
    return things


def update(thing: Model, *names: str) -> None:
    """Write these fields of a row that is there, as `save(update_fields=…)` would without asking anybody."""
    keeps, own = planned.keeps_plans(), connections[DEFAULT_DB_ALIAS]
    table = _table(thing.__class__)
    columns = [column for column in table.columns if column.field.name in names]
    values = [*(_value(column, thing, own) for column in columns), thing.pk]
    said = [Int8(value) if value.__class__ is int else value for value in values] if keeps else values
    sql = _change(connection.vendor, table, tuple([column.field.column for column in columns]))
    planned.answers(sql, said, keeps=keeps)


def _write(things: Sequence[Model], unless_there: bool) -> None:
    table, keeps = _table(things[0].__class__), planned.keeps_plans()
    own = connections[DEFAULT_DB_ALIAS]
    values = [_value(column, thing, own) for thing in things for column in table.columns]
    said = [Int8(value) if value.__class__ is int else value for value in values] if keeps else values
    keys = planned.answers(_statement(connection.vendor, table, len(things), unless_there), said, keeps=keeps)
    for thing in things:
        thing._state.adding, thing._state.db = False, DEFAULT_DB_ALIAS
    if not unless_there:
        for thing, (key,) in zip(things, keys, strict=True):
            thing.pk = key


def _value(column: _Column, thing: Model, own: BaseDatabaseWrapper) -> object:
    field = column.field
    if column.plain is not None:
        value = thing.__dict__.get(field.attname, own)
        if value is None or value.__class__ is column.plain:
            return value
    return field.get_db_prep_save(field.pre_save(thing, True), own)


@lru_cache(maxsize=100)
def _table(model: type[Model]) -> _Table:
    meta = model._meta
    fields = (field for field in meta.local_concrete_fields if field is not meta.auto_field)
    columns = (_Column(field, _plain(field)) for field in fields)
    return _Table(meta.db_table, meta.pk.column, tuple(columns))


def _plain(field: Field[Any, Any]) -> type | None:
    return next((plain for kind, plain in PLAIN.items() if _is_written_as(kind, field)), None)


def _is_written_as(kind: type, field: Field[Any, Any]) -> bool:
    own = type(field)
    return isinstance(field, kind) and all(getattr(own, way) is getattr(kind, way) for way in WRITTEN)


@lru_cache(maxsize=1000)
def _statement(_vendor: str, table: _Table, rows: int, unless_there: bool) -> str:
    quote = connection.ops.quote_name
    names = ", ".join(quote(column.field.column) for column in table.columns)
    values = ", ".join([f"({', '.join(['%s'] * len(table.columns))})"] * rows)
    twice = " ON CONFLICT DO NOTHING" if unless_there else ""
    return f"INSERT INTO {quote(table.name)} ({names}) VALUES {values}{twice} RETURNING {quote(table.key)}"  # noqa: S608 – names of our own


@lru_cache(maxsize=100)
def _change(_vendor: str, table: _Table, columns: tuple[str, ...]) -> str:
    quote = connection.ops.quote_name
    said = ", ".join(f"{quote(column)} = %s" for column in columns)
    key = quote(table.key)
    return f"UPDATE {quote(table.name)} SET {said} WHERE {key} = %s RETURNING {key}"  # noqa: S608 – names of our own
