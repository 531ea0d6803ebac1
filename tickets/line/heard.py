"""What is heard of a contact, what it then owes, and the bounds both are measured by. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final


@dataclass(frozen=True)
class Bounds:
    """The hold budget and its companions, in seconds; none of them ends anything."""

    callback_after: int = 60
    bound: int = 240
    offer: int = 20
    help_after: int = 240
    silence: tuple[int, ...] = (60, 120, 180, 240)
    short_talk: int = 10
    outcome_within: int = 600
    attempts: int = 3
    attempt_again: int = 600
    called_within: int = (
        1800  # of their turn or the time they chose; then every team is asked and the leads see it
    )
    reserved: int = 240  # an agent kept free who does not dial
    dialling: int = 1800  # long, for whoever forgets to say “reached” is talking


USUAL: Final = Bounds()


@dataclass(frozen=True)
class Heard:
    """One thing that happened. `step` numbers what can happen several times: a stretch of waiting, a rung."""

    kind: str
    at: datetime
    agent: int | None = None
    ended_by: str = ""
    step: int = 0
    until: datetime | None = None
    queued: bool | None = None
    is_long: bool = False  # on arrival the wait was expected to be longer than the hold budget
    call: str = ""  # the telephone system's name for the leg it is said of


@dataclass(frozen=True, order=True)
class Due:
    """A deadline a contact owes; its name says which one, so that each is kept exactly once."""

    at: datetime
    kind: str
    step: int

    @classmethod
    def after(cls, since: datetime, seconds: int, kind: str, step: int) -> Due:
        return cls(since + timedelta(seconds=seconds), kind, step)
