"""The words of a ticket – subject, customer, everything written in it – as one text to search.

The one door to full text: PostgreSQL keeps a vector of the text beside it, SQLite an FTS5 index over it; both are made
in a migration and kept by the database itself, so that no word can be in the one and not in the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.functions import Concat, Right
from django.utils.translation import gettext_lazy as _

from .query import Term, tokens_of

if TYPE_CHECKING:
    from tickets.ticket import Ticket

LONGEST = 300_000  # PostgreSQL's vectors end at a megabyte; of longer conversations the newest part is found


class TicketWordsQuerySet(models.QuerySet["TicketWords"]):
    def holding(self, terms: Iterable[Term]) -> TicketWordsQuerySet:
        """With every one of these terms somewhere in it."""
        return self.filter(_Holds(models.F("words"), terms=tuple(terms)))


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
        cls.objects.create(ticket=ticket, words=as_words(*_about(ticket), text))

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


def as_words(*texts: str) -> str:
    """Texts as one row of words."""
    return " ".join(token for text in texts for token in tokens_of(text))[-LONGEST:]


class _Holds(models.Func):
    """Whether the text of a row holds all terms, as each database asks it."""

    output_field = models.BooleanField()

    def __init__(self, *expressions: Any, terms: tuple[Term, ...] = (), **extra: Any) -> None:
        super().__init__(*expressions, **extra)
        self.terms = terms

    def as_postgresql(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, list[str]]:
        table = compiler.quote_name_unless_alias(self.get_source_expressions()[0].alias)
        return f"{table}.vector @@ to_tsquery('simple', %s)", [tsquery(self.terms)]

    def as_sqlite(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, list[str]]:
        table = compiler.quote_name_unless_alias(self.get_source_expressions()[0].alias)
        index = "SELECT rowid FROM tickets_ticketwords_index WHERE tickets_ticketwords_index MATCH %s"
        return f"{table}.ticket_id IN ({index})", [fts5(self.terms)]


def tsquery(terms: Iterable[Term]) -> str:
    """For PostgreSQL: 'two' <-> 'word':* & 'more':*."""
    said = []
    for term in terms:
        phrase = " <-> ".join(f"'{token}'" for token in term.tokens)
        said.append(f"({phrase}{'' if term.is_whole else ':*'})")
    return " & ".join(said)


def fts5(terms: Iterable[Term]) -> str:
    """For SQLite: "two word" * AND "more" *."""
    return " AND ".join(f'"{" ".join(term.tokens)}"{"" if term.is_whole else " *"}' for term in terms)
