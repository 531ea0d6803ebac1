"""A merge: two tickets of one customer became one. What was said goes on in one place; for a day it can be taken back.

Messages, promises by word and the earlier promise to answer move to the ticket that stays; the other is closed and
remembers where it went on. Taken apart again, each has what it had, and what was written meanwhile stays.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.prepared import Prepared
from tickets import history
from tickets.live import relay
from tickets.mail import letters
from tickets.refused import Refused
from tickets.search.words import TicketWords
from tickets.sla.pause import Pause

from .luggage import Luggage

if TYPE_CHECKING:
    from accounts.person import Person
    from tickets.ticket import Ticket

UNDONE_WITHIN = timedelta(hours=24)
# What else can stand in the way of merging a ticket; whoever knows something adds a reader when ready.
readers: list[Callable[[Ticket], Refused | None]] = []


class MergeQuerySet(models.QuerySet["Merge"]):
    def open(self) -> MergeQuerySet:
        """Not taken back."""
        return self.filter(undone_at=None)

    def undoable(self, at: datetime) -> MergeQuerySet:
        return self.open().filter(at__gt=at - UNDONE_WITHIN)

    def last_of(self, ticket: Ticket) -> Merge | None:
        """The newest merge of this ticket into another, one that was taken back too: whoever takes it back twice gets
        the same answer twice."""
        return self.filter(source=ticket).order_by("-pk").first()

    def ending_in(self, ticket: Ticket) -> list[int]:
        """The tickets that go on in this one, however many merges lie between."""
        found: list[int] = []
        nearer = [ticket.pk]
        while nearer:
            nearer = [source for (source,) in _INTO.rows(targets=nearer)]
            found += nearer
        return found


_INTO = Prepared(lambda targets: Merge.objects.open().filter(target__among=targets).values_list("source"))


class Merge(models.Model):
    source = models.ForeignKey("tickets.Ticket", on_delete=models.PROTECT, related_name="merges")
    target = models.ForeignKey("tickets.Ticket", on_delete=models.PROTECT, related_name="merged_in")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # Whether the customer got a mail about it; then they get one when it is taken back.
    told = models.BooleanField(default=False)
    # What moved and what was: read only to put it back.
    luggage = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("merge")
        verbose_name_plural = gettext_lazy("merges")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=models.Q(undone_at=None), name="merged_into_one_at_a_time"
            ),
            models.CheckConstraint(
                name="merged_into_another", condition=~models.Q(source=models.F("target"))
            ),
            models.CheckConstraint(
                name="merge_undone_by_somebody",
                condition=models.Q(undone_at=None, undone_by=None)
                | models.Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.source_id} → #{self.target_id}"

    @property
    def undoable_until(self) -> datetime:
        return self.at + UNDONE_WITHIN

    @classmethod
    def make(
        cls, source: Ticket, target: Ticket, *, by: Person, tell: bool = False, at: datetime | None = None
    ) -> Merge | Refused:
        """`source` goes on in `target`. Doing it twice is doing it once; `tell` writes the customer a mail."""
        at = at or timezone.now()
        with transaction.atomic():
            _hold(source, target)
            same = cls.objects.open().filter(source=source, target=target).first()
            if same is not None:
                return same
            why = hindrance(source, target)
            if why is not None:
                return why
            merge = cls.objects.create(source=source, target=target, by=by, at=at, told=tell)
            merge._carry(at)
            if tell:
                merge._write_to_customer("merged")
            return merge

    def undo(self, *, by: Person, at: datetime | None = None) -> Refused | None:
        """Within a day: each ticket gets back what it had; what was written since stays where it is. Taking it back
        twice is once."""
        at = at or timezone.now()
        source, target = self.source, self.target
        with transaction.atomic():
            _hold(source, target)
            if not Merge.objects.open().filter(pk=self.pk).exists():
                return None
            if target.merge is not None:
                words = _("#%(number)s itself went on in another ticket. Take that apart first.")
                return Refused("merged_on", words % {"number": target.pk})
            undone = {"undone_at": at, "undone_by": by}
            if not Merge.objects.undoable(at).filter(pk=self.pk).update(**undone):
                return Refused("too_late", _("This can be taken back for 24 hours."))
            self.undone_at, self.undone_by = at, by
            self._bring_back(at)
            if self.told:
                self._write_to_customer("taken_apart")
        return None

    def _carry(self, at: datetime) -> None:
        source, target, by = self.source, self.target, self.by
        luggage = Luggage.of(source)
        taken = target.take_over_promises(source, by=by, at=at)
        luggage.move(source, target, at=at)
        if taken.carried is not None and target.status == "waiting_customer":
            pause = target.open_pause
            luggage.opened = pause.pk if pause else None
            target.move("open", by=by, at=at)  # the customer waits for us, no longer we for the customer
        luggage.clocks = [taken.ended, taken.carried, taken.gave_way]
        Merge.objects.filter(pk=self.pk).update(luggage=luggage.as_json())
        self.luggage = luggage.as_json()
        if not source.is_settled:
            source.move("closed", by=by, at=at)
        _settle(source, target, at)
        source.record(history.MERGED, by=by, at=at, into=target.pk)
        target.record(history.MERGED_IN, by=by, at=at, number=source.pk, subject=source.subject)

    def _bring_back(self, at: datetime) -> None:
        source, target, by = self.source, self.target, self.undone_by
        luggage = Luggage.from_json(self.luggage)
        luggage.move_back(source, target, since=self.at)
        # Who came along with it watches the other no longer; who watched both, or joined since, stays.
        target.watchers.filter(person__in=source.watchers.values("person"), at=self.at).delete()
        luggage.restore(source, at=at)
        target.hand_back_promises(source, luggage.taken, by=by, at=at)
        if luggage.opened is not None and target.status == "open":
            target.move("waiting_customer", by=by, at=at)
            was = Pause.objects.filter(pk=luggage.opened).values("reason", "words", "ends_at").first()
            if was and was["ends_at"] > at:
                Pause.objects.open().filter(ticket=target).update(**was)
        _settle(source, target, at)
        source.record(history.TAKEN_APART, by=by, at=at, into=target.pk)
        target.record(history.GAVE_BACK, by=by, at=at, number=source.pk, subject=source.subject)

    def _write_to_customer(self, name: str) -> None:
        letters.to_customer(
            self.target,
            key=f"{name}:{self.pk}",
            name=name,
            other=self.source,
            writer=self.undone_by or self.by,
        )


def hindrance(source: Ticket, target: Ticket) -> Refused | None:
    """Why these two cannot become one; the preview asks the same as the deed."""
    if source.pk == target.pk:
        return Refused("same", _("A ticket cannot be merged into itself."))
    if source.customer_id != target.customer_id:
        words = _(
            "They belong to two customers, and each would read what the other wrote. Name the other in a note instead."
        )
        return Refused("customers", words)
    if source.organisation_id != target.organisation_id:
        words = _("They were written for two organisations, and who reads the one may not read the other.")
        return Refused("organisations", words)
    for one in (source, target):
        if one.merge is not None:
            words = _("#%(number)s was merged into another ticket already.")
            return Refused("merged", words % {"number": one.pk})
    if target.is_settled and not source.is_settled:
        words = _("#%(number)s is done. Merge it the other way round, or open it again first.")
        return Refused("settled", words % {"number": target.pk})
    return next(filter(None, (reader(one) for reader in readers for one in (source, target))), None)


def _hold(source: Ticket, target: Ticket) -> None:
    """Both rows; then read anew what may have changed meanwhile."""
    type(source).objects.hold(source.pk, target.pk)
    for one in (source, target):
        one.refresh_from_db(
            fields=["status", "status_name", "solved_at", "assignee", "customer", "next_due_at"]
        )


def _settle(source: Ticket, target: Ticket, at: datetime) -> None:
    """What follows from messages that moved: words to search, and when each was changed."""
    for one in (source, target):
        one.touch(at)
        TicketWords.gather(one)
    relay.announce(f"team-{source.team_id}", f"team-{target.team_id}")
