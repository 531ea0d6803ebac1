"""The bottleneck: of all requests not decided at once, what stood in the way – ability, will or permission.

What is no matter of permission is kept apart: a missing fact or tool is not made good by a wider limit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from ..ruling import Ruling
from ..weigh.decision import FREE_RANK, Dimension, Outcome
from .field import WINDOW
from .share import FEWEST, FEWEST_PEOPLE, portions

SETTLED = (Dimension.GUARDRAIL, Dimension.CONFLICT)
BINDING = (Dimension.KOENNEN, Dimension.WOLLEN, Dimension.DUERFEN, *SETTLED)


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """Whole per cents by what bound, together 100; of so many requests by so many people; `enabling` beside them."""

    percents: dict[str, int]
    of: int
    people: int
    enabling: int

    @property
    def too_few(self) -> bool:
        """Will is told of five people together or not at all, so the whole figure is."""
        return self.of < FEWEST or self.people < FEWEST_PEOPLE


def shares_of(rows: Iterable[tuple[Iterable[str], int]]) -> dict[str, float]:
    """By what bound, how many requests; where two bound together, each has half of it. Pure."""
    counts: dict[str, float] = dict.fromkeys((str(name) for name in BINDING), 0.0)
    for names, number in rows:
        binding = [name for name in names if name in counts]
        for name in binding:
            counts[name] += number / len(binding)
    return counts


def bottleneck(*, at: datetime) -> Bottleneck:
    """Of the whole house in the last 90 days; two queries."""
    stored = Ruling.objects.of_people().filter(at__gt=at - timedelta(days=WINDOW), at__lte=at)
    waited = stored.exclude(outcome__in=[outcome.value for outcome in Outcome if outcome.rank <= FREE_RANK])
    # Without an order of its own: the default one would make a group of each ruling.
    rows = waited.order_by().values_list("decision__binding").annotate(number=Count("pk"))
    apart: dict[bool, list[tuple[list[str], int]]] = defaultdict(list)
    for names, number in rows:
        apart[any(name in BINDING for name in names)].append((names, number))
    counts = stored.aggregate(
        people=Count("agent", distinct=True),
        unknown=Count("pk", filter=Q(outcome=Outcome.NEED_FACTS)),
    )
    return Bottleneck(
        percents=portions(shares_of(apart[True])),
        of=sum(number for _names, number in apart[True]),
        people=counts["people"],
        enabling=counts["unknown"] + sum(number for _names, number in apart[False]),
    )
