"""The sweep of the line: keeps what is due, each once, and offers whoever waits to whoever is free."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.presence import LOST, Presence
from tickets.mail.outbox import one_line

from . import follow_up
from . import words as on
from .alarm import tell_leads
from .chat import Chat
from .closing import ask_before_closing, close_the_day
from .deadline import Deadline
from .heard import USUAL
from .offering import offer_now, relieve
from .one_by_one import one_by_one
from .place import Place

MOST = 2_000
LAST_RUNG = len(USUAL.silence) - 1
LOOK_BACK = timedelta(days=14)
FOLLOW_UPS_AT_ONCE = 200
logger = logging.getLogger(__name__)


def sweep_line_now(*, now: datetime | None = None) -> int:
    """Everything the line owes at `now`; the number of deadlines kept. A bad one waits and is shown."""
    now = now or timezone.now()
    kept = sum(_try_to_keep(deadline, now=now) for deadline in Deadline.objects.due(now)[:MOST])
    free_the_lost(now=now)
    relieve_now(now=now)
    let_sleep_now(now=now)
    offer_now(now=now)
    return kept


def _try_to_keep(deadline: Deadline, *, now: datetime) -> bool:
    try:
        return keep(deadline, now=now)
    except Exception as error:  # a poisoned row must never stop the sweep
        logger.exception("deadline %s could not be kept", deadline.pk)
        deadline.push_ahead(now=now, trouble=one_line(f"{type(error).__name__}: {error}"))
        return False


def keep(deadline: Deadline, *, now: datetime) -> bool:
    """Lock it, its ticket first, look again whether it is still owed, claim the row, and do it: all or nothing."""
    with transaction.atomic():
        place = Place.objects.get(pk=deadline.place_id).hold_for(deadline.kind)
        owed = {(due.kind, due.step) for due in place.course().due() if due.at <= now}
        if not Deadline.objects.claim(deadline.pk, at=now):
            return False
        if (deadline.kind, deadline.step) not in owed:
            Deadline.objects.filter(pk=deadline.pk).update(skipped=True)
            return False
        offered_to = place.offered_to_id
        place.do(deadline.kind, at=now, step=deadline.step)
        if deadline.kind == on.EXPIRED and offered_to:
            Presence.miss(offered_to, now=now)
        if deadline.kind == on.ESCALATED:
            tell_leads(place, now=now)
        if deadline.kind == on.NO_OUTCOME:
            place.make_good(at=now)
        return True


def free_the_lost(*, now: datetime) -> int:
    """Whose page was not heard of for a minute gets nothing more: a callback they held back or were dialling goes on to
    the next at once, and their chats wait again, at the first arrival, for the next free person."""
    lost = Presence.lose(now=now)
    offered = Place.objects.filter(offered_to__in=lost)
    one_by_one(offered, lambda place: place.do(on.EXPIRED, at=now, step=place.offers))
    # Of all who are gone and not of those just lost: a sweep that was killed here leaves nobody with a lost owner.
    gone = Presence.objects.unheard(now).values("person")
    kept = Place.objects.filter(agent__in=gone, phase__in=(on.RESERVED, on.DIALLING))
    one_by_one(kept, lambda place: give_back(place, now=now))
    talking = Place.objects.filter(
        agent__in=gone, channel=Place.Channel.CHAT, phase__in=(on.TALKING, on.HELD)
    )
    one_by_one(talking, lambda place: place.do(on.RELIEVED, at=now))
    return len(lost)


def relieve_now(*, now: datetime) -> int:
    """Where a customer reads nothing from us for four minutes, whoever is free is asked, again while it lasts."""
    since = now - timedelta(seconds=USUAL.silence[LAST_RUNG])
    silent = Place.objects.filter(channel=Place.Channel.CHAT, phase__in=(on.TALKING, on.HELD))
    left = silent.filter(held_since__lte=since).order_by("held_since")[:FOLLOW_UPS_AT_ONCE]
    if not Presence.objects.ready(now).exists():
        return 0
    return one_by_one(left, lambda place: relieve(place, now=now))


def give_back(place: Place, *, now: datetime) -> bool:
    """A call of somebody who is gone is asked of the next. Who has no page open at all is told of by the telephone."""
    locked, seen = place.hold_for(on.RELIEVED), Presence.objects.get(person=place.agent_id).seen_at
    since = locked.course().kept_since
    if locked.phase not in (on.RESERVED, on.DIALLING) or since is None or seen < since - LOST:
        return False
    return place.do(on.RELIEVED, at=now)


def let_sleep_now(*, now: datetime) -> int:
    """Every chat in which the customer went quiet; the number of those that sleep now."""
    asleep = 0
    for chat in Chat.objects.quiet(now).with_people()[:FOLLOW_UPS_AT_ONCE]:
        try:
            asleep += chat.sleep(at=now, if_quiet=True)
        except Exception:  # one that cannot must not keep the others awake
            logger.exception("chat %s could not sleep", chat.pk)
    return asleep


def care_now(*, now: datetime | None = None) -> int:
    """What can wait a minute: follow-ups for who gave up yesterday, and callbacks before and after closing time."""
    now = now or timezone.now()
    return follow_up_now(now=now) + ask_before_closing(now=now) + close_the_day(now=now)


def follow_up_now(*, now: datetime) -> int:
    """Look after everybody we know who gave up on a day that is over, and was not answered later that day."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    gone = Place.objects.filter(phase=on.ABANDONED, follow_up_at=None, arrived_at__lt=today)
    gone = gone.filter(arrived_at__gt=now - LOOK_BACK).exclude(customer=None).with_people()
    written = set()

    def look_after(place: Place) -> None:
        place.hold_for(on.PROMISE)
        claimed = Place.objects.filter(pk=place.pk, follow_up_at=None).update(follow_up_at=now)
        if claimed:
            written.add(follow_up.look_after(place, now=now))

    # Those it failed for come last, so that they never fill what is looked after at once.
    one_by_one(gone.order_by("trouble", "arrived_at")[:FOLLOW_UPS_AT_ONCE], look_after)
    return len(written - {None})
