"""What the customer wishes, as the agent heard it: to be heard, an apology, speed, money. Never guessed from tone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.prepared import Prepared
from tickets.ticket import Ticket

if TYPE_CHECKING:
    from accounts.person import Person


class CustomerWish(models.Model):
    class Wants(models.TextChoices):
        HEARD = "heard", _("to be heard")
        APOLOGY = "apology", _("an apology")
        EXPLANATION = "explanation", _("an explanation")
        SPEED = "speed", _("that it goes fast")
        WORKS = "works", _("that it works, or a replacement")
        MONEY = "money", _("money")
        NEVER_AGAIN = "never_again", _("that it does not happen again")
        OTHER = "other", _("something else")

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    wants = models.CharField(_("wants"), max_length=12, choices=Wants.choices)
    words = models.CharField(_("in the customer’s words"), max_length=200, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("customer’s wish")
        verbose_name_plural = _("customers’ wishes")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["ticket", "-at"], name="wish_of_ticket")]

    def __str__(self) -> str:
        return f"#{self.ticket_id}: {self.get_wants_display()}"

    @classmethod
    def hear(
        cls, ticket: Ticket, wants: str, *, words: str = "", by: Person, at: datetime | None = None
    ) -> CustomerWish:
        """Write down what was said; a wish that changes is a new row, the same one again is none."""
        last = cls.of(ticket)
        if last and (last.wants, last.words) == (wants, words):
            return last
        return cls.objects.create(ticket=ticket, wants=wants, words=words, by=by, at=at or timezone.now())

    @classmethod
    def of(cls, ticket: Ticket) -> CustomerWish | None:
        """What the customer of this ticket wishes now; None before anybody asked."""
        wish: CustomerWish | None = _SAID.first(ticket=ticket.pk) if ticket.pk else None
        return wish


_SAID = Prepared(lambda ticket: CustomerWish.objects.filter(ticket=ticket)[:1])


def is_about_money(wish: CustomerWish | None) -> bool:
    """Whether money is what the customer wishes; nobody guesses it from the matter."""
    return wish is not None and wish.wants == CustomerWish.Wants.MONEY
