"""Clocks that ran before there was a log get the log they would have written."""

import hashlib
import json
from datetime import datetime
from itertools import islice

from django.db import migrations

FIELDS = ("tz", "weekly", "holidays", "overrides", "breaks")
BATCH = 1000


def write_logs(apps, schema_editor):
    Clock = apps.get_model("tickets", "Clock")
    ClockEntry = apps.get_model("tickets", "ClockEntry")
    versions = keep_calendars(apps)
    clocks = Clock.objects.order_by("pk").iterator(chunk_size=BATCH)
    while batch := list(islice(clocks, BATCH)):
        for clock in batch:
            clock.calendar_id = versions[clock.hours_id]
        Clock.objects.bulk_update(batch, ["calendar"])
        ClockEntry.objects.bulk_create(entry for clock in batch for entry in log_of(clock, ClockEntry))


def keep_calendars(apps):
    CalendarVersion = apps.get_model("tickets", "CalendarVersion")
    versions = {}
    for hours in apps.get_model("tickets", "BusinessHours").objects.all():
        content = {name: getattr(hours, name) for name in FIELDS}
        said = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
        digest = hashlib.blake2b(said, digest_size=16).hexdigest()
        kept = CalendarVersion.objects.create(hours=hours, number=1, content=content, digest=digest)
        versions[hours.pk] = kept.pk
    return versions


def log_of(clock, ClockEntry):
    def entry(kind, at, cause, **terms):
        return ClockEntry(clock=clock, kind=kind, at=at, written_at=at, cause=cause, **terms)

    yield entry("started", clock.started_at, "opened", seconds=clock.seconds, calendar_id=clock.calendar_id)
    for since, until in clock.pauses:
        yield entry("paused", datetime.fromisoformat(since), "waiting_customer")
        if until:
            yield entry("resumed", datetime.fromisoformat(until), "went_on")
    if clock.breached_at:
        yield entry("breached", clock.breached_at, "due")
    if clock.met_at:
        yield entry("met", clock.met_at, "solved" if clock.kind == "solution" else "answered")
    if clock.cancelled_at:
        yield entry("cancelled", clock.cancelled_at, "solved")


class Migration(migrations.Migration):
    dependencies = [("tickets", "0004_clocks_have_a_log")]

    operations = [migrations.RunPython(write_logs, migrations.RunPython.noop, elidable=True)]
