"""Erlang B, C and A against published tables, independent programs and a real call log, to the sixth digit."""

import csv
import gzip
import math
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tickets.line.staffing import (
    LONGEST_SECONDS,
    MOST_AGENTS,
    MOST_ARRIVALS_PER_HOUR,
    SHORTEST_SECONDS,
    Outlook,
    agents_for_level,
    agents_for_wait,
    erlang_b,
    erlang_c,
    impatient,
    patient,
)

ROOT = Path(__file__).resolve().parents[3]
LOG = ROOT.parent / "shared/data/bank1999_february.csv.gz"

# agents, load, B, C
ERLANG_TABLE = [
    (1, 0.5, 0.333333, 0.500000),
    (2, 1, 0.200000, 0.333333),
    (3, 2, 0.210526, 0.444444),
    (5, 4, 0.199067, 0.554113),
    (7, 5, 0.120519, 0.324150),
    (10, 8, 0.121661, 0.409180),
    (20, 18, 0.109213, 0.550769),
    (50, 45, 0.054104, 0.363864),
    (100, 95, 0.048804, 0.506457),
]
# agents, arrivals, service and leaving per unit of time; P(W>0), P(Ab), E[W], E[Q], occupancy
ERLANG_A_TABLE = [
    (50, 48, 1, 0.5, 0.467774, 0.030912, 0.061824, 2.967576, 0.930324),
    (12, 4.2, 0.5, 1, 0.127372, 0.029679, 0.029679, 0.124651, 0.679225),
    (10, 10, 1, 1, 0.542070, 0.125110, 0.125110, 1.251100, 0.874890),
    (10, 12, 1, 0.5, 0.850385, 0.195656, 0.391312, 4.695743, 0.965213),
    (5, 5, 1, 2, 0.488041, 0.203935, 0.101968, 0.509838, 0.796065),
    (20, 22, 1, 0.25, 0.875787, 0.109462, 0.437846, 9.632614, 0.979592),
    (100, 100, 1, 1, 0.513299, 0.039861, 0.039861, 3.986100, 0.960139),
    (100, 120, 1, 1, 0.972136, 0.167693, 0.167693, 20.123155, 0.998768),
    (1, 1, 1, 1, 0.632121, 0.367879, 0.367879, 0.367879, 0.632121),
    (2, 3, 1, 1, 0.800852, 0.416312, 0.416312, 1.248935, 0.875532),
]


@pytest.mark.parametrize(("agents", "load", "blocked", "waiting"), ERLANG_TABLE)
def test_erlang_b_and_c_equal_the_table(agents: int, load: float, blocked: float, waiting: float):
    assert round(erlang_b(agents, load), 6) == blocked
    assert round(erlang_c(agents, load), 6) == waiting


@pytest.mark.parametrize(("agents", "arrivals", "serving", "leaving", *"wabqo"), ERLANG_A_TABLE)
def test_erlang_a_equals_the_table(
    agents: int,
    arrivals: float,
    serving: float,
    leaving: float,
    w: float,
    a: float,
    b: float,
    q: float,
    o: float,
):
    """A unit of time is a minute here."""
    outlook = impatient(
        agents, arrivals_per_hour=arrivals * 60, handle_seconds=60 / serving, patience_seconds=60 / leaving
    )
    minutes = (outlook.mean_wait_seconds or 0) / 60
    found = [outlook.p_wait, outlook.p_abandon, minutes, minutes * arrivals, outlook.occupancy]
    assert [round(value, 6) for value in found] == [w, a, b, q, o]


@pytest.mark.parametrize(
    ("agents", "abandoned", "level"),
    [(5, 0.1967, 0.5554), (6, 0.1158, 0.7077), (7, 0.0628, 0.8261), (8, 0.0313, 0.9063)],
)
def test_the_desk_of_sixty_contacts_an_hour(agents: int, abandoned: float, level: float):
    rates = {"arrivals_per_hour": 60.0, "handle_seconds": 300.0, "patience_seconds": 180.0}
    outlook = impatient(agents, target_seconds=20, **rates)
    assert (round(outlook.p_abandon, 4), round(outlook.service_level or 0, 4)) == (abandoned, level)


def test_the_same_desk_without_patience_seems_to_need_eight():
    rates = {"arrivals_per_hour": 60.0, "handle_seconds": 300.0, "target_seconds": 20.0}
    assert round(patient(7, **rates).service_level or 0, 4) == 0.7163
    assert round(patient(8, **rates).service_level or 0, 4) == 0.8631
    assert agents_for_level(level=0.8, **rates) == 8
    assert agents_for_level(level=0.8, patience_seconds=180, **rates) == 7


def test_an_independent_calculator_agrees():
    """100 contacts in half an hour, 180 s each, 80 % within 20 s, nobody busier than 85 %."""
    rates = {"arrivals_per_hour": 200.0, "handle_seconds": 180.0, "target_seconds": 20.0}
    outlook = patient(14, **rates)
    assert outlook.service_level == pytest.approx(0.8883500191794669, abs=1e-12)
    assert outlook.p_wait == pytest.approx(0.1741319335950498, abs=1e-12)
    assert round(outlook.occupancy, 7) == 0.7142857
    assert round(outlook.mean_wait_seconds or 0, 6) == 7.835937
    assert agents_for_level(level=0.8, highest_occupancy=0.85, **rates) == 14
    assert math.ceil(14 / (1 - 0.3)) == 20


def test_a_textbook_case_of_fifty_five_agents():
    outlook = patient(55, arrivals_per_hour=720, handle_seconds=240, target_seconds=15)
    found = (
        round(outlook.p_wait, 6),
        round(outlook.mean_wait_seconds or 0, 3),
        round(outlook.service_level or 0, 6),
    )
    assert found == (0.238701, 8.184, 0.845883)


def test_a_published_comparison_of_fifty_agents():
    """48 a minute, a minute each: 20.8 s without anybody leaving, 3.7 s with a patience of two minutes."""
    rates = {"arrivals_per_hour": 2880.0, "handle_seconds": 60.0}
    assert round(patient(50, **rates).mean_wait_seconds or 0, 1) == 20.8
    outlook = impatient(50, patience_seconds=120, **rates)
    assert (round(outlook.p_abandon, 3), round(outlook.mean_wait_seconds or 0, 1)) == (0.031, 3.7)


def test_patience_as_long_as_a_talk_makes_everybody_a_server():
    """Then the number there is Poisson: somebody waits when ten or more are there."""
    below = sum(10**j * math.exp(-10) / math.factorial(j) for j in range(10))
    outlook = impatient(10, arrivals_per_hour=600, handle_seconds=60, patience_seconds=60)
    assert outlook.p_wait == pytest.approx(1 - below, abs=1e-13)


@pytest.mark.parametrize(("agents", "arrivals", "patience"), [(3, 5.0, 2.0), (40, 38.0, 0.5), (7, 20.0, 4.0)])
def test_erlang_a_is_what_the_sum_over_its_states_says(agents: int, arrivals: float, patience: float):
    weights = [1.0]
    for j in range(1, 3000):
        out = min(j, agents) + max(0, j - agents) / patience
        weights.append(weights[-1] * arrivals / out)
    total = math.fsum(weights)
    waiting = math.fsum(weights[agents:]) / total
    queue = math.fsum((j - agents) * w for j, w in enumerate(weights) if j > agents) / total
    outlook = impatient(
        agents, arrivals_per_hour=arrivals * 60, handle_seconds=60, patience_seconds=60 * patience
    )
    assert outlook.p_wait == pytest.approx(waiting, rel=1e-12)
    assert outlook.p_abandon == pytest.approx(queue / patience / arrivals, rel=1e-11)


def test_more_work_than_agents_has_no_end_without_patience():
    outlook = patient(4, arrivals_per_hour=60, handle_seconds=240, target_seconds=20)
    assert outlook == Outlook(1.0, 0.0, None, 0.0, 1.0)


def test_nobody_coming_is_nobody_waiting():
    quiet = Outlook(0.0, 0.0, 0.0, 1.0, 0.0)
    assert patient(1, arrivals_per_hour=0, handle_seconds=60, target_seconds=20) == quiet
    assert (
        impatient(1, arrivals_per_hour=0, handle_seconds=60, patience_seconds=9, target_seconds=20) == quiet
    )


seconds = st.floats(SHORTEST_SECONDS, LONGEST_SECONDS)


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.integers(1, MOST_AGENTS),
    st.floats(0, MOST_ARRIVALS_PER_HOUR),
    seconds,
    seconds,
    st.floats(0, LONGEST_SECONDS),
)
def test_whatever_is_asked_gets_an_answer_within_bounds(
    agents: int, arrivals: float, handle: float, patience: float, target: float
):
    rates = {"arrivals_per_hour": arrivals, "handle_seconds": handle, "target_seconds": target}
    for outlook in (patient(agents, **rates), impatient(agents, patience_seconds=patience, **rates)):
        shares = [outlook.p_wait, outlook.p_abandon, outlook.service_level or 0.0, outlook.occupancy]
        assert all(-1e-12 <= share <= 1 + 1e-12 for share in shares), shares
    assert 0 <= (outlook.mean_wait_seconds or 0) <= patience * (1 + 1e-12)


@pytest.mark.skipif(not LOG.exists(), reason="the bank's call log does not lie beside this folder")
def test_the_bank_needs_so_many_agents_on_a_wednesday():
    """Four Wednesdays, 15 served an hour each: the fewest agents with whom at most half of the callers wait."""
    with gzip.open(LOG, "rt") as rows:
        hours = Counter(
            int(row["vru_entry"].split(":")[0])
            for row in csv.DictReader(rows)
            if row["outcome"] != "PHANTOM"
            and int(row["vru_time"]) >= 0
            and date.fromisoformat(row["date"]).weekday() == 2
        )
    needed = [agents_for_wait(hours[hour] / 4 / 15, 0.5) for hour in range(24)]
    assert needed == [1, 1, 1, 0, 1, 1, 1, 4, 8, 9, 10, 9, 8, 16, 10, 10, 6, 7, 8, 8, 6, 6, 5, 4]
