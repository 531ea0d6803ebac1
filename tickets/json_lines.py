"""JSON lines: how another program asks this one, a question a line in; never more than one line is held."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO, Final, NoReturn

MAX_LINE_BYTES: Final = 1024 * 1024
SHOWN_CHARACTERS: Final = 60

Question = Mapping[str, object]


class BrokenLine(ValueError):
    """A line that asks nothing, said in plain words."""


class Doubled(dict[str, object]):
    """An object that says one of its keys twice, so that nobody knows which of them holds."""

    key = ""


def lines_of(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of a stream but for blank ones; of one beyond the limit no more is held than shows that it is."""
    while line := stream.readline(MAX_LINE_BYTES + 1):
        rest = line
        while len(rest) > MAX_LINE_BYTES and not rest.endswith(b"\n"):
            rest = stream.readline(MAX_LINE_BYTES + 1)
        if line.strip():
            yield line


def read_question(line: bytes) -> Question:
    if len(line) > MAX_LINE_BYTES:
        raise BrokenLine(f"The line is longer than {MAX_LINE_BYTES} bytes.")
    try:
        question = json.loads(
            line.decode("utf-8-sig"), parse_constant=refuse_constant, object_pairs_hook=read_object
        )
    except ValueError:  # bad UTF-8, bad JSON, NaN, or a number of thousands of digits
        raise BrokenLine("The line is not JSON.")
    except RecursionError:
        raise BrokenLine("The line is nested too deep.")
    if not isinstance(question, dict):
        raise BrokenLine("The line is not a JSON object.")
    return question


def refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def read_name(question: Question) -> str | int | float | None:
    name = question.get("id")
    if isinstance(name, float) and not math.isfinite(name):
        raise BrokenLine("The id is too large a number.")
    if name is None or isinstance(name, str | int | float):
        return name
    raise BrokenLine("The id is neither text nor a number.")


def read_object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    read = dict(pairs)
    if len(read) == len(pairs):
        return read
    doubled = Doubled(read)
    names = [name for name, _value in pairs]
    doubled.key = next(name for name in names if names.count(name) > 1)
    return doubled


def refuse_strange_keys(part: Mapping[str, object], known: Sequence[str]) -> None:
    """A key nobody knows is most often a known one with a slip in it, and would be passed over in silence."""
    refuse_doubled_key(part)
    for key in part:
        if key not in known:
            raise BrokenLine(f"{key[:SHOWN_CHARACTERS]} is not a key we know.")


def refuse_doubled_key(part: object) -> None:
    if isinstance(part, Doubled):
        raise BrokenLine(f"{part.key[:SHOWN_CHARACTERS]} is given twice.")
