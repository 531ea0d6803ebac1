"""Of each job of the beat one waits at most; it begins, is lost or its broker is gone, and the next one may wait."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery.schedules import schedule
from pytest_django import Settings

from servicedesk import one_waits
from servicedesk.beat import Scheduler
from servicedesk.celery import app
from tickets.jobs import let_replies_go
from tickets.live import relay

JOB = let_replies_go.name


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """One of our own in the Redis of this run, beside which nobody has noted anything."""
    if not os.environ.get("REDIS_URL"):
        pytest.skip("no Redis on this machine")
    name = f"test-{uuid.uuid4().hex}"
    monkeypatch.setattr(one_waits, "NOTED", f"{name}:")
    relay.client.cache_clear()
    yield name
    one_waits.begin(JOB)
    relay.client().delete(name)
    relay.client.cache_clear()


def test_the_next_one_waits_once_this_one_began_or_counts_as_lost(
    queue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [one_waits.is_first(JOB, every=5) for _ in range(2)] == [True, False]
    assert one_waits.is_first("tickets.jobs.beat_heart", every=5) is True
    app.loader.on_task_init("1", let_replies_go)
    monkeypatch.setattr(one_waits, "LOST_AFTER_SECONDS", (0.05, 0.05))
    assert one_waits.is_first(JOB, every=5) is True
    time.sleep(0.1)
    assert one_waits.is_first(JOB, every=5) is True


@pytest.mark.parametrize(("every", "lost_after"), [(1, 5), (5, 10), (60, 30), (3600, 30)])
def test_what_waits_counts_as_lost_long_before_a_job_of_every_hour_would_be_left_out(
    queue: str, every: float, lost_after: float
) -> None:
    assert one_waits.is_first(JOB, every=every) is True
    left = relay.client().pttl(f"{queue}:{JOB}")
    assert (lost_after - 1) * 1000 < left <= lost_after * 1000


def test_a_beat_sends_a_job_once_however_often_it_is_due_until_a_worker_begins(
    tmp_path: Path, queue: str
) -> None:
    beat = Scheduler(app=app, schedule_filename=str(tmp_path / "schedule"), lazy=True)
    options = {"expires": 60.0, "queue": queue}
    due = beat.Entry(name="x", task=JOB, schedule=schedule(1.0), options=options, app=app)
    waiting = []
    for tick in range(5):
        if tick == 3:
            app.loader.on_task_init("1", let_replies_go)
        beat.apply_entry(due)
        waiting.append(relay.client().llen(queue))
    beat.close()
    assert waiting == [1, 1, 1, 2, 2]


def test_without_redis_the_beat_goes_on_as_it_does(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    relay.client.cache_clear()
    assert [one_waits.is_first(JOB, every=5) for _ in range(2)] == [True, True]
    one_waits.begin(JOB)
    relay.client.cache_clear()
