"""JSON lines: how another program asks this one, a question a line in; never more than one line is held."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import BinaryIO, Final, NoReturn

MAX_LINE_BYTES: Final = 1024 * 1024

Question = Mapping[str, object]


class BrokenLine(ValueError):
    """A line that asks nothing, said in plain words."""


def lines_of(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of a stream; one longer than the limit comes cut just beyond it, its rest is never held."""
    while line := stream.readline(MAX_LINE_BYTES + 1):
        rest = line
        while len(rest) > MAX_LINE_BYTES and not rest.endswith(b"\n"):
            rest = stream.readline(MAX_LINE_BYTES + 1)
        yield line


def read_question(line: bytes) -> Question:
    if len(line) > MAX_LINE_BYTES:
        raise BrokenLine(f"The line is longer than {MAX_LINE_BYTES} bytes.")
    try:
        question = json.loads(line.decode("utf-8-sig"), parse_constant=refuse_constant)
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
