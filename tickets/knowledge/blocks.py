"""The text of an article in blocks: headings, lists, numbered steps and paragraphs, read from plain typing. Pure.

A page builds its tags from the blocks, so nothing somebody typed is ever a tag.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_STEP: Final = re.compile(r"\d{1,3}[.)] +(.+)")
_BOLD: Final = re.compile(r"\*\*(\S(?:[^*\n]*\S)?)\*\*")


@dataclass(frozen=True, slots=True)
class Span:
    text: str
    is_strong: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """`kind` is heading, list, steps or paragraph; the lines of a paragraph or heading, the items of a list."""

    kind: str
    lines: tuple[tuple[Span, ...], ...]

    @property
    def plain(self) -> str:
        return " ".join("".join(span.text for span in line) for line in self.lines)


def blocks_of(text: str) -> list[Block]:
    """Read a text: “## ” begins a heading, “- ” an item, “1. ” a step, an empty line ends a paragraph."""
    found: list[tuple[str, list[str]]] = []
    goes_on = False
    for line in text.splitlines():
        kind, said = _read(line.strip())
        if not said:
            goes_on = False
            continue
        if kind == "heading" or not goes_on or found[-1][0] != kind:
            found.append((kind, []))
        found[-1][1].append(said)
        goes_on = kind != "heading"
    return [Block(kind, tuple(spans_of(line) for line in lines)) for kind, lines in found]


def spans_of(line: str) -> tuple[Span, ...]:
    """A line, with what stands between two pairs of stars as strong."""
    parts = _BOLD.split(line)
    return tuple(Span(part, place % 2 == 1) for place, part in enumerate(parts) if part)


def _read(line: str) -> tuple[str, str]:
    if line.startswith("#"):
        return "heading", line.lstrip("#").strip()
    if line.startswith(("- ", "* ", "• ")):
        return "list", line[2:].strip()
    step = _STEP.fullmatch(line)
    return ("steps", step[1].strip()) if step else ("paragraph", line)
