"""A mail of ours that came back: told at the mail it is about, and on its ticket, so that somebody takes care."""

from __future__ import annotations

from datetime import datetime

from tickets import history
from tickets.ticket import Ticket

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
        if report.is_failure:
            _tell(ticket, report, at=at)
        return ticket
    return None


def _tell(ticket: Ticket, report: Report, *, at: datetime) -> None:
    mails = OutgoingMail.objects.filter(thread=f"confirm:{ticket.pk}", bounced_at=None).order_by("-pk")
    for mail in mails[:MOST_MAILS]:
        if mail.message_id.strip("<>") in report.about:
            words = one_line(report.words)[:300]
            if OutgoingMail.objects.filter(pk=mail.pk, bounced_at=None).update(bounced_at=at, trouble=words):
                ticket.record(history.MAIL_BOUNCED, by=None, at=at, to=mail.to, why=words or "–")
            return
