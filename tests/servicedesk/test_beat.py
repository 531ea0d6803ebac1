"""The beat's own scheduler: it keeps its table as ever, and the mailboxes are watched while it lasts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from celery.apps.beat import Beat
from django.conf import settings

from servicedesk.beat import Scheduler
from servicedesk.celery import app


@pytest.mark.django_db(transaction=True)
def test_mailboxes_are_watched_for_as_long_as_the_beat_lasts(tmp_path: Path) -> None:
    scheduler = Scheduler(app=app, schedule_filename=str(tmp_path / "schedule"))
    assert (scheduler.watching.name, scheduler.watching.is_alive()) == ("mailboxes", True)
    assert "look into mailboxes" in scheduler.schedule
    scheduler.close()
    assert scheduler.watching.is_alive() is False


def test_whoever_starts_the_beat_gets_this_one_and_one_that_is_only_asked_watches_nothing(
    tmp_path: Path,
) -> None:
    beat = Beat(app=app, schedule=str(tmp_path / "schedule"), quiet=True)
    asked = beat.Service(app=app, scheduler_cls=beat.scheduler_cls, schedule_filename=beat.schedule)
    idle = asked.get_scheduler(lazy=True)
    assert (type(idle), hasattr(idle, "watching")) == (Scheduler, False)
    idle.close()


def test_the_beat_loads_no_pages(tmp_path: Path) -> None:
    """Counted in a process of its own: here others have loaded them long ago."""
    said = "import sys; sys.argv[1:] = ['beat']; from servicedesk.celery import app; "
    said += "app.loader.import_default_modules(); import servicedesk.beat; print('servicedesk.urls' in sys.modules)"
    argv = [sys.executable, "-c", said]
    env = dict(os.environ) | {"DJANGO_SETTINGS_MODULE": "servicedesk.settings"}
    found = subprocess.run(argv, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
