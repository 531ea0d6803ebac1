"""Has PostgreSQL keep the plan of a question asked all day, per connection; elsewhere nothing is different."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.db import NotSupportedError, connection
from psycopg import Cursor
from psycopg.sql import Literal
from psycopg.types.numeric import Int8


class _Keeping(Cursor[Any]):
    """Sends the values beside the SQL, which is planned at its first use; Django's own writes them into it."""

    def execute(self, *words: Any, **how: Any) -> _Keeping:
        super().execute(*words, **{**how, "prepare": True})
        return self


def keeps_plans() -> bool:
    """Not behind a pooler that gives each transaction another connection: DATABASE_PREPARES=false says so."""
    return connection.vendor == "postgresql" and settings.DATABASE_PREPARES


def answers(sql: str, said: Sequence[object], *, keeps: bool) -> list[Any]:
    """The rows of a question of `with_literals` to values of `typed`, or of any other whose plan is not to be kept."""
    try:
        return _ask(sql, said, keeps)
    except NotSupportedError:
        # A column was widened while we run, and the plan is of before. In a transaction its end drops the plans.
        if connection.in_atomic_block or not keeps:
            raise
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")
        return _ask(sql, said, keeps)


def _ask(sql: str, said: Sequence[object], keeps: bool) -> list[Any]:
    with connection.cursor() as cursor:
        # Where somebody logs what is asked, Django's own shows the values in it.
        if keeps and not connection.queries_logged:
            from_django, cursor.cursor = cursor.cursor, _Keeping(connection.connection)
            from_django.close()
        cursor.execute(sql, said)
        return list(cursor.fetchall())


def typed(value: object) -> object:
    """A number as wide as any key, however small it is: of each width the database would keep a plan of its own."""
    return Int8(value) if isinstance(value, int) else value


def with_literals(
    sql: str, words: tuple[object, ...], *, is_blank: Callable[[object], bool]
) -> tuple[str, tuple[object, ...]]:
    """What is the same each time stands in the SQL, where its type is known and partial indexes are found by it."""
    connection.ensure_connection()
    said = ["%s" if is_blank(word) else _literal(word) for word in words]
    return sql.replace("%%", "%%%%") % tuple(said), tuple(filter(is_blank, words))


def _literal(word: object) -> str:
    return Literal(word).as_string(connection.connection).replace("%", "%%")
