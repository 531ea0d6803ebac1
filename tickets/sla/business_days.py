"""Business days: the close of the n-th day on which a calendar is open. Pure."""

from datetime import UTC, date, datetime, timedelta

from tickets.sla.opening import OpeningHours

LOOK_AHEAD_DAYS = 3653


def close_of_business_day(hours: OpeningHours, start: datetime, days: int) -> datetime | None:
    """When the `days`-th (at least 1) open day after the day of `start` closes, in UTC.

    The day of `start` itself does not count, however early it is. None: there are not that many open days in ten
    years. Raises ValueError for a naive `start` and for less than one day.
    """
    if start.utcoffset() is None or days < 1:
        raise ValueError("an aware moment and at least one day")
    today = start.astimezone(hours.zone).date().toordinal()
    for ordinal in range(today + 1, today + 1 + LOOK_AHEAD_DAYS):
        spans = hours.on(ordinal)
        days -= bool(spans)
        if days == 0:
            midnight = datetime.combine(date.fromordinal(ordinal), datetime.min.time(), hours.zone)
            return (midnight + timedelta(minutes=spans[-1][1])).astimezone(UTC)
    return None
