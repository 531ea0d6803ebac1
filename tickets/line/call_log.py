"""A call log to replay: rows of a table into contacts, checked on the way in. Pure.

One row is one call. What counts as what: a call without queue and without agent was left in the menu; a talk has an
agent on record and took longer than nothing and less than an hour, because everything else is a slip of the counter.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

COLUMNS: Final = (
    *("date", "call_id", "cust", "priority", "type", "vru_entry", "q_start", "q_time", "outcome"),
    *("ser_start", "ser_time", "server"),
)
PHANTOM, ANSWERED, HUNG_UP, NOBODY = "PHANTOM", "AGENT", "HANG", "NO_SERVER"
NOT_QUEUED: Final = "0:00:00"
PROSPECTS: Final = ("NW",)
PROSPECT, EXISTING = "prospect", "existing"
LONGEST_TALK: Final = 3600
LONGEST_SECONDS: Final = 1_000_000
HALF_A_DAY: Final = timedelta(hours=12)


class BrokenLog(ValueError):
    """A log that cannot be replayed, said in plain words."""


@dataclass(frozen=True)
class Call:
    """One contact as the log tells it."""

    arrived_at: datetime
    queued: bool
    wait_seconds: int
    answered: bool
    talk_seconds: int  # 0 where no talk is on record
    agent: str  # empty where nobody is on record
    customer: str  # empty for an unidentified caller
    status: str
    priority: int


def read_calls(lines: Iterable[str]) -> Iterator[Call]:
    """The calls of people who wanted somebody, in the order of the log."""
    rows = csv.DictReader(lines)
    try:
        missing = [column for column in COLUMNS if column not in (rows.fieldnames or [])]
        if missing:
            raise BrokenLog(f"The log has no column “{missing[0]}”.")
        for row in rows:
            call = read_call(row, f"Line {rows.line_num}")
            if call is not None:
                yield call
    except csv.Error as error:
        raise BrokenLog(f"Line {rows.line_num} is not a row of a table: {error}.")
    except UnicodeDecodeError:
        raise BrokenLog("The log is not text in UTF-8.")


def read_call(row: Mapping[str, str | None], where: str) -> Call | None:
    """None for what nobody waited for: a phantom, and who left in the menu."""
    outcome = row["outcome"]
    if outcome == PHANTOM:
        return None
    if outcome not in (ANSWERED, HUNG_UP):
        raise BrokenLog(f"{where}: the outcome is none of {ANSWERED}, {HUNG_UP}, {PHANTOM}.")
    wait = read_whole(row["q_time"], f"{where}: q_time")
    queued = wait > 0 or row["q_start"] != NOT_QUEUED
    if outcome == HUNG_UP and not queued:
        return None
    entered = read_moment(row["date"], row["vru_entry"], f"{where}: vru_entry")
    begins = "q_start" if queued else "ser_start"
    arrived = read_moment(row["date"], row[begins], f"{where}: {begins}")
    if arrived < entered - HALF_A_DAY:  # came before midnight, began to wait after it
        arrived += timedelta(days=1)
    talk = read_whole(row["ser_time"], f"{where}: ser_time")
    has_talk = outcome == ANSWERED and 0 < talk < LONGEST_TALK and row["server"] != NOBODY
    customer = row["cust"] or "0"
    return Call(
        arrived_at=arrived,
        queued=queued,
        wait_seconds=wait,
        answered=outcome == ANSWERED,
        talk_seconds=talk if has_talk else 0,
        agent=row["server"] or "" if has_talk else "",
        customer="" if customer == "0" else customer,
        status=PROSPECT if row["type"] in PROSPECTS else EXISTING,
        priority=read_whole(row["priority"], f"{where}: priority"),
    )


def read_whole(text: str | None, where: str) -> int:
    if text is None or not text.isascii() or not text.isdecimal() or int(text[:9]) > LONGEST_SECONDS:
        raise BrokenLog(f"{where} is not a whole number from 0 to {LONGEST_SECONDS}.")
    return int(text)


def read_moment(day: str | None, time: str | None, where: str) -> datetime:
    """Times of day as “h:mm:ss”; the log's zone is taken as it is, because only differences count."""
    parts = (time or "").split(":")
    whole = len(parts) == 3 and all(part.isascii() and part.isdecimal() and len(part) <= 2 for part in parts)
    try:
        if not whole:
            raise ValueError(time)
        hours, minutes, seconds = map(int, parts)
        midnight = datetime.strptime(day or "", "%Y-%m-%d").replace(tzinfo=UTC)
        return midnight.replace(hour=hours, minute=minutes, second=seconds)
    except ValueError:
        raise BrokenLog(f"{where} is not a time of day on a date.")
