"""What every test has: the cast in a fresh database, no kept rules, English."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import schema
from cast import Cast
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.utils import translation
from kept import the_cast
from pytest_django import Settings
from walls import walls_down

from policies.facts import forget_rules
from tickets.line.forecast import forget_pace
from tickets.sla.policy import forget_policies


@pytest.fixture(autouse=True)
def _fresh(settings: Settings) -> None:
    # Or each test's browser lists every static file first: 25 ms a test.
    settings.WHITENOISE_AUTOREFRESH = True
    forget_rules()
    forget_policies()
    forget_pace()
    translation.activate("en")


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: bool) -> bool:
    """On SQLite: begin with the file that was put there instead of making a new one."""
    return django_db_modify_db_settings


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[bool]:
    """Let the test database begin with the tables in it; True where they were put into its file."""
    test = connection.settings_dict["TEST"]
    if connection.vendor == "postgresql":
        if schema.is_throwaway():
            test["TEMPLATE"] = schema.postgres_template(os.environ["DATABASE_URL"])
        yield False
        return
    file = Path(connection.creation._get_test_db_name())
    yield schema.copy_to(file)
    for part in ("", "-wal", "-shm"):
        file.with_name(file.name + part).unlink(missing_ok=True)


@pytest.fixture(scope="session", autouse=True)
def _tables_can_be_emptied() -> Iterator[None]:
    """Between two tests that commit, every table is emptied: the ledger's own walls come down for that moment."""
    empty = BaseDatabaseOperations.execute_sql_flush

    def execute_sql_flush(operations: BaseDatabaseOperations, statements: list[str]) -> None:
        with walls_down(operations.connection):
            empty(operations, statements)

    BaseDatabaseOperations.execute_sql_flush = execute_sql_flush
    yield
    BaseDatabaseOperations.execute_sql_flush = empty


@pytest.fixture
def cast(db: None) -> Cast:
    return the_cast()
