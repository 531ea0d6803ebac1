"""A wall around a table whose rows are only added: the database itself refuses to change or to delete one.

The models refuse too, but code is not the only way to a row: a shell, a script, a forgotten update in a migration. On
SQLite a table that is made anew for another column loses its wall, and the migration that does so puts it up again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython


@dataclass(frozen=True)
class Wall:
    """Around `table`, or around some of its columns: words of a person, for instance, must be able to be forgotten."""

    table: str
    words: str
    columns: Sequence[str] = ()

    @property
    def of(self) -> str:
        return f" OF {', '.join(self.columns)}" if self.columns else ""

    def sqlite(self) -> list[tuple[str, str]]:
        """Each statement with the one that undoes it. Both databases report a refusal as a broken constraint."""
        said = f"BEGIN SELECT RAISE(ABORT, '{self.words}'); END"
        # INSERT OR REPLACE deletes without asking the second one.
        there = f"WHEN EXISTS (SELECT 1 FROM {self.table} WHERE id = NEW.id)"
        when = {
            "changed": f"BEFORE UPDATE{self.of} ON {self.table}",
            "deleted": f"BEFORE DELETE ON {self.table}",
            "replaced": f"BEFORE INSERT ON {self.table} {there}",
        }
        names = {what: f"{self.table}_never_{what}" for what in when}
        return [(f"CREATE TRIGGER {names[what]} {how} {said}", f"DROP TRIGGER {names[what]}") for what, how in when.items()]

    def postgres(self) -> list[tuple[str, str]]:
        """For each statement, so that one which matches no row is refused as well, and TRUNCATE with them."""
        name = f"{self.table}_only_added"
        return [
            (
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN RAISE EXCEPTION '{self.words}' USING ERRCODE = 'restrict_violation'; END $$",
                f"DROP FUNCTION {name}()",
            ),
            (
                f"CREATE TRIGGER {name} BEFORE UPDATE{self.of} OR DELETE OR TRUNCATE ON {self.table}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
                f"DROP TRIGGER {name} ON {self.table}",
            ),
        ]


def wall(table: str, words: str, columns: Sequence[str] = ()) -> RunPython:
    """The operation that puts it up, and takes it down again."""
    around = Wall(table, words, columns)

    def put_up(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for up, _down in _statements(around, schema_editor):
            schema_editor.execute(up)

    def take_down(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for _up, down in reversed(_statements(around, schema_editor)):
            schema_editor.execute(down)

    return RunPython(put_up, take_down)


def _statements(around: Wall, schema_editor: BaseDatabaseSchemaEditor) -> list[tuple[str, str]]:
    return around.postgres() if schema_editor.connection.vendor == "postgresql" else around.sqlite()
