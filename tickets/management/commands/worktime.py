"""Business-hours arithmetic for other programs: questions as JSON lines in, answers as JSON lines out."""

import json
import re
import sys
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from django.core.management.base import BaseCommand

from tickets.json_lines import (
    BrokenLine,
    Question,
    lines_of,
    read_name,
    read_question,
    refuse_doubled_key,
    refuse_strange_keys,
)
from tickets.sla.worktime import (
    CalendarError,
    OpeningHours,
    Pause,
    deadline,
    elapsed,
    is_open,
    next_open,
    parse_calendar,
)

MAX_PAUSES: Final = 10_000
CALENDARS_KEPT: Final = 64
QUESTION_KEYS: Final = ("id", "kind", "calendar", "start", "seconds", "end", "pauses")
CALENDAR_KEYS: Final = ("tz", "weekly", "holidays", "overrides", "breaks")
# Python alone would also take week dates, and a NUL behind the last digit.
MOMENT: Final = re.compile(r"[0-9TZ:.+ -]{1,40}", re.IGNORECASE)

Answer = str | int | bool | None


class Command(BaseCommand):
    """Reads no database. Its words stay English whatever the language of the house: programs read them."""

    help = (
        'Answers JSON lines on stdin: {"id", "kind": "deadline" | "elapsed" | "next_open" | "is_open", '
        '"calendar", "start", "seconds", "end", "pauses"}. Each line gets one line: {"id", "answer"} or '
        '{"id", "error"}; blank lines are passed over. A key nobody knows, or one said twice, is an error.'
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        for line in lines_of(sys.stdin.buffer):
            self.stdout.write(json.dumps(reply_to(line)))
            self.stdout.flush()


def reply_to(line: bytes) -> dict[str, object]:
    """`{"id", "answer"}`, or `{"id", "error"}` in words; `id` is null where none could be read."""
    name: object = None
    try:
        question = read_question(line)
        name = read_name(question)
        refuse_strange_keys(question, QUESTION_KEYS)
        return {"id": name, "answer": answer_to(question)}
    except (BrokenLine, CalendarError) as refusal:
        return {"id": name, "error": str(refusal)}
    except RecursionError:
        return {"id": name, "error": "The line is nested too deep."}


def answer_to(question: Question) -> Answer:
    kind = question.get("kind")
    if kind not in ("deadline", "elapsed", "next_open", "is_open"):
        raise BrokenLine("The kind is none of deadline, elapsed, next_open, is_open.")
    hours = read_calendar(question.get("calendar"))
    start = read_moment(question.get("start"), "start")
    if kind == "next_open":
        return written(next_open(hours, start))
    if kind == "is_open":
        return is_open(hours, start)
    pauses = read_pauses(question.get("pauses", []))
    if kind == "elapsed":
        return elapsed(hours, start, read_moment(question.get("end"), "end"), pauses)
    return written(deadline(hours, start, read_seconds(question.get("seconds")), pauses))


def read_calendar(calendar: object) -> OpeningHours:
    if not isinstance(calendar, dict):
        raise BrokenLine("The calendar is missing or not a JSON object.")
    refuse_strange_keys(calendar, CALENDAR_KEYS)
    for part in calendar.values():
        refuse_doubled_key(part)
    return opening_hours(json.dumps(calendar, sort_keys=True))


@lru_cache(maxsize=CALENDARS_KEPT)
def opening_hours(calendar: str) -> OpeningHours:
    """Read once per calendar, however many lines carry it."""
    return parse_calendar(json.loads(calendar))


def read_seconds(seconds: object) -> int:
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        raise BrokenLine("The seconds are missing or not a whole number.")
    return seconds


def read_moment(text: object, part: str) -> datetime:
    if not isinstance(text, str) or not MOMENT.fullmatch(text):
        raise BrokenLine(f"The {part} is missing or not a date with a time of day.")
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError:
        raise BrokenLine(f"The {part} is not a date with a time of day.")


def read_pauses(pauses: object) -> list[Pause]:
    if not isinstance(pauses, list) or len(pauses) > MAX_PAUSES:
        raise BrokenLine(f"The pauses are not a list of at most {MAX_PAUSES} pairs.")
    return [read_pause(pause) for pause in pauses]


def read_pause(pause: object) -> Pause:
    if not isinstance(pause, list) or len(pause) != 2:
        raise BrokenLine("A pause is not a pair of start and end.")
    pause_from, pause_to = pause
    waiting = pause_to is None
    return read_moment(pause_from, "pause's start"), None if waiting else read_moment(pause_to, "pause's end")


def written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
