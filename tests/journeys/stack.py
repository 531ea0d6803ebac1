"""The whole product as processes: web, worker, beat and broker against a database of its own."""

from __future__ import annotations

import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import schema

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bin"))

import broker  # noqa: E402

PASSWORD = "a long enough secret"
SETTLE = """
import django; django.setup()
from django.contrib.auth.hashers import make_password
from allauth.account.models import EmailAddress
from cast import build_cast, PASSWORD, WEEK
from accounts.models import Person
from policies.ledger.allotment import set_aside
from tickets.models import Article, BusinessHours, CannedReply, CustomField, Macro, ReadyList, Site
cast = build_cast()
# Open around the clock: the story must not depend on the hour it is told at.
BusinessHours.objects.update(weekly={day: [["00:00", "24:00"]] for day in [*WEEK, "sat", "sun"]})
Person.objects.update(password=make_password(PASSWORD))
EmailAddress.objects.bulk_create(
    EmailAddress(user=p, email=p.email, verified=True, primary=True) for p in Person.objects.all()
)
said = {"text_de": "Guten Tag {customer},", "text_en": "Hello {customer},"}
CannedReply.write(by=cast.ben, key="hello", name="Begrüßung", scope="all", **said)
asked = {"code": "parcel", "name_en": "Parcel number", "name_de": "Paketnummer", "kind": "line"}
asked |= {"seen_by_customer": True, "causes": [cast.broken], "teams": []}
CustomField.write(**asked, by=cast.ben, key="parcel")
counted = {"code": "boxes", "name_en": "Boxes", "name_de": "Kartons", "kind": "number"}
CustomField.write(**counted, causes=[cast.late], teams=[cast.north], by=cast.ben, key="boxes")
lamp = {"title_de": "Die Lampe blinkt", "text_de": "Einmal aus und an.", "title_en": "The lamp blinks"}
lamp |= {"text_en": "Off and on once.", "audience": "public", "team_id": cast.north.pk}
Article.write(**lamp, by=cast.ben, key="lamp").publish(by=cast.ben)
sorry = {"do": "reply", "text_de": "Es tut uns leid, {customer}.", "text_en": "We are sorry, {customer}."}
for name, cents in (("Sorry", 500), ("Very sorry", 9000)):
    gives = [sorry, {"do": "gesture", "kind": "voucher", "cents": cents}]
    Macro.write(by=cast.ben, key=name, name=name, team=cast.north, steps=gives)
set_aside(cast.north, monthly_cents=10_000, each_cents=1000)
ReadyList.write(name="Parcel lost", cause=cast.late, lines=["Ring the carrier"], by=cast.ben, key="lost")
Site.add(name="Shop", origins=[], by=cast.ben, key="shop")
"""


@dataclass
class Stack:
    """A running product: where it answers, where its mails lie, and a way to look into its database."""

    url: str
    var: Path
    database: str
    commands: dict[str, list[str]] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def begin(self, name: str) -> None:
        with (self.var / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                self.commands[name], cwd=ROOT, env=self.env, stdout=log, stderr=log
            )

    def kill(self, name: str) -> None:
        """kill -9, as when somebody pulls the plug."""
        self.processes[name].kill()
        self.processes[name].wait()

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

    def mail(self, to: str, *having: str, seconds: float = 60) -> tuple[str, str]:
        """Wait for a mail to `to` in whose subject or text all of `having` stands."""

        def look() -> tuple[str, str] | None:
            newest = reversed(self.mails(to))
            return next((mail for mail in newest if all(words in "".join(mail) for words in having)), None)

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
def running(var: Path, *, settle: str = SETTLE, only: Collection[str] = ()) -> Iterator[Stack]:
    """Everything up and well, or `only` these processes; ended whatever happens."""
    port, broker_port = free_port(), free_port()
    database = own_database(var)
    url = f"http://127.0.0.1:{port}"
    env = os.environ | {
        "KULANZ_VAR": str(var), "DATABASE_URL": database, "SECRET_KEY": "journeys " * 8,
        # A broker of our own: it is killed in the middle of the day.
        "REDIS_URL": f"redis://127.0.0.1:{broker_port}/0",
        "BASE_URL": url, "KULANZ_BEAT_SECONDS": "0.5", "KULANZ_UNDO_SECONDS": "2",
        "DJANGO_SETTINGS_MODULE": "servicedesk.settings",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "LOG_LEVEL": "WARNING",
    }  # fmt: skip
    stack = Stack(url, var, database, commands(var, port, broker_port), env)
    try:
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=env, check=True)
        subprocess.run([sys.executable, "-c", settle], cwd=ROOT, env=env, check=True)
        for name in only or stack.commands:
            stack.begin(name)
        well = answers if only else healthy
        wait_for(lambda: well(stack.url), "the product to be well", seconds=60)
        yield stack
    finally:
        for process in stack.processes.values():
            process.terminate()
        for process in stack.processes.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def commands(var: Path, port: int, broker_port: int) -> dict[str, list[str]]:
    """Each process of the product by its name, the broker first."""
    binary = str(broker.find(Path(sys.prefix)))
    words = f"--bind 127.0.0.1 --port {broker_port} --appendonly no"
    celery = [sys.executable, "-m", "celery", "-A", "servicedesk"]
    web = (
        f"-m uvicorn servicedesk.asgi:application --port {port} --timeout-graceful-shutdown 1 --no-access-log"
    )
    return {
        "broker": [binary, *words.split(), "--save", "", "--dir", str(var)],
        "web": [sys.executable, *web.split()],
        "worker": [
            *celery,
            *["worker", "-c", "1", "-Q", "quick,slow", "--without-mingle", "--without-gossip"],
        ],
        "beat": [*celery, "beat", "-s", str(var / "beat"), "--pidfile", ""],
    }


def healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:
            return json.load(answer)["status"] == "ok"
    except (urllib.error.URLError, OSError):
        return False


def answers(url: str) -> bool:
    """Whether pages come; how the rest is may take a moment longer to tell."""
    try:
        with urllib.request.urlopen(f"{url}/accounts/login/", timeout=5) as answer:
            return answer.status == 200
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


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
