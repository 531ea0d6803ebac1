"""A repair: a promise was broken, and somebody now makes it good – until they say what was done about it.

The customer is told before they have to ask, and whoever may give something sees that there is a reason to.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from tickets import history
from tickets.notice import Notice
from tickets.sla.target import BY_WORD

from .pledge import Pledge

if TYPE_CHECKING:
    from tickets.event import Event

LONGEST_WORDS = 500


class RepairQuerySet(models.QuerySet["Repair"]):
    def open(self) -> RepairQuerySet:
        return self.filter(closed_at=None)

    def worked_by(self, person: Person) -> RepairQuerySet:
        """Those on the tickets of the own teams, never one's own matter."""
        theirs = self.filter(pledge__ticket__team_id__in=person.team_ids)
        return theirs.exclude(pledge__ticket__customer__person=person)

    def with_story(self) -> RepairQuerySet:
        return self.select_related(
            "owner", "pledge__owner", "pledge__clock", "pledge__ticket__customer__person"
        )


class Repair(models.Model):
    pledge = models.OneToOneField(Pledge, on_delete=models.PROTECT, related_name="repair")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="repairs",
        verbose_name=_("who makes it good"),
    )
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    words = models.CharField(_("what was done"), max_length=LONGEST_WORDS, blank=True, default="")

    objects = RepairQuerySet.as_manager()

    class Meta:
        verbose_name = _("repair")
        verbose_name_plural = _("repairs")
        ordering = ["opened_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="repair_closed_with_words",
                condition=models.Q(closed_at=None, closed_by=None, words="")
                | (models.Q(closed_at__isnull=False, closed_by__isnull=False) & ~models.Q(words="")),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pledge.ticket_id}: {self.pledge.words}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @classmethod
    def open_for(cls, pledge: Pledge, *, at: datetime) -> Repair:
        """Begin to make a broken promise good; saying it twice changes nothing. The caller's transaction holds it."""
        repair, made = cls.objects.get_or_create(
            pledge=pledge, defaults={"owner": _who_repairs(pledge, at=at), "opened_at": at}
        )
        if made:
            ticket = pledge.ticket
            said = {"pledge": pledge.pk, "words": pledge.words, "owner": repair.owner.name}
            event = ticket.record(history.REPAIR_OPENED, by=None, at=at, **said)
            Notice.tell(repair.owner, event)
            if pledge.is_open:
                pledge.write_to_customer("pledge_broken", keeper=repair.owner)
        return repair

    def close(self, words: str, *, by: Person, at: datetime | None = None) -> bool:
        """It was made good, and how; False when somebody has said so already."""
        at = at or timezone.now()
        with transaction.atomic():
            closed = {"closed_at": at, "closed_by": by, "words": words}
            if not Repair.objects.open().filter(pk=self.pk).update(**closed):
                return False
            self.closed_at, self.closed_by, self.words = at, by, words
            self.pledge.ticket.record(
                history.REPAIR_DONE, by=by, at=at, pledge=self.pledge_id, words=self.pledge.words, done=words
            )
        return True


def hear(event: Event) -> None:
    """Listens to every event; a broken promise somebody gave by word opens its repair in the same transaction."""
    if event.kind != history.PROMISE_BREACHED or event.data.get("kind") != BY_WORD:
        return
    for pledge in Pledge.objects.with_story().filter(clock=event.data["clock"]):
        Repair.open_for(pledge, at=event.at)


def _who_repairs(pledge: Pledge, *, at: datetime) -> Person:
    """Whoever gave it their word or stands in for them, if they work here; else a lead of the team."""
    ticket, keeper = pledge.ticket, pledge.keeper_at(at)
    if ticket.team_id in keeper.team_ids:
        return keeper
    lead: Person | None = Person.objects.leading(ticket.team).first()
    return lead or pledge.owner
