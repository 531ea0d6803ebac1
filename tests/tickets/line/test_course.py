"""The course of one contact: its place is kept, its deadlines come once, and nothing but people ever ends it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tickets.line import words as on
from tickets.line.course import Course, course_of
from tickets.line.heard import Heard

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


def at(seconds: float, kind: str, **more: object) -> Heard:
    return Heard(kind, after(seconds), **more)


def due_by(course: Course, seconds: float) -> list[tuple[str, int]]:
    return sorted((due.kind, due.step) for due in course.due() if due.at <= after(seconds))


def kept_until(events: list[Heard], seconds: int) -> list[tuple[str, float]]:
    """Every deadline kept, second by second, with when; each as soon as it is due."""
    kept = []
    for second in range(seconds + 1):
        course = course_of([heard for heard in events if heard.at <= after(second)])
        for due in list(course.due()):
            if due.at <= after(second):
                events.append(Heard(due.kind, after(second), step=due.step))
                kept.append((due.kind, (due.at - NINE).total_seconds()))
    return kept


TALK = [at(0, on.ENTERED), at(0, on.ANSWERED, agent=1)]


@pytest.mark.parametrize("seconds", [239, 240, 241, 3600])
def test_c09_a_talk_is_open_until_a_person_ends_it(seconds: int):
    events = list(TALK)
    kept_until(events, seconds)
    course = course_of(events)
    assert (course.phase, course.ended_at, course.agent) == (on.TALKING, None, 1)


def test_c09_at_four_minutes_help_is_added_once_and_nothing_ends():
    events = list(TALK)
    assert kept_until(events, 239) == []
    assert kept_until(events, 3600) == [(on.HELPED, 240.0)]


def test_c09_there_is_no_word_for_the_system_ending_a_contact():
    assert on.ENDED_BY == ("customer", "agent", "connection", "")


def test_c12_one_callback_offer_at_sixty_seconds_and_one_escalation_at_two_hundred_and_forty():
    events = [at(0, on.ENTERED)]
    assert kept_until(events, 59) == []
    assert kept_until(events, 3600) == [(on.CALLBACK_OFFERED, 60.0), (on.ESCALATED, 240.0)]


def test_c12_a_long_expected_wait_brings_the_offer_at_once():
    events = [at(0, on.ENTERED, is_long=True)]
    assert kept_until(events, 300) == [(on.CALLBACK_OFFERED, 0.0), (on.ESCALATED, 240.0)]


def test_somebody_answered_in_time_owes_nothing():
    events = [at(0, on.ENTERED), at(59, on.ANSWERED, agent=1), at(100, on.FINISHED, ended_by="customer")]
    assert kept_until(events, 3600) == []


def test_an_offer_expires_after_twenty_seconds_and_the_next_one_counts_anew():
    events = [at(0, on.ENTERED), at(5, on.OFFERED, agent=1)]
    assert kept_until(events, 24) == []
    assert kept_until(events, 25) == [(on.EXPIRED, 25.0)]
    course = course_of(events)
    assert (course.phase, course.offered_to, course.arrived_at) == (on.WAITING, None, NINE)
    assert kept_until([*events, at(30, on.OFFERED, agent=2)], 59) == [(on.EXPIRED, 50.0)]


def test_silence_on_hold_climbs_the_ladder_until_somebody_speaks():
    events = [*TALK, at(10, on.HOLD)]
    assert kept_until(events, 200) == [(on.SILENT, 70.0), (on.SILENT, 130.0), (on.SILENT, 190.0)]
    events.append(at(201, on.RESUMED))
    assert kept_until(events, 400) == [(on.HELPED, 240.0)]


@pytest.mark.parametrize(
    ("seconds", "ended_by", "drop"),
    [
        (9, "agent", "short"),
        (9, "", "short"),
        (9, "customer", ""),
        (10, "", ""),
        (9, "connection", "connection"),
        (600, "connection", "connection"),
        (600, "customer", ""),
    ],
)
def test_c11_what_looks_as_if_we_had_dropped_somebody(seconds: int, ended_by: str, drop: str):
    course = course_of([*TALK, at(seconds, on.FINISHED, ended_by=ended_by)])
    assert (course.phase, course.drop, course.comes_first) == (on.ENDED, drop, drop != "")


def test_c11_an_agent_who_ends_without_an_outcome_has_ten_minutes_to_say_one():
    events = [*TALK, at(100, on.FINISHED, ended_by="agent")]
    assert due_by(course_of(events), 699) == []
    assert due_by(course_of([*events, at(300, on.OUTCOME)]), 9999) == []
    assert kept_until(events, 800) == [(on.NO_OUTCOME, 700.0)]
    assert course_of(events).drop == "no_outcome"


def test_a_lost_connection_waits_for_our_call_and_comes_first():
    course = course_of([*TALK, at(50, on.LOST)])
    assert (course.phase, course.drop, course.comes_first, course.arrived_at) == (
        *(on.CALLBACK, "connection", True),
        NINE,
    )


def test_a_callback_is_dialled_only_for_an_agent_who_is_kept_free():
    waiting = [at(0, on.ENTERED), at(60, on.CALLBACK_WANTED)]
    assert course_of([*waiting, at(70, on.DIALLED)]).attempts == 0
    missed = [*waiting, at(70, on.RESERVE, agent=1), at(71, on.DIALLED), at(90, on.NOT_REACHED)]
    course = course_of(missed)
    assert (course.phase, course.attempts, course.agent, course.not_before) == (
        on.CALLBACK,
        1,
        None,
        after(690),
    )
    reached = [*missed, at(700, on.RESERVE, agent=2), at(701, on.DIALLED), at(710, on.ANSWERED, agent=2)]
    course = course_of(reached)
    assert (course.phase, course.attempts, course.agent, course.arrived_at) == (on.TALKING, 2, 2, NINE)


def test_events_out_of_order_tell_the_same_story():
    story = [*TALK, at(20, on.HOLD), at(40, on.RESUMED), at(90, on.FINISHED, ended_by="customer")]
    assert course_of(reversed(story)) == course_of(story)


def test_within_one_second_the_sensible_order_counts():
    """A telephone system tells whole seconds: transferred to the next, who answers at once."""
    story = [*TALK, at(90, on.ANSWERED, agent=2), at(90, on.TRANSFERRED)]
    course = course_of(story)
    assert (course.phase, course.agent, course.talks, course.transfers) == (on.TALKING, 2, 2, 1)


kinds = st.sampled_from([kind for kind in on.KINDS if kind != on.ENTERED])
legs = st.sampled_from(["", "a", "b"])
STORIES = st.lists(st.tuples(kinds, st.integers(1, 400), st.sampled_from(on.ENDED_BY), legs), max_size=25)


def told(story: list[tuple[str, int, str, str]]) -> list[Heard]:
    """A first arrival and whatever comes, each some seconds after the one before."""
    events, seconds = [at(0, on.ENTERED)], 0
    for kind, gap, ended_by, leg in story:
        seconds += gap
        events.append(at(seconds, kind, agent=1, ended_by=ended_by, call=leg))
    return events


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(STORIES, st.randoms(use_true_random=False))
def test_c13_whatever_a_contact_goes_through_it_keeps_its_first_arrival(story: list, chance: object):
    events = told(story)
    course = course_of(events)
    assert course.arrived_at == NINE
    chance.shuffle(events)
    assert course_of(events) == course


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(STORIES)
def test_c09_only_what_a_person_or_a_connection_does_ends_a_contact(story: list):
    by_us_or_them = (on.FINISHED, on.WITHDRAWN, on.PROMISE, on.GIVE_UP)
    events = told([line for line in story if line[0] not in by_us_or_them])
    assert course_of(events).phase not in on.OVER


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(STORIES)
def test_c12_a_deadline_kept_is_not_owed_again(story: list):
    course = course_of(told(story))
    for due in list(course.due()):
        course.hear(Heard(due.kind, due.at, step=due.step))
        assert (due.kind, due.step) not in {(other.kind, other.step) for other in course.due()}


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(STORIES)
def test_c11_what_was_counted_stays_counted_and_talks_never_outlast_the_contact(story: list):
    events = told(story)
    drops = [course_of(events[:heard]).drops for heard in range(1, len(events) + 1)]
    assert drops == sorted(drops)
    course = course_of(events)
    assert 0 <= course.talked_seconds <= (events[-1].at - NINE).total_seconds()
    assert bool(course.drop) <= (course.drops > 0)


def test_a_telephone_system_that_asked_by_itself_is_not_told_to_ask_again():
    events = [at(0, on.ENTERED), at(30, on.CALLBACK_OFFERED)]
    assert kept_until(events, 300) == [(on.ESCALATED, 240.0)]


def test_whoever_has_the_customer_on_hold_may_call_back_and_the_place_is_kept():
    course = course_of([*TALK, at(10, on.HOLD), at(250, on.CALLBACK_WANTED)])
    assert (course.phase, course.agent, course.arrived_at, course.talked_seconds) == (
        *(on.CALLBACK, None, NINE),
        250.0,
    )
