"""Fills the desk with as many customers, tickets and messages as wanted, to see how it carries them."""

from __future__ import annotations

import re
import sys
import time
from typing import TextIO, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from servicedesk.demo import house, people
from servicedesk.demo.crowd.fill import Size, fill
from servicedesk.demo.crowd.progress import Progress
from servicedesk.demo.crowd.stage import Unfit

MOST = {"tickets": 5_000_000, "customers": 1_000_000, "messages": 50_000_000}
USUAL = {"tickets": 100_000, "customers": 10_000, "messages": 300_000}
MOST_EACH = 50  # messages of one ticket on average
WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)


class Command(BaseCommand):
    help = (
        "Adds customers, tickets and messages spread over three years, with clocks, history, ratings and gestures "
        "to match. In an empty database it sets up teams, desk and rules as in the demo first, and says who can "
        "sign in. No mail is written."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        for name, usual in USUAL.items():
            parser.add_argument(f"--{name}", default=usual, metavar="N", help=f"how many (default {usual:,})")
        parser.add_argument("--seed", default=1, metavar="N", help="the same seed draws the same (default 1)")

    def handle(self, *args: object, **options: object) -> None:
        counts = {name: number(name, options[name], least=1, most=MOST[name]) for name in USUAL}
        seed = number("seed", options["seed"], least=0, most=10**18 - 1)
        size = Size(**counts)
        refuse_nonsense(size)
        began = time.monotonic()
        try:
            empty = house.is_empty()
            given = fill(
                size,
                seed=seed,
                now=timezone.now(),
                report=Progress(cast(TextIO, options.get("stderr") or sys.stderr)),
            )
        except Unfit as unfit:
            raise CommandError(str(unfit))
        except DatabaseError as error:
            raise CommandError(f"The database did not take it ({error}); is it migrated?")
        self.stdout.write(
            f"{size.tickets:,} tickets, {size.messages:,} messages, {size.customers:,} customers and {given:,} "
            f"gestures in {time.monotonic() - began:.0f} s."
        )
        for line in people.sign_ins() if empty else ():
            self.stdout.write(line)


def number(name: str, value: object, *, least: int, most: int) -> int:
    """A whole number in bounds. Raises CommandError in words."""
    text = str(value)
    if not WHOLE.fullmatch(text) or not least <= int(text) <= most:
        raise CommandError(f"--{name} must be a whole number from {least:,} to {most:,}, not “{text[:40]}”.")
    return int(text)


def refuse_nonsense(size: Size) -> None:
    if size.messages < size.tickets:
        raise CommandError(
            f"Every ticket begins with a message: --messages must be at least --tickets ({size.tickets:,})."
        )
    if size.messages > size.tickets * MOST_EACH:
        raise CommandError(
            f"More than {MOST_EACH} messages for each ticket are no desk any more; add tickets."
        )
