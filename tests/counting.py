"""How often something asks the database: as often for thirty rows as for one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext

MANY = 30


def queries(ask: Callable[[], object]) -> list[str]:
    """What it asks, in order."""
    with CaptureQueriesContext(connection) as asked:
        ask()
    return [query["sql"] for query in asked]


def reading(client: object, *addresses: str, **how: object) -> Callable[[], object]:
    """Looks at these pages, one after the other."""

    def look() -> None:
        for address in addresses:
            answer = client.get(address, **how)
            assert answer.status_code == 200, f"{address} answers {answer.status_code}"

    return look


def as_often_for_thirty(
    ask: Callable[[], object], make: Callable[[int], object], *, many: int = MANY, most: int | None = None
) -> None:
    """With the row of number 0 `ask` costs what it costs with `many` of them, and `most` at most.

    The first look is not counted: what a process or a person is asked once is asked in it.
    """
    make(0)
    ask()
    one = queries(ask)
    for number in range(1, many):
        make(number)
    all_of_them = queries(ask)
    more = Counter(map(alike, all_of_them))
    more.subtract(map(alike, one))
    assert len(all_of_them) == len(one), [found for found in more.most_common() if found[1]]
    assert most is None or len(one) <= most, one


def alike(sql: str) -> str:
    """A question without what it is asked about, shortened from the front."""
    return re.sub(r"'[^']*'|\b\d+\b", "?", sql)[-300:]
