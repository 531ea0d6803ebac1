"""A ticket that sleeps: it leaves the lists and never its clocks, and wakes by date, by words, by promise, by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, Cast
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from program import Program

from tickets.models import Clock, Event, Notice, OutgoingMail, Snooze
from tickets.refused import Refused
from tickets.snooze import wake_due_now
from tickets.ticket import Ticket

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def answered(cast: Cast) -> Ticket:
    """Answered at once; the solution is due on Thursday at ten."""
    ticket = cast.ticket(at=MONDAY)
    ticket.assign(cast.ben, by=cast.ben, at=MONDAY)
    ticket.reply("We look.", by=cast.anna, at=MONDAY + HOUR)
    return ticket


def awake(ticket: Ticket) -> bool:
    return Ticket.objects.get(pk=ticket.pk).asleep_since is None


def woken(ticket: Ticket) -> list[str]:
    return list(Snooze.objects.filter(ticket=ticket).values_list("woken", flat=True))


def test_until_a_date_it_sleeps_and_its_clocks_run_on(cast: Cast, answered: Ticket) -> None:
    due, mails = answered.next_due_at, OutgoingMail.objects.count()
    Snooze.begin(answered, by=cast.anna, until=MONDAY + DAY, wakes_on_reply=False, at=MONDAY + 2 * HOUR)
    answered.hear("And?", by=cast.cem.person, at=MONDAY + 3 * HOUR)
    assert not awake(answered)
    clock = Clock.objects.get(ticket=answered, kind="solution")
    assert (clock.due_at, clock.is_paused) == (due, False)
    assert wake_due_now(now=MONDAY + DAY - HOUR) == 0
    sent = OutgoingMail.objects.exclude(key__startswith="heard:").count()
    assert [wake_due_now(now=MONDAY + DAY), wake_due_now(now=MONDAY + DAY)] == [1, 0]
    assert (awake(answered), woken(answered)) == (True, ["date"])
    event = Event.objects.get(kind="woken")
    assert set(Notice.objects.filter(event=event).values_list("person", flat=True)) == {
        cast.anna.pk,
        cast.ben.pk,
    }
    assert (OutgoingMail.objects.exclude(key__startswith="heard:").count(), mails) == (sent, sent)


def test_the_customers_words_wake_what_waits_for_them(cast: Cast, answered: Ticket) -> None:
    stale = Ticket.objects.get(pk=answered.pk)
    Snooze.begin(answered, by=cast.anna, at=MONDAY + 2 * HOUR)
    answered.note("Not this one.", by=cast.ben, at=MONDAY + 2 * HOUR)
    answered.reply("Nor this.", by=cast.ben, at=MONDAY + 2 * HOUR)
    assert not awake(answered)
    stale.hear("It has come.", by=cast.cem.person, at=MONDAY + 3 * HOUR)
    assert (awake(answered), woken(answered)) == (True, ["reply"])


def test_an_hour_before_a_promise_runs_out_it_is_back(cast: Cast, answered: Ticket) -> None:
    due = answered.next_due_at
    Snooze.begin(answered, by=cast.anna, until=MONDAY + 30 * DAY, at=MONDAY + 2 * HOUR)
    assert wake_due_now(now=due - HOUR - timedelta(seconds=1)) == 0
    assert wake_due_now(now=due - HOUR) == 1
    assert woken(answered) == ["promise"]
    again = Snooze.begin(answered, by=cast.anna, until=MONDAY + 30 * DAY, at=due - HOUR)
    assert isinstance(again, Refused)
    assert again.code == "owed"


def test_what_is_done_sleeps_no_more_and_is_not_put_to_sleep(cast: Cast, answered: Ticket) -> None:
    Snooze.begin(answered, by=cast.anna, at=MONDAY + 2 * HOUR)
    answered.move("solved", by=cast.anna, at=MONDAY + 3 * HOUR)
    assert (awake(answered), woken(answered)) == (True, ["settled"])
    assert not Notice.objects.filter(event__kind="woken").exists()
    assert Snooze.begin(answered, by=cast.anna, at=MONDAY + 4 * HOUR).code == "settled"


def test_a_second_time_other_terms_hold(cast: Cast, answered: Ticket) -> None:
    Snooze.begin(answered, by=cast.anna, at=MONDAY + 2 * HOUR)
    second = Snooze.begin(answered, by=cast.ben, until=MONDAY + DAY, at=MONDAY + 2 * HOUR)
    assert Snooze.objects.open().get() == second
    with pytest.raises(ValueError, match="A date ahead"):
        Snooze.begin(answered, by=cast.ben, until=MONDAY, at=MONDAY + 2 * HOUR)


def test_on_the_desk_it_leaves_the_lists_for_a_view_of_its_own(cast: Cast, client: Client) -> None:
    client.force_login(cast.anna)
    ticket = cast.ticket()
    url = reverse("desk:snooze", args=[ticket.pk])
    assert client.get(url).context["back_by"]
    until = (timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    assert client.post(url, {"wakes": "either", "until": until})["Location"] == reverse("desk:tickets")
    pages = {
        view: client.get(f"/desk/?view={view}").context["page"] for view in ("open", "nobody", "snoozed")
    }
    rows = {view: [row.pk for row in page.rows] for view, page in pages.items()}
    assert rows == {"open": [], "nobody": [], "snoozed": [ticket.pk]}
    assert "Snoozed" in client.get(ticket.desk_url()).content.decode()
    client.post(reverse("desk:wake", args=[ticket.pk]))
    assert (awake(ticket), woken(ticket)) == (True, ["hand"])


@pytest.mark.parametrize("until", ["", "x", "\x00", "2000-01-01T10:00", "9999-12-31T10:00", "１２"])
def test_what_is_no_moment_ahead_is_an_error_at_its_field(cast: Cast, client: Client, until: str) -> None:
    client.force_login(cast.anna)
    page = client.post(reverse("desk:snooze", args=[cast.ticket().pk]), {"wakes": "date", "until": until})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["until"])


def test_programs_let_it_sleep_and_wake_it(cast: Cast) -> None:
    ticket, anna = cast.ticket(), Program.of(cast.anna)
    url = f"tickets/{ticket.pk}/snooze/"
    assert anna.put(url, {"wakes_on_reply": False}).json() == {"until": ["Say until when."]}
    assert anna.put(url, {"until": "2000-01-01T00:00:00Z"}).status_code == 400
    assert anna.put(url, {}).json()["wakes_on_reply"] is True
    assert (anna.get(url).status_code, anna.delete(url).status_code, anna.get(url).status_code) == (
        200,
        204,
        404,
    )
    assert (awake(ticket), woken(ticket)) == (True, ["hand"])
