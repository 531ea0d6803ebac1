"""Replays a call log through the line, in virtual time, and says what would have become of everybody."""

import gzip
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tickets.line.call_log import BrokenLog, read_calls
from tickets.line.figures import Figure, figures_of
from tickets.line.heard import Bounds
from tickets.line.replay import replay

GZIPPED = b"\x1f\x8b"
MOST_SECONDS = 86_400


class Command(BaseCommand):
    """Reads no database. Names of figures stay English whatever the language of the house: programs read them.

    The log is a table of comma-separated values, gzipped or not, with a head line and the columns date
    (yyyy-mm-dd), call_id, cust (0: unidentified), priority, type (NW: prospect), vru_entry, q_start, q_time,
    outcome (AGENT, HANG, PHANTOM), ser_start, ser_time, server; times as h:mm:ss, durations in seconds.

    Definitions: `queued` had to wait or was sent into the queue; `seeking` leaves out phantoms and those who left in
    the menu; a `talk` has an agent on record and lasted more than nothing and less than an hour; a
    `suspected_drop` is a talk of less than ten seconds that the customer is not known to have ended. A callback is
    offered on arrival where the announced wait exceeds `--callback-after`, else after so many seconds of waiting.
    """

    help = "Replay a call log through the line and print its figures."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the log, .csv or .csv.gz")
        parser.add_argument(
            "--callback-after", type=int, default=60, help="seconds until a callback is offered"
        )
        parser.add_argument("--bound", type=int, default=240, help="seconds until a wait is escalated")
        parser.add_argument("--report", choices=["text", "json"], default="text")

    def handle(self, *args: object, **options: object) -> None:
        bounds = {"callback_after": options["callback_after"], "bound": options["bound"]}
        for name, seconds in bounds.items():
            if not isinstance(seconds, int) or not 1 <= seconds <= MOST_SECONDS:
                raise CommandError(f"--{name.replace('_', '-')} is not from 1 to {MOST_SECONDS} seconds.")
        try:
            with ExitStack() as files:
                calls = list(read_calls(opened(Path(str(options["file"])), files)))
        except BrokenLog as refusal:
            raise CommandError(str(refusal))
        except (OSError, EOFError) as error:
            raise CommandError(f"The log cannot be read: {error}.")
        figures = figures_of(replay(calls, Bounds(**{name: int(str(s)) for name, s in bounds.items()})))
        if options["report"] == "json":
            self.stdout.write(json.dumps(figures, indent=2))
        else:
            for name, value in flat(figures):
                self.stdout.write(f"{name:<48}{value}")


def opened(path: Path, files: ExitStack) -> IO[str]:
    """The log as text, whether it is packed or not; its first bytes say so, not its name."""
    with path.open("rb") as start:
        packed = start.read(2) == GZIPPED
    if packed:
        return files.enter_context(gzip.open(path, "rt", encoding="utf-8-sig", newline=""))
    return files.enter_context(path.open(encoding="utf-8-sig", newline=""))


def flat(figures: Mapping[str, Figure], before: str = "") -> Iterator[tuple[str, str]]:
    """One line each; a figure that has too little to stand on is a dash."""
    for name, value in figures.items():
        if isinstance(value, dict):
            yield from flat(value, f"{before}{name}.")
        else:
            yield (
                f"{before}{name}",
                "–" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value),
            )
