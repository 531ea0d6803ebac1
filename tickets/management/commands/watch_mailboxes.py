"""Stays connected to every mailbox, so that new mail is fetched at once; ends with Ctrl-C or SIGTERM."""

from __future__ import annotations

import signal
import threading

from django.core.management.base import BaseCommand

from tickets.mail.watching import watch_all


class Command(BaseCommand):
    """One process beside the others; without it new mail is noticed within a minute or so."""

    help = "Waits at every mailbox for new mail (IMAP IDLE) and has it fetched at once. May end at any time."

    def handle(self, *args: object, **options: object) -> None:
        over = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_args: over.set())
        watch_all(over)
