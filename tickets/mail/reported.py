"""What a provider reports of the mails it carried: read by its library, checked by its proof, noted at the mail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation
from django.http import HttpRequest
from django.utils import timezone
from django.utils.module_loading import import_string

from tickets.ticket import Ticket

from . import bounced
from .carrier import Carrier
from .outbox import OutgoingMail, bare_id, one_line
from .reply_address import tickets_in_ids

ARRIVED, FAILED, UNWANTED = "arrived", "failed", "unwanted"
# What the library calls it.
FATES: Final = {
    "delivered": ARRIVED,
    **dict.fromkeys(("bounced", "rejected", "failed"), FAILED),
    "complained": UNWANTED,
}
# Postmark’s word for a spam filter that sent a mail back: the library calls it a complaint, and nobody complained.
FILTERED: Final = "SpamNotification"
MOST_EVENTS: Final = 2_000


class NotTheirs(Exception):
    """Whoever sent this is not the provider."""


class NoReport(Exception):
    """It is no report of this provider."""


class Event(Protocol):
    """As much of an event as the library makes of it as counts here."""

    event_type: object
    message_id: object
    timestamp: object
    recipient: object
    description: object
    mta_response: object
    esp_event: object


@dataclass(frozen=True, slots=True)
class Said:
    """What became of one mail."""

    message_id: str
    recipient: str
    fate: str
    words: str
    at: datetime | None


def read(carrier: Carrier, request: HttpRequest) -> list[Said]:
    """What it says of mails, from a provider who proved to be the one. Raises NotTheirs or NoReport.

    The library's own page would shout what it read to whoever listens; here it is asked and answers.
    """
    provider = carrier.provider
    if provider is None or (provider.signs_with and not carrier.signing_key):
        raise NotTheirs
    proof = provider.proof(signing_key=carrier.signing_key, password=carrier.password)
    try:
        reader = import_string(provider.reader)(**proof)
        reader.run_validators(request)
    except (SuspiciousOperation, ValueError, TypeError, AttributeError, RecursionError):
        raise NotTheirs
    try:
        return list(said_of(reader.parse_events(request)[:MOST_EVENTS]))
    except (ImproperlyConfigured, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        raise NoReport
    except (OverflowError, OSError):  # a moment no clock knows
        raise NoReport


def said_of(events: Iterable[Event]) -> Iterable[Said]:
    for event in events:
        if event.event_type in FATES:
            words = one_line(str(event.mta_response or event.description or ""))
            at = event.timestamp if isinstance(event.timestamp, datetime) else None
            yield Said(
                bare_id(event.message_id),
                one_line(str(event.recipient or "")).lower(),
                _fate_of(event),
                words,
                at if at is None or timezone.is_aware(at) else None,
            )


def _fate_of(event: Event) -> str:
    told = event.esp_event
    is_filtered = isinstance(told, dict) and told.get("Type") == FILTERED
    return FAILED if is_filtered else FATES[str(event.event_type)]


def note(said: Said, *, at: datetime) -> bool:
    """Written down at the mail it is about; False where that is none of ours, or it is known."""
    mail = mail_of(said.message_id)
    if mail is None:
        return False
    then = min(said.at or at, at)
    if said.recipient in mail.on_copy:
        return _of_copy(said, mail, at=then)
    if said.recipient and said.recipient != mail.to.lower():
        return False
    if said.fate == UNWANTED:
        return bounced.be_unwanted(mail, at=then)
    return (
        bounced.arrive(mail, at=then)
        if said.fate == ARRIVED
        else bounced.come_back(mail, said.words, at=then)
    )


def _of_copy(said: Said, mail: OutgoingMail, *, at: datetime) -> bool:
    if said.fate == UNWANTED:
        return bounced.copy_unwanted(mail, said.recipient, at=at)
    return said.fate == FAILED and bounced.copy_come_back(mail, said.recipient, said.words, at=at)


def mail_of(message_id: str) -> OutgoingMail | None:
    """By the id the provider gave it, else by our own where that was kept."""
    if not message_id:
        return None
    mail = OutgoingMail.objects.filter(carried_as=message_id).order_by("-pk").first()
    if mail is None:
        for ticket_id in tickets_in_ids([message_id]):
            ticket = Ticket.objects.filter(pk=ticket_id).first()
            mail = bounced.of_ticket(ticket, (message_id,)) if ticket else None
    return mail
