"""An expectation: what a month will have used at its end if it goes on as it began. Pure.

Linear by days: used so far, divided by the days begun (today counts as a whole day), times the days of the month.
No pattern of week-ends or seasons is assumed, so the page can say in one sentence how it was reckoned.
"""

from __future__ import annotations

from datetime import date, timedelta


def expected_cents(used_cents: int, *, starts: date, ends: date, today: date) -> int:
    """Whole cents at the end of the month, rounded to the nearest; after the month it is what was used."""
    begun, days = _days(starts, ends, today)
    return (2 * used_cents * days + begun) // (2 * begun)


def runs_out_on(
    used_cents: int, allotted_cents: int, *, starts: date, ends: date, today: date
) -> date | None:
    """The first day at whose end more would be used than was allotted; None when it lasts."""
    begun, days = _days(starts, ends, today)
    if used_cents * days <= allotted_cents * begun:
        return None
    day = allotted_cents * begun // used_cents + 1
    return max(today, starts + timedelta(days=day - 1))


def _days(starts: date, ends: date, today: date) -> tuple[int, int]:
    days = (ends - starts).days + 1
    return min(max((today - starts).days + 1, 1), days), days
