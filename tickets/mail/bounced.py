"""What became of a mail of ours: it arrived, came back, or was reported as spam; told at the mail and on its ticket."""

from __future__ import annotations

from datetime import datetime

from django.db import models, transaction

from accounts.customer import Customer
from tickets import history
from tickets.feedback.silence import Silence
from tickets.ticket import Ticket

from .copied import Copied
from .outbox import OutgoingMail, one_line
from .reading.report import Report
from .reply_address import tickets_in_ids

MOST_MAILS = 2_000


def note(report: Report, *, at: datetime) -> Ticket | None:
    """The ticket a report is about. A failure is written down at the mail that failed; a delay changes nothing."""
    for ticket_id in tickets_in_ids(report.about):
        ticket = Ticket.objects.filter(pk=ticket_id).first()
        if ticket is None:
            continue
        mail = of_ticket(ticket, report.about) if report.is_failure else None
        if mail is not None and report.recipient in mail.on_copy:
            copy_come_back(mail, report.recipient, report.words, at=at)
        elif mail is not None:
            come_back(mail, report.words, at=at)
        return ticket
    return None


def of_ticket(ticket: Ticket, message_ids: tuple[str, ...] | frozenset[str]) -> OutgoingMail | None:
    """The mail about a ticket that bears one of these Message-IDs."""
    mails = OutgoingMail.objects.filter(thread=f"confirm:{ticket.pk}").order_by("-pk")
    return next((mail for mail in mails[:MOST_MAILS] if mail.message_id.strip("<>") in message_ids), None)


def come_back(mail: OutgoingMail, why: str, *, at: datetime) -> bool:
    """It did not arrive. Told once, however often it is said; not where it arrived after that, for news overtake."""
    words = one_line(why)[:300]
    with transaction.atomic():
        waiting = OutgoingMail.objects.filter(pk=mail.pk, bounced_at=None).exclude(delivered_at__gt=at)
        if not waiting.update(bounced_at=at, trouble=words):
            return False
        ticket = Ticket.objects.filter(pk=mail.ticket_id).first() if mail.ticket_id else None
        if ticket is not None:
            ticket.record(history.MAIL_BOUNCED, by=None, at=at, to=mail.to, why=words or "–")
    return True


def copy_come_back(mail: OutgoingMail, email: str, why: str, *, at: datetime) -> bool:
    """A copy did not arrive, which says nothing of the letter itself. Told once."""
    with transaction.atomic():
        ticket = Ticket.objects.filter(pk=mail.ticket_id).first() if mail.ticket_id else None
        if ticket is None:
            return False
        Ticket.objects.hold(ticket.pk)  # the same is not told twice at once
        known = ticket.events.filter(kind=history.MAIL_BOUNCED, data__to=email, data__mail=mail.pk)
        if known.exists():
            return False
        ticket.record(
            history.MAIL_BOUNCED, by=None, at=at, why=one_line(why)[:300] or "–", to=email, mail=mail.pk
        )
    return True


def copy_unwanted(mail: OutgoingMail, email: str, *, at: datetime) -> bool:
    """Whoever reports a copy as spam is on copy no longer."""
    found = Copied.objects.filter(ticket=mail.ticket_id, email=email).select_related("ticket").first()
    return found is not None and found.remove(by=None, at=at)


def arrive(mail: OutgoingMail, *, at: datetime) -> bool:
    """It lies in its mailbox; a full one that took it at last takes back what was said of it before."""
    late = models.Q(bounced_at=None) | models.Q(bounced_at__lt=at)
    waiting = OutgoingMail.objects.filter(late, pk=mail.pk, delivered_at=None)
    return waiting.update(delivered_at=at, bounced_at=None, trouble="") == 1


def be_unwanted(mail: OutgoingMail, *, at: datetime) -> bool:
    """Its reader reported it as spam. From now on they are asked nothing, and watch nothing by mail: whoever writes on
    to somebody who reported them reaches nobody else before long. Answers and promises still go there."""
    with transaction.atomic():
        if not OutgoingMail.objects.filter(pk=mail.pk, unwanted_at=None).update(unwanted_at=at):
            return False
        for customer in Customer.objects.filter(person__email=mail.to):
            Silence.keep(customer, at=at)
        ticket = Ticket.objects.filter(pk=mail.ticket_id).first() if mail.ticket_id else None
        if ticket is not None:
            ticket.record(history.MAIL_UNWANTED, by=None, at=at, to=mail.to)
    return True
