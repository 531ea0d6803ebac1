"""Patterns worth a question: amounts that crowd below a limit, pairs, rings, and claims far above the usual. Pure.

None of them says that anybody did wrong; most have an innocent reason, and the first one often is a limit too low.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from math import comb


@dataclass(frozen=True, slots=True)
class Bunch:
    """How many lie in the last tenth below a limit, and how many in the tenth before it."""

    close: int
    before: int


def bunched(amounts: Iterable[int], limit: int, *, least: int = 10, per_mille: int = 10) -> Bunch | None:
    """Where amounts thin out smoothly there are no more in (0.9 L, L] than in (0.8 L, 0.9 L].

    Reported when chance alone would bring that many in fewer than `per_mille` of a thousand cases: the binomial tail
    P(X ≥ a | a + b, ½), reckoned exactly.
    """
    close = before = 0
    for cents in amounts:
        close += 9 * limit < 10 * cents <= 10 * limit
        before += 8 * limit < 10 * cents <= 9 * limit
    if limit <= 0 or close < least:
        return None
    total = close + before
    tail = sum(comb(total, number) for number in range(close, total + 1))
    return Bunch(close, before) if tail * 1000 < per_mille * 2**total else None


@dataclass(frozen=True, slots=True)
class Pair:
    agent: int
    customer: int
    count: int
    share_percent: int  # of everything this agent gave


def pairs(
    given: Sequence[tuple[int, int, int]],
    *,
    recent: Sequence[tuple[int, int]],
    often: int = 3,
    share: int = 20,
    least: int = 10,
) -> list[Pair]:
    """Agent and customer who meet often, or where one customer gets a great part of what an agent gives.

    `given` are (agent, customer, cents); `recent` the (agent, customer) of the last 90 days.
    """
    met = Counter(recent)
    worth: dict[int, int] = defaultdict(int)
    count: Counter[int] = Counter()
    of_pair: dict[tuple[int, int], int] = defaultdict(int)
    for agent, customer, cents in given:
        worth[agent] += cents
        count[agent] += 1
        of_pair[agent, customer] += cents
    found = []
    for pair in sorted({*met, *of_pair}):
        agent, customer = pair
        percent = 100 * of_pair[pair] // worth[agent] if worth[agent] else 0
        much = count[agent] >= least and 100 * of_pair[pair] > share * worth[agent]
        if met[pair] >= often or much:
            found.append(Pair(agent, customer, met[pair], percent))
    return found


def rings(answered: Iterable[tuple[int, int]], *, least: int = 4) -> list[tuple[int, int]]:
    """Two who each say yes to more than half of what the other asks; `answered` are (asker, who said yes)."""
    asked: Counter[int] = Counter()
    yes: Counter[tuple[int, int]] = Counter()
    for asker, approver in answered:
        asked[asker] += 1
        yes[asker, approver] += 1
    return sorted(
        (one, other)
        for one, other in yes
        if one < other
        and min(asked[one], asked[other]) >= least
        and 2 * yes[one, other] > asked[one]
        and 2 * yes[other, one] > asked[other]
    )


def far_above(counts: Mapping[int, int], *, percentile: int = 99, least: int = 4) -> list[int]:
    """Who received more often than that share of everybody who received anything; fewer than `least` is never much."""
    if not counts:
        return []
    ordered = sorted(counts.values())
    # The smallest count that so many per cent do not exceed.
    border = ordered[-(-percentile * len(ordered) // 100) - 1]
    return sorted(who for who, count in counts.items() if count > border and count >= least)


def drawn(numbers: Iterable[int], *, per_mille: int, secret: bytes) -> list[int]:
    """A sample that nobody can foresee and every repeat draws the same: by a keyed fingerprint of each number."""
    return [number for number in numbers if _lot(number, secret) % 1000 < per_mille]


def _lot(number: int, secret: bytes) -> int:
    return int.from_bytes(blake2b(str(number).encode(), key=secret[:64], digest_size=8).digest())
