"""A tally of one contact: what was talked, how often it seems dropped, when it was booked for. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass
class Tally:
    """What stays counted, whatever comes after it."""

    first_answered_at: datetime | None = None
    talking_since: datetime | None = None
    talked_seconds: float = 0.0  # over all talks, without what lay between them
    drop: str = ""  # why it looks as if we dropped the customer, until we have called back
    drops: int = 0  # how many talks it looked like that, for good
    comes_first: bool = False
    booked_at: datetime | None = None  # the time they chose to be called: before it nobody waits

    def start_talking(self, at: datetime) -> None:
        self.talking_since = at

    def stop_talking(self, at: datetime) -> None:
        if self.talking_since is not None:
            self.talked_seconds += max(0.0, (at - self.talking_since).total_seconds())
        self.talking_since = None

    def suspect(self, why: str) -> None:
        """One talk is dropped once, whatever else is found of it."""
        self.drops += not self.drop
        self.drop, self.comes_first = why, True

    def book(self, until: datetime | None) -> None:
        if self.first_answered_at is None:
            self.booked_at = until

    def come_earlier(self, at: datetime) -> None:
        """Whoever comes by themselves before the time they chose waits from then on."""
        if self.booked_at is not None and at < self.booked_at:
            self.booked_at = at
