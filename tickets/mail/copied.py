"""Somebody on copy: a person outside who gets by mail what we answer the customer of a ticket.

They have no part in it but their own words: what they write is read by the desk alone, and moves nothing that is the
customer's to say. Whoever works here watches a ticket instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail.message import sanitize_address
from django.core.validators import validate_email
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.person import Person
from accounts.prepared import Prepared
from tickets import history
from tickets.refused import Refused

from .inbox import IncomingMail
from .mailbox import Mailbox
from .reading.header import Address
from .reply_address import house_address
from .sender import person_of

if TYPE_CHECKING:
    from tickets.event import Event
    from tickets.ticket import Ticket

MOST: Final = 10
LONGEST_NAME: Final = 120


class CopiedQuerySet(models.QuerySet["Copied"]):
    def on(self, ticket: Ticket) -> CopiedQuerySet:
        return self.filter(ticket=ticket).order_by("name", "pk")


class Copied(models.Model):
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.PROTECT, related_name="copied")
    name = models.CharField(gettext_lazy("name"), max_length=LONGEST_NAME)
    email = models.EmailField(gettext_lazy("e-mail"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    objects = CopiedQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("person on copy")
        verbose_name_plural = gettext_lazy("people on copy")
        constraints = [
            models.UniqueConstraint(fields=["ticket", "email"], name="on_copy_once_per_ticket"),
            models.CheckConstraint(name="on_copy_email_lower", condition=models.Q(email=Lower("email"))),
        ]
        indexes = [models.Index(fields=["email"], name="on_copy_by_address")]

    def __str__(self) -> str:
        return f"#{self.ticket_id} {self.email}"

    @classmethod
    def add(
        cls, ticket: Ticket, email: str, *, name: str = "", by: Person | None, at: datetime | None = None
    ) -> Copied | Refused:
        """From the next answer on they get it too; twice is once."""
        at, email = at or timezone.now(), email.strip().lower()
        with transaction.atomic():
            type(ticket).objects.hold(ticket.pk)  # two at once are not one too many
            known = cls.objects.filter(ticket=ticket, email=email).first()
            if known is not None:
                return known
            refused = hindrance(ticket, email)
            if refused is not None:
                return refused
            called = (name.strip() or email.partition("@")[0])[:LONGEST_NAME]
            copied = cls.objects.create(ticket=ticket, name=called, email=email, by=by, at=at)
            ticket.record(history.PUT_ON_COPY, by=by, at=at, to=called, email=email)
        return copied

    def remove(self, *, by: Person | None, at: datetime | None = None) -> bool:
        """They get nothing any more; False when they were taken off before."""
        with transaction.atomic():
            gone, _each = Copied.objects.filter(pk=self.pk).delete()
            if gone:
                self.ticket.record(history.TAKEN_OFF_COPY, by=by, at=at, to=self.name, email=self.email)
        return bool(gone)


def hindrance(ticket: Ticket, email: str) -> Refused | None:
    """Why an address cannot be on copy."""
    try:
        validate_email(email)
        sanitize_address(email, "utf-8")  # an address can be valid and stand in no header all the same
    except (ValidationError, ValueError):
        return Refused("address", _("This is no e-mail address."))
    if not ticket.customer.is_reachable:
        return Refused("no_letter", _("We have no address of the customer, so no mail goes out here."))
    if email.endswith(".invalid") or is_of_the_house(email):
        return Refused("house", _("This is an address of our own."))
    person = person_of(Address("", email))
    if person is not None and person.pk == ticket.customer.person_id:
        return Refused("customer", _("The customer gets all of it anyway."))
    if person is not None and not person.is_active:
        return Refused("closed", _("Nothing is written to this address any more."))
    if person is not None and (person.is_agent or person.is_staff):
        return Refused(
            "of_the_desk", _("%(name)s works here: let them watch instead.") % {"name": person.name}
        )
    if Copied.objects.filter(ticket=ticket).count() >= MOST:
        return Refused("most", _("At most %(most)s people are on copy of a ticket.") % {"most": MOST})
    return None


def is_of_the_house(email: str) -> bool:
    """Where we write from or are written to, with any extension: a copy to it would come back as a mail."""
    name, _at, host = email.lower().partition("@")
    own = {house_address(), *Mailbox.objects.values_list("address", flat=True)}
    return f"{name.partition('+')[0]}@{host}" in {one.lower() for one in own}


def addresses_on(ticket: Ticket, *, besides: set[str]) -> list[str]:
    """Who gets a copy of an answer, without those it goes to anyway; as a mail names them."""
    readers = [one for one in readers_of_copies(ticket) if one.email not in besides]
    closed = _closed(readers)
    return [one.email for one in readers if one.email not in closed]


def _closed(readers: Sequence[Copied]) -> set[str]:
    """Those of them whose account was closed since, or who work here by now: nothing goes to them any more."""
    if not readers:
        return set()
    people = Person.objects.filter(email__in=[one.email for one in readers])
    works_here = models.Q(is_staff=True) | models.Q(teamuserobjectpermission__isnull=False)
    people = people.filter(models.Q(is_active=False) | works_here)
    return set(people.values_list("email", flat=True))


def readers_of_copies(ticket: Ticket) -> list[Copied]:
    """As `on`, where it is asked with every page and every letter."""
    return _ON.rows(ticket=ticket.pk)


def suggested_on(ticket: Ticket) -> list[Address]:
    """Who else stood on mails of the customer, and could be on copy; nobody is put there by a mail alone."""
    mails = IncomingMail.objects.filter(ticket=ticket, message__from_customer=True).exclude(beside=[])
    rows = mails.order_by("-pk").values_list("beside", flat=True)[:MOST]
    named = {email: Address(name, email) for row in rows for name, email in row}
    if not named:
        return []
    known = set(Copied.objects.filter(ticket=ticket).values_list("email", flat=True))
    fresh = [one for one in named.values() if one.email not in known][:MOST]
    return [one for one in fresh if hindrance(ticket, one.email) is None]


def hear(event: Event) -> None:
    """Listens to every event: who is on copy goes along where a ticket goes on in another, not to another customer."""
    if event.kind == history.MERGED:
        target = type(event.ticket).objects.with_people().get(pk=event.data["into"])
        go_along(event.ticket, target, at=event.at)
    elif event.kind == history.TAKEN_APART:
        _come_back(event)
    elif event.kind == history.CUSTOMER_CHANGED:
        for copied in Copied.objects.on(event.ticket):
            copied.remove(by=None, at=event.at)


def go_along(ticket: Ticket, target: Ticket, *, at: datetime) -> None:
    """The same matter goes on there; what is split off as another is nobody's on copy until somebody says so."""
    for copied in Copied.objects.on(ticket):
        Copied.add(target, copied.email, name=copied.name, by=None, at=at)


def _come_back(event: Event) -> None:
    """Who came along with a ticket that is taken apart again is on copy of the other no longer."""
    merged = event.ticket.events.filter(kind=history.MERGED, data__into=event.data["into"]).order_by("-pk")
    came = merged.values_list("at", flat=True)[:1]
    here = Copied.objects.filter(ticket=event.ticket_id).values("email")
    for copied in Copied.objects.filter(ticket=event.data["into"], email__in=here, by=None, at__in=came):
        copied.remove(by=event.by, at=event.at)


_ON = Prepared(lambda ticket: Copied.objects.filter(ticket=ticket).order_by("name", "pk"))
