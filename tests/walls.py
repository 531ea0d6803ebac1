"""The walls the database keeps around the ledger, taken down as only its owner can: to empty tables, to plant a lie."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "policies_transfer"


@contextmanager
def walls_down(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Down for as long as this lasts."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or the table would still be in use
            cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER")
            yield
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER USER")
            return
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [TABLE]
        )
        walls = cursor.fetchall()
        for name, _sql in walls:
            cursor.execute(f'DROP TRIGGER "{name}"')
        yield
        for _name, sql in walls:
            cursor.execute(sql)
