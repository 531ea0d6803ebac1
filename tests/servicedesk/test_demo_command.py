"""The demo fills an empty house at any hour of any day, and never touches what is there."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command

from accounts.models import Person
from policies.ledger.transfer import reconcile
from policies.models import Ask, Ruling
from servicedesk.demo import calendars, files, moments
from servicedesk.demo.house import Inhabited, furnish
from servicedesk.demo.stories import ALL
from tickets.attachment import examine
from tickets.models import Clock, Event, Mark, Message, OutgoingMail, Ticket
from tickets.sla.worktime import elapsed

pytestmark = pytest.mark.django_db

HOURS = {
    "while the clocks go back": datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    "on the first of the year": datetime(2027, 1, 1, 0, 5, tzinfo=UTC),
    "late on Easter Monday": datetime(2027, 3, 29, 21, 59, tzinfo=UTC),
}
HARDEST = ("while the clocks go back",)


@pytest.fixture(autouse=True)
def _files(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(now, id=name, marks=[] if name in HARDEST else [pytest.mark.first_database])
        for name, now in HOURS.items()
    ],
)
def test_at_any_hour_every_story_stands_where_it_should(now, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        furnish(now=now)
    assert callbacks == []  # no worker, no open page hears of it
    assert not OutgoingMail.objects.filter(sent_at=None).exists()
    assert Counter(Ticket.objects.values_list("status", flat=True)) == {
        "open": 13,
        "waiting_customer": 3,
        "waiting_others": 3,
        "solved": 4,
        "closed": 11,
    }
    assert Counter(Ruling.objects.values_list("outcome", flat=True)) == {
        "DO": 11,
        "DO_AND_TELL": 5,
        "OWED": 1,
        "DO_WITH_COLLEAGUE": 2,
        "ASK_SILENCE_YES": 3,
        "ASK_SILENCE_ESCALATES": 2,
        "HAND_WARM": 1,
        "NEVER": 2,
    }
    answers = Counter(Ask.objects.values_list("answer", flat=True))
    assert answers == {"": 1, "granted": 4, "declined": 1, "silence": 1, "taken": 1}
    assert Ask.objects.get(answer="").due_at > now
    assert reconcile() == []
    # How long ago somebody wrote last, and whether it is answered now, is a matter of the hour; the rest is not.
    told = Clock.objects.open().exclude(kind__in=("next_response", "answer"))
    assert told.exclude(breached_at=None).count() == 4  # one of them a promise by word
    warned = Mark.objects.filter(kind="warning", skipped="", done_at__lte=now, clock__breached_at=None)
    assert warned.filter(clock__in=told).values("clock").distinct().count() == 3
    assert not Mark.objects.due(now).exists()
    for happened in (Event, Message):
        assert not happened.objects.filter(at__gt=now).exists()


def test_files_are_what_their_names_say():
    assert examine(files.photo("crack.png")) == "image/png"
    assert examine(files.document("offer.pdf", "Grüße (2)", "second line")) == "application/pdf"


def test_business_hours_hold_three_years_of_two_laender():
    hours = calendars.open_hours(year=2026)
    north, south = hours["nord"].holidays, hours["sued"].holidays
    assert {"2025-10-31", "2026-10-31", "2027-10-31"} <= set(north)
    assert "2026-01-06" in south
    assert "2026-01-06" not in north
    assert hours["nord"].overrides.keys() == {
        "2025-12-24",
        "2025-12-31",
        "2026-12-24",
        "2026-12-31",
        "2027-12-24",
        "2027-12-31",
    }
    assert hours["nord"].weekly["mon"] == [["08:00", "12:30"], ["13:15", "18:00"]]
    assert hours["sued"].weekly["sat"] == [["09:00", "13:00"]]


@pytest.mark.parametrize("minutes", [1, 25, 555, 40_000])
def test_moments_are_told_in_working_time(minutes):
    opening = calendars.open_hours(year=2026)["nord"].opening
    for now in HOURS.values():
        moment = moments.before(opening, now, minutes * 60)
        assert elapsed(opening, moment, now) == minutes * 60


def test_stories_are_named_once_and_use_what_there_is():
    assert len({story.code for story in ALL}) == len(ALL) == 30
    assert len({story.subject for story in ALL}) == 30


def test_the_command_prints_a_line_for_each_sign_in():
    out = io.StringIO()
    call_command("demo", stdout=out)
    lines = [line.split("  ") for line in out.getvalue().splitlines()]
    rows = [[word.strip() for word in line if word.strip()] for line in lines]
    assert len(rows) == 12
    assert rows[0] == [
        "administrator",
        "Sam Whitfield",
        "sam.whitfield@haldenwerk.example",
        "kulanz-demo-2026",
    ]
    assert Counter(role for role, *_rest in rows)["agent"] == 5
    for _role, name, email, _password in rows:
        assert Person.objects.get(email=email).name == name


def test_with_data_present_it_refuses_in_a_sentence(cast):
    with pytest.raises(
        CommandError, match=r"^There is data already; the demo only fills an empty database\.$"
    ):
        call_command("demo")
    with pytest.raises(Inhabited):
        furnish()
    assert Ticket.objects.count() == 0


def test_if_empty_says_and_does_nothing_where_there_is_data(cast):
    out = io.StringIO()
    call_command("demo", "--if-empty", stdout=out)
    assert out.getvalue() == ""
    assert (Ticket.objects.count(), Person.objects.count()) == (0, 5)


def test_without_tables_it_says_what_to_do(tmp_path):
    ran = subprocess.run(
        [sys.executable, "manage.py", "demo"],
        cwd=django_settings.BASE_DIR,
        env={**os.environ, "KULANZ_VAR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/none.sqlite3"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.strip() == (
        "CommandError: The database is not ready; run “manage.py migrate” first "
        "(no such table: accounts_person)."
    )
