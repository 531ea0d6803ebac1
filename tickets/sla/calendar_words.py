"""The words in which a calendar, or a question put to it, is refused."""

from typing import Final


def gettext_noop(words: str) -> str:
    """Marks a sentence for the translators' catalogue. Django's own would ask for settings."""
    return words


WORDS: Final[dict[str, str]] = {
    "not_a_calendar": gettext_noop("A calendar is a set of named parts: time zone, weekly hours, holidays."),
    "zone_missing": gettext_noop("A calendar needs the name of a time zone, such as Europe/Berlin."),
    "zone_unknown": gettext_noop("There is no time zone called %(zone)s."),
    "no_hours": gettext_noop("This calendar has no opening hours at all."),
    "weekly_shape": gettext_noop("Weekly hours are a list of periods for each day of the week."),
    "weekday_unknown": gettext_noop(
        "%(day)s is not a day of the week; use mon, tue, wed, thu, fri, sat, sun."
    ),
    "holidays_shape": gettext_noop("Holidays are a list of dates."),
    "dated_shape": gettext_noop("The part %(part)s is a list of periods for each date."),
    "too_many_dates": gettext_noop("The part %(part)s holds more than %(limit)d dates."),
    "not_a_date": gettext_noop("%(date)s is not a date; write it as 2026-12-24."),
    "periods_shape": gettext_noop("The periods of %(day)s are a list of pairs, such as 09:00 and 17:00."),
    "too_many_periods": gettext_noop("%(day)s has more than %(limit)d periods."),
    "not_a_time": gettext_noop("%(time)s is not a time of day; use 00:00 to 23:59, or 24:00 as an end."),
    "starts_at_24": gettext_noop("A period on %(day)s starts at 24:00; that is 00:00 of the next day."),
    "not_a_moment": gettext_noop("A start, end or pause is not a date with a time of day."),
    "moment_naive": gettext_noop(
        "A date with a time of day needs its distance from UTC, such as Z or +02:00."
    ),
    "moment_out_of_range": gettext_noop("Only the years %(first)d to %(last)d can be reckoned."),
    "target_not_whole": gettext_noop("A target is a whole number of seconds."),
    "target_not_positive": gettext_noop("A target must be longer than nothing."),
    "target_too_long": gettext_noop("A target may be %(limit)d seconds long at most."),
    "pause_backwards": gettext_noop("A pause ends before it starts."),
}
SHOWN_CHARACTERS: Final = 60


class CalendarError(ValueError):
    """A calendar, or a question put to it, that makes no sense – said in plain words.

    `code` names the reason and stays stable; `words` is the English sentence with its gaps, `params` fills
    them. A door that speaks to people shows `gettext(error.words) % error.params`; `str(error)` is English.
    """

    def __init__(self, code: str, **params: str | int) -> None:
        self.code = code
        self.words = WORDS[code]
        self.params = params
        super().__init__(self.words % params)


def shown(value: object) -> str:
    """The value as a refusal may quote it: text only, and never longer than a glance."""
    if not isinstance(value, str):
        return f"({type(value).__name__})"
    return value if len(value) <= SHOWN_CHARACTERS else value[:SHOWN_CHARACTERS] + "…"
