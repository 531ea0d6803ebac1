"""The beat's scheduler, which stays connected to the mailboxes too: its process has everything loaded and waits."""

from __future__ import annotations

import threading

from celery.beat import PersistentScheduler, ScheduleEntry

from tickets.mail.watching import watch_all

from . import one_waits

# Who watches says goodbye to no server; it only must not begin anything new.
PATIENCE_SECONDS = 2.0


class Scheduler(PersistentScheduler):  # type: ignore[misc]
    """Where a server tells of new mail by itself, it is fetched at once; a process of its own would cost 100 MB."""

    def setup_schedule(self) -> None:
        super().setup_schedule()
        self.over = threading.Event()
        self.watching = threading.Thread(target=watch_all, args=(self.over,), name="mailboxes", daemon=True)
        self.watching.start()

    def apply_entry(self, entry: ScheduleEntry, producer: object = None) -> None:
        if one_waits.is_first(entry.task, every=entry.schedule.seconds):
            super().apply_entry(entry, producer=producer)

    def close(self) -> None:
        """A beat that was only asked what it would do has nothing to end."""
        if hasattr(self, "over"):
            self.over.set()
            self.watching.join(PATIENCE_SECONDS)
        super().close()
