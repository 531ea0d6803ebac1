"""A pause: we wait for the customer, for a reason and until a day; then the clocks run again, whoever forgot it.

The clocks say what a pause did to each promise; this row says why there is one, and when it ends at the latest.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from tickets import history
from tickets.notice import Notice

if TYPE_CHECKING:
    from tickets.ticket import Ticket

# Where nobody says how long; a week is what most customers need at most.
USUAL, LONGEST = timedelta(days=7), timedelta(days=92)
LONGEST_WORDS, MOST = 200, 500
logger = logging.getLogger(__name__)


class PauseQuerySet(models.QuerySet["Pause"]):
    def open(self) -> PauseQuerySet:
        return self.filter(ended_at=None)

    def due(self, now: datetime) -> PauseQuerySet:
        return self.open().filter(ends_at__lte=now).order_by("ends_at", "pk")


class Pause(models.Model):
    class Reason(models.TextChoices):
        ANSWER = "answer", _("we asked the customer something")
        SENDING = "sending", _("the customer sends us something")
        LATER = "later", _("the customer wants it later")
        TRYING = "trying", _("the customer tries out what we proposed")

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.PROTECT, related_name="pauses")
    reason = models.CharField(_("why we wait"), max_length=10, choices=Reason.choices, default=Reason.ANSWER)
    words = models.CharField(_("for what exactly"), max_length=LONGEST_WORDS, blank=True, default="")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(_("until when at the latest"))
    ended_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = PauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=models.Q(ended_at=None), name="one_open_pause_per_ticket"
            ),
            models.CheckConstraint(
                name="pause_ends_after_it_begins", condition=models.Q(ends_at__gt=models.F("starts_at"))
            ),
        ]
        indexes = [
            models.Index(fields=["ends_at"], condition=models.Q(ended_at=None), name="pause_open_until")
        ]

    def __str__(self) -> str:
        return f"#{self.ticket_id}: {self.reason}"

    @property
    def why(self) -> str:
        return f"{self.get_reason_display()}: {self.words}" if self.words else self.get_reason_display()

    @classmethod
    def begin(cls, ticket: Ticket, *, by: Person | None, at: datetime) -> Pause:
        """We wait from now on, as one usually does; the caller's transaction pauses the clocks."""
        return cls.objects.create(ticket=ticket, starts_at=at, ends_at=at + USUAL, by=by)

    def agree(
        self, *, reason: str, words: str, until: datetime, by: Person, at: datetime | None = None
    ) -> bool:
        """Why we really wait, and until when; False when nobody waits. ValueError for what is no time ahead."""
        at = at or timezone.now()
        if not at < until <= at + LONGEST:
            raise ValueError("A moment ahead, within three months.")
        with transaction.atomic():
            said = {"reason": reason, "words": words, "ends_at": until, "by": by}
            if not Pause.objects.open().filter(pk=self.pk).update(**said):
                return False
            self.reason, self.words, self.ends_at, self.by = Pause.Reason(reason), words, until, by
            why = history.in_each_language(lambda: self.why)
            self.ticket.record(history.PAUSE_AGREED, by=by, at=at, why=why, until=until.isoformat())
        return True

    @classmethod
    def end_of(cls, ticket: Ticket, *, at: datetime) -> None:
        """Nobody waits any more; the caller's transaction lets the clocks go on."""
        cls.objects.open().filter(ticket=ticket).update(ended_at=at)


def end_due_now(*, now: datetime | None = None) -> int:
    """Open the tickets whose pause is over, at the moment it was over; the number of them."""
    now = now or timezone.now()
    return sum(
        _try_to_end(pk, now=now) for pk in list(Pause.objects.due(now).values_list("pk", flat=True)[:MOST])
    )


def _try_to_end(pk: int, *, now: datetime) -> bool:
    try:
        return _end(pk, now=now)
    except Exception:  # one ticket that cannot be opened must not hold up the others
        logger.exception("pause %s could not be ended", pk)
        return False


def _end(pk: int, *, now: datetime) -> bool:
    with transaction.atomic():
        found = Pause.objects.due(now).select_related("ticket__team", "ticket__customer__person")
        pause = found.filter(pk=pk).first()
        if pause is None:
            return False
        ticket = pause.ticket
        type(ticket).objects.hold(ticket.pk)  # before its pause and its clocks, as whoever moves it
        if not Pause.objects.due(now).filter(pk=pk).update(ended_at=pause.ends_at):
            return False
        ticket.move("open", by=None, at=pause.ends_at)
        why = history.in_each_language(lambda: pause.why)
        event = ticket.record(history.PAUSE_OVER, by=None, at=now, why=why)
        told = [ticket.assignee] if ticket.assignee else list(Person.objects.leading(ticket.team))
        for person in told:
            Notice.tell(person, event)
    return True
