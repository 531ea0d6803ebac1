"""A watcher: somebody who wants to know what happens to a ticket they do not work on themselves.

Whoever may read a ticket may watch it, and only for as long: at the desk by a notice of everything that matters, and by
mail when the customer writes. The customer gets all of it anyway and is no watcher.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.person import Person
from accounts.prepared import Prepared

from . import history, news, whose
from .message import Message
from .notice import Notice
from .refused import Refused
from .ticket import Ticket

if TYPE_CHECKING:
    from .event import Event

MOST = 20
# What a watcher is told of; the rest is how the desk keeps itself in order.
TELLING = frozenset(
    (
        *(history.REPLIED, history.NOTED, history.INFORMED, history.PRIORITISED),
        *(history.WROTE_ON_COPY, history.MOVED, history.STATUS_CALLED),
        *(history.TAKEN, history.ASSIGNED, history.RELEASED, history.HANDED_OVER),
        *(history.PLEDGE_GIVEN, history.PLEDGE_MOVED, history.PLEDGE_WITHDRAWN, history.PROMISE_BREACHED),
        *(history.MERGED, history.MERGED_IN, history.SPLIT_OFF, history.RATED),
    )
)


class WatcherQuerySet(models.QuerySet["Watcher"]):
    def on(self, ticket: Ticket) -> WatcherQuerySet:
        return self.filter(ticket=ticket).select_related("person").order_by("person__name", "pk")

    def at_the_desk(self) -> WatcherQuerySet:
        """Those who work in the ticket's team today; who left it keeps the row and hears nothing."""
        works = models.F("ticket__team")
        here = self.filter(person__is_active=True, person__teamuserobjectpermission__content_object=works)
        return here.exclude(person=models.F("ticket__customer__person")).distinct()


class Watcher(models.Model):
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="watchers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="watched")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()

    objects = WatcherQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("watcher")
        verbose_name_plural = gettext_lazy("watchers")
        constraints = [models.UniqueConstraint(fields=["ticket", "person"], name="watcher_once_per_ticket")]

    def __str__(self) -> str:
        return f"#{self.ticket_id} {self.person_id}"

    @classmethod
    def add(
        cls, ticket: Ticket, person: Person, *, by: Person | None, at: datetime | None = None
    ) -> Watcher | Refused:
        """From now on `person` is told; who watches already goes on doing so."""
        at = at or timezone.now()
        with transaction.atomic():
            # The row is ours from here on, so that nobody passes the limit beside us.
            Ticket.objects.hold(ticket.pk)
            known = cls.objects.filter(ticket=ticket, person=person).first()
            if known is not None:
                return known
            why = hindrance(ticket, person)
            if why is not None:
                return why
            watcher = cls.objects.create(ticket=ticket, person=person, by=by, at=at)
            kind = history.WATCHING if by == person else history.WATCHER_ADDED
            event = ticket.record(kind, by=by, at=at, to=person.name)
            if by != person:
                Notice.tell(person, event)
        return watcher

    @classmethod
    def remove(cls, ticket: Ticket, person: Person, *, by: Person | None, at: datetime | None = None) -> bool:
        """They hear no more of it; False when they did not watch."""
        at = at or timezone.now()
        with transaction.atomic():
            gone, _each = cls.objects.filter(ticket=ticket, person=person).delete()
            if gone:
                kind = history.WATCHING_NO_MORE if by == person else history.WATCHER_REMOVED
                ticket.record(kind, by=by, at=at, to=person.name)
        return bool(gone)


def hindrance(ticket: Ticket, person: Person) -> Refused | None:
    """Why somebody cannot watch a ticket."""
    if person.pk == ticket.customer.person_id:
        return Refused("customer", _("It is their own request; they read all that is said to them anyway."))
    if not Ticket.objects.worked_by(person).filter(pk=ticket.pk).exists():
        return Refused("reads_not", _("%(name)s may not read this ticket.") % {"name": person.name})
    if Watcher.objects.filter(ticket=ticket).count() >= MOST:
        return Refused("most", _("A ticket has at most %(most)s watchers.") % {"most": MOST})
    return None


def hear(event: Event) -> None:
    """Listens to every event: what matters is told to whoever watches, except to who did it.

    Whom a note mentions has heard of that note already.
    """
    if event.kind == history.MENTIONED:
        _join(event)
    if event.kind not in TELLING:
        return
    if event.kind == history.MERGED:
        _go_along(event)
    knows = {event.by_id, *event.data.get("mentions", ())}
    watching = [one for one in _WATCHING.rows(ticket=event.ticket_id) if one.person_id not in knows]
    wrote = event.kind == history.REPLIED and event.ticket.is_served_to(event.by)
    # Whose ticket it is has the mail already.
    has = {one.person.pk for one in whose.hearers_of(event.ticket, at=event.at)} if wrote and watching else ()
    for watcher in watching:
        if news.NewsWish.of(watcher.person).watched_at_desk:
            Notice.tell(watcher.person, event)
        if wrote and watcher.person_id not in has:
            _mail(watcher.person, event)


_WATCHING = Prepared(
    lambda ticket: Watcher.objects.filter(ticket=ticket).at_the_desk().select_related("person")
)


def hear_at_once(events: Sequence[Event]) -> None:
    """The same where a sweep breaks many promises: one question for all of them; nobody wrote, and nobody did it."""
    happened: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        if event.kind in TELLING:
            happened[event.ticket_id].append(event)
    if not happened:
        return
    silent = news.NewsWish.objects.filter(watched_at_desk=False).values("person")
    watching = Watcher.objects.filter(ticket__among=set(happened)).at_the_desk().exclude(person__in=silent)
    told = [
        (person, event)
        for person, ticket in watching.values_list("person", "ticket")
        for event in happened[ticket]
    ]
    if told:
        Notice.tell_all(told)


def _mail(person: Person, event: Event) -> None:
    message = Message.objects.select_related("ticket__customer__person").get(pk=event.data["message"])
    if message.channel != Message.Channel.CHAT:  # read as it is written
        news.watched_wrote(message, person)


def _join(event: Event) -> None:
    """Whom a note mentions wants to know how it goes on; the mention itself tells them, so nothing else does."""
    ticket = event.ticket
    for person in Person.objects.working_in(ticket.team).filter(pk__in=event.data["people"]):
        if person.pk != ticket.assignee_id and hindrance(ticket, person) is None:
            Watcher.objects.get_or_create(
                ticket=ticket, person=person, defaults={"by": event.by, "at": event.at}
            )


def _go_along(event: Event) -> None:
    """A ticket goes on in another: whoever watched it watches that one, as far as they may read it."""
    target = Ticket.objects.with_people().get(pk=event.data["into"])
    for watcher in Watcher.objects.on(event.ticket):
        Watcher.add(target, watcher.person, by=event.by, at=event.at)
