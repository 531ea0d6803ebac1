"""The walls around what is only added, taken down as only its owner can: to empty tables, to plant a lie."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = (
    *("policies_transfer", "policies_ruling", "policies_stage"),
    *("tickets_event", "tickets_clockentry", "accounts_setupchange"),
)


@contextmanager
def walls_down(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Down for as long as this lasts."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or the table would still be in use
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            yield
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            return
        places = ", ".join(["%s"] * len(TABLES))
        cursor.execute(
            f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ({places})", TABLES
        )
        walls = cursor.fetchall()
        for name, _sql in walls:
            cursor.execute(f'DROP TRIGGER "{name}"')
        yield
        for _name, sql in walls:
            cursor.execute(sql)
