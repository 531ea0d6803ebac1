"""The play: all steps of all stories in the order of their time, with the beat and the post in between, as in life."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from operator import itemgetter
from zlib import crc32

from django.db.models import F
from django.utils import timezone, translation

from policies.asks.sweep import sweep_asks_now
from policies.models import Ask
from tickets.models import Mark, Notice, OutgoingMail, Ticket
from tickets.sla.sweep import sweep_now
from tickets.sla.worktime import OpeningHours

from . import moments
from .people import Cast
from .rules import Ground
from .steps import Scene, Step, Story

MOST_BEATS = 200  # between two steps; far more than ever fall due there
POST_TAKES = timedelta(seconds=4)
SEEN_AFTER, UNSEEN_FOR = timedelta(minutes=9), timedelta(hours=20)
Cue = tuple[datetime, int, Callable[[], None]]
Diary = list[tuple[datetime, datetime]]
"""When a deed was done for the demo, and when it counts as done; in order."""


def play(
    stories: Iterable[Story], cast: Cast, ground: Ground, hours: dict[str, OpeningHours], *, now: datetime
) -> None:
    """Play every story so that it stands where it should at `now`.

    `hours` are the calendars by the team's short name. Before each step whatever fell due by then happens:
    warnings, broken promises, questions nobody answered. No mail of the demo leaves the house.
    """
    cues: list[Cue] = []
    for story in stories:
        calendar = hours[ground.causes[story.cause].team.slug]
        cues += _cues(story, cast, ground, calendar, now=now, order=len(cues))
    diary: Diary = []
    for at, _order, act in sorted(cues, key=lambda cue: cue[:2]):
        _beat(diary, until=at)
        act()
        diary.append((timezone.now(), at))
    _beat(diary, until=now)
    _post(diary)
    # What happened before today has long been read.
    Notice.objects.filter(at__lt=now - UNSEEN_FOR).update(seen_at=F("at") + SEEN_AFTER)


def begins(story: Story, calendar: OpeningHours, *, now: datetime) -> datetime:
    """When the story's first message comes; a few seconds apart, since nobody writes on the full minute."""
    at = moments.before(calendar, now, story.ago * 60 + crc32(story.code.encode()) % 40)
    return moments.evening_before(calendar, at) if story.in_the_evening else at


def _cues(
    story: Story, cast: Cast, ground: Ground, calendar: OpeningHours, *, now: datetime, order: int
) -> list[Cue]:
    scene = Scene(story.code, cast.customers[story.customer], cast.desk, ticket=Ticket())
    at = begins(story, calendar, now=now)
    cues: list[Cue] = [(at, order, lambda: _open(story, scene, ground, at))]
    moment = at
    for number, step in enumerate(story.steps, start=1):
        moment = moments.after(calendar, moment, step.minutes)
        if moment > now:
            raise ValueError(f"The story {story.code} would end in the future.")
        cues.append((moment, order + number, _act(scene, step, moment)))
    return cues


def _open(story: Story, scene: Scene, ground: Ground, at: datetime) -> None:
    person = scene.customer.person
    with translation.override(person.language):
        scene.ticket = Ticket.open(
            scene.customer,
            subject=story.subject,
            text=story.text,
            cause=ground.causes[story.cause],
            by=person,
            files=[make() for make in story.files],
            priority=story.priority,
            at=at,
        )


def _act(scene: Scene, step: Step, at: datetime) -> Callable[[], None]:
    person = scene.desk[step.by] if step.by else scene.customer.person

    def act() -> None:
        scene.ticket = Ticket.objects.with_people().get(pk=scene.ticket.pk)
        with translation.override(person.language):
            step.deed(scene, at)

    return act


def _beat(diary: Diary, *, until: datetime) -> None:
    """Let everything happen that falls due, each at its own time."""
    for _beat in range(MOST_BEATS):
        at = _next_due()
        if at is None or at > until:
            return
        sweep_now(now=at)
        sweep_asks_now(now=at)
        diary.append((timezone.now(), at))
    raise ValueError("Something falls due again and again.")


def _next_due() -> datetime | None:
    marks = Mark.objects.pending().order_by().values_list("due_at", flat=True)
    asks = Ask.objects.open().order_by().values_list("due_at", flat=True)
    reminders = Ask.objects.open().exclude(remind_at=None).order_by().values_list("remind_at", flat=True)
    due = next(iter(marks.union(asks, all=True).order_by("due_at")[:1]), None)
    return min(filter(None, [due, reminders.order_by("remind_at").first()]), default=None)


def _post(diary: Diary) -> None:
    """Every mail counts as sent when it was written: nobody at an example address shall get mail from a demo."""
    mails = list(OutgoingMail.objects.all())
    for mail in mails:
        entry = bisect_left(diary, mail.created_at, key=itemgetter(0), hi=len(diary) - 1)
        mail.created_at = mail.due_at = diary[entry][1]
        mail.sent_at, mail.tries = mail.created_at + POST_TAKES, 1
    OutgoingMail.objects.bulk_update(mails, ["created_at", "due_at", "sent_at", "tries"])
