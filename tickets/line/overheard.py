"""Overheard: what a chat hears of its ticket's history, whatever the door by which it was said."""

from __future__ import annotations

from accounts.prepared import Prepared
from tickets import history
from tickets.event import Event
from tickets.ticket import Ticket

from .chat import Chat


def hear_history(event: Event) -> None:
    """Listens to every ticket's history: what is said on a ticket with a chat is said in the chat."""
    if event.kind == history.REPLIED:
        chat = _of_ticket(event.ticket)
        if chat is not None:
            chat.hear(event.ticket.written(event.data["message"]), at=event.at)


def _of_ticket(ticket: Ticket) -> Chat | None:
    """The one at hand where somebody writes in a chat."""
    if Ticket._meta.get_field("chat").is_cached(ticket):
        chat: Chat | None = getattr(ticket, "chat", None)
        return chat
    found: Chat | None = _OF_TICKET.first(ticket=ticket.pk)
    return found


_OF_TICKET = Prepared(lambda ticket: Chat.objects.select_related("place__agent").filter(ticket=ticket))
