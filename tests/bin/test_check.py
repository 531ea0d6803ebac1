"""The check itself: what it takes from the command line, what it keeps out, and what it says at the end."""

from __future__ import annotations

import bin_path  # noqa: F401 - puts bin/ on the path
import check
import pytest
from check import Result, Wish
from needs_database import needs_database


def test_without_arguments_everything_runs_on_both_databases():
    assert check.wish_from([]) == Wish(postgres=True, focus=[])
    assert check.wish_from(["--postgres"]) == Wish(postgres=True, focus=[])


def test_arguments_are_pytest_s_and_stay_on_sqlite_unless_wished_otherwise():
    assert check.wish_from(["tests/policies", "-k", "ask"]) == Wish(False, ["tests/policies", "-k", "ask"])
    assert check.wish_from(["-x", "--postgres", "tests"]) == Wish(True, ["-x", "tests"])


def test_nothing_left_over_in_a_shell_reaches_a_real_database_broker_or_mailbox():
    given = {
        "DATABASE_URL": "postgres://live",
        "REDIS_URL": "redis://live",
        "DJANGO_SETTINGS_MODULE": "other.settings",
        "EMAIL_URL": "smtp://live",
        "KULANZ_VAR": "/srv/live",
        "KULANZ_TEST_DATABASE_URL": "postgres://test",
        "PGHOST": "live",
        "PYTEST_ADDOPTS": "--lf",
        "PATH": "/usr/bin",
        "HTTPS_PROXY": "http://proxy",
    }
    assert check.clean_environ(given) == {"PATH": "/usr/bin", "HTTPS_PROXY": "http://proxy"}


def test_a_missing_service_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("KULANZ_TEST_DATABASE_URL", "postgres://x")
    assert check.missing("redis://x", "/usr/bin/chromium", needs_postgres=True) == []
    assert check.missing(None, None, needs_postgres=False) == ["Redis", "Chromium"]


def test_the_last_lines_name_what_ran_what_did_not_and_the_time():
    results = [
        Result("ruff check", True, 0.2),
        Result("needs Chromium", None, note="not installed"),
        Result("suite on SQLite", True, 61.4),
    ]
    assert check.summary(results, 70.2) == [
        "ran:     ruff check 0 s, suite on SQLite 61 s",
        "skipped: needs Chromium (not installed)",
        "all well in 70 s",
    ]


def test_one_failure_is_the_last_word():
    results = [Result("ruff check", True, 0.2), Result("suite on PostgreSQL", False, 5.0)]
    assert check.summary(results, 9.0) == [
        "ran:     ruff check 0 s",
        "skipped: nothing",
        "FAILED:  suite on PostgreSQL",
        "FAILED in 9 s",
    ]


@pytest.mark.parametrize(
    ("fixtures", "marks", "needed"),
    [
        (["cast", "db", "request"], [], True),
        (["client"], ["django_db"], True),
        (["browser"], ["timeout", "services"], True),  # starts the product, which has a database
        (["tmp_path"], ["parametrize"], False),
        (["db"], ["django_db", "first_database"], False),  # one of many roles, of which a few ask there too
        ([], [], False),
    ],
)
def test_the_second_database_is_asked_only_by_tests_that_can_see_it(fixtures, marks, needed):
    assert needs_database(fixtures, marks) is needed
