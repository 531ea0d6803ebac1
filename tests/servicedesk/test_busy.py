"""Waiting in vain for a lock is answered with “come again”, in words for people and in JSON for programs."""

from __future__ import annotations

import sqlite3
import threading

import pytest
from django.db import OperationalError, connection, transaction
from django.test import RequestFactory
from django.utils.functional import SimpleLazyObject

from accounts.models import Person
from servicedesk.busy import BusyMiddleware, broken
from tickets.models import Ticket


def refused(message: str, cause: Exception) -> OperationalError:
    try:
        raise OperationalError(message) from cause
    except OperationalError as error:
        return error


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "kind"), [("/api/v1/tickets/", "application/json"), ("/desk/", "text/html")]
)
def test_whoever_waited_in_vain_is_asked_to_come_again(path, kind):
    error = refused("database is locked", sqlite3.OperationalError("database is locked"))
    answer = BusyMiddleware(lambda _request: None).process_exception(RequestFactory().get(path), error)
    assert (answer.status_code, answer["Retry-After"], answer["Content-Type"].split(";")[0]) == (
        503,
        "3",
        kind,
    )


@pytest.mark.django_db
def test_too_busy_outside_of_a_view_is_told_in_the_same_words_and_a_fault_stays_one():
    answers = []
    for words in ("database is locked", "no such table: x"):
        try:
            raise OperationalError(words)
        except OperationalError:
            answers.append(broken(RequestFactory().get("/api/v1/line/events")))
    assert [answer.status_code for answer in answers] == [503, 500]


def test_the_page_that_says_so_asks_nobody_who_is_asking():
    """No database mark: while nobody answers, the page comes all the same."""
    request = RequestFactory().get("/desk/")
    request.user = SimpleLazyObject(lambda: Person.objects.get(pk=1))
    try:
        raise OperationalError("database is locked")
    except OperationalError:
        assert broken(request).status_code == 503


def test_a_broken_question_stays_a_fault():
    error = refused("no such table: x", sqlite3.OperationalError("no such table: x"))
    assert BusyMiddleware(lambda _request: None).process_exception(RequestFactory().get("/"), error) is None


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite says it in words, see above")
@pytest.mark.django_db(transaction=True)
def test_a_lock_that_is_not_given_in_time_is_known(cast):
    ticket, errors = cast.ticket(), []

    def wait() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '50ms'")
                list(Ticket.objects.select_for_update().filter(pk=ticket.pk))
        except OperationalError as error:
            errors.append(error)
        finally:
            connection.close()

    with transaction.atomic():
        list(Ticket.objects.select_for_update().filter(pk=ticket.pk))
        waiting = threading.Thread(target=wait)
        waiting.start()
        waiting.join()
    answer = BusyMiddleware(lambda _request: None).process_exception(
        RequestFactory().get("/desk/"), errors[0]
    )
    assert answer.status_code == 503
