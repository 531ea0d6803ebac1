"""Several alerts on one promise: each once, at its moment, telling whom it names and doing what it says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, person
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tickets.models import Alert, Event, Mark, Notice, OutgoingMail, Target, Ticket
from tickets.sla import aftermath
from tickets.sla.alert import Act, acts
from tickets.sla.sweep import sweep_now

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
BREAKS = MONDAY + 4 * HOUR


@pytest.fixture
def target(cast):
    return Target.objects.get(version__policy__name__startswith="North", kind="first_response")


def alert(target: Target, step: int, *actions: str, **when: int) -> Alert:
    made = Alert(target=target, step=step, actions=list(actions), **when)
    made.full_clean()
    made.save()
    return made


def told(kind: str) -> list[str]:
    return sorted(Notice.objects.filter(event__kind=kind).values_list("person__name", flat=True))


def moments(ticket: Ticket) -> list[tuple[str, int, timedelta]]:
    marks = Mark.objects.filter(clock__ticket=ticket, clock__kind="first_response").order_by("due_at")
    return [(mark.kind, mark.step, mark.due_at - MONDAY) for mark in marks]


def test_alerts_stand_at_per_cents_and_at_minutes_before_and_after(cast, target):
    alert(target, 1, "tell_assignee", percent=50)
    alert(target, 2, "tell_lead", minutes=-15)
    alert(target, 3, "tell_team", minutes=60)
    assert moments(cast.ticket(at=MONDAY)) == [
        ("warning", 1, 2 * HOUR),
        ("warning", 2, 4 * HOUR - 15 * MINUTE),
        ("breach", 0, 4 * HOUR),
        ("reminder", 3, 5 * HOUR),
    ]


def test_without_alerts_of_its_own_a_clock_warns_once(cast):
    assert moments(cast.ticket(at=MONDAY)) == [("warning", 0, 3 * HOUR), ("breach", 0, 4 * HOUR)]


def test_each_alert_tells_whom_it_names_once(cast, target):
    cast.north.welcome(person("Gina"))
    alert(target, 1, "tell_assignee", percent=50)
    alert(target, 2, "tell_team", minutes=-15)
    alert(target, 3, "tell_lead", minutes=60)
    ticket = cast.ticket(at=MONDAY)
    ticket.assign(cast.anna, by=cast.ben, at=MONDAY)
    assert [sweep_now(now=MONDAY + hours * HOUR) for hours in (2, 3.75, 4, 5, 6)] == [1, 1, 1, 1, 0]
    assert told("promise_warned") == ["Anna", "Anna", "Ben", "Gina"]
    assert told("promise_breached") == ["Ben"]
    assert told("promise_reminded") == ["Ben"]
    assert OutgoingMail.objects.filter(key__startswith="promise:").count() == 6


def test_what_is_past_already_when_the_clock_starts_is_skipped_and_said_so(cast, target):
    alert(target, 1, "tell_lead", minutes=-5 * 60)
    ticket = cast.ticket(at=MONDAY)
    mark = Mark.objects.get(clock__ticket=ticket, step=1)
    assert (mark.skipped, mark.done_at) == ("passed", MONDAY)
    assert sweep_now(now=BREAKS - MINUTE) == 0


def test_a_reminder_stays_silent_once_the_promise_is_kept_late(cast, target):
    alert(target, 1, "tell_lead", minutes=60)
    ticket = cast.ticket(at=MONDAY)
    sweep_now(now=BREAKS)
    ticket.reply("Sorry.", by=cast.anna, at=BREAKS + MINUTE)
    assert sweep_now(now=BREAKS + HOUR) == 0
    assert told("promise_reminded") == []


def test_an_alert_gives_the_ticket_back_and_raises_its_priority_once(cast, target):
    alert(target, 1, "tell_lead", "hand_back", "raise_priority", percent=50)
    ticket = cast.ticket(at=MONDAY)
    ticket.assign(cast.anna, by=cast.ben, at=MONDAY)
    for _again in range(3):
        sweep_now(now=MONDAY + 2 * HOUR)
        aftermath.act_now(now=MONDAY + 2 * HOUR)
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.priority) == (None, 3)
    kinds = Event.objects.filter(ticket=ticket, kind__in=["released", "prioritised"])
    assert sorted(kinds.values_list("kind", flat=True)) == ["prioritised", "released"]


def test_what_cannot_be_done_comes_again_later_and_the_next_one_is_done(cast, target, monkeypatch, caplog):
    calls = []

    def breaks(mark: Mark, at: object) -> None:
        calls.append(mark.clock.ticket_id)
        raise ZeroDivisionError

    monkeypatch.setitem(acts, "break", Act("break", breaks))
    alert(target, 1, "break", percent=50)
    first, second = cast.ticket(at=MONDAY), cast.ticket(at=MONDAY)
    assert sweep_now(now=MONDAY + 2 * HOUR) == 2
    assert calls == [first.pk, second.pk]
    assert Mark.objects.filter(act_due_at__gt=MONDAY + 2 * HOUR).count() == 2
    sweep_now(now=MONDAY + 2 * HOUR + 11 * MINUTE)
    assert len(calls) == 4
    assert "could not be done" in caplog.text


def test_after_a_pause_every_alert_moves(cast):
    target = Target.objects.get(version__policy__name__startswith="North", kind="solution")
    alert(target, 1, "tell_lead", percent=50)
    alert(target, 2, "tell_lead", minutes=-30)
    ticket = cast.ticket(at=MONDAY)
    marks = Mark.objects.filter(clock__ticket=ticket, clock__kind="solution").order_by("due_at")
    before = [mark.due_at for mark in marks]
    ticket.move("waiting_customer", by=cast.anna, at=MONDAY + HOUR)
    ticket.hear("Here.", by=cast.cem.person, at=MONDAY + 2 * HOUR)
    assert [mark.due_at for mark in marks.all()] == [due + HOUR for due in before]


@pytest.mark.parametrize(
    "said",
    [
        {"percent": 50, "actions": []},
        {"percent": 50, "actions": ["fly"]},
        {"percent": 50, "actions": "tell_lead"},
        {"percent": 0, "actions": ["tell_lead"]},
        {"percent": 100, "actions": ["tell_lead"]},
        {"minutes": 10**6, "actions": ["tell_lead"]},
        {"percent": 50, "minutes": 5, "actions": ["tell_lead"]},
        {"actions": ["tell_lead"]},
    ],
)
def test_an_alert_that_makes_no_sense_is_refused(target, said):
    with pytest.raises(ValidationError):
        Alert(target=target, step=1, **said).full_clean()


def test_the_database_refuses_it_too(target):
    with pytest.raises(IntegrityError), transaction.atomic():
        Alert.objects.create(target=target, step=1, percent=50, minutes=5, actions=["tell_lead"])


# ---- storms ----------------------------------------------------------------------------------------------------------


def test_a_storm_is_one_mail_for_each_person(cast):
    tickets = [cast.ticket(f"Number {n}", at=MONDAY) for n in range(7)]
    sweep_now(now=MONDAY + 3 * HOUR)
    mail = OutgoingMail.objects.get(key__startswith="promises:")
    assert (mail.to, mail.subject) == ("ben@kulanz.example", "7 promises need you")
    assert all(f"#{ticket.pk} {ticket.subject} – first response" in mail.text for ticket in tickets)
    assert not OutgoingMail.objects.filter(key__startswith="promise:").exists()
    assert Notice.objects.filter(person=cast.ben).count() == 7


def test_after_two_hours_of_outage_marks_fire_once_in_order_marked_late_with_one_mail(cast):
    for minutes in (20, 0, 10, 30, 40, 50):
        cast.ticket(at=MONDAY + minutes * MINUTE)
    assert [sweep_now(now=BREAKS + HOUR) for _worker in range(2)] == [12, 0]
    fired = Event.objects.filter(kind__startswith="promise_").order_by("pk")
    due = {(mark.clock_id, mark.kind): mark.due_at for mark in Mark.objects.all()}
    kinds = {"promise_warned": "warning", "promise_breached": "breach"}
    in_order = [due[event.data["clock"], kinds[event.kind]] for event in fired]
    assert in_order == sorted(in_order)
    late = [(BREAKS + HOUR - moment) // MINUTE for moment in in_order]
    assert [event.data["late_minutes"] for event in fired] == late
    assert late[0] == 120
    assert fired[0].sentence.endswith("Ben was told – 120 minutes after its time")
    told = OutgoingMail.objects.filter(key__startswith="promise")
    assert list(told.values_list("to", flat=True)) == ["ben@kulanz.example"]


def test_a_mail_owed_for_a_promise_kept_meanwhile_is_not_written(cast, monkeypatch):
    ticket = cast.ticket(at=MONDAY)
    with monkeypatch.context() as patch:
        patch.setattr(aftermath, "mail_now", lambda now: 0)  # the worker dies here
        sweep_now(now=MONDAY + 3 * HOUR)
    assert Notice.objects.mail_due(MONDAY + 3 * HOUR).count() == 1
    ticket.reply("Here.", by=cast.anna, at=MONDAY + 3 * HOUR)
    sweep_now(now=MONDAY + 3 * HOUR + MINUTE)
    assert Notice.objects.mail_due(MONDAY + 4 * HOUR).count() == 0
    assert not OutgoingMail.objects.filter(key__startswith="promise:").exists()


def test_a_mail_owed_by_a_worker_that_died_is_written_by_the_next(cast, monkeypatch):
    cast.ticket(at=MONDAY)
    with monkeypatch.context() as patch:
        patch.setattr(aftermath, "mail_now", lambda now: 0)
        sweep_now(now=MONDAY + 3 * HOUR)
    assert [sweep_now(now=MONDAY + 3 * HOUR + MINUTE) for _beat in range(2)] == [0, 0]
    assert OutgoingMail.objects.filter(key__startswith="promise:").count() == 1
