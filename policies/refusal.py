"""A refusal: why somebody cannot do what they tried, as a value and never as an exception."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Refusal:
    """A code for programs, a sentence for people."""

    code: str
    text: str | Promise
