"""Staffing for other programs: how many agents so much work needs, as JSON lines in and JSON lines out."""

import json
import math
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Final

from django.core.management.base import BaseCommand

from tickets.json_lines import BrokenLine, Question, lines_of, read_name, read_question
from tickets.line.staffing import (
    LONGEST_SECONDS,
    MOST_AGENTS,
    MOST_ARRIVALS_PER_HOUR,
    SHORTEST_SECONDS,
    Outlook,
    impatient,
    patient,
)

ERLANG_C, ERLANG_A = "erlang_c", "erlang_a"
SECONDS: Final[Mapping[str, float]] = {
    "handle_seconds": SHORTEST_SECONDS,
    "patience_seconds": SHORTEST_SECONDS,
    "target_seconds": 0.0,
}
KNOWN: Final = ("id", "model", "arrivals_per_hour", "agents", *SECONDS)


class Command(BaseCommand):
    """Reads no database. Its words stay English whatever the language of the house: programs read them.

    In, one object a line:

        {"id": 1, "model": "erlang_c" | "erlang_a", "arrivals_per_hour": 60, "handle_seconds": 300, "agents": 7,
         "patience_seconds": 180, "target_seconds": 20}

    `id` may be left out, and so may `target_seconds` (then there is no service level); `patience_seconds` is what
    Erlang A needs and Erlang C, which knows no patience, passes over. Out, a line for each:

        {"id": 1, "p_wait": 0.218, "p_abandon": 0.0628, "mean_wait_seconds": 11.31, "service_level": 0.8261,
         "occupancy": 0.6694}

    The mean wait is everybody's, those who left included; the service level is served within the target of all who
    came. More work than agents under Erlang C has no steady state: everybody waits, the mean wait is null. A line
    that cannot be read gets {"id", "error"}, the next one is read, and the command ends with 0.
    """

    help = (
        'Answers JSON lines on stdin: {"id", "model": "erlang_c" | "erlang_a", "arrivals_per_hour", '
        '"handle_seconds", "agents", "patience_seconds", "target_seconds"}. Each line gets one line: {"id", '
        '"p_wait", "p_abandon", "mean_wait_seconds", "service_level", "occupancy"} or {"id", "error"}.'
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        try:
            for line in lines_of(sys.stdin.buffer):
                if line.strip():
                    self.stdout.write(json.dumps(reply_to(line)))
                    self.stdout.flush()
        except BrokenPipeError:  # whoever read us has enough, as in `… | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def reply_to(line: bytes) -> dict[str, object]:
    """The outlook, or `error` in words; `id` comes back where there was one."""
    name: dict[str, object] = {}
    try:
        question = read_question(line)
        if "id" in question:
            name = {"id": read_name(question)}
        return {**name, **asdict(outlook_of(question))}
    except BrokenLine as refusal:
        return {**name, "error": str(refusal)}


def outlook_of(question: Question) -> Outlook:
    unknown = sorted(set(question) - set(KNOWN))
    if unknown:
        raise BrokenLine(f"The key {json.dumps(unknown[0][:80])} is not known; known are {', '.join(KNOWN)}.")
    model = question.get("model")
    if model not in (ERLANG_C, ERLANG_A):
        raise BrokenLine(f"The model is neither {ERLANG_C} nor {ERLANG_A}.")
    agents = read_agents(question.get("agents"))
    arrivals = read_number(question, "arrivals_per_hour", 0.0, MOST_ARRIVALS_PER_HOUR)
    seconds = {part: read_seconds(question, part, least) for part, least in SECONDS.items()}
    handle, patience, target = seconds.values()
    if arrivals is None or handle is None:
        raise BrokenLine(f"The {'arrivals_per_hour' if arrivals is None else 'handle_seconds'} is missing.")
    if model == ERLANG_C:
        return patient(agents, arrivals_per_hour=arrivals, handle_seconds=handle, target_seconds=target)
    if patience is None:
        raise BrokenLine(f"The patience_seconds is missing; {ERLANG_A} needs it.")
    rates = {"arrivals_per_hour": arrivals, "handle_seconds": handle, "patience_seconds": patience}
    return impatient(agents, target_seconds=target, **rates)


def read_agents(agents: object) -> int:
    if isinstance(agents, float) and agents.is_integer() and agents <= MOST_AGENTS:
        agents = int(agents)
    if not isinstance(agents, int) or isinstance(agents, bool) or not 1 <= agents <= MOST_AGENTS:
        raise BrokenLine(f"The agents are missing or not a whole number from 1 to {MOST_AGENTS}.")
    return agents


def read_seconds(question: Question, part: str, least: float) -> float | None:
    return read_number(question, part, least, LONGEST_SECONDS)


def read_number(question: Question, part: str, least: float, most: float) -> float | None:
    """None where nothing was said; the limits keep every answer finite."""
    number = question.get(part)
    if number is None:
        return None
    is_number = isinstance(number, int | float) and not isinstance(number, bool)
    if (
        not is_number
        or (isinstance(number, float) and not math.isfinite(number))
        or not least <= number <= most
    ):
        raise BrokenLine(f"The {part} is not a number from {least:g} to {most:.0f}.")
    return float(number)
