"""The one door to full text: whether a table’s row of words holds terms, as each database asks it.

PostgreSQL keeps a vector of the words beside them, SQLite an FTS5 index over them; both are made in a migration and
kept by the database itself, so that no word can be in the one and not in the other. A table that is searched has its
text in `words`, its vector in `vector`, and its FTS5 index under its own name and `_index`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection, models

from .query import Term, tokens_of

LONGEST = 300_000  # PostgreSQL's vectors end at a megabyte; of longer texts the newest part is found


def as_words(*texts: str) -> str:
    """Texts as one row of words."""
    return " ".join(token for text in texts for token in tokens_of(text))[-LONGEST:]


class Holds(models.Func):
    """Whether the text of a row holds terms, said by `as_typed`."""

    output_field = models.BooleanField()

    def __init__(self, *expressions: Any, typed: str = "", **extra: Any) -> None:
        super().__init__(*expressions, **extra)
        self.typed = typed

    def as_postgresql(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, list[str]]:
        table = compiler.quote_name_unless_alias(self.get_source_expressions()[0].alias)
        return f"{table}.vector @@ to_tsquery('simple', %s)", [self.typed]

    def as_sqlite(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, list[str]]:
        words = self.get_source_expressions()[0]
        table, model = compiler.quote_name_unless_alias(words.alias), words.target.model._meta
        index = f"{model.db_table}_index"
        found = f"SELECT rowid FROM {index} WHERE {index} MATCH %s"  # noqa: S608 – the name of our own table
        return f"{table}.{model.pk.column} IN ({found})", [self.typed]


def as_typed(terms: Iterable[Term], *, any_of_them: bool = False) -> str:
    """The terms, all of them or any, as the database at hand reads them."""
    said = tsquery if connection.vendor == "postgresql" else fts5
    return said(terms, any_of_them=any_of_them)


def tsquery(terms: Iterable[Term], *, any_of_them: bool = False) -> str:
    """For PostgreSQL: 'two' <-> 'word':* & 'more':*."""
    said = []
    for term in terms:
        phrase = " <-> ".join(f"'{token}'" for token in term.tokens)
        said.append(f"({phrase}{'' if term.is_whole else ':*'})")
    return (" | " if any_of_them else " & ").join(said)


def fts5(terms: Iterable[Term], *, any_of_them: bool = False) -> str:
    """For SQLite: "two word" * AND "more" *."""
    said = (f'"{" ".join(term.tokens)}"{"" if term.is_whole else " *"}' for term in terms)
    return (" OR " if any_of_them else " AND ").join(said)
