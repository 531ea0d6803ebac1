"""Has PostgreSQL keep the plan of a question asked all day, per connection; elsewhere nothing is different.

The settings ask for one plan for all values: left to itself PostgreSQL plans anew for each, wherever it hopes to guess
better so. With 100,000 tickets it thought for 5 ms about the asks of one, which it then found in a tenth of one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, NotSupportedError, connection, connections
from psycopg import Connection, OperationalError
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import DiagnosticField, ExecStatus, TransactionStatus
from psycopg.sql import Literal
from psycopg.types.numeric import Int8

_NUMBERS = count(1)  # of plans: no connection ever gives a name twice
MOST_KEPT = 400  # plans of one connection, each about 100 kB of the server's memory
PLANS = "kulanz_plans"  # where a connection has them, to be forgotten with it


class _Plans:
    """The plans one connection has the server keep, and how it reads what comes.

    Asked through the two cursors of Django and psycopg, a question took three times as many steps, and a rollback
    threw all plans of its connection away.
    """

    def __init__(self, raw: Connection[Any]) -> None:
        self._words = Transformer(raw)
        self._names: dict[tuple[str, tuple[int, ...] | None], bytes] = {}

    def answers(self, raw: Connection[Any], sql: str, said: Sequence[object]) -> list[Any]:
        line, words = raw.pgconn, self._words
        if not raw.autocommit and line.transaction_status == TransactionStatus.IDLE:
            _well(line.exec_(b"BEGIN"))
        values = words.dump_sequence(said, [PyFormat.AUTO] * len(said))
        types, formats = words.types, words.formats
        name = self._names.get((sql, types))
        if name is None:
            name = self._prepare(raw, sql, types)
        return self._read(line.exec_prepared(name, values, formats))

    def answers_anew(self, raw: Connection[Any], sql: str, said: Sequence[object]) -> list[Any]:
        """With the values standing in the question, so that they are planned with."""
        line, words = raw.pgconn, self._words
        if not raw.autocommit and line.transaction_status == TransactionStatus.IDLE:
            _well(line.exec_(b"BEGIN"))
        said = tuple([words.as_literal(value).decode() for value in said])
        return self._read(line.exec_((sql % said).encode()))

    def _read(self, result: Any) -> list[Any]:
        found, words = _well(result), self._words
        words.set_pgresult(found)
        rows = words.load_rows(0, found.ntuples, tuple)
        words.set_pgresult(None)
        return rows

    def _prepare(self, raw: Connection[Any], sql: str, types: tuple[int, ...] | None) -> bytes:
        if len(self._names) >= MOST_KEPT:
            self.forget(raw)
        name = b"kept_%d" % next(_NUMBERS)
        _well(raw.pgconn.prepare(name, _numbered(sql).encode(), types))
        self._names[sql, types] = name
        return name

    def forget(self, raw: Connection[Any]) -> None:
        self._names.clear()
        _well(raw.pgconn.exec_(b"DEALLOCATE ALL"))


def _well(result: Any) -> Any:
    """What the server said, where it did what was asked; one that is gone says nothing, not even what is wrong."""
    if result.status in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
        return result
    if not result.error_field(DiagnosticField.SQLSTATE):
        raise OperationalError(result.get_error_message(), info=result)
    raise error_from_result(result)


def _numbered(sql: str) -> str:
    """The places of values as the server writes them: $1, $2; as Django does, %s."""
    numbers = count(1)
    return re.sub("%[s%]", lambda found: f"${next(numbers)}" if found[0] == "%s" else "%", sql)


def keeps_plans() -> bool:
    """Not behind a pooler that gives each transaction another connection: DATABASE_PREPARES=false says so."""
    return connections[DEFAULT_DB_ALIAS].vendor == "postgresql" and settings.DATABASE_PREPARES


def answers(sql: str, said: Sequence[object], *, keeps: bool) -> list[Any]:
    """The rows of a question of `with_literals` to values of `typed`, or of any other whose plan is not to be kept."""
    using = connections[DEFAULT_DB_ALIAS]
    # Where somebody logs or watches what is asked, Django's own cursor tells them.
    if using.vendor != "postgresql" or using.queries_logged or using.execute_wrappers:
        with using.cursor() as cursor:
            cursor.execute(sql, said)
            return list(cursor.fetchall())
    if using.connection is None:
        using.ensure_connection()
    using.validate_no_broken_transaction()
    raw: Connection[Any] = using.connection
    plans: _Plans | None = vars(raw).get(PLANS)
    if plans is None:
        plans = vars(raw)[PLANS] = _Plans(raw)
    if not keeps:
        with using.wrap_database_errors:
            return plans.answers_anew(raw, sql, said)
    try:
        with using.wrap_database_errors:
            return plans.answers(raw, sql, said)
    except NotSupportedError:
        # A column was widened while we run, and the plan is of before. A transaction is broken by that; whoever asks
        # next has new plans.
        del vars(raw)[PLANS]
        if using.in_atomic_block:
            raise
        with using.wrap_database_errors:
            plans.forget(raw)
            return plans.answers(raw, sql, said)


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
