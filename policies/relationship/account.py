"""The account of a relationship: what winning a customer comes to a month by now, and how long such ones stay. Pure."""

from __future__ import annotations

MONTHS = 12
MOST_PERCENT = 99


def cost_per_month(cents: int, months: int) -> int:
    """What winning somebody cost, spread over the months so far, in whole cents; the first month counts as one."""
    whole = max(1, months)
    return (2 * cents + whole) // (2 * whole)


def expected_rest(stay_percent: int) -> int | None:
    """How many more years somebody is expected to stay when so many of a hundred stay each year; None for nobody.

    One over the share that leaves: a customer of ten years is as likely to leave this year as one of two.
    """
    if not 0 < stay_percent <= MOST_PERCENT:
        return None
    leaves = 100 - stay_percent
    return (200 + leaves) // (2 * leaves)
