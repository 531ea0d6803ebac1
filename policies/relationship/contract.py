"""A contract that runs, as a fact of conditions: of a customer all their own, and those of their organisation.

A promise policy that asks for it makes a promise sooner, never later; so a contract that comes, or begins, while a
ticket is open makes what is promised there sooner.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from accounts.customer import Customer
from accounts.prepared import Prepared
from policies.ledger.budget import house_day
from tickets import standing
from tickets.condition import ANY_OF, MOMENT, Fact
from tickets.sla import besides
from tickets.sla.policy import held_at
from tickets.textfields import WordsField

from .holding import Holding

if TYPE_CHECKING:
    from tickets.ticket import Ticket

LONGEST = 600


class _TitlesField(WordsField):
    """Contracts as the system that keeps them calls them."""

    def __init__(self, **kwargs: Any) -> None:
        words = _("As the system it comes from calls it, with commas between several.")
        super().__init__(**{"max_length": LONGEST, "help_text": words, **kwargs})


FACT = Fact("contract", ANY_OF, _("Contract that runs"), about=MOMENT, field=_TitlesField)


def running(customer: int, on: date) -> frozenset[str]:
    """What the contracts of this customer and of their organisation are called that run on a day; in small letters."""
    return frozenset(title.casefold() for (title,) in _RUNNING.rows(customer=customer, on=on))


def read(ticket: Ticket, now: datetime) -> dict[str, object]:
    """The fact of one ticket; asked of the database only where a condition asks for it."""
    on = timezone.localdate(now)
    return {FACT.name: SimpleLazyObject(lambda: running(ticket.customer_id, on))}


def question(title: str, on: date) -> Q:
    """The tickets whose customer has such a contract on a day."""
    held = Holding.objects.contracts_on(on).filter(title__iexact=title)
    firms = held.exclude(customer__organisation=None).values("customer__organisation")
    theirs = Customer.objects.filter(Q(pk__in=held.values("customer")) | Q(organisation__in=firms))
    return Q(customer__in=theirs.values("pk"))


def hear(said: Holding, at: datetime) -> None:
    """Listens to what the other system says: a contract that runs makes open promises sooner where a policy asks."""
    day = house_day(at)
    if said.kind == Holding.Kind.CONTRACT and said.began_on <= day and _is_asked(at):
        _promise_anew(said, at=at)


def begin_now(*, now: datetime | None = None) -> int:
    """Contracts that were known before and begin today or began yesterday; the number. Twice is once: a promise that is
    as soon already stays as it is."""
    now = now or timezone.now()
    if not _is_asked(now):
        return 0
    day = house_day(now)
    begun = Holding.objects.contracts_on(day).filter(began_on__gte=day - timedelta(days=1))
    found = list(begun.order_by("pk"))
    for one in found:
        _promise_anew(one, at=now)
    return len(found)


def _promise_anew(held: Holding, *, at: datetime) -> None:
    """On the tickets of its customer and of all who belong to the same organisation."""
    firm = held.customer.organisation_id
    theirs = Customer.objects.filter(Q(organisation=firm) if firm else Q(pk=held.customer_id))
    standing.promise_anew(theirs.values("pk"), by=None, at=at, cause="contract")


def _is_asked(at: datetime) -> bool:
    return FACT.name in besides.asked(held_at(at))


def _running(customer: int, on: date) -> QuerySet[Holding, Any]:
    """Two questions in one, each with its index: the own ones, and those of everybody of the same organisation."""
    firm = Customer.objects.filter(pk=customer).exclude(organisation=None).values("organisation")
    held = Holding.objects.contracts_on(on).order_by().values_list("title")
    own, shared = held.filter(customer=customer), held.filter(customer__organisation__in=firm)
    return own.union(shared)


_RUNNING = Prepared(_running)
