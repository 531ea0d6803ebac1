"""A start skips preparing only where nothing could be left to prepare."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import bin_path  # noqa: F401 - puts bin/ on the path
import pytest
import ready

MIGRATION = "tickets/migrations/0001_first.py"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A checkout with one migration and one text, and a data folder as preparing leaves it."""
    for name in ("DATABASE_URL", "KULANZ_DEMO"):
        monkeypatch.delenv(name, raising=False)
    root, var = tmp_path / "root", tmp_path / "var"
    for name in ("requirements.txt", MIGRATION, "locale/de/LC_MESSAGES/django.po"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    (root / "locale/de/LC_MESSAGES/django.mo").write_text("compiled")
    var.mkdir()
    with sqlite3.connect(var / ready.DATABASE) as connection:
        connection.execute("CREATE TABLE django_migrations (app, name)")
        connection.execute("CREATE TABLE accounts_person (id)")
        connection.execute("INSERT INTO django_migrations VALUES ('tickets', '0001_first')")
        connection.execute("INSERT INTO accounts_person VALUES (1)")
    ready.mark_prepared(root, var)
    return root, var


def execute(var: Path, statement: str) -> None:
    with sqlite3.connect(var / ready.DATABASE) as connection:
        connection.execute(statement)


def test_what_was_prepared_is_not_prepared_again(place):
    assert ready.is_prepared(*place) is True


def text_was_edited(root: Path, var: Path) -> None:
    later = os.stat(root / "locale/de/LC_MESSAGES/django.mo").st_mtime + 10
    os.utime(root / "locale/de/LC_MESSAGES/django.po", (later, later))


CHANGES: dict[str, Callable[[Path, Path], object]] = {
    "never prepared": lambda root, var: (var / ready.STAMP).unlink(),
    "other packages": lambda root, var: (root / "requirements.txt").write_text("newer"),
    "another migration": lambda root, var: (root / MIGRATION).with_name("0002_next.py").write_text(""),
    "an edited migration": lambda root, var: (root / MIGRATION).write_text("other"),
    "an edited text": text_was_edited,
    "an older backup": lambda root, var: execute(var, "DELETE FROM django_migrations"),
    "nobody in it": lambda root, var: execute(var, "DELETE FROM accounts_person"),
    "no tables": lambda root, var: execute(var, "DROP TABLE django_migrations"),
    "not a database": lambda root, var: (var / ready.DATABASE).write_text("a note" * 200),
    "no database": lambda root, var: (var / ready.DATABASE).unlink(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_whatever_changed_is_looked_at_by_django(place, change):
    change(*place)
    assert ready.is_prepared(*place) is False


def test_a_database_of_somebody_elses_is_always_looked_at(place, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere")
    assert ready.is_prepared(*place) is False


def test_an_empty_database_is_ready_where_no_demo_is_wished(place, monkeypatch):
    execute(place[1], "DELETE FROM accounts_person")
    monkeypatch.setenv("KULANZ_DEMO", "0")
    assert ready.is_prepared(*place) is True
