"""A glance: somebody opened a ticket and finds it again; theirs alone, and never more than the last twenty."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .ticket import Ticket

if TYPE_CHECKING:
    from accounts.person import Person

KEPT = 20


class Glance(models.Model):
    """Nobody reads it but who looked: it is no measure of anybody's work."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="glances")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("recently viewed ticket")
        verbose_name_plural = _("recently viewed tickets")
        constraints = [models.UniqueConstraint(fields=["person", "ticket"], name="glance_once_per_ticket")]
        indexes = [models.Index(fields=["person", "-at"], name="glance_newest")]

    def __str__(self) -> str:
        return f"{self.person_id}: #{self.ticket_id}"

    @classmethod
    def note(cls, person: Person, ticket: Ticket, *, at: datetime | None = None) -> None:
        """They looked at it; what is older than the last twenty is forgotten."""
        at = at or timezone.now()
        if cls.objects.filter(person=person, ticket=ticket).update(at=at):
            return
        cls.objects.bulk_create([cls(person=person, ticket=ticket, at=at)], ignore_conflicts=True)
        mine = cls.objects.filter(person=person).order_by("-at", "-pk")
        old = list(mine.values_list("pk", flat=True)[KEPT : KEPT * 2])
        if old:
            cls.objects.filter(pk__in=old).delete()


def recent(person: Person) -> list[Ticket]:
    """The last they looked at and may still work on, the newest first."""
    mine = Glance.objects.filter(person=person).order_by("-at", "-pk").values_list("ticket", flat=True)
    numbers = list(mine[:KEPT])
    found = Ticket.objects.worked_by(person).with_people().in_bulk(numbers)
    return [found[number] for number in numbers if number in found]
