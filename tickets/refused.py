"""Refused: why something cannot be done on the desk, as a value with a code for programs and words for people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refused:
    """The words say what could be done instead, where there is something."""

    code: str
    words: str
