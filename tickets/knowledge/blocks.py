"""A text in blocks: headings, lists, numbered steps, quotes and paragraphs, read from plain typing. Pure.

Articles and what the desk writes to customers are read by it. A page builds its tags from the blocks, so nothing
somebody typed is ever a tag; and whoever gets the text as it was typed can read it, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

_HEADING: Final = re.compile(r"#{1,6}(?:\s+(.*))?")
_STEP: Final = re.compile(r"(\d{1,3})[.)] +(.+)")
_LINK: Final = r"\[(?P<name>[^\[\]\n]{1,300})\]\((?P<link>(?:https?://|mailto:)[^\s()<>\"]{1,2000})\)"
# Nothing inside of an address is a sign of its own: “https://example.org/_a_/”.
_ADDRESS: Final = r"(?P<address>https?://[^\s<>]+)"
_STRONG: Final = r"\*\*(?P<strong>\S(?:[^*\n]*\S)?)\*\*"
# Only around whole words: “5 * 3 * 2” and “a_file_name” are what they say.
_STARS: Final = r"(?<![\w*])\*(?P<stars>\S(?:[^*\n]*[^\s*])?)\*(?![\w*])"
_BARS: Final = r"(?<![\w_])_(?P<bars>\S(?:[^_\n]*[^\s_])?)_(?![\w_])"
_NUMBER: Final = r"(?<![\w#&/])#(?P<number>[0-9]{1,18})(?!\w)"
_INLINE: Final = re.compile("|".join((_LINK, _ADDRESS, _STRONG, _STARS, _BARS, _NUMBER)))
_NAMED: Final = re.compile(_LINK)
_OTHERS: Final = str.maketrans("[]\n", "() ")


@dataclass(frozen=True, slots=True)
class Span:
    """Some words of a line, and what they are; `number` is a ticket's, `link` has an address we let pass."""

    text: str
    is_strong: bool = False
    is_emphasised: bool = False
    link: str = ""
    number: int | None = None
    is_mention: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """`kind` is heading, list, steps, quote or paragraph; the lines of it, or its items and the numbers before them."""

    kind: str
    lines: tuple[tuple[Span, ...], ...]
    numbers: tuple[int, ...] = ()

    @property
    def plain(self) -> str:
        return " ".join("".join(span.text for span in line) for line in self.lines)

    @property
    def items(self) -> list[tuple[int, tuple[Span, ...]]]:
        """The steps with the numbers they were typed with: “24. December” stays the 24th."""
        return list(zip(self.numbers, self.lines, strict=True))


def blocks_of(text: str, *, names: Iterable[str] = ()) -> list[Block]:
    """Read a text: “## ” begins a heading, “- ” an item, “1. ” a step, “> ” a quote, an empty line ends a paragraph.

    `names` are people it mentions by “@”.
    """
    found: list[tuple[str, list[str], list[int]]] = []
    mentions = _mentions(names)
    goes_on = False
    for line in text.splitlines():
        kind, said, number = _read(line.strip())
        if not said:
            goes_on = False
            continue
        if kind == "heading" or not goes_on or found[-1][0] != kind:
            found.append((kind, [], []))
        found[-1][1].append(said)
        found[-1][2].append(number)
        goes_on = kind != "heading"
    return [
        Block(
            kind,
            tuple(tuple(_spans(Span(line), mentions)) for line in lines),
            tuple(numbers) if kind == "steps" else (),
        )
        for kind, lines, numbers in found
    ]


def spans_of(line: str) -> tuple[Span, ...]:
    """A line in spans: **strong**, *emphasised*, [a link](https://…), #17."""
    return tuple(_spans(Span(line), None))


def plain_of(text: str) -> str:
    """As it is read where there are only letters: “words (address)” for a link, and everything else as typed."""
    return _NAMED.sub(lambda found: _said_plain(found["name"], found["link"]), text)


def link_to(address: str, name: str) -> str:
    """A link as it is typed; signs that would end its words are others in it."""
    return f"[{name.translate(_OTHERS)}]({address})"


def _said_plain(name: str, link: str) -> str:
    return link if name == link else f"{name} ({link.removeprefix('mailto:')})"


def _read(line: str) -> tuple[str, str, int]:
    heading = _HEADING.fullmatch(line)
    if heading:
        return "heading", (heading[1] or "").strip(), 0
    if line.startswith(">"):
        return "quote", line.lstrip("> ").strip(), 0
    if line.startswith(("- ", "* ", "• ")):
        return "list", line[2:].strip(), 0
    step = _STEP.fullmatch(line)
    return ("steps", step[2].strip(), int(step[1])) if step else ("paragraph", line, 0)


def _mentions(names: Iterable[str]) -> re.Pattern[str] | None:
    longest_first = sorted({name for name in names if name}, key=len, reverse=True)
    if not longest_first:
        return None
    any_name = "|".join(re.escape(name) for name in longest_first)
    return re.compile(rf"(?<![\w@.])@(?:{any_name})(?!\w)", re.IGNORECASE)


def _spans(whole: Span, mentions: re.Pattern[str] | None) -> Iterator[Span]:
    """What stands in a span, each part with what the whole is already."""
    at = 0
    for found in _INLINE.finditer(whole.text):
        yield from _words(replace(whole, text=whole.text[at : found.start()]), mentions)
        at = found.end()
        if found["name"] is not None:
            yield replace(whole, text=found["name"], link=found["link"])
        elif found["number"] is not None:
            yield replace(whole, text=found[0], number=int(found["number"]))
        elif found["strong"] is not None:
            yield from _spans(replace(whole, text=found["strong"], is_strong=True), mentions)
        elif found["address"] is not None:
            yield replace(whole, text=found["address"])
        else:
            said = found["stars"] if found["stars"] is not None else found["bars"]
            yield from _spans(replace(whole, text=said, is_emphasised=True), mentions)
    yield from _words(replace(whole, text=whole.text[at:]), mentions)


def _words(span: Span, mentions: re.Pattern[str] | None) -> Iterator[Span]:
    at = 0
    for found in mentions.finditer(span.text) if mentions else ():
        if found.start() > at:
            yield replace(span, text=span.text[at : found.start()])
        yield replace(span, text=found[0], is_mention=True)
        at = found.end()
    if at < len(span.text):
        yield replace(span, text=span.text[at:])
