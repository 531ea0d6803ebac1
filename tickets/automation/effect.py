"""An effect: an event some run caused – so no rule is ever woken by what it did itself, on whatever way round."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.event import Event

from .run import Run

LONGEST_CHAIN = 20


class Effect(models.Model):
    event = models.OneToOneField("tickets.Event", on_delete=models.PROTECT, related_name="rule_effect")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="effects")

    class Meta:
        verbose_name = _("effect of a run")
        verbose_name_plural = _("effects of runs")

    def __str__(self) -> str:
        return f"{self.run_id}: {self.event_id}"


_caused: ContextVar[list[Event] | None] = ContextVar("caused", default=None)


@contextmanager
def caused_by(run: Run) -> Iterator[None]:
    """Every event recorded inside is an effect of the run."""
    events: list[Event] = []
    token = _caused.set(events)
    try:
        yield
        Effect.objects.bulk_create([Effect(event=event, run=run) for event in events])
    finally:
        _caused.reset(token)


def notice(event: Event) -> None:
    """Listens to every event; what no run causes passes by."""
    events = _caused.get()
    if events is not None:
        events.append(event)


def rules_behind(event: Event) -> set[int]:
    """The rules that led to this event, one after the other; empty when people did it."""
    behind: set[int] = set()
    cause: int | None = event.pk
    for _step in range(LONGEST_CHAIN):
        effect = Effect.objects.filter(event=cause).select_related("run").first()
        if effect is None:
            break
        behind.add(effect.run.rule_id)
        cause = effect.run.event_id
    return behind
