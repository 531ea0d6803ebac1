"""The whole product as processes: web, worker, beat and broker against a database of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import schema

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a long enough secret"
SETTLE = """
import django; django.setup()
from django.contrib.auth.hashers import make_password
from allauth.account.models import EmailAddress
from cast import build_cast, PASSWORD, WEEK
from accounts.models import Person
from tickets.models import BusinessHours
build_cast()
# Open around the clock: the story must not depend on the hour it is told at.
BusinessHours.objects.update(weekly={day: [["00:00", "24:00"]] for day in [*WEEK, "sat", "sun"]})
Person.objects.update(password=make_password(PASSWORD))
EmailAddress.objects.bulk_create(
    EmailAddress(user=p, email=p.email, verified=True, primary=True) for p in Person.objects.all()
)
"""


@dataclass
class Stack:
    """A running product: where it answers, where its mails lie, and a way to look into its database."""

    url: str
    var: Path
    database: str
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        """Run one statement written so that both databases understand it."""
        if self.database.startswith("sqlite"):
            with sqlite3.connect(self.database.removeprefix("sqlite:///"), timeout=20) as connection:
                return connection.execute(statement).fetchall()
        import psycopg

        with psycopg.connect(self.database, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def mails(self, to: str) -> list[tuple[str, str]]:
        """Subject and text of every mail that left for `to`, oldest first."""
        found = []
        for file in sorted((self.var / "mail").glob("*"), key=lambda path: path.stat().st_mtime_ns):
            for raw in file.read_bytes().split(b"-" * 79):
                mail = message_from_bytes(raw.strip(), policy=policy.default)
                if to in str(mail["To"] or ""):
                    body = mail.get_body(("plain",))
                    found.append((str(mail["Subject"]), body.get_content() if body else ""))
        return found

    def mail(self, to: str, having: str, *, seconds: float = 60) -> tuple[str, str]:
        """Wait for a mail to `to` whose subject or text has `having`."""

        def look() -> tuple[str, str] | None:
            return next((mail for mail in reversed(self.mails(to)) if having in mail[0] + mail[1]), None)

        return wait_for(look, f"a mail to {to} with {having!r}", seconds=seconds)

    def code(self, to: str, *, after: int) -> str:
        """The sign-in code in the mail that came after the first `after` mails to `to`."""

        def look() -> str | None:
            for _subject, text in self.mails(to)[after:]:
                match = re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", text, re.MULTILINE)
                if match:
                    return match.group(1)
            return None

        return wait_for(look, f"a code for {to}", seconds=60)


def wait_for(look, what: str, *, seconds: float = 60):
    """What `look` finds, once it finds something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds} s for {what}")


@contextmanager
def running(var: Path) -> Iterator[Stack]:
    """Everything up and well; ended whatever happens."""
    port = free_port()
    broker = None
    redis_url = os.environ.get("REDIS_URL", "")
    if not redis_url:
        broker, redis_url = start_broker(var)
    database = own_database(var)
    stack = Stack(f"http://127.0.0.1:{port}", var, database)
    env = os.environ | {
        "KULANZ_VAR": str(var), "DATABASE_URL": database, "REDIS_URL": redis_url, "SECRET_KEY": "journeys " * 8,
        "BASE_URL": stack.url, "KULANZ_BEAT_SECONDS": "0.5", "KULANZ_UNDO_SECONDS": "2",
        "DJANGO_SETTINGS_MODULE": "servicedesk.settings",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "LOG_LEVEL": "WARNING",
    }  # fmt: skip
    try:
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=env, check=True)
        subprocess.run([sys.executable, "-c", SETTLE], cwd=ROOT, env=env, check=True)
        web = [sys.executable, "-m", "uvicorn", "servicedesk.asgi:application"]
        celery = [sys.executable, "-m", "celery", "-A", "servicedesk"]
        commands = {
            "web": [*web, "--port", str(port), "--timeout-graceful-shutdown", "1", "--no-access-log"],
            "worker": [
                *celery,
                "worker",
                "-c",
                "1",
                "-Q",
                "quick,slow",
                "--without-mingle",
                "--without-gossip",
            ],
            "beat": [*celery, "beat", "-s", str(var / "beat"), "--pidfile", ""],
        }
        for name, command in commands.items():
            log = (var / f"{name}.log").open("wb")
            stack.processes[name] = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
        wait_for(lambda: healthy(stack.url), "the product to be well", seconds=60)
        yield stack
    finally:
        for process in [*stack.processes.values(), *([broker] if broker else [])]:
            process.terminate()
        for process in [*stack.processes.values(), *([broker] if broker else [])]:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:
            return json.load(answer)["status"] == "ok"
    except (urllib.error.URLError, OSError):
        return False


def own_database(var: Path) -> str:
    """A fresh database on the server the suite runs on: the journeys share nothing with the other tests."""
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        schema.copy_to(var / "journeys.sqlite3")
        return f"sqlite:///{var / 'journeys.sqlite3'}"
    import psycopg

    name = f"journeys_{os.getpid()}_{var.name.replace('-', '_')}"
    with psycopg.connect(given, autocommit=True) as connection:
        template = schema.postgres_template(given) if schema.is_throwaway() else "template1"
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return urlunsplit(urlsplit(given)._replace(path=f"/{name}"))


def start_broker(var: Path) -> tuple[subprocess.Popen[bytes], str]:
    binary = shutil.which("redis-server") or shutil.which("valkey-server")
    assert binary, "no redis-server on this machine"
    port = free_port()
    command = [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(var)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL), f"redis://127.0.0.1:{port}/0"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
