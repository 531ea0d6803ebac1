"""What a wait will be: the estimators as published, an honest range, and numbers that do not dance."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tickets.line.estimate import (
    OWN_FROM,
    OWN_KEPT,
    STEADY_SECONDS,
    USUAL_LEAST,
    USUAL_LIKELY,
    USUAL_MOST,
    USUAL_PATIENCE,
    History,
    Line,
    Range,
    Shown,
    bucket_of,
    estimate,
    estimators,
    patience_of,
    show,
)


def line(ahead: int = 0, **more: float) -> Line:
    return Line(**{"ahead": ahead, "last_wait": 100.0, "head_waited": 50.0, "serving": 0.02, **more})


def test_every_estimator_by_hand():
    found = estimators(line(1, patience=100.0))
    assert found["les_hol"] == 75.0
    assert found["ql"] == pytest.approx(100.0)
    assert found["qla"] == pytest.approx(50 + 1 / 0.03)
    assert (found["les"], found["hol"], found["announced"]) == (100.0, 50.0, 75.0)


def test_from_five_waiting_on_those_who_leave_are_reckoned_with():
    assert estimate(line(4)) == 75.0
    assert estimate(line(5)) == estimators(line(5))["qla"]


def test_the_plain_queue_length_is_never_announced():
    assert [estimate(line(n)) == estimators(line(n))["ql"] for n in range(1, 50)] == [False] * 49


def test_an_endless_line_is_reckoned_without_counting_everybody():
    assert estimate(line(10**9)) == pytest.approx(387 * 18.6755, rel=1e-3)


@pytest.mark.parametrize(("seconds", "bucket"), [(0, 0), (9.5, 0), (10, 1), (60, 5), (215, 9), (1e9, 9)])
def test_a_bucket_for_every_estimate(seconds: float, bucket: int):
    assert bucket_of(seconds) == bucket


def test_a_desk_without_waits_of_its_own_says_what_is_usual():
    for bucket in range(10):
        said = History().range_of(bucket)
        assert said == Range(USUAL_LEAST[bucket], USUAL_LIKELY[bucket], USUAL_MOST[bucket])


def test_a_desk_learns_from_its_own_waits_and_forgets_old_ones():
    history = History()
    for wait in range(1, OWN_FROM):
        history.learn(0, wait)
    assert history.range_of(0).most == USUAL_MOST[0]
    history.learn(0, OWN_FROM)
    assert history.range_of(0) == Range(5.9, 40.2, pytest.approx(45.1))
    for _more in range(OWN_KEPT):
        history.learn(0, 7)
    assert history.range_of(0) == Range(7, 7, 7)
    assert history.range_of(1).most == USUAL_MOST[1]


def test_who_has_waited_belongs_to_the_longer_waits():
    history = History()
    for wait in range(1, 301):
        history.learn(0, wait)
    assert history.range_of(0, waited=200.0) == Range(10.0, 80.0, 90.0)
    assert history.range_of(0, waited=295.0) == Range(0.0, None, None)
    assert History().range_of(0, waited=104.0) == Range(0.0, None, None)


def test_a_range_is_shown_in_whole_minutes_rounded_up():
    assert show(Range(8, 69, 104), None, 0) == Shown(1, 2)
    assert show(Range(61, 120, 181), None, 0) == Shown(2, 4)


def test_beyond_twenty_minutes_it_says_more_than_that():
    assert show(Range(300, 900, 1201), None, 0) == Shown(5, 20, True)
    assert show(Range(0, None, None), None, 0) == Shown(1, 20, True)


def test_what_just_fell_does_not_rise_again_within_a_minute():
    first = show(Range(60, 200, 290), None, 0)
    fell = show(Range(30, 100, 110), first, 10)
    assert fell == Shown(1, 2, False, 10)
    assert show(Range(60, 200, 290), fell, 69) == Shown(1, 2, True, 10)
    assert show(Range(60, 200, 290), fell, 70) == Shown(1, 5, False, None)


EXPECTED = st.lists(st.tuples(st.floats(0, 1200), st.integers(1, 40)), min_size=1, max_size=40)


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(EXPECTED)
def test_never_shorter_than_expected_and_never_down_and_up_within_a_minute(story: list[tuple[float, int]]):
    shown, fell_at, now = None, None, 0
    for most, gap in story:
        now += gap
        after = show(Range(most / 10, most * 0.8, most), shown, now)
        assert after.is_open_ended or after.most_minutes * 60 >= most
        assert after.least_minutes <= after.most_minutes
        if shown is not None:
            if after.most_minutes > shown.most_minutes:
                assert fell_at is None or now - fell_at >= STEADY_SECONDS
            if after.most_minutes < shown.most_minutes:
                fell_at = now
        shown = after


def test_patience_is_all_waiting_divided_by_those_who_left():
    assert patience_of(29, 1000.0) == USUAL_PATIENCE
    assert patience_of(30, 3000.0) == 100.0
