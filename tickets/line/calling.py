"""The calls of one contact: on which leg it stands, which it has left, and how often we tried to reach it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Calling:
    attempts: int = 0
    not_before: datetime | None = None  # a booked time, or when to try again
    leg: str = ""  # as the telephone system calls it; empty where it tells of none
    left: set[str] = field(default_factory=set)
    beside: str = ""  # the one they may still hold while they come by another way
    is_owed: bool = False  # we are to call, even where they meanwhile came by themselves
    wished: datetime | None = None  # the time they chose for it
    kept: int = 0  # how often an agent was kept free for it
    kept_since: datetime | None = None  # since then, or since their telephone rings

    def stand_on(self, leg: str) -> None:
        """From now on this leg is the contact; of the one before nothing counts any more."""
        if leg and leg != self.leg:
            self.leave_leg()
            self.leg = leg
            self.beside = ""
        self.left.discard(leg)

    def go_beside(self) -> None:
        self.beside = self.leg or self.beside
        self.leave_leg()

    def hang_up(self, leg: str) -> None:
        if leg and leg == self.beside:
            self.beside = ""

    def leave_leg(self) -> None:
        if self.leg:
            self.left.add(self.leg)
        self.leg = ""

    def begin_anew(self) -> None:
        """We are to call, as if for the first time: whoever was with us can be reached, whatever we tried before."""
        self.attempts, self.is_owed, self.wished = 0, True, None
