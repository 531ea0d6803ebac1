"""The index of the words: a vector beside them on PostgreSQL, FTS5 over them on SQLite; the database keeps both true.

A later migration that rebuilds the table on SQLite has to make the triggers again.
"""

from django.db import migrations

POSTGRESQL = (
    "ALTER TABLE tickets_ticketwords ADD COLUMN vector tsvector GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED",
    "CREATE INDEX tickets_ticketwords_vector ON tickets_ticketwords USING gin (vector)",
    "CREATE INDEX tickets_ticket_subject_parts ON tickets_ticket USING gin (upper(subject::text) gin_trgm_ops)",
)
NO_POSTGRESQL = (
    "DROP INDEX tickets_ticket_subject_parts",
    "ALTER TABLE tickets_ticketwords DROP COLUMN vector",
)
_TAKE_OUT = "INSERT INTO tickets_ticketwords_index(tickets_ticketwords_index, rowid, words) VALUES ('delete', old.ticket_id, old.words)"
_PUT_IN = "INSERT INTO tickets_ticketwords_index(rowid, words) VALUES (new.ticket_id, new.words)"
SQLITE = (
    "CREATE VIRTUAL TABLE tickets_ticketwords_index USING fts5(words, content='tickets_ticketwords',"
    " content_rowid='ticket_id', tokenize='unicode61 remove_diacritics 0', prefix='2 3')",
    f"CREATE TRIGGER tickets_ticketwords_added AFTER INSERT ON tickets_ticketwords BEGIN {_PUT_IN}; END",
    f"CREATE TRIGGER tickets_ticketwords_gone AFTER DELETE ON tickets_ticketwords BEGIN {_TAKE_OUT}; END",
    f"CREATE TRIGGER tickets_ticketwords_changed AFTER UPDATE ON tickets_ticketwords BEGIN {_TAKE_OUT}; {_PUT_IN}; END",
)
NO_SQLITE = (
    "DROP TRIGGER tickets_ticketwords_added",
    "DROP TRIGGER tickets_ticketwords_gone",
    "DROP TRIGGER tickets_ticketwords_changed",
    "DROP TABLE tickets_ticketwords_index",
)


def run(schema_editor, statements):
    for statement in statements:
        schema_editor.execute(statement)


def add(apps, schema_editor):
    run(schema_editor, POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE)


def remove(apps, schema_editor):
    run(schema_editor, NO_POSTGRESQL if schema_editor.connection.vendor == "postgresql" else NO_SQLITE)


class Migration(migrations.Migration):
    replaces = [("tickets", "0024_words_are_indexed")]
    dependencies = [("tickets", "0001_tickets_promises_and_the_line"), ("accounts", "0002_cache_and_parts_of_names")]

    operations = [migrations.RunPython(add, remove)]
