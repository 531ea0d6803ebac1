"""The business hours of the demo: two teams, two Länder with their public holidays, a lunch hour, a Saturday."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import holidays

from tickets.models import BusinessHours

from .people import NORTH, SOUTH

WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
WITH_LUNCH = [["08:00", "12:30"], ["13:15", "18:00"]]
WITHOUT_LUNCH = [["08:00", "18:00"]]
SHORT_DAY = [["08:00", "12:00"]]

# Team: name of the calendar, Land, hours of a workday, hours of a Saturday.
CALENDARS = {
    NORTH: ("Hamburg, Mo–Fr 8–18 Uhr", "HH", WITH_LUNCH, []),
    SOUTH: ("München, Mo–Fr 8–18 Uhr, Sa 9–13 Uhr", "BY", WITHOUT_LUNCH, [["09:00", "13:00"]]),
}


def open_hours(*, year: int) -> dict[str, BusinessHours]:
    """Each team's calendar with the holidays of last year (the stories reach back), this and the next year."""
    years = (year - 1, year, year + 1)
    calendars = {}
    for team, (name, land, workday, saturday) in CALENDARS.items():
        calendars[team] = BusinessHours.objects.create(
            name=name,
            weekly={**dict.fromkeys(WORKDAYS, workday), "sat": saturday},
            holidays=public_holidays(land, years),
            overrides=short_days(years),
        )
    return calendars


def public_holidays(land: str, years: Iterable[int]) -> list[str]:
    """The public holidays of a Land as ISO dates, in order; with those its Catholic towns keep, as Munich does."""
    kept = holidays.country_holidays("DE", subdiv=land, years=years, categories=("public", "catholic"))
    return sorted(day.isoformat() for day in kept)


def short_days(years: Iterable[int]) -> dict[str, list[list[str]]]:
    """Christmas Eve and New Year's Eve end at noon, where they are workdays at all."""
    days = [date(year, 12, day) for year in years for day in (24, 31)]
    return {day.isoformat(): SHORT_DAY for day in days if day.weekday() < len(WORKDAYS)}
