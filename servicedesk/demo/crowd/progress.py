"""Progress of a long command: one line that keeps still, or every tenth percent where nobody watches."""

from __future__ import annotations

import time
from typing import TextIO

EVERY_SECONDS = 0.2


class Progress:
    """Writes percent and the time left to `stream`: over and over on a terminal, else once for every 10 %."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.alive = stream.isatty()
        self.began = self.shown_at = time.monotonic()
        self.shown = -1

    def __call__(self, done: float) -> None:
        """`done` from 0 to 1."""
        now = time.monotonic()
        if self.alive:
            if done < 1 and now - self.shown_at < EVERY_SECONDS:
                return
            self.shown_at = now
            end = "\n" if done >= 1 else ""
            self.stream.write(f"\r{self._line(done, now):<40}{end}")
            self.stream.flush()
        elif int(done * 10) > self.shown:
            self.shown = int(done * 10)
            self.stream.write(f"{self._line(done, now)}\n")

    def _line(self, done: float, now: float) -> str:
        took = now - self.began
        if done >= 1:
            return f"100 %, {took:.0f} s"
        left = took / done - took if done else 0
        return f"{done:4.0%}, {left:.0f} s to go".replace("%", " %")
