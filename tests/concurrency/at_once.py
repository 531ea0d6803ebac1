"""One deed by several processes in the same moment: they are forked first and let go together.

Run as a program: at_once.py <deed> <how many, or one word for each> …; exits with 1 when one of them raised.
"""

import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, connections, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Person  # noqa: E402
from policies.asks.sweep import sweep_asks_now  # noqa: E402
from policies.facts import Wish  # noqa: E402
from policies.models import Ruling  # noqa: E402
from policies.payout.delivery import deliver_now as deliver_payouts  # noqa: E402
from tickets.automation import step  # noqa: E402
from tickets.automation.carry import automate_now  # noqa: E402
from tickets.mail.delivery import deliver_now  # noqa: E402
from tickets.models import Mark, Notice, Run, Ticket  # noqa: E402
from tickets.sla.sweep import sweep_now  # noqa: E402


def book(agent: str, cents: str, *tickets: str) -> list[Callable[[], object]]:
    """A voucher on each ticket, asked for by the same agent."""

    def request(ticket: str) -> object:
        person, found = Person.objects.get(pk=agent), Ticket.objects.get(pk=ticket)
        return Ruling.request(person, found, Wish("voucher", int(cents)), key=f"process-{ticket}")

    with (
        transaction.atomic()
    ):  # once for nothing: templates and texts are read before the fork, as in a server
        request(tickets[0])
        transaction.set_rollback(True)
    _let_go()
    return [lambda ticket=ticket: request(ticket) for ticket in tickets]


def sweep(count: str) -> list[Callable[[], object]]:
    """As many sweepers, each until nothing is due any more: no mark, and no mail one left to the other to write."""

    def until_done() -> None:
        while Mark.objects.due(timezone.now()).exists() or Notice.objects.mail_due(timezone.now()).exists():
            sweep_now()

    return [until_done] * int(count)


def automate(count: str) -> list[Callable[[], object]]:
    """As many workers, each reading and carrying out rules until nothing waits any more."""

    def until_done() -> None:
        while automate_now() or Run.objects.waiting().exists():
            pass

    return [until_done] * int(count)


def die_automating(at_run: str) -> list[Callable[[], object]]:
    """One worker that is gone after the first step of that run, as if somebody had pulled the plug."""
    runs = {"begun": 0}
    priority = step.kinds["priority"]

    def plug_pulled(*how: object) -> None:
        runs["begun"] += 1
        if runs["begun"] == int(at_run):
            os._exit(9)
        priority.perform(*how)  # type: ignore[arg-type]

    step.register([replace(priority, perform=plug_pulled)])
    return [automate_now]


def lapse(count: str, now: str) -> list[Callable[[], object]]:
    """As many beats, each letting asks lapse that are due at `now`."""
    return [lambda: sweep_asks_now(now=datetime.fromisoformat(now))] * int(count)


def deliver(count: str, now: str, folder: str, deadly: str) -> list[Callable[[], object]]:
    """As many dispatchers; the deadly ones die with each mail they have just handed over."""
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = f"postbox.{deadly}", folder
    return [lambda: deliver_now(now=datetime.fromisoformat(now))] * int(count)


def live(agent: str, *tickets: str) -> list[Callable[[], object]]:
    """One process that gives a voucher on each ticket and lets it reach its customer, one after the other."""

    def go_on() -> None:
        person = Person.objects.get(pk=agent)
        for pk in tickets:
            ruling = Ruling.request(person, Ticket.objects.get(pk=pk), Wish("refund", 100), key=f"live-{pk}")
            ruling.offer.deliver(by=person)

    return [go_on]


def pay(count: str) -> list[Callable[[], object]]:
    """As many beats, each sending payout orders."""
    return [deliver_payouts] * int(count)


def run(deeds: list[Callable[[], object]]) -> bool:
    """Forks one process for each deed and opens the gate when all stand before it."""
    gate, opener = os.pipe()
    for deed in deeds:
        if os.fork() == 0:
            os.close(opener)
            os.read(gate, 1)  # ends when the last one who could write has closed
            os._exit(_code(deed))
    os.close(opener)
    ended = [os.wait()[1] for _deed in deeds]
    return not any(ended)


def _code(deed: Callable[[], object]) -> int:
    try:
        deed()
    except Exception:
        traceback.print_exc()
        return 1
    finally:
        connections.close_all()
    return 0


def _let_go() -> None:
    """No connection may be shared by two processes."""
    connections.close_all()
    if connection.vendor == "postgresql":
        connection.close_pool()


if __name__ == "__main__":
    known = {
        "book": book,
        "sweep": sweep,
        "automate": automate,
        "die_automating": die_automating,
        "lapse": lapse,
        "deliver": deliver,
        "live": live,
        "pay": pay,
    }
    sys.exit(not run(known[sys.argv[1]](*sys.argv[2:])))
