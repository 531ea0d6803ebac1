"""The product's processes around a measurement: broker, web, worker and beat; each can be killed and comes again."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import redis
from django.conf import settings
from django.db import connection

from . import stage
from .visitor import Unexpected, Visitor

# Who watches over promises, and everybody.
WATCH: Final = ("broker", "worker", "beat")
EVERYBODY: Final = ("broker", "web", "worker", "beat")
UP_WITHIN_SECONDS: Final = 60
MOST_LINES: Final = 40
CELERY = (sys.executable, "-m", "celery", "-A", "servicedesk")
WORKER = (*CELERY, "worker", "-Q", "quick,slow,celery", "-c", "2", "--without-mingle", "--without-gossip")
BEAT = (*CELERY, "beat", "--pidfile", "", "--loglevel", "CRITICAL")
WEB = (
    sys.executable,
    "-m",
    "uvicorn",
    "servicedesk.asgi:application",
    "--host",
    "127.0.0.1",
    "--no-access-log",
)


@dataclass
class Crew:
    """The processes, and the broker between them."""

    folder: Path
    broker: str
    pace: str  # seconds between two beats of the quick sweeps
    port: int = field(default_factory=stage.free_port)
    web_port: int = field(default_factory=stage.free_port)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def redis_url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def url(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self.web_port}"

    def begin(self, name: str) -> None:
        port = str(self.port)
        argv = {
            "broker": (
                self.broker,
                "--bind",
                "127.0.0.1",
                "--port",
                port,
                "--save",
                "",
                "--appendonly",
                "no",
            ),
            "web": (*WEB, "--port", str(self.web_port), "--log-level", "error"),
            "worker": (*WORKER, "--loglevel", "CRITICAL"),
            "beat": (*BEAT, "-s", str(self.folder / "beat")),
        }[name]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(  # noqa: S603 - every word is ours
                argv,
                env=dict(os.environ) | self._environ(),
                cwd=settings.BASE_DIR if name != "broker" else self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def last_words(self, name: str) -> str:
        """What it said last, for whoever wonders why something was not answered as it should."""
        lines = (self.folder / f"{name}.log").read_text(errors="replace").splitlines()
        return "\n".join(lines[-MOST_LINES:])

    def _environ(self) -> dict[str, str]:
        return {
            "DATABASE_URL": stage.database_url(),
            "REDIS_URL": self.redis_url,
            "SECRET_KEY": settings.SECRET_KEY,
            "BASE_URL": self.url,
            "ALLOWED_HOSTS": "127.0.0.1",
            "KULANZ_BEAT_SECONDS": self.pace,
            "EMAIL_URL": "dummymail://",
            "LOG_LEVEL": "ERROR",
        }

    def wait_until_up(self) -> None:
        ends = time.monotonic() + UP_WITHIN_SECONDS
        while time.monotonic() < ends and self.running["web"].poll() is None:
            with suppress(Unexpected):
                Visitor(self.url).get("/accounts/login/")
                return
            time.sleep(0.1)
        raise Unexpected("The web server to be measured does not start.")

    def kill(self, name: str) -> None:
        """kill -9 for all of it, at once."""
        process = self.running[name]
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def kill_a_child(self, dice: random.Random) -> bool:
        """kill -9 for one of those at work; the worker itself lives and takes a new one."""
        children = children_of(self.running["worker"].pid)
        if not children:
            return False
        with suppress(OSError):
            os.kill(dice.choice(children), signal.SIGKILL)
            return True
        return False

    def empty(self) -> None:
        with suppress(redis.RedisError):
            redis.Redis.from_url(self.redis_url).flushall()

    def refuse(self, *, seconds: float) -> None:
        """For so long the broker answers, and takes nothing: its memory is full."""
        with suppress(redis.RedisError):
            client = redis.Redis.from_url(self.redis_url)
            client.config_set("maxmemory", 1)
            time.sleep(seconds)
            client.config_set("maxmemory", 0)

    def megabytes(self) -> dict[str, float]:
        """What each of them and the database really holds in memory; pages held by several count in shares."""
        held = {name: _megabytes(family(process.pid)) for name, process in self.running.items()}
        server = _database_server()
        return held | ({"database": _megabytes(family(server))} if server else {})


@contextmanager
def crew(names: Sequence[str], *, pace: str = "1") -> Iterator[Crew]:
    with tempfile.TemporaryDirectory() as folder:
        found = Crew(Path(folder), os.environ.get("KULANZ_BROKER", "redis-server"), pace)
        try:
            for one in names:
                found.begin(one)
            if "web" in names:
                found.wait_until_up()
            yield found
        except Unexpected as error:
            raise Unexpected(f"{error}\n{found.last_words('web') if 'web' in names else ''}") from error
        finally:
            for one in found.running:
                found.kill(one)


def children_of(pid: int) -> list[int]:
    """Empty while it starts, or where the system does not tell."""
    with suppress(OSError):
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def family(pid: int) -> list[int]:
    """A process and all that came from it."""
    return [pid, *(one for child in children_of(pid) for one in family(child))]


def _megabytes(pids: Sequence[int]) -> float:
    held = 0
    for pid in pids:
        with suppress(OSError):  # gone meanwhile, or somebody else's
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                held += int(line.split()[1]) if line.startswith("Pss:") else 0
    return held / 1024


def _database_server() -> int | None:
    """The first process of the PostgreSQL we are connected to, where it runs on this machine."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor, suppress(OSError, ValueError):
        cursor.execute("SELECT pg_backend_pid()")
        status = Path(f"/proc/{cursor.fetchone()[0]}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("PPid:"))
    return None
