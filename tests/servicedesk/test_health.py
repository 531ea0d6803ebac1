"""Health: green while work is done, red within a minute when it is not, and silent about everything else."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client

from tickets.models import Heartbeat

pytestmark = pytest.mark.django_db
ANSWERS = {b"HELLO": b"%1\r\n+proto\r\n:3\r\n", b"PING": b"+PONG\r\n"}
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def broker(settings: object) -> Iterator[None]:
    """A broker that answers every question with “yes, I am here”."""
    listener = socket.create_server(("127.0.0.1", 0))
    settings.REDIS_URL = f"redis://127.0.0.1:{listener.getsockname()[1]}/0"

    def answer() -> None:
        while True:
            try:
                line, _address = listener.accept()
            except OSError:
                return
            with line:
                while asked := line.recv(4096):
                    for word in re.findall(rb"HELLO|SETINFO|MAINT_NOTIFICATIONS|PING", asked):
                        line.sendall(ANSWERS.get(word, b"+OK\r\n"))

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    yield
    listener.close()


@pytest.fixture(autouse=True)
def _no_broker(settings: object, caplog: object) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"  # nobody listens there
    caplog.set_level("CRITICAL", "django.request")


def beat(*, worker: float, sweep: float) -> None:
    for name, seconds in (("worker", worker), ("sweep", sweep)):
        Heartbeat.beat(name, at=NOON - timedelta(seconds=seconds))


def ask(client: Client) -> tuple[int, dict[str, object]]:
    with time_machine.travel(NOON, tick=False):
        response = client.get("/healthz")
    assert response["Cache-Control"] == "no-store"
    return response.status_code, response.json()


def test_all_well(client: Client, broker: None) -> None:
    beat(worker=4, sweep=59.9)
    assert ask(client) == (
        200,
        {
            "status": "ok",
            "database": {"ok": True},
            "broker": {"ok": True},
            "worker": {"ok": True, "age_seconds": 4.0},
            "beat": {"ok": True, "age_seconds": 59.9},
        },
    )


def test_work_not_done_for_a_minute_is_red(client: Client, broker: None) -> None:
    beat(worker=4, sweep=60)
    status, said = ask(client)
    assert (status, said["status"]) == (503, "unwell")
    assert said["beat"] == {"ok": False, "age_seconds": 60.0}
    assert said["worker"] == {"ok": True, "age_seconds": 4.0}


def test_work_never_done_is_red(client: Client, broker: None) -> None:
    status, said = ask(client)
    assert status == 503
    assert said["worker"] == said["beat"] == {"ok": False, "age_seconds": None}


def test_without_a_broker_it_says_so(client: Client) -> None:
    beat(worker=1, sweep=1)
    status, said = ask(client)
    assert status == 503
    assert [name for name, part in said.items() if name != "status" and not part["ok"]] == ["broker"]


def test_without_a_database_it_still_answers(client: Client, broker: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE tickets_heartbeat RENAME TO tickets_heartbeat_away")
    status, said = ask(client)
    assert status == 503
    assert said["database"] == {"ok": False}
    assert said["worker"] == {"ok": False, "age_seconds": None}
    assert said["broker"] == {"ok": True}


def test_it_tells_nothing_but_this(client: Client) -> None:
    _status, said = ask(client)
    assert set(said) == {"status", "database", "broker", "worker", "beat"}


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_it_is_only_asked(client: Client, method: str) -> None:
    assert getattr(client, method)("/healthz").status_code == 405
