"""A tag: a word people put on tickets to find them again; one word for all teams, and never the customer's to see."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import history
from .refused import Refused
from .search.query import QUOTES

if TYPE_CHECKING:
    from accounts.person import Person

    from .ticket import Ticket

LONGEST, MOST = 40, 20
_QUOTES = str.maketrans(dict.fromkeys(f'"{QUOTES}'))


class TagQuerySet(models.QuerySet["Tag"]):
    def on(self, ticket: Ticket) -> TagQuerySet:
        return self.filter(taggings__ticket=ticket)

    def known_to(self, person: Person) -> TagQuerySet:
        """Those on tickets of the own teams: what others call their customers' matters stays with them."""
        return self.filter(taggings__ticket__team_id__in=person.team_ids).distinct()


class Tag(models.Model):
    name = models.CharField(gettext_lazy("name"), max_length=LONGEST)
    # The same word however it is written: small letters decide.
    folded = models.CharField(max_length=LONGEST * 2, unique=True, editable=False)

    objects = TagQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("tag")
        verbose_name_plural = gettext_lazy("tags")
        ordering = ["folded"]
        constraints = [models.CheckConstraint(name="tag_says_something", condition=~models.Q(folded=""))]

    def __str__(self) -> str:
        return self.name

    @property
    def query(self) -> str:
        """What finds its tickets when one types it."""
        return f'tag:"{self.name}"'

    @classmethod
    def put(
        cls, name: str, ticket: Ticket, *, by: Person | None, at: datetime | None = None
    ) -> Tag | Refused:
        """Put a tag on a ticket; one it has already changes nothing. `name` is one clean line, at most 40 letters."""
        at, name = at or timezone.now(), spelled(name)
        if not 0 < len(name) <= LONGEST:
            raise ValueError("A tag has 1 to 40 letters.")
        with transaction.atomic():
            tag, _made = cls.objects.get_or_create(folded=fold(name), defaults={"name": name})
            ticket.touch(at)  # ours from here on, so that nobody passes the limit beside us
            if Tagging.objects.filter(ticket=ticket, tag=tag).exists():
                return tag
            if Tagging.objects.filter(ticket=ticket).count() >= MOST:
                return Refused("most", _("A ticket has at most %(most)s tags.") % {"most": MOST})
            Tagging.objects.create(ticket=ticket, tag=tag, by=by, at=at)
            ticket.record(history.TAGGED, by=by, at=at, tag=tag.name)
        return tag

    def take_off(self, ticket: Ticket, *, by: Person | None, at: datetime | None = None) -> bool:
        """Take it off the ticket; False when it was not on it."""
        at = at or timezone.now()
        with transaction.atomic():
            gone, _each = Tagging.objects.filter(ticket=ticket, tag=self).delete()
            if gone:
                ticket.touch(at)
                ticket.record(history.UNTAGGED, by=by, at=at, tag=self.name)
        return bool(gone)


class Tagging(models.Model):
    """A tag on a ticket: who put it there, and when."""

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.PROTECT, related_name="taggings")
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="taggings")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        verbose_name = gettext_lazy("tag on a ticket")
        verbose_name_plural = gettext_lazy("tags on tickets")
        constraints = [models.UniqueConstraint(fields=["ticket", "tag"], name="tag_once_per_ticket")]

    def __str__(self) -> str:
        return f"#{self.ticket_id} {self.tag}"


def spelled(name: str) -> str:
    """As people may type it: a “#” before it is no part of it, nor are quotes, which hold it together in a search."""
    return name.translate(_QUOTES).strip().lstrip("#").strip()


def fold(name: str) -> str:
    return spelled(name).casefold()[: LONGEST * 2]
