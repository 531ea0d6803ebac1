"""What is only added: the database itself refuses to change, delete or replace it, whoever asks."""

from __future__ import annotations

import pytest
from cast import MONDAY, Cast
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from walls import TABLES

from accounts.models import SetupChange
from policies.facts import Wish
from policies.models import Ruling, Stage
from tickets.models import ClockEntry, Event

pytestmark = pytest.mark.django_db
WAYS = {
    "change": "UPDATE {table} SET {column} = {column}",
    "delete": "DELETE FROM {table}",
    "replace": "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    "empty": "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {table} CASCADE",
}
ONLY_KNOWN_TO = {"replace": "sqlite", "empty": "postgresql"}
COLUMNS = {Ruling: "outcome", Stage: "at", Event: "kind", ClockEntry: "cause", SetupChange: "done"}


@pytest.fixture
def given(cast: Cast) -> None:
    Ruling.request(cast.anna, cast.ticket(at=MONDAY), Wish("voucher", 1000), key="k", at=MONDAY)
    SetupChange.objects.create(part="accounts.team", thing=cast.north.pk, done="changed", by=cast.ben)


@pytest.mark.parametrize("model", COLUMNS, ids=lambda model: model.__name__)
def test_the_database_itself_refuses_to_rewrite_what_happened(given: None, model: type) -> None:
    table, column = model._meta.db_table, COLUMNS[model]
    before = list(model.objects.values())
    for way, words in WAYS.items():
        if ONLY_KNOWN_TO.get(way, connection.vendor) != connection.vendor:
            continue
        with (
            pytest.raises(IntegrityError, match="only added"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(words.format(table=table, column=column))
    assert list(model.objects.values()) == before


def test_every_wall_stands(db: None) -> None:
    """A migration that makes a table anew on SQLite loses its wall without a word; here it is missed."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
        else:
            cursor.execute("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'")
        walled = {table for (table,) in cursor.fetchall()}
    assert walled >= set(TABLES)
    assert {model._meta.db_table for model in apps.get_models()} >= set(TABLES)


def test_what_a_person_said_can_still_be_forgotten(given: None) -> None:
    assert Ruling.objects.update(why="", called={"en": "–", "de": "–"}) == 1
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tickets_event SET data = '{}'")
