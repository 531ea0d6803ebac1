"""News: what one person wants to hear, by which way and when – at once, once a day or not at all, and never at night.

Promises that run out and asks are no matter of taste: whoever is on duty hears of them, whatever is said here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.team import Team

from . import history
from .mail import letters
from .mail.outbox import OutgoingMail
from .message import Message

if TYPE_CHECKING:
    from accounts.person import Person

    from .event import Event
    from .ticket import Ticket

MORNING: Final = time(8)
SHOWN: Final = 50
DAY: Final = timedelta(days=1)
# What one hand does with many tickets comes in one mail, and what is taken back this soon in none.
TOGETHER: Final = timedelta(minutes=1)


class NewsWish(models.Model):
    """What one person said about it; without a row all that is theirs comes at once, and nothing of what is new in
    their teams."""

    class Mail(models.TextChoices):
        NOW = "now", _("at once")
        DAILY = "daily", _("once a day, together")
        NEVER = "never", _("no mail")

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", primary_key=True
    )
    given_mail = models.CharField(max_length=5, choices=Mail.choices, default=Mail.NOW)
    own_mail = models.CharField(max_length=5, choices=Mail.choices, default=Mail.NOW)
    team_mail = models.CharField(max_length=5, choices=Mail.choices, default=Mail.NEVER)
    watched_mail = models.CharField(max_length=5, choices=Mail.choices, default=Mail.NOW)
    mention_mail = models.CharField(max_length=5, choices=Mail.choices, default=Mail.NOW)
    given_at_desk = models.BooleanField(default=True)
    own_at_desk = models.BooleanField(default=True)
    team_at_desk = models.BooleanField(default=False)
    watched_at_desk = models.BooleanField(default=True)
    # Teams of which they do not want to hear what is new; whoever joins one hears of it like of the others.
    left_out = models.ManyToManyField(Team, related_name="+", blank=True)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    daily_at = models.TimeField(default=MORNING)
    # They reported a mail of ours as spam, and said since then that they want such mails all the same.
    mailed_again_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("wish for news")
        verbose_name_plural = _("wishes for news")
        constraints = [
            models.CheckConstraint(
                name="quiet_from_and_until_together",
                condition=models.Q(quiet_from=None, quiet_until=None)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.person)

    @classmethod
    def of(cls, person: Person) -> NewsWish:
        return cls.objects.filter(person=person).first() or cls(person=person)

    @classmethod
    def of_each(cls, people: Iterable[Person]) -> list[NewsWish]:
        """The same for several, asked once."""
        people = list(people)
        said = {wish.person_id: wish for wish in cls.objects.filter(person__in=people)} if people else {}
        wishes = [said.get(person.pk) or cls(person=person) for person in people]
        for wish, person in zip(wishes, people, strict=True):
            wish.person = person
        return wishes

    @classmethod
    def say(cls, person: Person, *, left_out: Iterable[Team] | None = None, **said: object) -> None:
        """From now on so; what waits for the day's mail already goes with it."""
        with transaction.atomic():
            wish, _made = cls.objects.update_or_create(person=person, defaults=said)
            if left_out is not None:
                wish.left_out.set(left_out)

    @property
    def unwanted_at(self) -> datetime | None:
        """When they last reported a mail of ours as spam, unless they took it back since."""
        reported = OutgoingMail.objects.unwanted_by(self.person.email)
        if self.mailed_again_at:
            reported = reported.filter(unwanted_at__gt=self.mailed_again_at)
        return reported.aggregate(at=models.Max("unwanted_at"))["at"]

    def loud_at(self, at: datetime) -> datetime:
        """The moment itself, or the end of the quiet hours it falls into, by the person's own clock."""
        if self.quiet_from is None or self.quiet_until is None or self.quiet_from == self.quiet_until:
            return at
        clock = at.astimezone(self.person.zone).time()
        over_night = self.quiet_from > self.quiet_until
        late, early = clock >= self.quiet_from, clock < self.quiet_until
        is_quiet = (late or early) if over_night else (late and early)
        return self._next(self.quiet_until, after=at) if is_quiet else at

    def next_daily(self, at: datetime) -> datetime:
        return self.loud_at(self._next(self.daily_at, after=at))

    def _next(self, clock: time, *, after: datetime) -> datetime:
        """When the person's clock shows this next."""
        zone = self.person.zone
        here = after.astimezone(zone)
        today = datetime.combine(here.date(), clock, zone)
        return today if today > here else datetime.combine(here.date() + DAY, clock, zone)


@dataclass
class Told:
    """What one ticket is named for in a mail about many."""

    ticket: Ticket
    wrote: bool = False
    is_new: bool = False
    mentioned_by: list[str] = field(default_factory=list)
    given: list[Event] = field(default_factory=list)

    @property
    def says_why(self) -> bool:
        """Whether it is told of for anything but what its customer wrote."""
        return self.is_new or bool(self.mentioned_by or self.given)


class KeptNews(models.Model):
    """A message or an event somebody is told of together with others: after a minute in which one hand does much,
    in the mail of the day, or once it is loud again."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    event = models.ForeignKey(
        "tickets.Event", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("news kept for the day’s mail")
        verbose_name_plural = _("news kept for the day’s mail")
        constraints = [
            models.UniqueConstraint(fields=["person", "message"], name="news_kept_once"),
            models.UniqueConstraint(fields=["person", "event"], name="news_of_event_kept_once"),
            models.CheckConstraint(
                name="news_kept_of_one_thing",
                condition=models.Q(message=None, event__isnull=False)
                | models.Q(message__isnull=False, event=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.message_id or self.event_id}"

    @classmethod
    def of_event(cls, event: Event, wish: NewsWish, how: str) -> list[KeptNews]:
        """The row to be kept of it; none where no mail is wished."""
        if how == NewsWish.Mail.NEVER:
            return []
        is_daily = how == NewsWish.Mail.DAILY
        due = wish.next_daily(event.at) if is_daily else wish.loud_at(event.at + TOGETHER)
        return [cls(person=wish.person, event=event, due_at=due)]

    @property
    def ticket(self) -> Ticket:
        told = self.message or self.event
        assert told is not None
        return told.ticket

    @property
    def still_holds(self) -> bool:
        """Whether it is as it was told: given to the same one, or with nobody yet; what was said was said. Of their own
        request nobody hears what the desk does."""
        ticket = self.ticket
        if ticket.team_id not in self.person.team_ids or ticket.customer.person_id == self.person_id:
            return False
        if self.event is None:
            return True
        if self.event.kind == history.ASSIGNED:
            return ticket.assignee is not None and ticket.assignee.name == self.event.data["to"]
        return ticket.assignee_id is None and not ticket.is_settled


def own_wrote(message: Message, wish: NewsWish, *, instead_of: Person | None) -> None:
    """Whose ticket it is hears by mail that its customer wrote, and so does who stands in, as they wished."""
    _mail(message, wish, wish.own_mail, lambda: letters.heard(message, to=wish.person, instead_of=instead_of))


def watched_wrote(message: Message, person: Person) -> None:
    """Whoever watches the ticket hears the same, as they wished about what they watch; by no mail, neither now nor
    with others later, once they reported one as spam and did not take it back."""
    wish = NewsWish.of(person)
    if wish.unwanted_at:
        return
    _mail(message, wish, wish.watched_mail, lambda: letters.watched(message, to=person))


def mentioned(message: Message, person: Person) -> None:
    """Whom a note mentions hears of it, as they wished."""
    wish = NewsWish.of(person)
    _mail(message, wish, wish.mention_mail, lambda: letters.mentioned(message, to=person))


def daily_now(*, now: datetime | None = None) -> int:
    """Write the mails of the day that are due, one to a person; the number written."""
    now = now or timezone.now()
    people = KeptNews.objects.filter(due_at__lte=now).values_list("person", flat=True).distinct().order_by()
    return sum(_daily(pk, now=now) for pk in list(people))


def _mail(message: Message, wish: NewsWish, how: str, write: Callable[[], None]) -> None:
    """What falls into quiet hours waits for their end and comes in one mail with the rest."""
    if how == NewsWish.Mail.NEVER:
        return
    due = wish.next_daily(message.at) if how == NewsWish.Mail.DAILY else wish.loud_at(message.at)
    if due > message.at:
        KeptNews.objects.get_or_create(person=wish.person, message=message, defaults={"due_at": due})
    else:
        write()


def _daily(pk: int, *, now: datetime) -> bool:
    """Claimed by deleting: whoever comes second finds nothing left."""
    with transaction.atomic():
        # Of itself alone: whoever is writing on one of these tickets must not have its news skipped.
        held = KeptNews.objects.select_for_update(skip_locked=True, of=("self",))
        mine = held.filter(person=pk, due_at__lte=now)
        story = ("message__ticket__customer__person", "message__ticket__team", "message__author", "person")
        story += ("event__ticket__customer__person", "event__ticket__team", "event__ticket__assignee")
        rows = list(mine.select_related(*story, "event__by").order_by("pk"))
        if not rows or not KeptNews.objects.filter(pk__in=[row.pk for row in rows]).delete()[0]:
            return False
        person = rows[0].person
        for row in rows:
            row.person = person  # where they work is asked once
        holding = [row for row in rows if row.still_holds]
        if len(holding) == 1 and holding[0].event is not None:
            letters.befell(holding[0].event, to=person)
        elif holding:
            said = _by_ticket(holding)
            letters.daily(person, said[:SHOWN], count=len(said), key=f"daily:{pk}:{rows[-1].pk}")
        return bool(holding)


def _by_ticket(rows: list[KeptNews]) -> list[Told]:
    told: dict[int, Told] = {}
    for row in rows:
        one = told.setdefault(row.ticket.pk, Told(row.ticket))
        if row.message is None:
            assert row.event is not None
            if row.event.kind == history.ASSIGNED:
                one.given.append(row.event)
            else:
                one.is_new = True
        elif row.message.kind == Message.Kind.INTERNAL:
            one.mentioned_by.append(row.message.author.name if row.message.author else "")
        else:
            one.wrote = True
    return [told[pk] for pk in sorted(told)]
