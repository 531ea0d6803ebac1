"""A snooze: a ticket nobody needs to look at before a date, before the customer writes, or before either.

It leaves the lists of what is to be done, never its clocks: an hour before a promise runs out it is back, whatever was
agreed. Waking tells colleagues and sends the customer nothing.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.prepared import Prepared

from . import history
from .notice import Notice
from .refused import Refused

if TYPE_CHECKING:
    from accounts.person import Person

    from .event import Event
    from .ticket import Ticket

# So long before the earliest promise of a ticket it is there again.
BEFORE_A_PROMISE, LONGEST, MOST = timedelta(hours=1), timedelta(days=366), 500
SETTLED = ("solved", "closed")
logger = logging.getLogger(__name__)


class SnoozeQuerySet(models.QuerySet["Snooze"]):
    def open(self) -> SnoozeQuerySet:
        return self.filter(ended_at=None)

    def due(self, now: datetime) -> SnoozeQuerySet:
        """Whose date has come, or whose ticket owes something soon."""
        owes = models.Q(ticket__next_due_at__lte=now + BEFORE_A_PROMISE)
        return self.open().filter(models.Q(until__lte=now) | owes).order_by("pk")


class Snooze(models.Model):
    class Woken(models.TextChoices):
        DATE = "date", gettext_lazy("its date has come")
        REPLY = "reply", gettext_lazy("the customer wrote")
        PROMISE = "promise", gettext_lazy("a promise runs out soon")
        SETTLED = "settled", gettext_lazy("it is done")
        HAND = "hand", gettext_lazy("somebody wanted to see it")

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.PROTECT, related_name="snoozes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    until = models.DateTimeField(gettext_lazy("until when"), null=True, blank=True)
    wakes_on_reply = models.BooleanField(gettext_lazy("until the customer writes"), default=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    woken = models.CharField(max_length=8, choices=Woken.choices, blank=True, default="")

    objects = SnoozeQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("snooze")
        verbose_name_plural = gettext_lazy("snoozes")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=models.Q(ended_at=None), name="one_open_snooze_per_ticket"
            ),
            models.CheckConstraint(
                name="a_snooze_ends_by_something",
                condition=models.Q(until__isnull=False) | models.Q(wakes_on_reply=True),
            ),
            models.CheckConstraint(
                name="snooze_woken_by_something",
                condition=models.Q(ended_at=None, woken="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(woken="")),
            ),
        ]
        indexes = [
            models.Index(fields=["until"], condition=models.Q(ended_at=None), name="snooze_until"),
        ]

    def __str__(self) -> str:
        return f"#{self.ticket_id}"

    @classmethod
    def begin(
        cls,
        ticket: Ticket,
        *,
        by: Person,
        until: datetime | None = None,
        wakes_on_reply: bool = True,
        at: datetime | None = None,
    ) -> Snooze | Refused:
        """Let it sleep; a second time other terms hold. ValueError for one that nothing would wake."""
        at = at or timezone.now()
        if (until is None and not wakes_on_reply) or (until is not None and not at < until <= at + LONGEST):
            raise ValueError("A date ahead, within a year, or the customer's next words.")
        with transaction.atomic():
            ticket.touch(at)  # ours from here on
            ticket.refresh_from_db(fields=["status", "next_due_at"])
            why = hindrance(ticket, at=at)
            if why is not None:
                transaction.set_rollback(True)
                return why
            cls.objects.open().filter(ticket=ticket).update(ended_at=at, woken=cls.Woken.HAND)
            said = {"until": until, "wakes_on_reply": wakes_on_reply}
            snooze = cls.objects.create(ticket=ticket, by=by, at=at, **said)
            ticket.asleep_since = at
            ticket.save(update_fields=["asleep_since"])
            when = until.isoformat() if until else None
            ticket.record(history.SNOOZED, by=by, at=at, until=when, on_reply=wakes_on_reply)
            return snooze

    def wake(self, why: str, *, by: Person | None = None, at: datetime | None = None) -> bool:
        """It is there again; False when it was. Who let it sleep and whoever works on it are told."""
        at = at or timezone.now()
        with transaction.atomic():
            # First the ticket's row, as everybody holds them who lets it sleep or hears the customer.
            tickets = type(self.ticket).objects
            tickets.hold(self.ticket_id)
            ended = {"ended_at": at, "woken": why}
            if not Snooze.objects.open().filter(pk=self.pk).update(**ended):
                return False
            self.ended_at, self.woken = at, why
            tickets.filter(pk=self.ticket_id).update(asleep_since=None)
            self.ticket.asleep_since = None
            words = history.in_each_language(lambda: self.Woken(why).label)
            event = self.ticket.record(history.WOKEN, by=by, at=at, why=words)
            if why not in (self.Woken.SETTLED, self.Woken.HAND):
                for person in {self.by, self.ticket.assignee or self.by}:
                    Notice.tell(person, event)
        return True

    def go_on(self, *, at: datetime) -> None:
        """What ended it is taken back: it sleeps again as it slept, unless its date has come meanwhile."""
        if self.until is not None and self.until <= at:
            return
        ended = Snooze.objects.filter(pk=self.pk, woken=self.Woken.SETTLED)
        if ended.update(ended_at=None, woken=""):
            type(self.ticket)._default_manager.filter(pk=self.ticket_id).update(asleep_since=self.at)


def hindrance(ticket: Ticket, *, at: datetime) -> Refused | None:
    """Why a ticket cannot sleep now; the page asks the same as the deed."""
    if ticket.status in SETTLED:
        return Refused("settled", _("This ticket is done and stands in no list to be done."))
    if ticket.next_due_at is not None and ticket.next_due_at <= at + BEFORE_A_PROMISE:
        return Refused("owed", _("A promise runs out within the hour or has run out. Keep it first."))
    return None


def hear(event: Event) -> None:
    """Listens to every event: the customer's words wake what waits for them, and what is done sleeps no more."""
    wrote = event.kind == history.REPLIED and event.ticket.is_served_to(event.by)
    done = event.kind == history.MOVED and event.data.get("to") in SETTLED
    if not (wrote or done):
        return
    why = Snooze.Woken.SETTLED if done else Snooze.Woken.REPLY
    for snooze in _OPEN.rows(ticket=event.ticket_id):
        if done or snooze.wakes_on_reply:
            snooze.ticket = event.ticket
            snooze.wake(why, by=event.by, at=event.at)


_OPEN = Prepared(lambda ticket: Snooze.objects.open().filter(ticket=ticket))


def wake_due_now(*, now: datetime | None = None) -> int:
    """Wake whose time has come; the number of them."""
    now = now or timezone.now()
    found = Snooze.objects.due(now).values_list("pk", flat=True)
    return sum(_try_to_wake(pk, now=now) for pk in list(found[:MOST]))


def _try_to_wake(pk: int, *, now: datetime) -> bool:
    try:
        sleeping = Snooze.objects.due(now).select_related(
            "ticket__customer__person", "ticket__assignee", "by"
        )
        snooze = sleeping.filter(pk=pk).first()
        if snooze is None:
            return False
        has_come = snooze.until is not None and snooze.until <= now
        return snooze.wake(Snooze.Woken.DATE if has_come else Snooze.Woken.PROMISE, at=now)
    except Exception:  # one that cannot be woken must not let the others sleep
        logger.exception("snooze %s could not be ended", pk)
        return False
