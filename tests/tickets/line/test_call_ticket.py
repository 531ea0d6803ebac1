"""The ticket of a call and its answer clock: in whatever order it is told, the clock says when a person answered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, Cast, promised
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.models import Customer
from tickets import history
from tickets.line import telephone
from tickets.line import words as on
from tickets.line.closing import close_the_day
from tickets.line.sweep import care_now
from tickets.models import Chat, Clock, Merge, OutgoingMail, Place, Recalculation, Survey, Ticket
from tickets.portal.standing import standing_of
from tickets.sla.explanation import explain
from tickets.sla.rebuild import compare
from tickets.sla.sweep import sweep_now

pytestmark = pytest.mark.django_db
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def at(seconds: float):
    return MONDAY + seconds * SECOND


@pytest.fixture
def sixty(cast: Cast) -> Cast:
    """North promises that calls and chats are answered within a minute."""
    promised(cast.north, cast.hours, answer=60)
    cast.cem.phone = "+49 30 1234567"
    cast.cem.save()
    return cast


def call(cast: Cast, *, start: float = 0, **about: object) -> Place:
    return Place.enter(cast.north, customer=cast.cem, caller="+49 30 1234567", at=at(start), **about)


def take(place: Place, agent, start: float) -> None:
    assert place.offer(agent, at=at(start))
    assert place.accept(by=agent, at=at(start))


def clocks() -> list[tuple[str, object, object, object, object]]:
    """Every clock, as kind and seconds after the call: started, met, broken, cancelled; and the log says the same."""
    assert [wrong for _count, wrong in compare() if wrong] == []

    def seconds(moment):
        return (moment - MONDAY).total_seconds() if moment else None

    moments = ("started_at", "met_at", "breached_at", "cancelled_at")
    found = Clock.objects.order_by("pk").values_list("kind", *moments)
    return [(kind, *map(seconds, row)) for kind, *row in found]


def told(cast: Cast, kind: str, second: float, **more: object) -> Place:
    said = {"event": f"{kind}-{second}", "call": "c1", "kind": kind, "at": at(second), "team": cast.north}
    place, _new = telephone.take_in(telephone.Told(**said, caller="030 1234567", **more), by=cast.ben)
    return place


def test_a_call_is_a_ticket_that_owes_an_answer_and_is_closed_with_the_call(sixty: Cast):
    place = call(sixty)
    ticket = place.ticket
    assert (ticket.channel, ticket.team, ticket.assignee, ticket.next_due_at) == (
        "phone",
        sixty.north,
        None,
        at(60),
    )
    take(place, sixty.anna, 20)
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.status, ticket.next_due_at) == (sixty.anna, "open", None)
    assert place.conclude("Comes on Saturday", by=sixty.anna, at=at(90))
    assert place.finish(on.BY_AGENT, by=sixty.anna, at=at(95))
    ticket.refresh_from_db()
    assert (ticket.status, clocks()) == ("closed", [("answer", 0, 20, None, None)])
    assert list(ticket.messages.order_by("pk").values_list("kind", "text"))[1:] == [
        ("internal", "Comes on Saturday")
    ]
    assert (Ticket.objects.count(), OutgoingMail.objects.count(), Survey.objects.count()) == (1, 0, 0)


def test_what_came_of_a_call_can_be_said_again_and_nothing_typed_is_lost(sixty: Cast):
    place = call(sixty)
    take(place, sixty.anna, 20)
    for words in ("Comes on Saturday", "Comes on Saturday", "Comes on Monday, the carrier says"):
        assert place.conclude(words, by=sixty.anna, at=at(90))
    notes = place.ticket.messages.filter(kind="internal").order_by("pk").values_list("text", flat=True)
    assert list(notes) == ["Comes on Saturday", "Comes on Monday, the carrier says"]
    place.refresh_from_db()
    assert place.outcome == "Comes on Monday, the carrier says"


def test_the_portal_does_not_say_what_we_only_guess_a_call_is_about(sixty: Cast, client: Client):
    place = call(sixty, matter="Two calls")
    place.ticket.note("Ask the carrier.", by=sixty.anna, at=at(5))
    client.force_login(sixty.cem.person)
    for page in (reverse("portal:home"), place.ticket.portal_url()):
        shown = client.get(page).content.decode()
        assert ("telefonisch" in shown, "Verspätete Lieferung" in shown) == (True, False)


def test_a_call_answered_late_broke_the_promise_once_whether_or_not_the_sweep_saw_it(sixty: Cast):
    place = call(sixty)
    assert sweep_now(now=at(61)) == 2  # the warning at 45 seconds and the breach
    take(place, sixty.anna, 80)
    assert clocks() == [("answer", 0, 80, 60, None)]
    assert sweep_now(now=at(90)) == 0


def test_a_house_that_promises_no_answer_and_a_caller_nobody_knows_have_no_ticket(cast: Cast):
    assert call(cast).ticket is None
    promised(cast.north, cast.hours, answer=60)
    assert Place.enter(cast.north, caller="+49 30 9", at=MONDAY).ticket is None
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize(
    "order", [("entered", "answered", "ended"), ("answered", "entered", "ended"), ("ended", "answered", "entered"),
              ("entered", "ended", "answered"), ("ended", "entered", "answered"), ("answered", "ended", "entered")]
)  # fmt: skip
def test_told_in_any_order_and_twice_the_answer_counts_when_it_was_given(sixty: Cast, order):
    moments = {
        "entered": (0, {}),
        "answered": (30, {"agent": sixty.anna}),
        "ended": (200, {"ended_by": "customer"}),
    }
    for kind in (*order, *order):
        second, more = moments[kind]
        told(sixty, kind, second, **more)
    assert clocks() == [("answer", 0, 30, None, None)]
    assert (Ticket.objects.get().status, Place.objects.get().phase) == ("closed", "ended")


def test_an_earlier_arrival_told_late_is_the_start_of_the_clock(sixty: Cast):
    told(sixty, "entered", 20)
    told(sixty, "entered", 5)
    told(sixty, "answered", 40, agent=sixty.anna)
    assert clocks() == [("answer", 20, None, None, 5), ("answer", 5, 40, None, None)]


def test_an_answer_that_came_too_late_is_told_as_broken_though_somebody_had_closed_the_ticket(sixty: Cast):
    place = call(sixty)
    place.ticket.move("closed", by=sixty.ben, at=at(5), quietly=True)
    take(place, sixty.anna, 90)
    assert clocks() == [("answer", 0, 90, 60, None)]
    assert sweep_now(now=at(100)) == 1
    assert Ticket.objects.get().events.filter(kind=history.PROMISE_BREACHED).count() == 1


def test_a_breach_the_sweep_saw_is_none_once_an_answer_in_time_is_told(sixty: Cast):
    told(sixty, "entered", 0)
    sweep_now(now=at(61))
    told(sixty, "answered", 50, agent=sixty.anna)
    assert clocks() == [("answer", 0, 50, None, None)]


def test_whoever_gives_up_and_calls_again_goes_on_with_their_ticket(sixty: Cast):
    first = call(sixty)
    first.hear(on.FINISHED, at=at(30), ended_by="customer")
    assert (first.ticket.status, clocks()) == ("open", [("answer", 0, None, None, 30)])
    second = call(sixty, start=100)
    assert (second.pk, second.ticket) == (first.pk, first.ticket)
    assert Clock.objects.get().due_at == at(130)  # 30 of 60 seconds were used
    take(second, sixty.anna, 110)
    second.finish(on.BY_CUSTOMER, by=sixty.anna, at=at(300))
    assert clocks() == [("answer", 0, 110, None, None)]
    assert Ticket.objects.get().status == "closed"
    assert care_now(now=MONDAY + DAY) == 0
    assert OutgoingMail.objects.count() == 0


def test_who_gave_up_twice_is_followed_up_once_and_in_the_ticket_of_the_call(sixty: Cast):
    call(sixty).hear(on.FINISHED, at=at(90), ended_by="customer")
    call(sixty, start=1000).hear(on.FINISHED, at=at(1010), ended_by="customer")
    assert care_now(now=MONDAY + DAY) == 1
    assert care_now(now=MONDAY + DAY) == 0
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.assignee, OutgoingMail.objects.count()) == ("open", sixty.ben, 1)
    assert clocks() == [
        ("answer", 0, None, 60, 90),
        ("answer", 1000, None, None, 1010),
        ("first_response", 86400, None, None, None),
        ("solution", 86400, None, None, None),
    ]


def test_what_somebody_dealt_with_meanwhile_is_not_followed_up(sixty: Cast):
    place = call(sixty)
    place.hear(on.FINISHED, at=at(90), ended_by="customer")
    place.ticket.move("solved", by=sixty.anna, at=at(500), quietly=True)
    assert (care_now(now=MONDAY + DAY), Ticket.objects.count()) == (0, 1)


def test_whoever_was_written_to_meanwhile_gets_no_automatic_letter(sixty: Cast):
    place = call(sixty)
    place.hear(on.FINISHED, at=at(90), ended_by="customer")
    place.ticket.reply("It comes on Saturday.", by=sixty.anna, at=at(500))
    mails = OutgoingMail.objects.count()
    assert (care_now(now=MONDAY + DAY), OutgoingMail.objects.count()) == (0, mails)
    assert clocks() == [("answer", 0, None, 60, 90), ("solution", 86400, None, None, None)]


def test_whoever_writes_about_a_call_that_is_over_is_owed_a_solution(sixty: Cast):
    place = call(sixty)
    take(place, sixty.anna, 10)
    place.finish(on.BY_CUSTOMER, by=sixty.anna, at=at(100))
    ticket = Ticket.objects.get()
    ticket.hear("It still does not work.", by=sixty.cem.person, at=at(3600))
    assert (ticket.status, clocks()[1:]) == ("open", [("solution", 3600, None, None, None)])


def test_what_a_rule_did_by_itself_does_not_keep_the_ticket_of_a_call_open(sixty: Cast):
    place = call(sixty)
    place.ticket.prioritise(3, by=None, at=at(1))
    place.ticket.record(history.RULE_RAN, by=None, at=at(1), rule="Calls come first")
    take(place, sixty.anna, 10)
    place.finish(on.BY_CUSTOMER, by=sixty.anna, at=at(100))
    assert Ticket.objects.get().status == "closed"


def test_taken_apart_again_the_answer_that_was_given_meanwhile_stays_given(sixty: Cast):
    matter, place = sixty.ticket(), call(sixty)
    merge = Merge.make(place.ticket, matter, by=sixty.anna, at=at(5))
    take(place, sixty.anna, 10)
    assert merge.undo(by=sixty.anna, at=at(50)) is None
    answers = [row for row in clocks() if row[0] == "answer"]
    assert answers == [("answer", 0, 10, None, None)]


def test_a_ticket_somebody_made_more_of_stays_open_and_owes_its_solution(sixty: Cast):
    place = call(sixty)
    take(place, sixty.anna, 10)
    place.ticket.note("Ask the carrier.", by=sixty.anna, at=at(60))
    place.finish(on.BY_CUSTOMER, by=sixty.anna, at=at(100))
    assert (Ticket.objects.get().status, clocks()[1:]) == ("open", [("solution", 100, None, None, None)])


def test_what_waits_for_the_customer_when_the_call_ends_is_owed_once_they_write(sixty: Cast):
    place = call(sixty)
    take(place, sixty.anna, 10)
    ticket = Ticket.objects.get()
    assert ticket.move("waiting_customer", by=sixty.anna, at=at(60))
    place.finish(on.BY_CUSTOMER, by=sixty.anna, at=at(100))
    owed = ticket.clocks.open().get()
    assert (owed.kind, owed.is_paused) == ("solution", True)
    ticket.hear("Here is the picture.", by=sixty.cem.person, at=at(3600))
    assert not ticket.clocks.open().get(kind="solution").is_paused


def test_a_call_that_breaks_off_keeps_its_ticket_and_owes_no_second_answer(sixty: Cast):
    place = call(sixty)
    take(place, sixty.anna, 10)
    assert place.lose(at=at(100))
    again = call(sixty, start=200)
    assert (again.pk, again.ticket.status) == (place.pk, "open")
    take(again, sixty.anna, 210)
    again.finish(on.BY_CUSTOMER, by=sixty.anna, at=at(400))
    assert (Ticket.objects.get().status, clocks()) == ("closed", [("answer", 0, 10, None, None)])


def test_a_transfer_takes_the_ticket_along_at_the_first_arrival(sixty: Cast):
    place = call(sixty)
    take(place, sixty.anna, 10)
    assert place.transfer(sixty.south, by=sixty.anna, at=at(50))
    ticket = Ticket.objects.get()
    assert (ticket.team, ticket.assignee, clocks()) == (sixty.south, None, [("answer", 0, 10, None, None)])
    take(place, sixty.dora, 80)
    ticket.refresh_from_db()
    assert ticket.assignee == sixty.dora


def test_a_callback_is_never_owed_within_the_seconds_of_a_call(sixty: Cast):
    place = call(sixty, channel="portal")
    assert place.want_callback(by=sixty.cem.person, at=at(5))
    assert (place.ticket, Ticket.objects.count(), sweep_now(now=at(3600))) == (None, 0, 0)


def test_whoever_waits_on_the_line_and_is_called_instead_is_owed_no_answer_in_seconds(sixty: Cast):
    promised(sixty.north, sixty.hours, callback=1800)
    place = call(sixty)
    assert place.want_callback(by=sixty.cem.person, at=at(30))
    assert clocks() == [("answer", 0, None, None, 30), ("callback", 0, None, None, None)]
    ended = Clock.objects.get(kind="answer").log.get(kind="cancelled")
    assert (ended.cause, ended.by) == ("call_wanted", sixty.cem.person)
    assert (sweep_now(now=at(1300)), Ticket.objects.get().next_due_at) == (0, at(1800))
    take(place, sixty.anna, 1700)
    place.dial(by=sixty.anna, at=at(1705))
    assert place.answered(by=sixty.anna, at=at(1710))
    assert clocks()[1:] == [("callback", 0, 1710, None, None)]


def test_a_time_the_customer_chose_is_promised_whatever_the_policies_say(cast: Cast):
    place = call(cast, channel="portal")
    customer = cast.cem.person
    assert place.want_callback(until=at(3600), by=customer, at=at(5))
    assert place.ticket.clocks.get().due_at == at(3600 + 1800)
    assert place.postpone(at(7200), by=customer, at=at(100))
    owed = place.ticket.clocks.get()
    assert (owed.due_at, owed.until) == (at(7200 + 1800), at(7200 + 1800))
    changed = owed.log.get(kind="replaced")
    assert (changed.cause, changed.by) == ("time_chosen", customer)
    assert sweep_now(now=at(7000)) == 0  # warned of when the half hour begins
    take(place, cast.anna, 7201)
    place.dial(by=cast.anna, at=at(7205))
    assert place.answered(by=cast.anna, at=at(7230))
    assert clocks() == [("callback", 5, 7230, None, None)]


def test_the_chosen_time_and_its_change_are_explained(sixty: Cast):
    place = call(sixty, channel="portal")
    place.want_callback(until=at(3600), by=sixty.cem.person, at=at(5))
    place.postpone(at(7200), by=sixty.cem.person, at=at(100))
    told = explain(place.ticket.clocks.get(), zone=sixty.cem.person.zone, now=at(200))
    assert told.sentence == "The call is wanted today 12:00 and promised by today 12:30."
    assert told.changes == ("today 10:02: due today 12:30 instead of today 11:30.",)
    assert [line.cause for line in told.log] == ["the customer chose when we call"] * 2
    assert (told.policy, told.calendar) == ("", "")


def test_rather_in_turn_after_all_what_the_policy_says_counts_from_then(sixty: Cast):
    promised(sixty.north, sixty.hours, callback=1800)
    place = call(sixty, channel="portal")
    place.want_callback(until=at(3600), by=sixty.cem.person, at=at(5))
    assert place.postpone(None, by=sixty.cem.person, at=at(100))
    assert clocks() == [("callback", 5, None, None, 100), ("callback", 100, None, None, None)]
    assert Clock.objects.open().get().due_at == at(1900)


def test_a_chosen_time_that_passed_is_broken_and_stays_so_when_another_is_chosen(sixty: Cast):
    place = call(sixty, channel="portal")
    place.want_callback(until=at(3600), by=sixty.cem.person, at=at(5))
    assert sweep_now(now=at(5500)) == 2  # the warning and the breach
    assert place.postpone(at(7200), by=sixty.cem.person, at=at(5600))
    assert clocks() == [("callback", 5, None, 5400, 5600), ("callback", 5600, None, None, None)]


def test_a_priority_or_a_recalculation_does_not_touch_a_time_the_customer_chose(sixty: Cast):
    place = call(sixty, channel="portal")
    place.want_callback(until=at(3600), by=sixty.cem.person, at=at(5))
    promised(sixty.north, sixty.hours, priority=4, rank=1, callback=60)
    place.ticket.prioritise(4, by=sixty.ben, at=at(10))
    Recalculation.ask_for(reason="Faster", by=sixty.ben, at=at(20))
    assert Clock.objects.get().due_at == at(5400)


def test_a_callback_taken_back_is_over(sixty: Cast):
    place = call(sixty, channel="portal")
    place.want_callback(until=at(3600), by=sixty.cem.person, at=at(5))
    assert place.withdraw(by=sixty.cem.person, at=at(40))
    assert (Ticket.objects.get().status, clocks()) == ("closed", [("callback", 5, None, None, 40)])


def test_a_letter_or_a_solved_ticket_is_no_call(sixty: Cast):
    place = call(sixty, channel="portal")
    place.want_callback(until=at(3600), by=sixty.cem.person, at=at(5))
    place.ticket.reply("It comes on Saturday.", by=sixty.anna, at=at(50))
    place.ticket.move("solved", by=sixty.anna, at=at(60))
    assert clocks() == [("callback", 5, None, None, None)]


def test_merged_the_promise_to_call_goes_along_is_kept_there_and_comes_back(sixty: Cast):
    matter, place = sixty.ticket(), call(sixty, channel="portal")
    place.want_callback(until=at(3600), by=sixty.cem.person, at=at(5))
    merge = Merge.make(place.ticket, matter, by=sixty.anna, at=at(10))
    assert matter.clocks.open().get(kind="callback").due_at == at(5400)
    assert merge.undo(by=sixty.anna, at=at(20)) is None
    assert place.ticket.clocks.open().get(kind="callback").due_at == at(5400)
    Merge.make(place.ticket, matter, by=sixty.anna, at=at(30))
    take(place, sixty.anna, 3600)
    assert place.answered(by=sixty.anna, at=at(3700))
    assert [row for row in clocks() if row[0] == "callback"] == [("callback", 5, 3700, None, None)]


def test_another_time_chosen_after_a_broken_one_is_promised_on_the_ticket_that_stays(sixty: Cast):
    matter, place = sixty.ticket(), call(sixty, channel="portal")
    place.want_callback(until=at(3600), by=sixty.cem.person, at=at(5))
    Merge.make(place.ticket, matter, by=sixty.anna, at=at(10))
    sweep_now(now=at(5500))
    assert place.postpone(at(7200), by=sixty.cem.person, at=at(5600))
    assert matter.clocks.open().get(kind="callback").due_at == at(9000)
    assert not place.ticket.clocks.open().exists()


def test_who_was_rung_in_time_is_not_told_that_we_forgot_them(sixty: Cast):
    place = call(sixty, channel="portal")
    place.want_callback(until=at(3600), by=sixty.cem.person, at=at(5))

    def ring(start: float) -> None:
        take(place, sixty.anna, start)
        place.dial(by=sixty.anna, at=at(start + 20))
        place.not_reached(by=sixty.anna, at=at(start + 50))

    def read(now: float) -> tuple[str, str]:
        open_ones = [clock for clock in place.ticket.clocks.all() if clock.is_open]
        standing = standing_of("open", open_ones, zone=sixty.cem.person.zone, now=at(now))
        return standing.code, standing.words

    ring(3610)
    assert read(3700) == ("promised", "We call you at the latest today 11:30.")
    said = "We rang you today 11:00 and did not reach you. We try again."
    assert read(5500) == ("working", said)
    ring(4400)
    with override("de"):
        assert read(5500)[1].replace("\xa0", " ") == (
            "Wir haben Sie heute um 11:00 Uhr und heute um 11:13 Uhr angerufen und nicht erreicht. "
            "Wir versuchen es noch einmal."
        )
    sweep_now(now=at(5500))  # for the desk it is broken all the same: no attempt meets a promise to call
    assert [clock[3] for clock in clocks()] == [5400]
    take(place, sixty.anna, 5600)
    place.dial(by=sixty.anna, at=at(5610))
    assert read(5620)[1] == "We rang you today 11:00 and today 11:13 and did not reach you. We try again."


def test_a_callback_that_reached_nobody_is_no_answer_and_goes_on_in_its_ticket(sixty: Cast):
    place = call(sixty, channel="portal")
    place.want_callback(until=at(3600), by=sixty.cem.person, at=at(5))
    take(place, sixty.anna, 3610)
    place.dial(by=sixty.anna, at=at(3612))
    place.not_reached(by=sixty.anna, at=at(3640))
    assert clocks() == [("callback", 5, None, None, None)]
    evening = MONDAY + timedelta(hours=8)
    assert close_the_day(now=evening) == 1
    ticket = Ticket.objects.get()
    assert (ticket.assignee, ticket.clocks.open().count(), ticket.messages.count()) == (sixty.ben, 2, 2)
    assert clocks()[0] == ("callback", 5, None, 5400, 8 * 3600)


def test_whoever_is_to_be_called_and_calls_waits_on_the_line_again(sixty: Cast):
    place = call(sixty)
    place.want_callback(by=sixty.cem.person, at=at(20))
    again = call(sixty, start=600)
    owed = Clock.objects.open().get()
    assert (again.pk, owed.kind, owed.due_at) == (place.pk, "answer", at(640))  # 20 of 60 seconds were used
    assert owed.log.get(kind="resumed").cause == "called_themselves"
    take(again, sixty.anna, 630)
    assert clocks() == [("answer", 0, 630, None, None)]


def test_who_booked_a_callback_and_calls_before_is_answered_like_every_caller(sixty: Cast):
    place = call(sixty, channel="portal")
    place.want_callback(until=at(3600), by=sixty.cem.person, at=at(5))
    call(sixty, start=100)
    take(place, sixty.anna, 110)
    assert clocks() == [("callback", 5, 110, None, None), ("answer", 100, 110, None, None)]


def test_a_line_that_breaks_before_anybody_answered_is_called_back_and_no_answer_is_owed(sixty: Cast):
    place = call(sixty)
    assert place.lose(at=at(30))
    ended = Clock.objects.get().log.get(kind="cancelled")
    assert (clocks(), ended.cause) == ([("answer", 0, None, None, 30)], "line_broke")


def test_a_chat_that_becomes_a_call_is_owed_at_the_time_the_customer_chose(sixty: Cast):
    begun = timezone.now()
    chat = Chat.start(sixty.cem, cause=sixty.late, text="Where is it?", key="k", at=begun)
    assert chat.become_a_call("+49 30 1234567", by=sixty.cem.person)
    chosen = timezone.now() + timedelta(hours=3)
    assert chat.place.postpone(chosen, by=sixty.cem.person)
    owed = chat.ticket.clocks.open().get(kind="callback")
    answer = chat.ticket.clocks.get(kind="answer")
    assert owed.due_at == chosen + timedelta(minutes=30)
    assert (answer.is_open, answer.log.get(kind="cancelled").cause) == (False, "call_wanted")
    told = explain(answer, zone=sixty.cem.person.zone, now=timezone.now())
    assert told.log[-1].cause == "the customer is called instead of waiting"


def test_the_kept_place_of_a_chat_that_is_called_back_has_a_clock_and_a_talk_meets_it(sixty: Cast):
    promised(sixty.north, sixty.hours, callback=1800)
    chat = Chat.start(sixty.cem, cause=sixty.late, text="Where is it?", key="k", at=at(0))
    chat.place.offer(sixty.anna, at=at(1))
    chat.accept(by=sixty.anna, at=at(2))
    chat.place.finish(on.BY_AGENT, by=sixty.anna, at=at(6))  # too short to have been a talk
    place = chat.place
    place.refresh_from_db()
    assert (place.phase, place.channel) == (on.CALLBACK, "portal")
    assert Clock.objects.open().get(kind="callback").due_at == at(6 + 1800)
    take(place, sixty.anna, 600)
    place.dial(by=sixty.anna, at=at(605))
    place.answered(by=sixty.anna, at=at(610))
    kept = [row[:4] for row in clocks() if row[0] in ("answer", "callback", "first_response")]
    assert kept == [("answer", 0, None, None), ("first_response", 0, 610, None), ("callback", 6, 610, None)]


def test_whoever_comes_back_to_a_chats_kept_place_by_telephone_is_a_caller(sixty: Cast):
    Customer.objects.filter(pk=sixty.cem.pk).update(phone="")
    sixty.cem.refresh_from_db()
    chat = Chat.start(sixty.cem, cause=sixty.late, text="Where is it?", key="k", at=at(0))
    chat.place.offer(sixty.anna, at=at(1))
    chat.accept(by=sixty.anna, at=at(2))
    chat.place.finish(on.BY_AGENT, by=sixty.anna, at=at(6))
    again = call(sixty, start=60)
    assert (again.pk, again.channel, again.phase) == (chat.place.pk, "phone", on.WAITING)
    take(again, sixty.anna, 70)
    assert Clock.objects.get(kind="answer").met_at == at(70)


def test_whoever_waits_for_a_call_and_writes_instead_is_answered_as_everybody_who_writes(sixty: Cast):
    place = call(sixty, channel="portal")
    place.want_callback(until=at(3600), by=sixty.cem.person, at=at(5))
    chat = Chat.start(sixty.cem, cause=sixty.late, text="Where is it?", key="k", at=at(30))
    owed = chat.ticket.clocks.open().get(kind="answer")
    assert (chat.place, owed.started_at, owed.due_at) == (place, at(30), at(90))
    booked = Clock.objects.get(kind="callback")
    assert (booked.cancelled_at, booked.log.get(kind="cancelled").cause) == (at(30), "writes_instead")
    assert Ticket.objects.get(channel="phone").status == "closed"


def test_whoever_writes_instead_is_owed_no_answer_on_the_ticket_of_the_call_either(sixty: Cast):
    place = call(sixty, channel="portal")
    place.want_callback(until=at(3600), by=sixty.cem.person, at=at(5))
    place.ticket.note("They ask for the second parcel.", by=sixty.anna, at=at(10))
    Chat.start(sixty.cem, cause=sixty.late, text="Where is it?", key="k", at=at(30))
    left = Ticket.objects.get(channel="phone")
    assert (left.status, left.next_due_at, left.clocks.open().count()) == ("open", None, 0)


def test_the_deadline_of_a_call_is_explained_in_seconds(sixty: Cast):
    promised(sixty.south, sixty.hours, answer=20)
    place = Place.enter(sixty.south, customer=sixty.cem, at=MONDAY)
    told = explain(place.ticket.clocks.get(), zone=sixty.cem.person.zone, now=at(5))
    assert told.sentence == "20 seconds of working time count from today 10:00; that makes today 10:01."
    assert (told.used, told.target, told.days[0].words) == ("20 seconds", "20 seconds", "20 seconds")


def test_the_line_the_card_and_the_bar_say_until_when_and_lead_to_why(sixty: Cast, client: Client):
    place = call(sixty, start=(timezone.now() - MONDAY).total_seconds())
    why = reverse("desk:reckoning", args=[place.ticket_id])
    client.force_login(sixty.anna)
    line, bar = reverse("desk:line"), reverse("desk:chats")
    assert client.get(line).content.decode().count(why) == 1
    assert place.offer(sixty.anna)
    assert client.get(line).content.decode().count(why) == 2  # in the line and on the card
    assert client.get(bar).content.decode().count(why) == 1
    assert place.accept(by=sixty.anna)
    assert why not in client.get(line).content.decode()
    assert client.get(why).status_code == 200


def test_the_bar_names_the_matter_a_caller_has_and_their_calls_own_ticket_only_without_one(
    sixty: Cast, client: Client
):
    place = call(sixty)
    place.offer(sixty.anna, at=at(1))
    client.force_login(sixty.anna)
    own = f'href="{place.ticket.desk_url()}"'
    assert own in client.get(reverse("desk:chats")).content.decode()
    matter = sixty.ticket()
    page = client.get(reverse("desk:chats")).content.decode()
    assert (matter.desk_url() in page, own in page) == (True, False)


def test_a_call_stands_in_line_though_its_ticket_could_not_be_opened_and_leads_see_why(
    sixty: Cast, monkeypatch: pytest.MonkeyPatch
):
    def fail(_event) -> None:
        raise RuntimeError("nobody thought of this customer")

    monkeypatch.setattr(history, "listeners", [*history.listeners, fail])
    place = call(sixty)
    assert (place.phase, place.ticket, place.trouble) == (
        on.WAITING,
        None,
        "RuntimeError: nobody thought of this customer",
    )
    assert Place.objects.in_trouble().get() == place
    take(place, sixty.anna, 10)
    assert (place.trouble, Ticket.objects.count()) == ("", 0)
