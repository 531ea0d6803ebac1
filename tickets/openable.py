"""How a ticket begins: a customer writes, or somebody of ours writes down what they said."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.inserted import insert

from . import history
from .mail import letters
from .message import Message
from .search.words import TicketWords

if TYPE_CHECKING:
    from accounts.customer import Customer
    from accounts.person import Person
    from accounts.team import Team

    from .cause import Cause
    from .fields.field_value import Values
    from .ticket import Ticket

NORMAL = 2


class Way(models.TextChoices):
    """How somebody at the desk learnt of a matter."""

    CALLED = "called", _("the customer called")
    WE_CALLED = "we_called", _("we called the customer")
    IN_PERSON = "in_person", _("the customer was here")
    NOTE = "note", _("a note, for the desk alone")


class Openable(models.Model):
    class Meta:
        abstract = True

    @classmethod
    def open(
        cls,
        customer: Customer,
        *,
        subject: str,
        text: str,
        cause: Cause,
        by: Person,
        files: Iterable[UploadedFile] = (),
        priority: int = NORMAL,
        channel: str = "portal",
        key: str | None = None,
        follows: Ticket | None = None,
        fields: Values | None = None,
        quietly: bool = False,
        at: datetime | None = None,
    ) -> Ticket:
        """Write down a customer's matter: ticket, first message, promises and confirmation in one transaction.

        The same `key` from the same customer returns the ticket already made. `quietly` confirms nothing: machines
        are not answered by a machine.
        """
        at = at or timezone.now()
        said = {"subject": subject, "cause": cause, "priority": priority, "key": key, "follows": follows}
        said |= {"channel": channel, "language": (get_language() or "en")[:2], "team": cause.team}
        said["organisation_id"] = (follows or customer).organisation_id

        def begin(ticket: Ticket) -> None:
            ticket._fill_in(fields or {})
            ticket._begin(text, by=by, files=files, channel=channel, key=key, at=at, quietly=quietly)

        return cls._once(customer, begin, at=at, **said)

    @classmethod
    def take_down(
        cls,
        customer: Customer,
        *,
        way: str,
        subject: str,
        text: str,
        cause: Cause,
        by: Person,
        key: str,
        team: Team | None = None,
        priority: int = NORMAL,
        files: Iterable[UploadedFile] = (),
        fields: Values | None = None,
        confirm: bool = False,
        at: datetime | None = None,
    ) -> Ticket:
        """Somebody of ours writes down what a customer said, or what they must know of them; promises run from now.

        Only a note stays inside: what was said stands in the customer's portal, too. They get a letter about it where
        `confirm` says so. The same `key` for the same customer returns the ticket already made.
        """
        at = at or timezone.now()
        said = {"subject": subject, "cause": cause, "team": team or cause.team, "priority": priority}
        said |= {"channel": Message.Channel.DESK, "language": _language_of(customer), "key": key}
        said["organisation_id"] = customer.organisation_id

        def begin(ticket: Ticket) -> None:
            ticket._fill_in(fields or {})
            ticket._note_down(text, Way(way), by=by, files=files, key=key, at=at)
            if confirm:
                letters.confirm(ticket)

        return cls._once(customer, begin, at=at, **said)

    @classmethod
    def _once(
        cls,
        customer: Customer,
        begin: Callable[[Ticket], None],
        *,
        at: datetime,
        key: str | None,
        **said: Any,
    ) -> Ticket:
        """A new row and how it begins, in one transaction; or the one this customer has of the same key."""
        try:
            with transaction.atomic():
                ticket = insert(cls(customer=customer, key=key, created_at=at, changed_at=at, **said))
                begin(ticket)
                return ticket
        except IntegrityError:
            twin = cls.objects.filter(customer=customer, key=key).first() if key else None
            if twin is None:
                raise
            return twin

    def _begin(
        self, text: str, *, by: Person, at: datetime, channel: str, quietly: bool, **how: object
    ) -> None:
        """The first message, the promises and the confirmation of a ticket just written down."""
        TicketWords.begin(self, text)
        how |= {"from_customer": self.is_served_to(by), "channel": channel}
        self._began_with = self.write(text, by=by, at=at, **how)
        self.promise(at=at, by=by)
        self.record(history.OPENED, by=by, at=at)
        if channel != "chat" and not quietly:  # who chats sees that we have it
            letters.confirm(self)

    def _note_down(self, text: str, way: Way, *, by: Person, at: datetime, **how: object) -> None:
        """The same where one of ours holds the pen."""
        TicketWords.begin(self, text)
        theirs = way in (Way.CALLED, Way.IN_PERSON)
        how |= {"kind": Message.Kind.INTERNAL if way is Way.NOTE else Message.Kind.PUBLIC}
        how |= {"channel": Message.Channel.PHONE if way in (Way.CALLED, Way.WE_CALLED) else "desk"}
        author = self.customer.person if theirs else by
        self._began_with = self.write(text, by=author, at=at, from_customer=theirs, **how)
        self.promise(at=at, by=by)
        self.record(history.OPENED, by=by, at=at)
        self.record(history.TAKEN_DOWN, by=by, at=at, way=history.in_each_language(lambda: way.label))


def _language_of(customer: Customer) -> str:
    """What the customer reads: their setting, else the language they last wrote in, else the house's."""
    last = customer.tickets.order_by("-created_at").values_list("language", flat=True)
    return customer.person.language or last.first() or settings.LANGUAGE_CODE[:2]
