"""Watching mailboxes: where a server tells of new mail by itself (IMAP IDLE), it is fetched within a second or two.

It only wakes who fetches: the beat looks once a minute, whether or not anybody watches.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from imaplib import IMAP4
from typing import Final

from django.db import Error, connections
from django.utils import timezone
from imap_tools.errors import ImapToolsError

from tickets.nudge import nudge

from .fetching import NotReached, opened
from .mailbox import Mailbox

# Servers end a connection that says nothing for half an hour; what lies between often sooner.
ROUND_SECONDS: Final = 5 * 60
# How often a change of the set-up is looked for, and how soon a lost connection is made again.
LOOK_SECONDS: Final = 30
# A server that tells of nothing is asked again so much later whether it does by now.
SILENT_SECONDS: Final = 3600
Watched = dict[int, tuple[tuple[object, ...], threading.Event]]
logger = logging.getLogger(__name__)


def watch(
    mailbox: Mailbox,
    *,
    is_over: Callable[[], bool],
    on_news: Callable[[], None],
    seconds: float = ROUND_SECONDS,
) -> bool:
    """Stay connected until it is over; False for a server that tells of nothing by itself. Raises NotReached."""
    with opened(mailbox, at=timezone.now()) as box:
        if "IDLE" not in box.client.capabilities:
            return False
        on_news()  # what came while nobody was connected
        while not is_over():
            if any(b"EXISTS" in line for line in box.idle.wait(timeout=seconds)):
                on_news()
    return True


def wake(pk: int) -> None:
    """Have a mailbox looked into now, unless somebody is at it or it waits because of trouble."""
    if Mailbox.objects.hasten(pk, now=timezone.now()):
        nudge("tickets.jobs.fetch_mail")


def watch_all(over: threading.Event, *, look_seconds: float = LOOK_SECONDS) -> None:
    """One thread for each mailbox without trouble; one that changed or broke off is connected to anew."""
    watched: Watched = {}
    while not over.is_set():
        try:
            _look(watched)
        except Error as error:  # it is restarted, say: who is connected stays so until the next look
            logger.warning("mailboxes cannot be looked up now: %s", type(error).__name__)
        connections.close_all()
        over.wait(look_seconds)
    for _way_in, ended in watched.values():
        ended.set()


def _look(watched: Watched) -> None:
    boxes = {box.pk: box for box in Mailbox.objects.untroubled()}
    for pk, (way_in, ended) in list(watched.items()):
        if ended.is_set() or pk not in boxes or boxes[pk].way_in != way_in:
            ended.set()
            del watched[pk]
    for pk in boxes.keys() - watched.keys():
        watched[pk] = (boxes[pk].way_in, threading.Event())
        threading.Thread(target=_stay, args=(boxes[pk], watched[pk][1]), daemon=True).start()


def _wake_and_let_go(pk: int) -> None:
    """Whoever waits for hours holds no connection to the database meanwhile: a pool has a few."""
    try:
        wake(pk)
    finally:
        connections.close_all()


def _stay(box: Mailbox, ended: threading.Event) -> None:
    """Watch one mailbox until it is ended or breaks off; the next look begins again."""
    try:
        if not watch(box, is_over=ended.is_set, on_news=lambda: _wake_and_let_go(box.pk)):
            ended.wait(SILENT_SECONDS)
    except (NotReached, IMAP4.error, ImapToolsError, OSError, Error) as error:
        logger.info("mailbox %s is not watched now: %s", box.pk, type(error).__name__)
    finally:
        ended.set()
        connections.close_all()
