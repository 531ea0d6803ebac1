"""The cast as rows: built by the product's own verbs once a process, put back as it stood for every test after that.

Putting back costs a small part of what building costs, and most tests begin with it. Where the database is not empty,
or the clock stands before the moment the cast was built, it is built anew.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cast import Cast, build_cast
from django.db import connection, transaction
from django.utils import timezone

_INSERT = re.compile(r'INSERT INTO "(\w+)"')
_tables: tuple[
    str, ...
] = ()  # those the cast stands in, in the order they are first written to; learned by building
_kept: Kept | None = None


@dataclass(frozen=True)
class Kept:
    """All rows of the cast's tables, a statement for each with its values, and its people and things as they were."""

    cast: bytes
    at: datetime
    permissions: tuple[object, ...]
    rows: tuple[tuple[str, list[Any]], ...]

    def put_back(self) -> Cast:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement, values in self.rows:
                cursor.execute(statement, values)
        return pickle.loads(self.cast)


def the_cast() -> Cast:
    """Put back if it can be, else built; kept when its tables were known and empty."""
    global _kept, _tables
    clean, permissions = bool(_tables) and _are_empty(_tables), _permissions()
    if _kept and clean and permissions == _kept.permissions and timezone.now() >= _kept.at:
        return _kept.put_back()
    at, written = timezone.now(), dict[str, None]()
    with connection.execute_wrapper(_noting(written)):
        cast = build_cast()
    if clean and _tables == tuple(written):
        _kept = Kept(pickle.dumps(cast), at, permissions, tuple(_rows(table) for table in _tables))
    _tables = tuple(written)
    return cast


def _noting(written: dict[str, None]) -> Callable[..., object]:
    def wrapper(
        execute: Callable[..., object], sql: str, params: object, many: bool, context: object
    ) -> object:
        if found := _INSERT.match(sql):
            written[found[1]] = None
        return execute(sql, params, many, context)

    return wrapper


def _rows(table: str) -> tuple[str, list[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        columns, found = [column[0] for column in cursor.description], cursor.fetchall()
    names = ", ".join(f'"{name}"' for name in columns)
    row = "(" + ", ".join(["%s"] * len(columns)) + ")"
    values = [value for values in found for value in values]
    return f'INSERT INTO "{table}" ({names}) VALUES {", ".join([row] * len(found))}', values


def _permissions() -> tuple[object, ...]:
    """Which numbers the permissions have: they are given anew after a test that emptied every table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id), max(id), count(*) FROM auth_permission")
        return tuple(cursor.fetchone())


def _are_empty(tables: tuple[str, ...]) -> bool:
    looks = " UNION ALL ".join(f'SELECT EXISTS (SELECT 1 FROM "{table}")' for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(looks)
        return not any(found for (found,) in cursor.fetchall())
