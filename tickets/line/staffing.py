"""Staffing: how long a line gets with so many agents – Erlang B, Erlang C without and Erlang A with patience.

Pure: rates in, shares and seconds out. Every formula is written so that it neither overflows nor cancels, however many
agents there are and however overloaded they would be.

Limits of the models: one kind of contact, steady arrivals, everybody may serve everybody. Erlang C believes that
nobody ever hangs up; with more work than agents its line has no end, so it is only good for planning with room to
spare. Erlang A lets people leave (patience without memory, which real patience is not) and is always stable.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from .quadrature import Weight, integral

MOST_AGENTS: Final = 100_000
MOST_ARRIVALS_PER_HOUR: Final = 10_000_000.0
SHORTEST_SECONDS, LONGEST_SECONDS = 0.001, 10_000_000.0
# Fewer an hour is nobody: their logarithm would be lost before their share is.
NOBODY: Final = 1e-30
# Beyond this the density of a wait is less than 1e-26 of its peak.
NEGLIGIBLE: Final = 60.0


@dataclass(frozen=True)
class Outlook:
    """What a desk can expect. `service_level` counts everybody who came (formula F3: served within the target / all);
    `mean_wait_seconds` is everybody's, those at once and those who left included; None: the line grows without end."""

    p_wait: float
    p_abandon: float
    mean_wait_seconds: float | None
    service_level: float | None
    occupancy: float


def erlang_b(agents: int, load: float) -> float:
    """Share of arrivals that find `agents` busy where nobody may wait; `load` in Erlang."""
    blocked = 1.0
    for k in range(1, agents + 1):
        blocked = load * blocked / (k + load * blocked)
    return blocked


def erlang_c(agents: int, load: float) -> float:
    """Share of arrivals that have to wait; 1 where the work exceeds the agents."""
    if load >= agents:
        return 1.0
    blocked = erlang_b(agents, load)
    return agents * blocked / (agents - load * (1 - blocked))


def patient(
    agents: int, *, arrivals_per_hour: float, handle_seconds: float, target_seconds: float | None = None
) -> Outlook:
    """Erlang C (M/M/n): nobody hangs up."""
    load = arrivals_per_hour * handle_seconds / 3600
    if load >= agents:
        return Outlook(1.0, 0.0, None, None if target_seconds is None else 0.0, 1.0)
    p_wait = erlang_c(agents, load)
    spare = (agents - load) / handle_seconds
    level = None if target_seconds is None else 1 - p_wait * math.exp(-spare * target_seconds)
    return Outlook(p_wait, 0.0, p_wait / spare, level, load / agents)


def impatient(
    agents: int,
    *,
    arrivals_per_hour: float,
    handle_seconds: float,
    patience_seconds: float,
    target_seconds: float | None = None,
) -> Outlook:
    """Erlang A (M/M/n+M): people leave after an exponential time of `patience_seconds` on average."""
    load = arrivals_per_hour * handle_seconds / 3600
    if arrivals_per_hour < NOBODY:
        return Outlook(0.0, 0.0, 0.0, None if target_seconds is None else 1.0, 0.0)
    wait = _OfferedWait(arrivals_per_hour / 3600, agents / handle_seconds, 1 / patience_seconds)
    idle_weight = _idle_weight(agents, load)
    p_wait = wait.share_waiting(idle_weight)
    p_abandon = p_wait * wait.mean_of_leaving()
    level = None
    if target_seconds is not None:
        level = 1 - p_wait + p_wait * wait.mean_of_staying_within(target_seconds)
    occupancy = wait.occupancy(idle_weight, load / agents, p_abandon)
    return Outlook(p_wait, p_abandon, p_abandon * patience_seconds, level, occupancy)


def agents_for_wait(load: float, most_waiting: float) -> int:
    """The fewest agents with whom at most this share of arrivals has to wait, by Erlang C; none where nobody comes."""
    blocked, agents = 1.0, 0
    while load > 0 and agents < MOST_AGENTS:
        agents += 1
        blocked = load * blocked / (agents + load * blocked)
        if load < agents and agents * blocked / (agents - load * (1 - blocked)) <= most_waiting:
            break
    return agents


def agents_for_level(
    *,
    arrivals_per_hour: float,
    handle_seconds: float,
    target_seconds: float,
    level: float,
    patience_seconds: float | None = None,
    highest_occupancy: float = 1.0,
) -> int:
    """The fewest agents who serve this share of everybody within the target and are not busier than allowed."""
    rates = {"arrivals_per_hour": arrivals_per_hour, "handle_seconds": handle_seconds}

    def are_enough(agents: int) -> bool:
        if patience_seconds is None:
            outlook = patient(agents, target_seconds=target_seconds, **rates)
        else:
            outlook = impatient(
                agents, target_seconds=target_seconds, patience_seconds=patience_seconds, **rates
            )
        return (outlook.service_level or 0.0) >= level and outlook.occupancy <= highest_occupancy

    # The answer lies near the work there is; a hundred thousand agents are only looked at where it does.
    most = max(1, min(MOST_AGENTS, math.ceil(arrivals_per_hour * handle_seconds / 3600)))
    while most < MOST_AGENTS and not are_enough(most):
        most = min(MOST_AGENTS, 2 * most)
    least = 1
    while least < most:
        agents = (least + most) // 2
        least, most = (least, agents) if are_enough(agents) else (agents + 1, most)
    return least


def _idle_weight(agents: int, load: float) -> float:
    """The weight of all states with a free agent, in units of the state where just the last one got busy."""
    all_but_one = erlang_b(agents - 1, load)
    return agents / (load * all_but_one) if all_but_one > 0 else math.inf


@dataclass(frozen=True)
class _OfferedWait:
    """The wait of somebody with endless patience: density ~ exp(h(s)), h concave with one peak.

    h(s) = (arrivals/leaving) * (1 - exp(-leaving * s)) - serving * s. Everything is reckoned relative to the peak, so
    nothing overflows: at the peak the integrand is 1.
    """

    arrivals: float
    serving: float
    leaving: float

    @property
    def peak(self) -> float:
        return max(0.0, math.log(self.arrivals / self.serving) / self.leaving)

    def below_peak(self, seconds: float) -> float:
        """h(seconds) - h(peak): never positive."""
        beyond = seconds - self.peak
        curved = _curved(self.leaving * beyond) / self.leaving
        if self.arrivals <= self.serving:
            return (self.arrivals - self.serving) * beyond - self.arrivals * curved
        return -self.serving * curved

    def share_waiting(self, idle_weight: float) -> float:
        """P(W > 0) from the weight of the states in which somebody is free."""
        return 0.0 if math.isinf(idle_weight) else self._busy / (idle_weight * self._just_full + self._busy)

    def occupancy(self, idle_weight: float, load_each: float, p_abandon: float) -> float:
        """From who is served; with more work than agents from who is idle, because nearly everybody leaves then."""
        if load_each <= 1:
            return load_each * (1 - p_abandon)
        idle = (idle_weight * (1 - load_each) + 1) * self._just_full
        return 1 - max(0.0, idle) / (idle_weight * self._just_full + self._busy)

    @cached_property
    def _just_full(self) -> float:
        """The weight of the state where just the last agent got busy, in units of the peak."""
        excess = max(0.0, self.arrivals / self.serving - 1)
        return math.exp(-self.serving / self.leaving * (excess - math.log1p(excess)))

    @cached_property
    def _busy(self) -> float:
        """The weight of all states without a free agent, in units of the peak."""
        return self.serving * self._whole

    @cached_property
    def _whole(self) -> float:
        return self._integral(0.0, math.inf, lambda _s: 1.0)

    def mean_of_leaving(self) -> float:
        """P(abandon | has to wait): reckoned directly, so a tiny share stays exact."""
        return self._mean(0.0, math.inf, lambda s: -math.expm1(-self.leaving * s))

    def mean_of_staying_within(self, target: float) -> float:
        """P(served within the target | has to wait)."""
        return self._mean(0.0, target, lambda s: math.exp(-self.leaving * s))

    def _mean(self, start: float, end: float, of: Weight) -> float:
        return self._integral(start, end, of) / self._whole

    def _integral(self, start: float, end: float, of: Weight) -> float:
        first, last = max(start, self._edge(-1.0)), min(end, self._edge(1.0))
        if last <= first:
            return 0.0
        return integral(lambda s: of(s) * math.exp(self.below_peak(s)), first, last)

    def _edge(self, side: float) -> float:
        """Where the density has become negligible on one side of the peak; 0 where it never does before."""
        near, far = 0.0, 1 / self.serving
        while self.below_peak(self.peak + side * far) > -NEGLIGIBLE:
            if side < 0 and far >= self.peak:
                return 0.0
            near, far = far, far * 2
        for _halving in range(60):
            middle = (near + far) / 2
            inside = self.below_peak(self.peak + side * middle) > -NEGLIGIBLE
            near, far = (middle, far) if inside else (near, middle)
        return max(0.0, self.peak + side * far)


def _curved(z: float) -> float:
    """z - (1 - exp(-z)), without cancelling near 0 and bounded far away."""
    if abs(z) < 0.01:
        return z * z * (0.5 - z * (1 / 6 - z * (1 / 24 - z * (1 / 120 - z / 720))))
    return z + math.expm1(-z) if z > -700 else math.inf
