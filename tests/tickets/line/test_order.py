"""The order of the line: first come, first served, and priority overtakes only so often."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tickets.line.order import MOST_OVERTAKEN, Turn, ahead_of, first_of, passed_by

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


def turn(place: int, priority: int = 0, **more: object) -> Turn:
    return Turn(place, NINE + timedelta(seconds=place), priority, **more)


def places(turns: list[Turn]) -> list[int]:
    return [turn.place for turn in turns]


def in_order(line: list[Turn]) -> list[Turn]:
    """As they are served when nobody else comes."""
    overtaken, ordered = {turn.place: turn.overtaken for turn in line}, []
    while line:
        now = [Turn(t.place, t.arrived_at, t.priority, t.comes_first, overtaken[t.place]) for t in line]
        chosen = first_of(now)
        for older in passed_by(chosen, now):
            overtaken[older.place] += 1
        ordered.append(chosen)
        line = [turn for turn in line if turn.place != chosen.place]
    return ordered


def test_the_place_somebody_is_told():
    line = [turn(1), turn(2, 5), turn(3, overtaken=3), turn(4, comes_first=True)]
    assert [ahead_of(turn, [other for other in line if other != turn]) for turn in line] == [3, 2, 0, 1]


def test_nobody_waiting_is_nobodys_turn():
    assert first_of([]) is None


def test_whoever_came_first_is_served_first():
    assert places(in_order([turn(3), turn(1), turn(2)])) == [1, 2, 3]


def test_priority_overtakes():
    assert places(in_order([turn(1), turn(2, 5), turn(3, 9)])) == [3, 2, 1]


def test_nobody_is_overtaken_more_than_three_times():
    line = [turn(1), *[turn(place, 5) for place in range(2, 9)]]
    assert places(in_order(line)) == [2, 3, 4, 1, 5, 6, 7, 8]


def test_whom_we_dropped_comes_first():
    assert first_of([turn(1, 9), turn(2, comes_first=True)]).place == 2


def test_only_who_was_there_before_is_overtaken():
    line = [turn(1), turn(2), turn(4)]
    assert places(passed_by(turn(3), line)) == [1, 2]


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.integers(0, 2)), max_size=40))
def test_c13_service_follows_first_arrival_within_a_class_and_overtaking_has_an_end(arrivals: list):
    """People keep coming while others are served: at most three younger ones go before anybody."""
    line: list[Turn] = []
    served: list[Turn] = []
    overtaken: dict[int, int] = {}
    for place, (priority, first, services) in enumerate([*arrivals, (0, False, len(arrivals) + 1)]):
        line.append(turn(place, priority, comes_first=first))
        for _service in range(services):
            now = [
                Turn(t.place, t.arrived_at, t.priority, t.comes_first, overtaken.get(t.place, 0))
                for t in line
            ]
            chosen = first_of(now)
            if chosen is None:
                break
            for older in passed_by(chosen, now):
                overtaken[older.place] = overtaken.get(older.place, 0) + 1
            line = [waiting for waiting in line if waiting.place != chosen.place]
            served.append(chosen)
    assert max(overtaken.values(), default=0) <= MOST_OVERTAKEN
    same = [t for t in served if t.priority == 0 and not t.comes_first]
    assert places(same) == sorted(places(same))
