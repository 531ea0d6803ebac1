"""A ticket: one matter of one customer, from the first word to the closed file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.customer import Customer
from accounts.inserted import insert, update
from accounts.organisation import Organisation
from accounts.person import Person
from accounts.prepared import Prepared
from accounts.team import Team

from . import history
from .answerable import Answerable
from .assignable import Assignable
from .cause import Cause
from .correctable import Correctable
from .event import Event
from .fields.described import Described
from .listed import NOT_DONE
from .live import relay
from .message import Message
from .openable import Openable
from .promising import Promising
from .solvable import Solvable, Status
from .status_name import StatusName
from .together.mergeable import Mergeable, is_merged
from .together.splittable import Splittable


class TicketQuerySet(models.QuerySet["Ticket"]):
    def worked_by(self, person: Person) -> TicketQuerySet:
        """What a person may work on the desk: the own teams' tickets, never one in which they are the customer."""
        own = Customer.objects.filter(person=person).values("pk")  # no join: this is asked of a million rows
        return self.filter(team__among=person.team_ids).exclude(customer_id__in=own)

    def owned_by(self, person: Person) -> TicketQuerySet:
        """What a customer may see in the portal."""
        return self.filter(customer__person=person) if person.is_active else self.none()

    def overseen_by(self, person: Person) -> TicketQuerySet:
        """What was written for the organisation whose requests this person reads and answers."""
        firm = person.overseen_organisation_id
        return self.filter(organisation_id=firm) if firm else self.none()

    def served_to(self, person: Person) -> TicketQuerySet:
        """What somebody may read and answer in the portal: the own requests, and those they oversee."""
        return self.filter(_served_to(person)) if person.is_active else self.none()

    def visible_to(self, person: Person) -> TicketQuerySet:
        """Desk and portal, for doors that serve both; every read anywhere starts from one of these five."""
        if not person.is_active:
            return self.none()
        return self.filter(models.Q(team_id__in=person.team_ids) | _served_to(person))

    def unsettled(self) -> TicketQuerySet:
        return self.exclude(status__in=[Status.SOLVED, Status.CLOSED])

    def standing_alone(self) -> TicketQuerySet:
        """Without those that were merged into another."""
        return self.exclude(is_merged())

    def of_known_cause(self) -> TicketQuerySet:
        """Without calls: what those are about is often guessed by their team, so they say nothing of a cause."""
        return self.exclude(channel=Message.Channel.PHONE)

    def hold(self, *numbers: int) -> None:
        """These rows are ours until the transaction ends: in one order whoever asks, and before what hangs on them –
        pauses, pledges, clocks, marks. Their keys stay free, so that others go on writing history to them.
        """
        _HELD.rows(numbers=numbers)

    def with_people(self) -> TicketQuerySet:
        return self.select_related(
            "customer__person", "customer__organisation", "team", "assignee", "cause", "status_name"
        )


def _held(numbers: Sequence[int]) -> models.QuerySet[Ticket, Any]:
    rows = Ticket.objects.filter(pk__among=numbers).select_for_update(no_key=True, of=("self",))
    return rows.order_by("pk").values_list("pk")


_HELD = Prepared(_held)


def _served_to(person: Person) -> models.Q:
    own, firm = models.Q(customer__person=person), person.overseen_organisation_id
    return own | models.Q(organisation_id=firm) if firm else own


class Ticket(
    Answerable, Assignable, Correctable, Described, Mergeable, Openable, Promising, Solvable, Splittable
):
    class Priority(models.IntegerChoices):
        LOW = 1, _("low")
        NORMAL = 2, _("normal")
        HIGH = 3, _("high")
        URGENT = 4, _("urgent")

    subject = models.CharField(_("subject"), max_length=200)
    # Customer, team and assignee begin an index below; one more of each alone would be written with every reply.
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="tickets", verbose_name=_("customer"), db_index=False
    )
    # For whom it was written: who changes the firm later takes along neither old requests nor their readers.
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("organisation"),
        editable=False,
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="tickets", verbose_name=_("team"), db_index=False
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assigned_tickets",
        verbose_name=_("assignee"),
        db_index=False,
    )
    cause = models.ForeignKey(
        Cause, on_delete=models.PROTECT, related_name="tickets", verbose_name=_("cause")
    )
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority.choices, default=Priority.NORMAL
    )
    status = models.CharField(_("status"), max_length=16, choices=Status.choices, default=Status.OPEN)
    # What the house calls it; always one of its status, and gone with it. Clocks never ask for it.
    status_name = models.ForeignKey(
        StatusName,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("own status"),
        editable=False,
        db_index=False,
    )
    channel = models.CharField(
        _("channel"), max_length=8, choices=Message.Channel.choices, default=Message.Channel.PORTAL
    )
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="en")
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)
    solved_at = models.DateTimeField(_("solved"), null=True, blank=True, editable=False)
    # The earliest deadline still owed, kept by `refresh_promise`; lists sort by it without a join.
    next_due_at = models.DateTimeField(_("due"), null=True, blank=True, editable=False)
    # While nobody needs to look at it; kept by `Snooze`, so that lists leave it out without a join.
    asleep_since = models.DateTimeField(null=True, blank=True, editable=False)
    # The settled matter this one goes on from.
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by", editable=False
    )
    # Made by the sender's form before sending: the same key a second time is the same ticket.
    key = models.CharField(max_length=64, null=True, blank=True, editable=False)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        constraints = [
            models.UniqueConstraint(fields=["customer", "key"], name="ticket_once_per_key"),
            models.CheckConstraint(
                name="ticket_status_known",
                condition=models.Q(
                    status__in=["open", "waiting_customer", "waiting_others", "solved", "closed"]
                ),
            ),
            models.CheckConstraint(
                name="ticket_priority_known", condition=models.Q(priority__gte=1, priority__lte=4)
            ),
        ]
        indexes = [
            models.Index(fields=["team", "status", "next_due_at"], name="ticket_list"),
            models.Index(fields=["assignee", "status", "next_due_at"], name="ticket_mine"),
            NOT_DONE,
            # Few tickets carry one, so for all others nothing is written.
            models.Index(
                fields=["status_name"],
                condition=models.Q(status_name__isnull=False),
                name="ticket_called",
            ),
            models.Index(fields=["customer", "-created_at"], name="ticket_of_customer"),
            # The two halves of every list: what is promised, and what is not.
            models.Index(
                fields=["next_due_at", "-changed_at", "-id"],
                condition=models.Q(next_due_at__isnull=False),
                name="ticket_promised",
            ),
            models.Index(
                fields=["-changed_at", "-id"], condition=models.Q(next_due_at=None), name="ticket_unpromised"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.subject}"

    @property
    def number(self) -> int:
        return self.pk

    def desk_url(self) -> str:
        return reverse("desk:ticket", args=[self.pk])

    def portal_url(self) -> str:
        return reverse("portal:ticket", args=[self.pk])

    def is_served_to(self, person: Person | None) -> bool:
        """Whether this person stands on the customer's side of it: its customer, or who oversees the organisation's
        requests. Somebody of the ticket's own team does so only as its customer."""
        if person is None:
            return False
        if self.customer.person_id == person.pk:
            return True
        if self.organisation_id is None or self.team_id in person.team_ids:
            return False
        return person.overseen_organisation_id == self.organisation_id

    def other_writers(self) -> list[Person]:
        """Who wrote on it beside its customer, for the organisation, and still may: the answer is for them as well."""
        if self.organisation_id is None:
            return []
        wrote = self.messages.filter(from_customer=True).exclude(author_id=self.customer.person_id)
        people = Person.objects.active().filter(pk__in=wrote.values("author_id")).order_by("pk")
        return list(people.filter(customer__organisation_id=self.organisation_id, customer__role="manager"))

    @property
    def reader_language(self) -> str:
        """The customer's own setting, else the language they wrote in."""
        return self.customer.person.language or self.language

    def record(self, kind: str, *, by: Person | None, at: datetime | None = None, **data: object) -> Event:
        """Append to the history, tell listeners in the same transaction and open pages after it."""
        event = insert(Event(ticket=self, kind=kind, by=by, at=at or timezone.now(), data=data))
        # First, so that open pages hear of it before the workers do.
        self._announce(kind)
        for listener in history.listeners:
            listener(event)
        return event

    def _announce(self, kind: str) -> None:
        names = [f"ticket-{self.pk}", f"team-{self.team_id}"]
        if kind in history.outside:
            names += [f"request-{self.pk}", f"customer-{self.customer_id}"]
            names += [f"organisation-{self.organisation_id}"] if self.organisation_id else []
        relay.announce(*names)

    def touch(self, at: datetime) -> None:
        self.changed_at = at
        update(self, "changed_at")
