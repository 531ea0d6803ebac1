"""Taking in a mail: stored first, then read, then made into a ticket, a reply, or put where a person sees it."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone, translation

from accounts.customer import Customer
from accounts.person import Person
from accounts.prepared import Prepared
from accounts.textfields import clean_line, clean_text
from tickets.attachment import Attachment, clean_name
from tickets.cause import Cause
from tickets.message import Message
from tickets.ticket import Ticket
from tickets.watcher import Watcher

from . import bounced, sender
from .inbox import MOST_TRIES, IncomingMail
from .mailbox import Mailbox
from .reading.automatic import BOUNCE, REPORT
from .reading.letter import Letter, Unreadable, read
from .reading.tongue import language_of
from .reply_address import house_address, house_host
from .thread import Thread, thread_of

Result = IncomingMail.Result
logger = logging.getLogger(__name__)
# Beyond so many in an hour the rest of one sender's waits for a person: the desk stays usable.
MOST_PER_SENDER, WITHIN = 100, timedelta(hours=1)
# A second confirmation within the hour answers nobody; two machines would go on for ever.
MOST_CONFIRMATIONS = 1
MOST_BESIDE = 10


class _Twin(Exception):
    """The same mail was taken in before."""


def receive(raw: bytes, *, door: str, at: datetime | None = None) -> IncomingMail:
    """Store a mail and read it at once. Never raises for what a mail holds."""
    mail = IncomingMail.store(raw, door=door, at=at)
    if mail.result == Result.WAITING:
        take_in(mail, raw, at=at)
    return mail


def take_in_now(*, now: datetime | None = None, most: int = 200) -> int:
    """Read what was stored and never read to its end; the number read."""
    now, read_ = now or timezone.now(), 0
    for pk in list(IncomingMail.objects.due(now).values_list("pk", flat=True)[:most]):
        if IncomingMail.objects.claim(pk, now=now):
            mail = IncomingMail.objects.get(pk=pk)
            take_in(mail, mail.bytes, at=now)
            read_ += 1
    return read_


def try_again(mail: IncomingMail, *, by: Person, at: datetime | None = None) -> IncomingMail:
    """Read a mail once more that was set aside; what stands against its sender is answered by whoever asks."""
    free = IncomingMail.objects.quarantined().filter(pk=mail.pk)
    if free.update(result=Result.WAITING, reason="", tries=1, due_at=timezone.now() + timedelta(minutes=2)):
        mail.refresh_from_db()
        take_in(mail, mail.bytes, at=at, allowed_by=by)
    return mail


def take_in(
    mail: IncomingMail, raw: bytes, *, at: datetime | None = None, allowed_by: Person | None = None
) -> None:
    """One mail, one transaction: a message with everything that follows from it, or nothing but a reason."""
    if mail.tries > MOST_TRIES:
        mail.set_aside("trouble")
        return
    try:
        letter = mail.letter = read(raw, own=_own_addresses(), is_ours=house_host())
        with transaction.atomic():
            _decide(mail, letter, at=at or timezone.now(), allowed_by=allowed_by)
    except Unreadable as error:
        mail.set_aside(str(error))
    except _Twin:
        twin = IncomingMail.objects.filter(identity=letter.identity).values_list("ticket", flat=True).first()
        said = {"sender": mail.sender, "subject": mail.subject, "header_id": mail.header_id}
        mail.end(Result.IGNORED, "duplicate", identity=None, ticket_id=twin, **said)
    except (
        Exception
    ):  # whatever a stranger's mail does to us, it must not stop the next one, and must not be lost
        logger.exception("mail %s could not be taken in", mail.pk)
        mail.set_aside("trouble")


def _own_addresses() -> frozenset[str]:
    """Where the house writes from and is written to: a mail from there goes round in a circle."""
    return frozenset({house_address(), *(address for (address,) in _LOOKED_INTO.rows())})


def _decide(mail: IncomingMail, letter: Letter, *, at: datetime, allowed_by: Person | None) -> None:
    _name(mail, letter)
    if letter.automatic:
        if letter.report is not None and letter.automatic in (BOUNCE, REPORT):
            mail.ticket = bounced.note(letter.report, at=at)
        mail.end(Result.IGNORED, letter.automatic, ticket=mail.ticket)
        return
    refusal = sender.refusal(letter) if allowed_by is None else ""
    if letter.sender is None:
        raise Unreadable("no_sender")
    person = sender.person_of(letter.sender)
    refusal = refusal or sender.refusal_of(person)
    lately = [] if refusal else _lately_from(mail, at)
    if len(lately) >= MOST_PER_SENDER and allowed_by is None:
        refusal = "too_many"
    if refusal:
        mail.set_aside(refusal)
        return
    thread = thread_of(letter, person)
    if thread is None:
        customer = sender.customer_of(letter.sender, person, letter)
        _open(mail, letter, customer, at=at, quietly=_stays_silent(letter, lately))
    else:
        _go_on(mail, letter, thread, person, at=at)


def _name(mail: IncomingMail, letter: Letter) -> None:
    """Write down what it says of itself; its identity decides between two copies read at once."""
    mail.identity, mail.header_id = letter.identity, letter.message_id
    mail.sender = letter.sender.email if letter.sender else ""
    mail.subject = letter.subject
    try:
        mail.save(update_fields=["identity", "header_id", "sender", "subject"])
    except IntegrityError:  # nothing else of it is done, so the whole transaction may go
        raise _Twin


def _open(mail: IncomingMail, letter: Letter, customer: Customer, *, at: datetime, quietly: bool) -> None:
    person = customer.person
    language = person.language or language_of(f"{letter.subject}\n{letter.text}")
    with translation.override(language or settings.LANGUAGE_CODE):
        ticket = Ticket.open(
            customer,
            subject=clean_line(letter.subject) or translation.gettext("(no subject)"),
            text=clean_text(letter.text),
            cause=mail.cause or Cause.for_mail(),
            by=person,
            channel=Message.Channel.MAIL,
            key=f"mail:{mail.identity}"[:64],
            at=at,
            quietly=quietly,
        )
    message = ticket.first_message
    _keep(mail, letter, message)
    _let_watch(ticket, letter, at=at)
    said = {"left_out": mail.left_out, "beside": _beside(letter)}
    mail.end(Result.TICKET, ticket=ticket, message=message, **said)


def _go_on(
    mail: IncomingMail, letter: Letter, thread: Thread, person: Person | None, *, at: datetime
) -> None:
    ticket, key = thread.ticket, f"mail:{mail.identity}"[:64]
    how = {"channel": Message.Channel.MAIL, "key": key, "at": at}
    if thread.may_write:
        with translation.override(ticket.reader_language):
            message = ticket.hear(clean_text(letter.text), by=person, **how)
        reason = ""
        _let_watch(message.ticket, letter, at=at)
    elif thread.copied is not None:
        mail.called, reason = thread.copied.name, "on_copy"
        message = ticket.hear_copy(clean_text(letter.text), name=mail.called, key=key, at=at)
    else:
        # Not the customer's, for all we know: it opens nothing, is answered by nothing, and only the desk reads it.
        message, reason = ticket.note(clean_text(letter.text), by=None, **how), "unknown_sender"
    _keep(mail, letter, message)
    beside = _beside(letter) if thread.may_write else []
    said = {"left_out": mail.left_out, "called": mail.called, "beside": beside}
    mail.end(Result.REPLY, reason, ticket=message.ticket, message=message, **said)


def _keep(mail: IncomingMail, letter: Letter, message: Message) -> None:
    """The folded rest and the files; what nobody shall be handed is named instead."""
    if letter.quoted:
        message.quoted = clean_text(letter.quoted)
        message.save(update_fields=["quoted"])
    for file in letter.files:
        upload = SimpleUploadedFile(clean_name(file.name), file.data, content_type=file.content_type)
        try:
            Attachment.keep(upload, message=message, from_mail=True)
        except ValidationError:
            mail.left_out.append(clean_name(file.name))


def _let_watch(ticket: Ticket, letter: Letter, *, at: datetime) -> None:
    """Whoever else it was sent to is told what happens, where they may read the ticket; nobody else is let in."""
    emails = {one.email for one in letter.recipients} - {house_address()}
    for person in Person.objects.filter(email__in=emails, is_active=True).order_by("pk") if emails else ():
        Watcher.add(ticket, person, by=None, at=at)


def _beside(letter: Letter) -> list[tuple[str, str]]:
    """Who else it was sent to: the desk is told, and nobody is written to because a mail names them."""
    own, sender = _own_addresses(), letter.sender.email if letter.sender else ""
    others = [one for one in letter.recipients if one.email not in own and one.email != sender]
    return [(clean_line(one.name)[:120], one.email) for one in others[:MOST_BESIDE]]


def _lately_from(mail: IncomingMail, at: datetime) -> list[str]:
    """What became of the mails of the same sender within the hour; no more of them than one is taken in."""
    said = {"sender": mail.sender, "since": at - WITHIN, "mail": mail.pk}
    return [result for (result,) in _LATELY.rows(MOST_PER_SENDER, **said)]


def _stays_silent(letter: Letter, lately: list[str]) -> bool:
    """Nothing automatic answers machines and lists, nor the same sender twice within an hour."""
    is_answered = lately.count(Result.TICKET) >= MOST_CONFIRMATIONS
    return letter.is_of_a_machine or is_answered or len(lately) >= MOST_PER_SENDER


def _lately(most: int, *, sender: str, since: datetime, mail: int) -> QuerySet:
    found = IncomingMail.objects.filter(sender=sender, arrived_at__gt=since).exclude(pk=mail)
    return found.order_by().values_list("result")[:most]


# Asked for every mail there is.
_LATELY = Prepared(_lately)
_LOOKED_INTO = Prepared(lambda: Mailbox.objects.filter(ended_at=None).order_by().values_list("address"))
