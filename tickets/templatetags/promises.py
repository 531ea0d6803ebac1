"""Deadlines as pages show them: in words, with a state, in the reader's zone."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone

from tickets.sla.explanation import length_in_words
from tickets.sla.promise import Due, as_shown, day_as_label, moment_as_label, moment_in_words, state_of

register = template.Library()


@register.filter
def in_words(moment: datetime) -> str:
    """“today 15:40” in the reader's zone, as it stands inside a sentence."""
    return moment_in_words(moment, zone=timezone.get_current_timezone(), now=timezone.now())


@register.filter
def on_its_own(moment: datetime) -> str:
    """“today 15:40” in the reader's zone, as it stands beside a ticket."""
    return moment_as_label(moment, zone=timezone.get_current_timezone(), now=timezone.now())


@register.filter
def as_day(day: date) -> str:
    """“Thu 26 Nov” in English, “Do, 26.11.” in German."""
    return day_as_label(day)


@register.filter
def promise_state(due_at: datetime) -> str:
    """“ok”, “warn” in the last hour, “late” after it."""
    return state_of(due_at, now=timezone.now())


@register.filter
def shown(due_at: datetime | None) -> Due | None:
    """A deadline for the piece of a page that shows one; None where the clock waits."""
    if due_at is None:
        return None
    return as_shown(due_at, zone=timezone.get_current_timezone(), now=timezone.now())


@register.filter
def clock_in(moment: datetime, zone: str) -> str:
    """“15:40” as the clocks of a zone show it."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%H:%M")


@register.filter
def seconds_in_words(seconds: int) -> str:
    """“4 hours”; a promise to somebody who waits on the line in seconds."""
    return length_in_words(seconds, promised=seconds)
