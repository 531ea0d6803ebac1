"""Adds up every clock's log anew and puts its fields right; with --check it only compares.

It can be killed at any moment and goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tickets.sla.clock import Clock
from tickets.sla.rebuild import Difference, compare, rebuild, unfinished

SHOWN = 20


class Command(BaseCommand):
    help = "Adds up every clock's log anew and puts its fields right; with --check it only compares."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="compare only; ends with 1 when something differs"
        )

    def handle(self, *_args: str, **options: bool | int) -> None:
        done = 0
        if options["check"]:
            batches = compare()
        else:
            run = unfinished(now=timezone.now())
            done = run.looked_at
            if done:
                self.stdout.write(f"Going on after {done:,} clocks.")
            batches = rebuild(run)
        looked, differed = self._through(batches, done=done)
        verb = "differ from" if options["check"] else "were put right by"
        self.stdout.write(f"{looked:,} clocks looked at, {differed:,} {verb} their log.")
        if differed and options["check"]:
            raise CommandError("The stored clocks are not the sum of their log.")

    def _through(self, batches: Iterator[tuple[int, list[Difference]]], *, done: int) -> tuple[int, int]:
        total, differed = Clock.objects.count(), 0
        for looked, found in batches:
            done += looked
            for difference in found[: max(0, SHOWN - differed)]:
                self.stdout.write(f"clock {difference.clock}: {_said(difference)}")
            differed += len(found)
            self.stderr.write(f"\r{done:,} of {total:,}", ending="")
        self.stderr.write("")
        return done, differed


def _said(difference: Difference) -> str:
    if difference.trouble:
        return difference.trouble
    pairs = difference.fields.items()
    return "; ".join(f"{name} is {stored}, its log says {said}" for name, (stored, said) in pairs)
