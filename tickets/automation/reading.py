"""Reading: the append-only events as work queue of the rules – each event read once, whoever else reads.

Numbers of events are given before they are committed, so a later one may be seen first. A bookmark therefore only
moves behind what nobody can still be writing; what stands after it is read by row.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import connection, models, transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.prepared import Prepared
from tickets import history
from tickets.event import Event
from tickets.nudge import nudge
from tickets.ticket import Ticket

from . import group, known
from .effect import rules_behind
from .rule import Rule
from .run import Run

BATCH, MOST_BATCHES = 100, 50
# No transaction of ours takes this long; an event that is not there by then will never be.
SETTLES = timedelta(minutes=10)
T = Rule.Trigger
TRIGGERS = {
    history.OPENED: T.OPENED,
    history.MOVED: T.MOVED,
    history.STATUS_CALLED: T.MOVED,
    history.TAKEN: T.ASSIGNED,
    history.ASSIGNED: T.ASSIGNED,
    history.PROMISE_WARNED: T.WARNED,
    history.PROMISE_BREACHED: T.BREACHED,
    history.RATED: T.RATED,
}
KINDS = (history.REPLIED, *TRIGGERS)
# What people do is looked at within a moment; what the sweep of promises does, at the next beat.
PROMPT = frozenset(KINDS) - {history.PROMISE_WARNED, history.PROMISE_BREACHED}


class Bookmark(models.Model):
    """How far the events have been read: nothing up to `floor` is open; `ceiling` becomes the floor once it settled."""

    name = models.CharField(max_length=20, primary_key=True)
    floor = models.BigIntegerField(default=0)
    ceiling = models.BigIntegerField(default=0)
    ceiling_at = models.DateTimeField()

    class Meta:
        verbose_name = _("bookmark")
        verbose_name_plural = _("bookmarks")

    def __str__(self) -> str:
        return f"{self.name}: {self.floor}"

    @classmethod
    def hold(cls, *, now: datetime) -> Bookmark | None:
        """The bookmark, held until the transaction ends; None while somebody else reads."""
        if not cls.objects.filter(name="rules").exists():
            newest = Event.objects.aggregate(newest=Max("pk"))["newest"] or 0
            first = cls(name="rules", floor=newest, ceiling=newest, ceiling_at=now)
            cls.objects.bulk_create([first], ignore_conflicts=True)
        return cls.objects.select_for_update(skip_locked=True).filter(name="rules").first()

    def skip(self, *, now: datetime) -> None:
        """Nobody waits for events: whatever is there counts as read."""
        newest = Event.objects.aggregate(newest=Max("pk"))["newest"] or 0
        if newest != self.floor:
            self.floor, self.ceiling, self.ceiling_at = newest, newest, now
            self.save(update_fields=["floor", "ceiling", "ceiling_at"])
            Reading.objects.all().delete()

    def advance(self, *, now: datetime) -> None:
        """Lift the floor to a ceiling that settled, and what was read by row below it is forgotten."""
        if now - self.ceiling_at < SETTLES:
            return
        newest = Event.objects.aggregate(newest=Max("pk"))["newest"] or 0
        self.floor, self.ceiling, self.ceiling_at = self.ceiling, newest, now
        self.save(update_fields=["floor", "ceiling", "ceiling_at"])
        Reading.objects.filter(event_id__lte=self.floor).delete()


class Reading(models.Model):
    """An event that was read; kept until the bookmark has passed it."""

    event = models.OneToOneField(
        "tickets.Event", on_delete=models.PROTECT, primary_key=True, related_name="reading"
    )

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")

    def __str__(self) -> str:
        return str(self.event_id)


def read_now(*, now: datetime | None = None) -> int:
    """Queue a run for each rule each new event wakes; the number of events read."""
    now = now or timezone.now()
    read = 0
    for _batch in range(MOST_BATCHES):
        found = _read_batch(now=now)
        read += found
        if found < BATCH:
            break
    return read


def trigger_of(event: Event) -> str | None:
    """What kind of occasion an event is for rules; None for most."""
    if event.kind == history.REPLIED:
        return T.WROTE if event.ticket.is_served_to(event.by) else T.ANSWERED
    return TRIGGERS.get(event.kind)


def wake(event: Event) -> None:
    """Listens to every event: rules that wait for what people do have their turn at once, not at the next beat."""
    if event.kind not in PROMPT or any(waiting[1] is _nudge for waiting in connection.run_on_commit):
        return
    if _WAITING.first(trigger=str(trigger_of(event))):  # to ask costs a tenth of what calling a worker does
        transaction.on_commit(_nudge)


_WAITING = Prepared(lambda trigger: Rule.objects.running().filter(trigger=trigger).values_list("pk")[:1])


def _nudge() -> None:
    nudge("tickets.jobs.automate")


def _read_batch(*, now: datetime) -> int:
    """Read and queue in one transaction: an event is read exactly when its runs are there."""
    with transaction.atomic():
        bookmark = Bookmark.hold(now=now)
        if bookmark is None:
            return 0
        rules = list(Rule.objects.running().exclude(trigger=T.TIME))
        if not rules:
            bookmark.skip(now=now)
            return 0
        unread = Event.objects.filter(pk__gt=bookmark.floor, kind__in=KINDS).exclude(
            Exists(Reading.objects.filter(event=OuterRef("pk")))
        )
        events = list(unread.select_related("ticket__customer").order_by("pk")[:BATCH])
        _queue(rules, events, now=now)
        Reading.objects.bulk_create(Reading(event=event) for event in events)
        if len(events) < BATCH:
            bookmark.advance(now=now)
        return len(events)


def _queue(rules: list[Rule], events: list[Event], *, now: datetime) -> None:
    waiting: dict[str | None, list[Rule]] = defaultdict(list)
    for rule in rules:
        waiting[rule.trigger].append(rule)
    woken = [(event, waiting[trigger_of(event)]) for event in events]
    facts = facts_of({event.ticket_id for event, possible in woken if possible}, now=now)
    for event, possible in woken:
        behind = rules_behind(event) if possible else set()
        for rule in possible:
            fits = rule.covers(event.ticket) and rule.pk not in behind
            if fits and group.holds(rule.conditions, facts[event.ticket_id]):
                Run.queue(rule, event.ticket, due_at=now, event=event)


def facts_of(tickets: set[int], *, now: datetime) -> dict[int, dict[str, object]]:
    """What is known of each of these tickets, in a handful of queries."""
    if not tickets:
        return {}
    found = known.with_facts(Ticket.objects.filter(pk__in=tickets).with_people())
    return {ticket.pk: known.of_moment(ticket, now=now) for ticket in found}
