"""Which ticket a mail goes on with: by the signed address it came to, or by what it answers; never by its subject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tickets.ticket import Ticket

from .copied import Copied
from .inbox import IncomingMail
from .outbox import LONGEST_ID, OutgoingMail
from .reply_address import ticket_in_addresses, tickets_in_ids

if TYPE_CHECKING:
    from accounts.person import Person

    from .reading.letter import Letter

MOST_LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class Thread:
    """A ticket a mail belongs to. Not `may_write`: it came to the right address from somebody we do not know there, or
    know as on copy only."""

    ticket: Ticket
    may_write: bool
    copied: Copied | None = None


def thread_of(letter: Letter, sender: Person | None) -> Thread | None:
    """None when it begins something new. What a sender has no right to is nothing they can name."""
    signed = ticket_in_addresses(address.email for address in letter.all_recipients)
    if signed is not None:
        ticket = Ticket.objects.filter(pk=signed).first()
        if ticket is not None:
            may_write = _may_write(ticket, sender)
            return Thread(ticket, may_write, None if may_write else _copied(letter, ticket.pk))
    return _named_thread(letter, sender)


def _named_thread(letter: Letter, sender: Person | None) -> Thread | None:
    if sender is None and _copied(letter) is None:
        return None
    for ticket_id in _named_by(letter):
        served = Ticket.objects.served_to(sender) if sender is not None else Ticket.objects.none()
        ticket = served.filter(pk=ticket_id).first()
        if ticket is not None:
            return Thread(ticket, may_write=True)
        copied = _copied(letter, ticket_id)
        if copied is not None:
            return Thread(copied.ticket, may_write=False, copied=copied)
    return None


def _copied(letter: Letter, ticket_id: int | None = None) -> Copied | None:
    """The sender as somebody on copy: of this ticket, or of any."""
    email = letter.sender.email if letter.sender else ""
    found = Copied.objects.select_related("ticket").filter(email=email)
    return (found.filter(ticket=ticket_id) if ticket_id else found).first()


def _may_write(ticket: Ticket, sender: Person | None) -> bool:
    return sender is not None and Ticket.objects.served_to(sender).filter(pk=ticket.pk).exists()


def _named_by(letter: Letter) -> list[int]:
    """Tickets of the mails it answers: ours, which say their ticket themselves, and those that came to us."""
    answers = letter.answers[:MOST_LOOKED_AT]
    earlier = IncomingMail.objects.filter(header_id__in=answers).exclude(ticket=None).order_by("-pk")
    named = [*tickets_in_ids(answers), *earlier.values_list("ticket_id", flat=True)[:MOST_LOOKED_AT]]
    return named or _renamed(answers)


def _renamed(answers: Sequence[str]) -> list[int]:
    """Tickets of mails of ours that a provider sent under an id of its own, alone or before a host of its own."""
    ids = {part for one in answers for part in (one, one.partition("@")[0]) if 8 <= len(part) <= LONGEST_ID}
    mails = OutgoingMail.objects.filter(carried_as__in=ids).exclude(carried_as="").order_by("-pk")
    return [mail.ticket_id for mail in mails[:MOST_LOOKED_AT] if mail.ticket_id] if ids else []
