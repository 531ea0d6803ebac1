"""Fetching mail: look into each mailbox that is due, store what is new, delete nothing; errors become sentences."""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Iterator
from datetime import datetime
from imaplib import IMAP4
from typing import Final

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from .access import NotGiven, access_token
from .inbox import IncomingMail
from .intake import take_in
from .mailbox import Mailbox

TIMEOUT: Final = 20
LONGEST_SECONDS: Final = 90
MOST_MAILS: Final = 200
HERE: Final = ("localhost", "127.0.0.1", "::1")
logger = logging.getLogger(__name__)


class NotReached(Exception):
    """Why a mailbox could not be looked into, in words for whoever set it up."""


def fetch_now(*, now: datetime | None = None) -> int:
    """Look into every mailbox that is due; the number of mails stored."""
    now, stored = now or timezone.now(), 0
    for pk in list(Mailbox.objects.due(now).values_list("pk", flat=True)):
        if Mailbox.objects.claim(pk, now=now):
            mailbox = Mailbox.objects.get(pk=pk)
            stored += look_into(mailbox, at=now)
    return stored


def look_into(mailbox: Mailbox, *, at: datetime) -> int:
    """Store and take in what is new. A mail is marked as fetched only after it is stored, and never deleted there."""
    stored, ends = 0, time.monotonic() + LONGEST_SECONDS
    try:
        with opened(mailbox, at=at) as box:
            for validity, number, raw in _new_in(box, mailbox):
                mail = IncomingMail.store(raw, door=IncomingMail.Door.MAILBOX, cause=mailbox.cause, at=at)
                mailbox.reached(validity, number)
                stored += 1
                if mail.result == IncomingMail.Result.WAITING:
                    take_in(mail, raw, at=at)
                if time.monotonic() > ends:
                    break
    except NotReached as error:
        mailbox.looked(at=at, trouble=str(error))
    except (IMAP4.error, ImapToolsError, OSError) as error:
        logger.warning("mailbox %s: %s", mailbox.pk, type(error).__name__)
        mailbox.looked(at=at, trouble=_("The connection ended in the middle of fetching. We try again."))
    else:
        mailbox.looked(at=at)
    return stored


def opened(mailbox: Mailbox, *, at: datetime) -> BaseMailBox:
    """Sign in and open the folder. Raises NotReached, in words."""
    if mailbox.security == Mailbox.Security.NONE and mailbox.host not in HERE:
        raise NotReached(_("Without encryption only a server on this machine is asked."))
    if not mailbox.secret:
        raise NotReached(_("No password is kept here that can still be read. Please enter it again."))
    try:
        if mailbox.security == Mailbox.Security.NONE:
            box: BaseMailBox = MailBoxUnencrypted(mailbox.host, mailbox.port, timeout=TIMEOUT)
        else:
            context = ssl.create_default_context()
            box = MailBox(mailbox.host, mailbox.port, timeout=TIMEOUT, ssl_context=context)
    except ssl.SSLError:
        raise NotReached(
            _("The server’s certificate is not one we can trust, or it speaks no TLS on this port.")
        )
    except (OSError, IMAP4.error):
        raise NotReached(_("Nobody answers at this server and port."))
    _sign_in(box, mailbox, at=at)
    try:
        box.folder.set(mailbox.folder)
    except (IMAP4.error, ImapToolsError, UnicodeError):
        raise NotReached(_("The server knows no folder “%(folder)s”.") % {"folder": mailbox.folder})
    return box


def _sign_in(box: BaseMailBox, mailbox: Mailbox, *, at: datetime) -> None:
    try:
        if mailbox.way == Mailbox.Way.OAUTH:
            box.xoauth2(mailbox.username, access_token(mailbox, at=at), initial_folder=None)
        else:
            box.login(mailbox.username, mailbox.secret, initial_folder=None)
    except NotGiven as reason:
        raise NotReached(str(reason))
    except (IMAP4.error, ImapToolsError, UnicodeError):
        mailbox.forget_access()
        raise NotReached(_("The server does not take this user name with this password or key."))
    except OSError:
        raise NotReached(_("The server broke off while we signed in."))


def _new_in(box: BaseMailBox, mailbox: Mailbox) -> Iterator[tuple[int, int, bytes]]:
    """Numbering, number and bytes of each new mail, oldest first. A new numbering begins again: copies are told."""
    status = box.folder.status(mailbox.folder, ["UIDVALIDITY"])
    validity = int(status.get("UIDVALIDITY", 0))
    after = mailbox.fetched_up_to if mailbox.validity == validity else 0
    numbers = sorted(int(one) for one in box.uids(f"UID {after + 1}:*") if int(one) > after)
    for number in numbers[:MOST_MAILS]:
        yield validity, number, _bytes_of(box, number)


def _bytes_of(box: BaseMailBox, number: int) -> bytes:
    """The mail as it lies there. One beyond our limit is fetched as far as shows that it is: it waits for a person."""
    most = settings.MAIL_MAX_BYTES + 1
    _said, answer = box.client.uid("fetch", str(number), f"(BODY.PEEK[]<0.{most}>)")
    return next((bytes(part[1]) for part in answer if isinstance(part, tuple) and len(part) > 1), b"")
