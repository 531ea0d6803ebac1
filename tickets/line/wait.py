"""A wait: from when until when somebody waited for us, and whether they gave up, as a row of the line tells. Pure.

Most who leave a chat leave without a word: whoever was gone before anybody wrote to them, or never read what we wrote,
gave up as much as whoever hangs up, and the wait before it counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from . import words as on

CHAT: Final = "chat"
ROW: Final = (
    *("arrived_at", "booked_at", "first_answered_at", "ended_at", "phase", "channel"),
    *("chat__seen_at", "chat__customer_read"),
)


@dataclass(frozen=True, slots=True)
class Wait:
    began: datetime
    answered_at: datetime | None
    left_at: datetime | None  # when they gave up, or when it ended

    @property
    def gave_up(self) -> bool:
        return self.answered_at is None and self.left_at is not None

    @property
    def seconds(self) -> float | None:
        """None while they still wait."""
        until = self.answered_at or self.left_at
        return None if until is None else max(0.0, (until - self.began).total_seconds())

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Wait:
        came, answered, left = row["arrived_at"], row["first_answered_at"], row["ended_at"]
        began = max(came, row["booked_at"] or came)
        if answered and _read_nothing(row):
            return cls(began, None, answered)
        if not answered and row["phase"] == on.ASLEEP:
            return cls(began, None, row["chat__seen_at"] or came)
        return cls(began, answered, left)


def _read_nothing(row: Mapping[str, Any]) -> bool:
    """The chat is over or asleep, and not a word of ours was ever read."""
    return (
        row["channel"] == CHAT and row["phase"] in (on.ASLEEP, on.ENDED) and row["chat__customer_read"] == 0
    )
