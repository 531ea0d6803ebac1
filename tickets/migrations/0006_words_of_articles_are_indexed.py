"""The index of the words of articles: a vector and parts of words on PostgreSQL, FTS5 on SQLite, as for tickets.

A later migration that rebuilds the table on SQLite has to make the triggers again.
"""

from django.db import migrations

POSTGRESQL = (
    "ALTER TABLE tickets_articlewords ADD COLUMN vector tsvector GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED",
    "CREATE INDEX tickets_articlewords_vector ON tickets_articlewords USING gin (vector)",
    "CREATE INDEX tickets_articlewords_parts ON tickets_articlewords USING gin (upper(words) gin_trgm_ops)",
)
NO_POSTGRESQL = (
    "DROP INDEX tickets_articlewords_parts",
    "ALTER TABLE tickets_articlewords DROP COLUMN vector",
)
_TAKE_OUT = "INSERT INTO tickets_articlewords_index(tickets_articlewords_index, rowid, words) VALUES ('delete', old.article_id, old.words)"
_PUT_IN = "INSERT INTO tickets_articlewords_index(rowid, words) VALUES (new.article_id, new.words)"
SQLITE = (
    "CREATE VIRTUAL TABLE tickets_articlewords_index USING fts5(words, content='tickets_articlewords',"
    " content_rowid='article_id', tokenize='unicode61 remove_diacritics 0', prefix='2 3')",
    f"CREATE TRIGGER tickets_articlewords_added AFTER INSERT ON tickets_articlewords BEGIN {_PUT_IN}; END",
    f"CREATE TRIGGER tickets_articlewords_gone AFTER DELETE ON tickets_articlewords BEGIN {_TAKE_OUT}; END",
    f"CREATE TRIGGER tickets_articlewords_changed AFTER UPDATE ON tickets_articlewords BEGIN {_TAKE_OUT}; {_PUT_IN}; END",
)
NO_SQLITE = (
    "DROP TRIGGER tickets_articlewords_added",
    "DROP TRIGGER tickets_articlewords_gone",
    "DROP TRIGGER tickets_articlewords_changed",
    "DROP TABLE tickets_articlewords_index",
)


def run(schema_editor, statements):
    for statement in statements:
        schema_editor.execute(statement)


def add(apps, schema_editor):
    run(schema_editor, POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE)


def remove(apps, schema_editor):
    run(schema_editor, NO_POSTGRESQL if schema_editor.connection.vendor == "postgresql" else NO_SQLITE)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_cache_and_parts_of_names"), ("tickets", "0005_articles")]

    operations = [migrations.RunPython(add, remove)]
