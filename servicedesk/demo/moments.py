"""Moments of the demo: told in working time before now, so that the same clocks run, warn and break at any hour."""

from __future__ import annotations

from datetime import datetime, timedelta

from tickets.sla.worktime import OpeningHours, deadline, open_spans

DAY = 555  # minutes of a workday in the north; a little less than one in the south
LONGEST_CLOSED = timedelta(days=30)


def before(hours: OpeningHours, now: datetime, seconds: int) -> datetime:
    """The working instant from which `seconds` of working time lead up to `now`.

    Raises ValueError when the calendar was not open that long within the time one would expect.
    """
    left = timedelta(seconds=seconds)
    look_back = LONGEST_CLOSED + timedelta(seconds=seconds * 6)  # four hours of work a day would still do
    for opens, closes in reversed(list(open_spans(hours, now - look_back, now))):
        if closes - opens >= left:
            return closes - left
        left -= closes - opens
    raise ValueError("The calendar was hardly ever open.")


def after(hours: OpeningHours, moment: datetime, minutes: int) -> datetime:
    """The moment when `minutes` (at least 1) of working time after `moment` are used up."""
    found = deadline(hours, moment, minutes * 60)
    if found is None:
        raise ValueError("The calendar never opens again.")
    return found


def evening_before(hours: OpeningHours, moment: datetime) -> datetime:
    """The evening before the day of `moment`: when people write who work during the day."""
    local = moment.astimezone(hours.zone)
    return (
        (local - timedelta(days=1)).replace(hour=20, minute=10 + local.minute // 2).astimezone(moment.tzinfo)
    )
