"""Delivering what waits in the outbox: by the way mails leave today, each at least once, and a refusal stops nobody."""

from __future__ import annotations

import logging
import re
import smtplib
import time
from contextlib import closing
from datetime import datetime, timedelta

from django.utils import timezone

from . import bounced
from .carrier import NotCarried, WayOut, way_out
from .outbox import OutgoingMail, one_line

FIRST_RETRY, LONGEST_RETRY, MOST_TRIES = timedelta(seconds=30), timedelta(hours=1), 40
# A round ends by itself, or a mail server that answers slowly would keep the worker from its other work.
LONGEST_SECONDS = 30
# What a mail server says, or does not, to everybody; anything else is about the one mail.
AWAY = (
    smtplib.SMTPServerDisconnected,
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPAuthenticationError,
)
_CODE = re.compile(r"[0-9]{6}")
logger = logging.getLogger(__name__)


def deliver_now(*, now: datetime | None = None, most: int = 200) -> int:
    """Send what is due; the number sent. A refused mail waits longer each time and is shown, never lost.

    When the server itself is away the round ends: the next mail would only wait for the same silence.
    """
    started = now or timezone.now()
    due = list(OutgoingMail.objects.due(started).values_list("pk", flat=True)[:most])
    if not due:
        return 0
    try:
        way = way_out()
    except NotCarried as reason:
        OutgoingMail.objects.due(started).update(due_at=started + FIRST_RETRY, trouble=str(reason)[:300])
        return 0
    with closing(way):
        return _deliver_by(way, due, started, now=now)


def _deliver_by(way: WayOut, due: list[int], started: datetime, *, now: datetime | None) -> int:
    ends, sent = time.monotonic() + LONGEST_SECONDS, 0
    for pk in due:
        if time.monotonic() > ends:
            break
        if not OutgoingMail.objects.claim(pk, now=now or timezone.now()):
            continue
        trouble = _deliver(OutgoingMail.objects.get(pk=pk), way, now=now or timezone.now())
        sent += trouble is None
        if trouble is not None and _is_away(trouble):
            # All wait a little: a server that hangs costs one timeout in half a minute, not one for each mail.
            OutgoingMail.objects.due(started).update(due_at=(now or timezone.now()) + FIRST_RETRY)
            break
    return sent


def _deliver(mail: OutgoingMail, way: WayOut, *, now: datetime) -> Exception | None:
    """None when it was sent, else why not."""
    erased = {"text": "", "html": "", "subject": _CODE.sub("…", mail.subject)} if mail.secret else {}
    try:
        if mail.tries > MOST_TRIES:
            raise _EndsItsSender
        carried_as = mail.send(way)
    except Exception as error:  # whatever a mail server or its library does must not stop the next mail
        logger.warning("mail %s not sent: %s", mail.pk, type(error).__name__)
        wait = min(FIRST_RETRY * 2 ** min(mail.tries - 1, 10), LONGEST_RETRY)
        given_up = {"failed_at": now, **erased} if mail.tries >= MOST_TRIES else {}
        OutgoingMail.objects.filter(pk=mail.pk).update(
            due_at=now + wait, trouble=one_line(f"{type(error).__name__}: {error}")[:300], **given_up
        )
        return error
    OutgoingMail.objects.filter(pk=mail.pk).update(sent_at=now, trouble="", carried_as=carried_as, **erased)
    for email, why in mail.refused:
        bounced.copy_come_back(mail, email, why, at=now)
    return None


class _EndsItsSender(Exception):
    """Taken up more often than it may be tried: who took it never came back to say why."""


def _is_away(trouble: Exception) -> bool:
    """Whether no mail at all would pass now, rather than this one be refused."""
    status = getattr(trouble, "status_code", None)
    if isinstance(status, int):  # a provider asked over the web, whose errors are all of one kind
        return status in (401, 403, 404, 408, 429) or status >= 500
    if isinstance(trouble, smtplib.SMTPException):  # which is an OSError too
        return isinstance(trouble, AWAY)
    return isinstance(trouble, OSError)
