"""How long one contact has waited and talked. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass
class Spans:
    waiting_since: datetime | None = None
    waited_seconds: float = 0.0
    answered_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def talk_seconds(self) -> float:
        if self.answered_at is None or self.ended_at is None:
            return 0.0
        return (self.ended_at - self.answered_at).total_seconds()

    def _stop_waiting(self, at: datetime) -> None:
        if self.waiting_since is not None:
            self.waited_seconds += max(0.0, (at - self.waiting_since).total_seconds())
        self.waiting_since = None
