"""A viewer: somebody who has a ticket open just now, and what they are writing there – of which only that they do.

Kept while it is so and for a short while after; nobody's looking is remembered.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.prepared import Prepared
from tickets.live import relay
from tickets.message import Message

if TYPE_CHECKING:
    from accounts.person import Person
    from tickets.ticket import Ticket

# A page says every fifteen seconds that it stands open; one in the background, with words in it, once a minute.
GONE_AFTER = timedelta(seconds=90)
# After the last key somebody is thinking; what they began still stands there.
TYPING, FORGOTTEN_AFTER = timedelta(seconds=20), timedelta(minutes=10)


class ViewerQuerySet(models.QuerySet["Viewer"]):
    def here(self, now: datetime) -> ViewerQuerySet:
        return self.filter(seen_at__gt=now - GONE_AFTER)

    def beside(self, person: Person, ticket: Ticket, *, now: datetime) -> ViewerQuerySet:
        """Who else has this ticket open, those who write first."""
        others = self.here(now).filter(ticket=ticket).exclude(person=person)
        first = models.Case(
            models.When(writes=Message.Kind.PUBLIC, then=0),
            models.When(writes=Message.Kind.INTERNAL, then=1),
            default=2,
        )
        return others.filter(person__is_active=True).select_related("person").order_by(first, "person__name")

    def forgotten(self, now: datetime) -> ViewerQuerySet:
        return self.filter(seen_at__lt=now - FORGOTTEN_AFTER)


class Viewer(models.Model):
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="viewers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="viewing")
    seen_at = models.DateTimeField(db_index=True)
    # Of which kind the message is they have begun; empty while they only read.
    writes = models.CharField(max_length=8, choices=Message.Kind.choices, blank=True, default="")
    writes_since = models.DateTimeField(null=True, blank=True)
    typed_at = models.DateTimeField(null=True, blank=True)

    objects = ViewerQuerySet.as_manager()

    class Meta:
        verbose_name = _("viewer")
        verbose_name_plural = _("viewers")
        constraints = [
            models.UniqueConstraint(fields=["ticket", "person"], name="viewer_once_per_ticket"),
            models.CheckConstraint(
                name="viewer_writes_since",
                condition=models.Q(writes="", writes_since=None)
                | (~models.Q(writes="") & models.Q(writes_since__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.ticket_id} {self.person_id}"

    @classmethod
    def look(
        cls, ticket: Ticket, *, by: Person, writes: str = "", types: bool = False, at: datetime | None = None
    ) -> None:
        """Their page stands open; in it they have begun a message of the kind `writes`, and `types` just now."""
        at = at or timezone.now()
        with transaction.atomic():
            first = {"seen_at": at - 2 * GONE_AFTER}  # not here yet: what follows brings them
            cls.objects.get_or_create(ticket=ticket, person=by, defaults=first)
            mine = cls.objects.select_for_update(no_key=True).filter(ticket=ticket, person=by).first()
            if mine is None:  # another page of theirs was closed this moment; this one says so again soon
                return
            was = (mine.is_here(at), mine.writes, mine.is_typing(at))
            mine.writes_since = (mine.writes_since if mine.writes == writes else at) if writes else None
            mine.seen_at, mine.writes = at, writes
            mine.typed_at = (at if types else mine.typed_at) if writes else None
            mine.save(update_fields=["seen_at", "writes", "writes_since", "typed_at"])
            if was != (True, mine.writes, mine.is_typing(at)):
                relay.announce(f"viewers-{ticket.pk}")

    @classmethod
    def leave(cls, ticket: Ticket, *, by: Person) -> None:
        """The page is gone, and with it that they looked."""
        with transaction.atomic():
            if cls.objects.filter(ticket=ticket, person=by).delete()[0]:
                relay.announce(f"viewers-{ticket.pk}")

    @classmethod
    def has_said(cls, ticket: Ticket, *, by: Person, at: datetime | None = None) -> None:
        """What they were writing has been sent."""
        if not _WRITING.first(ticket=ticket.pk, person=by.pk):
            return
        said = cls.objects.filter(ticket=ticket, person=by).exclude(writes="")
        if said.update(writes="", writes_since=None, typed_at=None, seen_at=at or timezone.now()):
            relay.announce(f"viewers-{ticket.pk}")

    def is_here(self, now: datetime) -> bool:
        return self.seen_at > now - GONE_AFTER

    def is_typing(self, now: datetime) -> bool:
        return self.typed_at is not None and self.typed_at > now - TYPING


_WRITING = Prepared(
    lambda ticket, person: (
        Viewer.objects.filter(ticket=ticket, person=person).exclude(writes="").values_list("pk")
    )
)


def forget_now(*, now: datetime | None = None) -> int:
    """Drop who left without a word; the number dropped."""
    gone, _each = Viewer.objects.forgotten(now or timezone.now()).delete()
    return gone
