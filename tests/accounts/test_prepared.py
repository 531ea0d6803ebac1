"""A prepared question answers what its query set would, for every value, on either database."""

from __future__ import annotations

import os
import socket
from datetime import timedelta

import pytest
from django.db import DataError, OperationalError, connection, transaction
from django.db.models import Count, Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.prepared import Prepared
from accounts.team import Team
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db
OF_TEAM_NAME = "WHERE table_name = 'accounts_team' AND column_name = 'name'"


def said_on(tickets, since, kind):
    rows = Message.objects.filter(ticket__among=tickets, at__gte=since, kind=kind)
    return rows.select_related("author", "ticket__customer__person").annotate(files=Count("attachments"))


def test_things_come_with_what_was_selected_beside_them(cast):
    one, other = cast.ticket("One"), cast.ticket("Other")
    one.reply("Coming.", by=cast.anna)
    asked = Prepared(said_on)
    since = timezone.now() - timedelta(hours=1)
    for tickets, kind in (
        ([one.pk], "public"),
        ([one.pk, other.pk], "public"),
        ([other.pk], "internal"),
        ([], "public"),
    ):
        plain = list(said_on(tickets, since, kind))
        found = asked.rows(tickets=tickets, since=since, kind=kind)
        assert found == plain
        with CaptureQueriesContext(connection) as seen:
            assert [(m.text, m.at, m.author, m.ticket.customer.person.name, m.files) for m in found] == [
                (m.text, m.at, m.author, m.ticket.customer.person.name, m.files) for m in plain
            ]
        assert len(seen) == 0


def test_the_moment_is_the_one_of_the_asking(cast):
    ticket = cast.ticket()
    asked = Prepared(lambda at: Ticket.objects.filter(created_at__lte=at).values_list("pk", "created_at"))
    assert asked.rows(at=ticket.created_at) == [(ticket.pk, ticket.created_at)]
    assert asked.rows(at=ticket.created_at - timedelta(microseconds=1)) == []


def test_what_shapes_the_question_is_no_blank(cast):
    ticket = cast.ticket()
    asked = Prepared(lambda settled, pk: Ticket.objects.filter(Q() if settled else Q(status="open"), pk=pk))
    ticket.move("solved", by=cast.anna)
    assert (asked.first(True, pk=ticket.pk), asked.first(False, pk=ticket.pk)) == (ticket, None)


def test_a_blank_that_was_reckoned_with_is_refused(cast):
    asked = Prepared(lambda pk: Ticket.objects.filter(pk=pk + 1))
    with pytest.raises(ValueError, match=r"\['pk'\]"):
        asked.rows(pk=1)


def test_columns_to_sort_by_are_not_part_of_the_answer(cast):
    ticket = cast.ticket()
    asked = Prepared(
        lambda pk: Ticket.objects.filter(pk=pk).order_by("-created_at").values_list("subject").distinct()
    )
    assert asked.rows(pk=ticket.pk) == [(ticket.subject,)]


def test_teams_that_stay_behind_in_another_shape_are_refused(cast):
    asked = Prepared(
        lambda person: Ticket.objects.filter(customer__person=person, team__in=person.team_ids).order_by()
    )
    with pytest.raises(ValueError, match=r"\['person'\]"):
        asked.rows(person=cast.anna)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL keeps plans")
@pytest.mark.parametrize("keeps", [True, False])
def test_the_database_plans_such_a_question_once(cast, settings, keeps):
    settings.DATABASE_PREPARES = keeps
    ticket = cast.ticket(f"100 % late {keeps}")
    end = f"% late {keeps}"
    asked = Prepared(lambda pk: Ticket.objects.filter(pk=pk, subject__endswith=end, status="open"))
    assert [asked.first(pk=pk) for pk in (ticket.pk, 1)] == [ticket, None]
    with transaction.atomic():
        transaction.set_rollback(True)
    assert [asked.first(pk=pk) for pk in (ticket.pk, 2**40)] == [ticket, None]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE strpos(statement, %s) > 0",
            [f"late {keeps}"],
        )
        assert cursor.fetchall() == ([(4, 0)] if keeps else [])


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL keeps plans")
def test_such_a_question_begins_the_transaction_it_is_asked_in_and_breaks_with_it():
    asked = Prepared(lambda slug: Team.objects.filter(slug=slug))
    with pytest.raises(DataError), transaction.atomic():
        assert asked.first(slug="north") is None
        Team.objects.create(name="North", slug="north")
        asked.rows(slug="no\0rth")
    assert asked.first(slug="north") is None


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL keeps plans")
@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_gone_was_not_asked_wrongly():
    asked = Prepared(lambda slug: Team.objects.filter(slug=slug))
    assert asked.first(slug="north") is None
    with socket.socket(fileno=os.dup(connection.connection.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)
    with pytest.raises(OperationalError):
        asked.first(slug="north")
    connection.close()
    assert asked.first(slug="north") is None


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL keeps plans")
@pytest.mark.django_db(transaction=True)
def test_a_column_widened_meanwhile_stops_nobody():
    team = Team.objects.create(name="North", slug="north")
    asked = Prepared(lambda pk: Team.objects.filter(pk=pk))

    def become(kind: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE accounts_team ALTER name TYPE {kind}")

    assert asked.first(pk=team.pk) == team
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT character_maximum_length FROM information_schema.columns {OF_TEAM_NAME}")
        (length,) = cursor.fetchone()
    become("text")
    try:
        assert asked.first(pk=team.pk) == team
    finally:
        become(f"varchar({length})")


@pytest.mark.parametrize("subject", ["It's 50 % of \\ “ß” $1 %s", "'); DROP TABLE tickets_ticket; --", ""])
def test_values_that_are_planned_with_are_none_of_the_question(cast, subject):
    ticket, other = cast.ticket(subject or "x"), cast.ticket("Other")
    asked = Prepared(
        lambda subject, at, pks: Ticket.objects.filter(
            subject__contains="%", created_at__lte=at, pk__among=pks
        ).union(Ticket.objects.filter(subject=subject)),
        plans_anew=True,
    )
    at, pks = timezone.now() + timedelta(days=1), [ticket.pk, other.pk]
    assert [one.subject for one in asked.rows(subject=subject, at=at, pks=pks)] == [subject][: len(subject)]
