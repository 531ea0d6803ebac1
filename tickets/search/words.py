"""The words of a ticket – subject, customer, everything written in it – as one text to search."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models
from django.db.models.functions import Concat, Right
from django.utils.translation import gettext_lazy as _

from accounts.inserted import insert

from .full_text import LONGEST, Holds, as_typed, as_words
from .query import Term

if TYPE_CHECKING:
    from tickets.ticket import Ticket


class TicketWordsQuerySet(models.QuerySet["TicketWords"]):
    def holding(self, terms: Iterable[Term]) -> TicketWordsQuerySet:
        """With every one of these terms somewhere in it."""
        return self.saying(as_typed(terms))

    def saying(self, typed: str) -> TicketWordsQuerySet:
        """The same for terms as the database reads them."""
        return self.filter(Holds(models.F("words"), typed=typed))


class TicketWords(models.Model):
    ticket = models.OneToOneField(
        "tickets.Ticket", on_delete=models.CASCADE, primary_key=True, related_name="words"
    )
    words = models.TextField()

    objects = TicketWordsQuerySet.as_manager()

    class Meta:
        verbose_name = _("words of a ticket")
        verbose_name_plural = _("words of tickets")

    def __str__(self) -> str:
        return f"#{self.ticket_id}"

    @classmethod
    def begin(cls, ticket: Ticket, text: str) -> None:
        """The first words of a new ticket; what is written in it later is added as it comes."""
        insert(cls(ticket=ticket, words=as_words(*_about(ticket), text)))

    @classmethod
    def gather(cls, ticket: Ticket) -> None:
        """Once more from all that stands in it now: messages came or went."""
        said = ticket.messages.order_by("at", "pk").values_list("text", flat=True)
        cls.objects.filter(ticket=ticket).update(words=as_words(*_about(ticket), *said))

    @classmethod
    def add(cls, ticket: Ticket, text: str) -> None:
        """Atomic: two who write at once lose nothing of each other."""
        longer = Concat("words", models.Value(" " + as_words(text)))
        cls.objects.filter(ticket=ticket).update(words=Right(longer, LONGEST))


def _about(ticket: Ticket) -> tuple[str, ...]:
    customer = ticket.customer
    firm = customer.organisation.name if customer.organisation else ""
    return ticket.subject, customer.person.name, customer.person.email, firm
