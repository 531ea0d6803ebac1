"""What follows a mark that fired: the mails it owes, and what its alert does to the ticket. Each once, whoever comes.

Both stand in the rows as owed, so that a worker that dies in between loses nothing; both look at the promise once more,
for it may have been kept meanwhile.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction

from accounts.person import Person
from tickets.mail import letters
from tickets.mail.outbox import in_one_statement
from tickets.notice import Notice

from .alert import acts
from .clock import Clock
from .mark import FIRST_RETRY, Mark

# More at once than this are one mail: a storm is one piece of news.
SINGLY, SHOWN = 5, 20
MOST_ACTS = 200
logger = logging.getLogger(__name__)


def mail_now(*, now: datetime) -> int:
    """Write the mails owed for notices, one to a person where there are many; the number written."""
    owed = Notice.objects.mail_due(now).order_by().values_list("person", flat=True).distinct()
    written = 0
    for pk in list(owed):
        with transaction.atomic():
            # One poster for each person: who finds them taken leaves them to the other.
            free = Person.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
            person = free.filter(pk=pk).first()
            if person is not None:
                written += _mail(person, now=now)
    return written


def _mail(person: Person, *, now: datetime) -> int:
    mine = Notice.objects.mail_due(now).filter(person=person)
    pks = list(mine.order_by("pk").values_list("pk", flat=True))
    if not pks:
        return 0
    mine.filter(pk__lte=pks[-1]).update(mail_due_at=None)
    shown = list(Notice.objects.filter(pk__in=pks[:SHOWN]).select_related("event").order_by("pk"))
    named = {notice.event.data.get("clock") for notice in shown}
    clocks = {clock.pk: clock for clock in Clock.objects.open().with_story().filter(pk__in=named)}
    still = [notice for notice in shown if notice.event.data.get("clock") in clocks]
    if len(pks) <= SINGLY:
        with in_one_statement():
            for notice in still:
                letters.promise(clocks[notice.event.data["clock"]], notice.event, person)
        return len(still)
    if still:
        told = [clocks[pk] for pk in dict.fromkeys(notice.event.data["clock"] for notice in still)]
        letters.promises(person, told, count=len(pks), key=f"promises:{person.pk}:{pks[0]}")
    return bool(still)


def act_now(*, now: datetime) -> int:
    """Do to the tickets what fired alerts say; the number of marks done. One that cannot be done comes again later."""
    due = Mark.objects.filter(act_due_at__lte=now).order_by("act_due_at", "pk")
    done = 0
    for pk in list(due.values_list("pk", flat=True)[:MOST_ACTS]):
        try:
            done += act(pk, now=now)
        except Exception:  # one ticket that cannot be changed must not hold up the others
            logger.exception("what mark %s does could not be done", pk)
            Mark.objects.filter(pk=pk).update(act_due_at=now + FIRST_RETRY * 10)
    return done


def act(pk: int, *, now: datetime) -> bool:
    """What one mark does to its ticket; False when another worker has done it."""
    with transaction.atomic():
        if not Mark.objects.filter(pk=pk, act_due_at__lte=now).update(act_due_at=None):
            return False
        mark = Mark.objects.select_related("alert", "clock__ticket__team", "clock__ticket__customer").get(
            pk=pk
        )
        if mark.alert is not None and mark.clock.is_open:
            for name in mark.alert.acts:
                acts[name].do(mark, now)
    return True
