"""Recommendation, satisfaction and effort: the figures of the literature, to the digit; and who is asked what."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY
from hypothesis import given, settings
from hypothesis import strategies as st

from tickets.feedback.eligible import Standing, may_recommend, question_for
from tickets.feedback.figures import adjusted, effort, mean, net, recommendation, sample, satisfaction


def rounded(figure: object, digits: int = 2) -> tuple[float, ...]:
    return tuple(round(value, digits) for value in (figure.value, figure.error, figure.low, figure.high))


def test_c55_recommendation_with_its_interval() -> None:
    assert rounded(net(50, 30, 20)) == (30.0, 7.81, 14.69, 45.31)
    assert rounded(net(500, 300, 200)) == (30.0, 2.47, 25.16, 34.84)
    assert rounded(adjusted(50, 30, 20))[:2] == (29.13, 7.69)
    assert rounded(net(10, 0, 0)) == (76.92, 15.01, 47.5, 100.0)  # ten of ten are no certainty
    assert recommendation({10: 30, 9: 20, 8: 20, 7: 10, 6: 15, 0: 5}) == net(50, 30, 20)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(87, 100, 0.7902, 0.9224), (1, 10, 0.0179, 0.4042), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0)],
)
def test_satisfaction_is_the_share_of_the_two_best_answers(
    hits: int, of: int, low: float, high: float
) -> None:
    figure = satisfaction({5: hits, 2: of - hits})
    assert (figure.value, round(figure.low / 100, 4), round(figure.high / 100, 4)) == (
        100 * hits / of,
        low,
        high,
    )


def test_effort_is_easy_minus_hard() -> None:
    scores = {7: 300, 6: 270, 5: 200, 4: 90, 3: 100, 1: 40}
    assert round(effort(scores).value, 6) == 43.0
    assert mean({7: 1, 1: 1}) == 4.0


def test_nothing_is_no_figure() -> None:
    for formula in (recommendation, satisfaction, effort):
        with pytest.raises(ValueError, match="no answers"):
            formula({})


@settings(max_examples=50)
@given(st.tuples(*[st.integers(0, 500)] * 3).filter(any))
def test_an_interval_holds_its_value_and_ends_at_a_hundred(answers: tuple[int, int, int]) -> None:
    figure = net(*answers)
    assert -100 <= figure.low <= figure.value <= figure.high <= 100
    assert figure.low < figure.high


def test_a_sample_is_the_same_all_week_and_another_the_next() -> None:
    numbers = list(range(100))
    first = sample(numbers, week="2026-10", most=8)
    assert (len(first), first) == (8, sample(list(reversed(numbers)), week="2026-10", most=8))
    assert sample(numbers, week="2026-11", most=8) != first
    assert sample([1, 2], week="2026-10", most=8) == [1, 2]


LOYAL = Standing(has_bought_again=True)


def ago(**days: float) -> dict[str, object]:
    return {kind: MONDAY - timedelta(days=number) for kind, number in days.items()}


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (LOYAL, True),
        (Standing(), False),
        (Standing(has_bought_again=True, has_open_ticket=True), False),
        (Standing(has_bought_again=True, broken_at=MONDAY - timedelta(days=59)), False),
        (Standing(has_bought_again=True, broken_at=MONDAY - timedelta(days=60)), True),
        (Standing(has_bought_again=True, asked=ago(recommendation=179)), False),
        (Standing(has_bought_again=True, asked=ago(recommendation=180)), True),
    ],
)
def test_c56_a_recommendation_is_asked_only_of_the_loyal(standing: Standing, expected: bool) -> None:
    assert may_recommend(standing, now=MONDAY) is expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (ago(), "satisfaction"),
        (ago(satisfaction=29), None),
        (ago(satisfaction=30), "effort"),
        (ago(satisfaction=90, effort=40), "recommendation"),
        (ago(satisfaction=90, effort=60, recommendation=31), "satisfaction"),
        (ago(satisfaction=40, effort=60, recommendation=200), "recommendation"),
    ],
)
def test_one_question_at_a_time_and_the_one_asked_longest_ago(
    asked: dict[str, object], expected: str | None
) -> None:
    assert question_for(Standing(has_bought_again=True, asked=asked), now=MONDAY) == expected
