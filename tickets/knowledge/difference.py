"""What two texts say differently, line by line. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

KEPT_AROUND: Final = 1  # lines shown before and after a change, so that one sees where it is


@dataclass(frozen=True, slots=True)
class Line:
    """`sign` is “+” for what came, “-” for what went, “ ” for what stayed, “…” for lines left out."""

    sign: str
    text: str = ""


def difference(was: str, now: str) -> list[Line]:
    """The changed lines with a little around them; empty for the same text."""
    old, new = was.splitlines(), now.splitlines()
    if old == new:
        return []
    found: list[Line] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if tag == "equal":
            found += _around(old[a:b], first=a == 0, last=b == len(old))
            continue
        found += [Line("-", line) for line in old[a:b]]
        found += [Line("+", line) for line in new[c:d]]
    return found


def _around(lines: list[str], *, first: bool, last: bool) -> list[Line]:
    before = [] if first else lines[:KEPT_AROUND]
    after = [] if last else lines[max(len(before), len(lines) - KEPT_AROUND) :]
    left_out = len(lines) > len(before) + len(after)
    gap = [Line("…")] if left_out else []
    return [*(Line(" ", line) for line in before), *gap, *(Line(" ", line) for line in after)]
