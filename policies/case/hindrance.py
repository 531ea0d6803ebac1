"""A hindrance: a broken tool, no time or missing information on one case. It is no question of permission, and what it
is called never reaches a customer."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets.ticket import Ticket

if TYPE_CHECKING:
    from accounts.person import Person


class HindranceQuerySet(models.QuerySet["Hindrance"]):
    def visible_to(self, person: Person) -> HindranceQuerySet:
        return self.filter(ticket__in=Ticket.objects.worked_by(person))

    def open(self) -> HindranceQuerySet:
        return self.filter(ended_at=None)

    def since(self, at: datetime) -> HindranceQuerySet:
        return self.filter(at__gt=at)

    def counted(self) -> dict[str, int]:
        """How many of each kind, cases counted once each; kinds nobody met are 0. Never by person."""
        rows = self.order_by().values_list("what").annotate(cases=Count("ticket", distinct=True))
        return dict.fromkeys(Hindrance.What.values, 0) | dict(rows)


class Hindrance(models.Model):
    class What(models.TextChoices):
        TOOL = "tool", _("a tool does not work")
        TIME = "time", _("no time for it")
        INFORMATION = "information", _("information is missing")
        OTHER = "other", _("something else is in the way")

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(_("what is in the way"), max_length=12, choices=What.choices)
    words = models.CharField(_("in one line"), max_length=200, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = HindranceQuerySet.as_manager()

    class Meta:
        verbose_name = _("hindrance")
        verbose_name_plural = _("hindrances")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["ticket", "-at"], name="hindrance_of_ticket"),
            models.Index(fields=["at", "what"], name="hindrance_counted"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "what"], condition=models.Q(ended_at=None), name="one_open_hindrance_each"
            )
        ]

    def __str__(self) -> str:
        return f"#{self.ticket_id}: {self.get_what_display()}"

    @classmethod
    def meet(
        cls, ticket: Ticket, what: str, *, words: str = "", by: Person, at: datetime | None = None
    ) -> Hindrance:
        """It is in the way on this case; said again while it lasts it is the same one."""
        found, _made = cls.objects.get_or_create(
            ticket=ticket,
            what=cls.What(what),
            ended_at=None,
            defaults={"words": words, "by": by, "at": at or timezone.now()},
        )
        return found

    def end(self, *, by: Person, at: datetime | None = None) -> bool:
        """It is out of the way; False when that was said before."""
        standing = Hindrance.objects.open().filter(pk=self.pk)
        return bool(standing.update(ended_at=at or timezone.now(), ended_by=by))
