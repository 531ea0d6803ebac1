"""The course of a callback: no leg that ends takes it away, nobody keeps it for ever, and a talk begins it anew."""

from hypothesis import HealthCheck, given, settings
from test_course import NINE, STORIES, after, at, due_by, kept_until, told

from tickets.line import words as on
from tickets.line.course import Course, course_of

WANTED = [at(0, on.ENTERED, call="a"), at(50, on.CALLBACK_WANTED, call="a")]
DIALLED = [*WANTED, at(70, on.RESERVE, agent=1), at(75, on.DIALLED)]


def test_the_end_of_a_leg_is_no_end_of_the_callback():
    """Every telephone system tells that the call ended once the caller has chosen to be called."""
    course = course_of([*WANTED, at(65, on.FINISHED, call="a", ended_by="customer")])
    assert (course.phase, course.ended_at, course.arrived_at) == (on.CALLBACK, None, NINE)


def test_a_late_end_of_the_leg_they_left_says_nothing_of_the_one_they_are_on():
    again = [*WANTED, at(80, on.ENTERED, call="b")]
    left = at(82, on.FINISHED, call="a", ended_by="customer")
    assert course_of([*again, left]).phase == on.WAITING
    talking = [*again, at(81, on.ANSWERED, agent=1, call="b"), left]
    assert course_of(talking).phase == on.TALKING
    assert course_of([*talking, at(90, on.FINISHED, call="b", ended_by="customer")]).phase == on.ENDED


def test_whoever_comes_by_another_way_has_left_the_leg_they_were_on():
    rang = [at(0, on.ENTERED, call="a"), at(30, on.ENTERED)]
    for word in (on.FINISHED, on.LOST, on.HOLD, on.TRANSFERRED):
        course = course_of([*rang, at(40, word, call="a")])
        assert (course.phase, course.waiting_since, course.held_since) == (on.WAITING, NINE, None)
    talking = [*rang, at(35, on.ANSWERED, agent=1)]
    assert course_of([*talking, at(40, on.FINISHED, call="a", ended_by="customer")]).phase == on.TALKING
    assert course_of([*talking, at(40, on.FINISHED, ended_by="customer")]).phase == on.ENDED


def test_who_holds_the_line_and_goes_quiet_beside_it_waits_there_still():
    rang = [at(0, on.ENTERED, call="a"), at(30, on.ENTERED)]
    still = [*rang, at(200, on.SLEPT)]
    assert (course_of(still).phase, course_of(still).waiting_since) == (on.WAITING, NINE)
    assert course_of([*still, at(210, on.FINISHED, call="a", ended_by="customer")]).phase == on.ABANDONED
    for hung_up in (on.FINISHED, on.LOST):
        assert course_of([*rang, at(40, hung_up, call="a"), at(200, on.SLEPT)]).phase == on.ASLEEP


def test_c11_a_lost_leg_that_then_ends_is_called_first():
    lost = [at(90, on.LOST, call="a"), at(91, on.FINISHED, call="a", ended_by="connection")]
    course = course_of([at(0, on.ENTERED, call="a"), at(9, on.ANSWERED, agent=1, call="a"), *lost])
    assert (course.phase, course.drop, course.comes_first) == (on.CALLBACK, "connection", True)


def test_a_callback_is_taken_back_by_its_own_word():
    course = course_of([*WANTED, at(100, on.WITHDRAWN, ended_by="customer")])
    assert (course.phase, course.ended_at, course.ended_by) == (on.ABANDONED, after(100), "customer")


def test_who_comes_by_themselves_and_goes_again_is_still_called():
    booked = at(61, on.CALLBACK_WANTED, until=after(4000))
    course = course_of([at(0, on.ENTERED), booked, at(80, on.ENTERED), at(99, on.FINISHED)])
    assert (course.phase, course.not_before, course.arrived_at) == (on.CALLBACK, after(4000), NINE)


def test_a_leg_of_ours_that_ends_unanswered_is_an_attempt():
    ours = [at(75, on.DIALLED, call="b"), at(76, on.ENTERED, call="b")]
    course = course_of([*DIALLED[:-1], *ours, at(99, on.FINISHED, call="b")])
    assert (course.phase, course.attempts, course.not_before) == (on.CALLBACK, 1, after(699))


def test_a_call_lost_to_its_agent_is_no_attempt_and_goes_on_at_once():
    for story in (DIALLED[:-1], DIALLED):
        course = course_of([*story, at(140, on.RELIEVED)])
        assert (course.phase, course.agent, course.attempts, course.not_before) == (
            on.CALLBACK,
            None,
            0,
            None,
        )


def test_neither_who_is_kept_free_nor_who_dials_keeps_a_callback_for_ever():
    assert kept_until(DIALLED[:-1].copy(), 309) == []
    assert kept_until(DIALLED[:-1].copy(), 310) == [(on.RELIEVED, 310.0)]
    assert due_by(course_of(DIALLED), 1874) == []
    assert due_by(course_of(DIALLED), 1875) == [(on.RELIEVED, 1)]
    again = [*DIALLED[:-1], at(310, on.RELIEVED, step=1), at(320, on.RESERVE, agent=1)]
    assert due_by(course_of(again), 560) == [(on.RELIEVED, 2)]


def test_who_was_reached_is_called_anew_where_the_line_breaks():
    reached = [*DIALLED, at(80, on.NOT_REACHED), at(700, on.RESERVE, agent=1), at(701, on.DIALLED)]
    broken = [*reached, at(710, on.ANSWERED, agent=1), at(800, on.LOST)]
    assert (course_of(broken).attempts, course_of(broken).phase) == (0, on.CALLBACK)


def test_c12_who_waits_half_an_hour_for_our_call_is_escalated_once():
    events = WANTED.copy()
    assert kept_until(events, 1849) == []
    assert kept_until(events, 4000) == [(on.ESCALATED, 1850.0)]
    booked = [at(0, on.ENTERED), at(61, on.CALLBACK_WANTED, until=after(4000))]
    assert due_by(course_of(booked), 5799) == []
    assert due_by(course_of(booked), 5800) == [(on.ESCALATED, 2)]


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(STORIES)
def test_whoever_is_owed_a_call_is_owed_it_until_a_talk_or_a_word_of_its_own(story: list):
    """No leg that ends, and nobody of ours who is lost, takes a callback away."""
    course, owed = Course(), False
    for heard in told(story):
        took = course.hear(heard)
        if took and heard.kind in (on.CALLBACK_WANTED, on.LOST):
            owed = True
        if took and heard.kind in (on.ANSWERED, on.WITHDRAWN, on.PROMISE, on.GIVE_UP):
            owed = False
        assert not (owed and course.phase in on.OVER)
        assert course.attempts >= 0
