"""Splitting: what a customer wrote beside the matter becomes a ticket of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from tickets import history
from tickets.attachment import Attachment
from tickets.cause import Cause
from tickets.message import Message

if TYPE_CHECKING:
    from accounts.person import Person
    from tickets.ticket import Ticket

_COPIED = ("file", "name", "content_type", "size", "sha256", "at")


class Splittable:
    """What a ticket does with a message that belongs elsewhere."""

    def split_off(
        self: Ticket, message: Message, *, subject: str, cause: Cause, by: Person, key: str
    ) -> Ticket:
        """A ticket of the same customer that begins with this message of theirs and goes on from this ticket.

        It was owed an answer from the moment the message was written, so its promises count from then. The message
        stays here as well: what was answered here would otherwise answer nothing. The same key again is the same
        ticket. Raises ValueError for a message that cannot be split off.
        """
        if message.ticket_id != self.pk or not message.can_be_split_off:
            raise ValueError(f"message {message.pk} cannot be split off")
        with transaction.atomic():
            known = self.customer.tickets.filter(key=_key(message, key)).first()
            if known is not None:
                return known
            fresh = type(self).open(
                self.customer,
                subject=subject,
                text=message.text,
                cause=cause,
                by=self.customer.person,
                channel=message.channel,
                follows=self,
                key=_key(message, key),
                at=message.at,
            )
            first = fresh.first_message
            for file in message.attachments.all():
                Attachment.objects.create(message=first, **{name: getattr(file, name) for name in _COPIED})
            self.record(history.SPLIT_OFF, by=by, number=fresh.pk, subject=fresh.subject)
            return fresh


def _key(message: Message, key: str) -> str:
    return f"split:{message.pk}:{key}"[:64]
