"""A pytest plugin for the run on the second database: leaves out what cannot differ there, or was seen well enough."""

from __future__ import annotations

from collections.abc import Collection

import pytest

DATABASE_FIXTURES = frozenset(("db", "transactional_db", "django_db_setup", "live_server"))
# django_db asks for the database; services starts the product itself, which brings its own.
DATABASE_MARKS = frozenset(("django_db", "services"))
# Who gets what is decided before a database is asked; there a sample of the roles asks every address.
ONCE_IS_ENOUGH = "first_database"


def needs_database(fixtures: Collection[str], marks: Collection[str]) -> bool:
    """Whether a test with these fixtures and marks can see which database it runs on, and is worth it."""
    if ONCE_IS_ENOUGH in marks:
        return False
    return not DATABASE_FIXTURES.isdisjoint(fixtures) or not DATABASE_MARKS.isdisjoint(marks)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keeps the tests that need a database and reports the others as deselected."""
    kept: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        marks = [mark.name for mark in item.iter_markers()]
        (kept if needs_database(getattr(item, "fixturenames", ()), marks) else left).append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept
