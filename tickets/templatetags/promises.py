"""Deadlines as pages show them: in words, with a state, in the reader's zone."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import template
from django.utils import timezone

from tickets.sla.promise import moment_as_label, moment_in_words, state_of

register = template.Library()
SOON = timedelta(hours=1)


@register.filter
def in_words(moment: datetime) -> str:
    """“today 15:40” in the reader's zone, as it stands inside a sentence."""
    return moment_in_words(moment, zone=timezone.get_current_timezone(), now=timezone.now())


@register.filter
def on_its_own(moment: datetime) -> str:
    """“today 15:40” in the reader's zone, as it stands beside a ticket."""
    return moment_as_label(moment, zone=timezone.get_current_timezone(), now=timezone.now())


@register.filter
def promise_state(due_at: datetime) -> str:
    """“ok”, “warn” in the last hour, “late” after it."""
    return state_of(due_at, now=timezone.now(), soon=SOON)


@register.filter
def warns_at(due_at: datetime) -> datetime:
    return due_at - SOON
