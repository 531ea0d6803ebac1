"""An incident: one fault that hit several customers, with the list of all of them – also those who never wrote."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.customer import Customer
from accounts.team import Team

from . import history
from .cause import Cause
from .live import relay
from .once import once
from .search.words import TicketWords
from .solvable import SETTLED
from .ticket import Ticket, TicketQuerySet

if TYPE_CHECKING:
    from accounts.person import Person


class IncidentQuerySet(models.QuerySet["Incident"]):
    def worked_by(self, person: Person) -> IncidentQuerySet:
        """The own teams' incidents; no customer ever reads one."""
        return self.filter(team_id__in=person.team_ids)

    def with_counts(self) -> IncidentQuerySet:
        """Adds `affected_count` and `ticket_count` without a query per row."""
        return self.annotate(
            affected_count=models.Count("affected", distinct=True),
            ticket_count=models.Count("links", distinct=True),
        ).order_by("-happened_at", "-pk")


class Incident(models.Model):
    name = models.CharField(_("name"), max_length=120)
    cause = models.ForeignKey(Cause, on_delete=models.PROTECT, related_name="+", verbose_name=_("cause"))
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", verbose_name=_("team"))
    happened_at = models.DateTimeField(_("happened"))
    note = models.TextField(_("note"), max_length=2000, blank=True, default="")
    # What customers read of it, in a sentence each; without one they read its cause.
    words_en = models.CharField(_("in customers’ words (English)"), max_length=300, blank=True, default="")
    words_de = models.CharField(_("in customers’ words (German)"), max_length=300, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    # Made by the sender's form before sending: the same key a second time is the same incident.
    key = models.CharField(max_length=64)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ["-happened_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["by", "key"], name="incident_once_per_key")]
        indexes = [models.Index(fields=["team", "-happened_at"], name="incident_of_team")]

    def __str__(self) -> str:
        return self.name

    def words_in(self, language: str) -> str:
        """What a customer who reads `language` is told happened: the incident's own words, else its cause."""
        german = language.startswith("de")
        return (self.words_de or self.cause.name_de) if german else (self.words_en or self.cause.name_en)

    def tickets(self) -> TicketQuerySet:
        return Ticket.objects.filter(incident_link__incident=self)

    @classmethod
    def report(
        cls,
        *,
        name: str,
        cause: Cause,
        team: Team,
        happened_at: datetime,
        by: Person,
        key: str,
        note: str = "",
        words_en: str = "",
        words_de: str = "",
        at: datetime | None = None,
    ) -> Incident:
        """Write a fault down; the same `key` of the same person returns the incident already there."""
        said = {"name": name, "cause": cause, "team": team, "happened_at": happened_at, "note": note}
        words = {"words_en": words_en, "words_de": words_de}
        return once(cls.objects, mine={"by": by, "key": key}, **said, **words, at=at or timezone.now())

    def amend(self, **said: str | datetime) -> None:
        """Say it better: name, when it happened, note, customers' words. Letters already sent stay as they are."""
        for name, value in said.items():
            setattr(self, name, value)
        self.save(update_fields=[*said])
        self.announce()

    def link(
        self, ticket: Ticket, *, by: Person, opened_by_us: bool = False, at: datetime | None = None
    ) -> bool:
        """This ticket is about the incident, and its customer affected; False when it belongs to another one."""
        at = at or timezone.now()
        with transaction.atomic():
            link, made = IncidentTicket.objects.get_or_create(
                ticket=ticket, defaults={"incident": self, "by": by, "at": at, "opened_by_us": opened_by_us}
            )
            if link.incident_id != self.pk:
                return False
            self.add([ticket.customer], by=by, at=at)
            if made:
                ticket.record(history.INCIDENT_LINKED, by=by, at=at, incident=self.name)
        return True

    def unlink(self, ticket: Ticket, *, by: Person, at: datetime | None = None) -> bool:
        """It was linked by mistake; the customer stays on the list. False for a ticket we opened for the incident."""
        at = at or timezone.now()
        with transaction.atomic():
            gone, _kinds = self.links.filter(ticket=ticket, opened_by_us=False).delete()
            if gone:
                ticket.record(history.INCIDENT_UNLINKED, by=by, at=at, incident=self.name)
        return bool(gone)

    def add(
        self, customers: Iterable[Customer], *, by: Person, note: str = "", at: datetime | None = None
    ) -> int:
        """Put customers on the list; how many were not there yet. Naming somebody twice is once."""
        at = at or timezone.now()
        rows = [
            Affected(incident=self, customer_id=pk, note=note, by=by, at=at)
            for pk in dict.fromkeys(customer.pk for customer in customers)  # in the order they were named
        ]
        with transaction.atomic():
            before = self.affected.count()
            Affected.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
            added = self.affected.count() - before
            if added:
                self.announce()
        return added

    def take_off(self, customer: Customer) -> bool:
        """Somebody was on the list by mistake. False when they have a ticket about it, or are not there."""
        wrote = self.links.filter(ticket__customer=customer)
        gone, _kinds = self.affected.filter(customer=customer).exclude(models.Exists(wrote)).delete()
        if gone:
            self.announce()
        return bool(gone)

    def reach(
        self, customer: Customer, *, subject: str, text: str, by: Person, at: datetime
    ) -> tuple[Ticket, bool]:
        """The customer's ticket about this, newest unsettled first; else one we open with these words, and True.

        Nobody waits for an answer on a ticket we open: it stands as solved until the customer says otherwise, and
        our promises begin when they write. It sends no letter of its own; whoever has news to give does.
        """
        found = self.own_tickets().filter(customer=customer).first()
        if found:
            return found, False
        with transaction.atomic():
            ticket = self.unwritten(customer, language=self.language_of(customer))
            ticket.subject, ticket.key = subject, f"incident:{self.pk}"
            ticket.created_at = ticket.changed_at = ticket.solved_at = at
            ticket.save(force_insert=True)
            TicketWords.begin(ticket, text)
            ticket.write(text, by=by, at=at, key=f"incident:{self.pk}")
            ticket.record(history.OPENED, by=by, at=at)
            self.link(ticket, by=by, opened_by_us=True, at=at)
        return ticket, True

    def own_tickets(self) -> TicketQuerySet:
        """The linked tickets of the incident's own team: of each customer the one to answer on comes first."""
        settled = models.Case(models.When(status__in=SETTLED, then=1), default=0)
        own = self.tickets().filter(team_id=self.team_id)
        return own.with_people().order_by(settled, "-created_at", "-pk")

    def unwritten(self, customer: Customer, *, language: str) -> Ticket:
        """The ticket this customer would get from us, not stored."""
        return Ticket(customer=customer, cause=self.cause, team=self.team, language=language, status="solved")

    def language_of(self, customer: Customer) -> str:
        """What the customer reads: their setting, else the language they last wrote in, else the house's."""
        last = customer.tickets.order_by("-created_at").values_list("language", flat=True)
        return customer.person.language or last.first() or settings.LANGUAGE_CODE

    def announce(self) -> None:
        """Pages of the linked tickets look again."""
        relay.announce(*(f"ticket-{pk}" for pk in self.links.values_list("ticket_id", flat=True)[:50]))


class Affected(models.Model):
    """One customer on the list of an incident."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="affected")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("affected customer")
        verbose_name_plural = _("affected customers")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "customer"], name="affected_once_per_incident"),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id}: {self.customer_id}"


class IncidentTicket(models.Model):
    """A ticket that is about an incident; about one at most."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="links")
    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="incident_link")
    opened_by_us = models.BooleanField(default=False)  # the customer had not written
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("ticket of an incident")
        verbose_name_plural = _("tickets of incidents")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.incident_id}: #{self.ticket_id}"
