"""What templates write of moments is remembered for what it is: this moment, in this zone, in this language."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

SHOWN = Template('{{ at|date:"c" }} {{ at|date:"j M H:i" }}')


@pytest.mark.parametrize(
    ("language", "zone", "written"),
    [
        ("en", "Europe/Berlin", "2026-10-25T02:30:00+02:00 25 Oct 02:30"),
        ("de", "Europe/Berlin", "2026-10-25T02:30:00+02:00 25 Okt 02:30"),
        ("en", "Europe/London", "2026-10-25T01:30:00+01:00 25 Oct 01:30"),
    ],
)
def test_the_same_moment_reads_as_its_reader_lives(language, zone, written):
    at = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    with translation.override(language), timezone.override(ZoneInfo(zone)):
        assert [SHOWN.render(Context({"at": at})) for _again in range(2)] == [written, written]


def test_an_hour_that_comes_twice_is_two_hours():
    hours = [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]
    shown = Template('{{ at|date:"H:i U" }}')
    with timezone.override(ZoneInfo("Europe/Berlin")):
        written = [shown.render(Context({"at": at})) for at in hours]
    assert written == [f"02:30 {int(at.timestamp())}" for at in hours]


def test_days_and_nothing_are_written_as_django_does():
    shown = Template('{{ day|date:"j.n.Y" }}|{{ none|date:"c" }}|{{ none|date }}')
    assert shown.render(Context({"day": date(2026, 1, 2), "none": None})) == "2.1.2026||"
