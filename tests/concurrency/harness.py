"""Many at once: threads and processes that do the same deed in the same moment, and a worker one may kill."""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import redis
from django.conf import settings
from django.db import connections
from django.utils import timezone

from accounts.models import Customer, Person
from servicedesk.bench.stage import database_url
from tickets.models import CalendarVersion, Clock, ClockEntry, Mark, TeamHours, Ticket
from tickets.sla.policy import choose

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bin"))

import broker  # noqa: E402
from processes import end_group, start  # noqa: E402

PATIENCE_SECONDS = 90
NOWHERE = "redis://127.0.0.1:1/0"


def together(count: int, deed: Callable[[int], object]) -> list[object]:
    """deed(0), deed(1) … in as many threads, started as one, each with its own connection.

    The answers in order; whoever raised has the exception as answer.
    """
    gate = threading.Barrier(count)

    def run(number: int) -> object:
        try:
            gate.wait(PATIENCE_SECONDS)
            return deed(number)
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def desk(cast: object, count: int) -> list[Ticket]:
    """As many tickets, each of another customer, so that nothing but the budget stands between them."""
    people = Person.objects.bulk_create(
        Person(email=f"customer{n}@kulanz.example", name=f"Customer {n}", language="en") for n in range(count)
    )
    customers = Customer.objects.bulk_create(
        Customer(person=person, status="established") for person in people
    )
    return Ticket.objects.bulk_create(
        Ticket(subject="Late again", customer=customer, team=cast.north, cause=cast.late, assignee=cast.anna)
        for customer in customers
    )


def running_clocks(cast: object, tickets: Sequence[Ticket], *, due_at: datetime) -> list[Clock]:
    """A first response promised on each ticket, its breach due at `due_at` and its warning a minute before."""
    target = choose({"team": cast.north.slug}, at=timezone.now())["first_response"]
    calendar = CalendarVersion.keep(target.hours)
    TeamHours.objects.all().delete()  # mails are due at whatever hour the tests run
    clocks = Clock.objects.bulk_create(
        Clock(
            ticket=ticket,
            kind=target.kind,
            hours=target.hours,
            calendar=calendar,
            target=target,
            seconds=target.seconds,
            warn_percent=target.warn_percent,
            started_at=due_at - timedelta(hours=4),
            until=due_at,  # at whatever hour the tests run
            due_at=due_at,
        )
        for ticket in tickets
    )
    ClockEntry.objects.bulk_create(
        ClockEntry(
            clock=clock,
            kind="started",
            at=clock.started_at,
            cause="opened",
            seconds=clock.seconds,
            until=due_at,
            calendar=calendar,
        )
        for clock in clocks
    )
    Mark.objects.bulk_create(
        Mark(clock=clock, kind=kind, due_at=due_at - timedelta(minutes=early))
        for clock in clocks
        for kind, early in (("warning", 1), ("breach", 0))
    )
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).update(next_due_at=due_at)
    return clocks


# ---- processes -----------------------------------------------------------------------------------------------


def environ(redis_url: str) -> dict[str, str]:
    """What a process of ours must know to work on this test's database."""
    ours = {
        "DATABASE_URL": database_url(),
        "REDIS_URL": redis_url,
        # The same for everybody, or a repeat would not be known again, nor what is kept sealed be opened.
        "SECRET_KEY": settings.SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "servicedesk.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(Path(__file__).parent)]),
        "DATABASE_POOL": "4",
        # Fifty at once on a machine with two busy cores wait long for each other, and are to succeed all the same.
        "DATABASE_LOCK_SECONDS": "90",
        "LOG_LEVEL": "ERROR",
        "EMAIL_URL": "dummymail://",
    }
    return dict(os.environ) | ours


def at_once(
    deed: str, *words: object, redis_url: str, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Runs a deed of `at_once.py` to its end; what it says when it fails is the test's message."""
    argv = [sys.executable, str(Path(__file__).parent / "at_once.py"), deed, *map(str, words)]
    done = subprocess.run(
        argv, env=environ(redis_url), cwd=ROOT, capture_output=True, text=True, timeout=100, check=False
    )
    if check and done.returncode:
        raise AssertionError(f"{deed} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done


@contextlib.contextmanager
def throwaway_broker(folder: Path) -> Iterator[broker.Broker]:
    """A broker of this test's own: others may use the one in REDIS_URL, and this one is emptied and killed."""
    ours = broker.make(Path(sys.prefix), folder)
    with (folder / "broker.log").open("wb") as log:
        process = start(ours.argv, env=dict(os.environ), cwd=folder, stdin=subprocess.PIPE, output=log)
    try:
        process.stdin.write(ours.settings(lasting=False))
        process.stdin.close()
        wait_until(ours.answers)
        yield ours
    finally:
        end_group(process, patience=1)


class Worker:
    """A real Celery worker with two children, in small batches, so that a kill finds it in the middle."""

    def __init__(self, redis_url: str) -> None:
        words = (
            "-A impatient worker -Q quick,slow,celery -c 2 --loglevel ERROR --without-mingle --without-gossip"
        )
        argv = [sys.executable, "-m", "celery", *words.split()]
        self.process = start(argv, env=environ(redis_url), cwd=ROOT, output=subprocess.DEVNULL)

    def children(self) -> list[int]:
        """Process ids of those who do the work; empty while it starts, or where the system does not tell."""
        with contextlib.suppress(OSError):
            path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
            return [int(word) for word in path.read_text().split()]
        return []

    def kill_a_child(self, dice: random.Random) -> bool:
        """kill -9 for one of those at work; the worker itself lives and takes a new one."""
        children = self.children()
        if not children:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(dice.choice(children), 9)
        return True

    def kill(self) -> None:
        """kill -9 for all of it, at once."""
        end_group(self.process, patience=0)


class Beat:
    """A real Celery beat, twice a second; what it last sent when stands in the folder, and outlives it."""

    def __init__(self, redis_url: str, folder: Path) -> None:
        argv = [
            sys.executable,
            "-m",
            "celery",
            *["-A", "impatient", "beat", "--pidfile=", "--loglevel", "ERROR"],
        ]
        told = environ(redis_url) | {"KULANZ_BEAT_SECONDS": "0.5"}
        self.process = start([*argv, "-s", folder / "beat"], env=told, cwd=ROOT, output=subprocess.DEVNULL)

    def kill(self) -> None:
        end_group(self.process, patience=0)


class Wire:
    """A broker one may kill; it comes back on the same port, and has forgotten everything."""

    def __init__(self, folder: Path) -> None:
        self.ours = broker.make(Path(sys.prefix), folder)
        self.begin()

    def begin(self) -> None:
        wait_until(self._begins)

    def _begins(self) -> bool:
        """One try: somebody may have taken its port meanwhile, and then it ends at once."""
        self.process = start(
            self.ours.argv,
            env=dict(os.environ),
            cwd=self.ours.folder,
            stdin=subprocess.PIPE,
            output=subprocess.DEVNULL,
        )
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(self.ours.settings(lasting=False))
            self.process.stdin.close()
        wait_until(lambda: self.ours.answers() or self.process.poll() is not None)
        return self.process.poll() is None

    def refuse(self, *, seconds: float) -> None:
        """For so long it answers, and takes nothing: its memory is full."""
        client = redis.Redis.from_url(self.ours.url)
        client.config_set("maxmemory", 1)
        time.sleep(seconds)
        client.config_set("maxmemory", broker.MAX_MEMORY)

    def kill(self) -> None:
        end_group(self.process, patience=0)


def wait_until(true: Callable[[], object], *, seconds: float = PATIENCE_SECONDS) -> None:
    """Returns as soon as it is true; fails when it never is."""
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "This never came to pass."
        time.sleep(0.02)
