"""Measures the product on this machine, by name, and prints what was measured on."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial

from django.core.management.base import BaseCommand, CommandError, CommandParser

from servicedesk.bench import (
    clockwork,
    hour,
    killing,
    machine,
    mailing,
    pages,
    replaying,
    simulation,
    spending,
    thinking,
    waiting,
    working,
)
from servicedesk.bench.stage import own_database
from servicedesk.bench.visitor import Unexpected

Measurement = Callable[[], Iterator[str]]
MEASUREMENTS: dict[str, Measurement] = {
    "weigh": thinking.measure_weigh,
    "worktime": thinking.measure_worktime,
    "histories": thinking.measure_histories,
    "gather": thinking.measure_gather,
    "replay": replaying.measure_replay,
    "book": working.measure_book,
    "ledger": simulation.measure_ledger,
    "sweep": clockwork.measure_sweep,
    "idle": clockwork.measure_idle,
    "mail": mailing.measure_mail,
}
# Only by name: they take minutes, or the better part of an hour.
LONG: dict[str, Measurement] = {
    "late": killing.measure_late,
    "kills": killing.measure_kills,
    "spends": spending.measure_spends,
    "million": spending.measure_million,
    "line": waiting.measure_line,
    "hour": hour.measure_hour,
}
PURE = ("weigh", "worktime", "histories")
USUAL = (*MEASUREMENTS, "pages")
EVERYTHING = (*USUAL, *LONG)


@contextmanager
def ending_in_order() -> Iterator[None]:
    """Asked to end, a measurement ends like by Ctrl-C: what it started has a group of its own and would stay."""

    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Command(BaseCommand):
    """Works in a database of its own (test_…), so that nothing is lost and nothing left; --url only reads."""

    help = (
        "Measurements: weigh (decisions/s), worktime (deadlines/s), histories (100,000 random courses of clocks "
        "against their logs), gather (queries and ms), replay (100,000 stored decisions under a draft), book (32 "
        "bookers on one budget), ledger (10,000 random steps against a model), sweep (10,000 due promises), idle (a "
        "sweep among 1,000,000 running promises), mail (10,000 mails of mixed shapes, one of 25 MB), "
        "pages (p50 and p95 of list, ticket, panel, search and reply). All of these by default. Only by name: late "
        "(how late single promises are called broken), kills "
        "(worker, beat and broker killed and emptied while 5,000 promises break), spends (5,000 gestures by "
        "processes that are killed, one key a thousand times), million (a million steps of the ledger in 100 seeds), "
        "line (500 people connected and waiting: how fast a change is seen, memory of the whole stack), hour (10,000 "
        "arrivals by telephone, chat and callback, and agents who take them: nobody lost, nobody offered to two)."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(EVERYTHING))
        parser.add_argument(
            "--tickets", type=int, default=20_000, help="how many the pages are measured with"
        )
        parser.add_argument("--mails", type=int, default=mailing.MAILS, help="how many mails come in")
        parser.add_argument(
            "--people", type=int, default=waiting.WAITING, help="line: how many are connected and wait"
        )
        parser.add_argument("--arrivals", type=int, default=hour.ARRIVALS, help="hour: how many come")
        parser.add_argument("--url", help="pages: a running server instead of one started for it")
        parser.add_argument("--email", default="", help="pages with --url: the agent who signs in")
        parser.add_argument("--password", default="", help="pages with --url: the agent's password")
        parser.add_argument(
            "--write", action="store_true", help="pages with --url: really reply to the list's first ticket"
        )

    def handle(self, *args: object, **options: object) -> None:
        names = [str(name) for name in options["names"]] or list(USUAL)  # type: ignore[attr-defined]
        unknown = sorted(set(names) - set(EVERYTHING))
        if unknown:
            raise CommandError(
                f"No measurement is called {', '.join(unknown)}; there are {', '.join(EVERYTHING)}."
            )
        for line in machine.lines():
            self.stdout.write(line)
        for name in names:
            self.stdout.write(f"\n{name}")
            needs_none = name in PURE or (name == "pages" and options["url"])
            with ending_in_order(), nullcontext() if needs_none else own_database():
                if not needs_none:
                    self.stdout.write(f"  on {machine.database()}")
                self._print(self._measurement(name, options))

    def _print(self, measurement: Measurement) -> None:
        try:
            for line in measurement():
                self.stdout.write(f"  {line}")
                self.stdout.flush()
        except Unexpected as error:
            raise CommandError(str(error))

    def _measurement(self, name: str, options: dict[str, object]) -> Measurement:
        """Those that are as large as one says, else the one of this name."""
        sized: dict[str, Measurement] = {
            "pages": partial(self._pages, options),
            "mail": partial(mailing.measure_mail, int(str(options["mails"]))),
            "hour": partial(hour.measure_hour, int(str(options["arrivals"]))),
            "line": partial(waiting.measure_line, int(str(options["people"]))),
        }
        return (MEASUREMENTS | LONG | sized)[name]

    @staticmethod
    def _pages(options: dict[str, object]) -> Iterator[str]:
        if not options["url"]:
            return pages.measure_pages(int(str(options["tickets"])))
        return pages.measure(
            pages.Target(
                url=str(options["url"]),
                email=str(options["email"]),
                password=str(options["password"]),
                may_write=bool(options["write"]),
            )
        )
