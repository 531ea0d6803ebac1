"""A tie: somebody on the desk says they are close to a customer, so that somebody neutral decides about them."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.customer import Customer
from accounts.team import TeamUserObjectPermission

from ..payout.destination import Destination

if TYPE_CHECKING:
    from accounts.person import Person

FEWEST_DIGITS = 7  # a shorter number is an extension, and says nothing
SHORTEST_ADDRESS = 10  # letters and digits; “Hamburg” is no home


class TieQuerySet(models.QuerySet["Tie"]):
    def standing(self) -> TieQuerySet:
        return self.filter(ended_at=None)


class Tie(models.Model):
    class Kind(models.TextChoices):
        RELATIVE = "relative", _("a relative")
        HOUSEHOLD = "household", _("of the same household")
        FRIEND = "friend", _("a friend")
        BUSINESS = "business", _("tied by money or work outside")

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="ties")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    declared_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = TieQuerySet.as_manager()

    class Meta:
        verbose_name = _("tie")
        verbose_name_plural = _("ties")
        ordering = ["-declared_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "customer"],
                condition=models.Q(ended_at=None),
                name="one_standing_tie_each",
            )
        ]

    def __str__(self) -> str:
        return f"{self.agent} – {self.customer}"

    @classmethod
    def declare(cls, agent: Person, customer: Customer, kind: str, *, at: datetime | None = None) -> Tie:
        """From now on others decide about this customer. Said twice it is the same tie, of the kind said last."""
        at = at or timezone.now()
        standing = cls.objects.standing().filter(agent=agent, customer=customer)
        if not standing.update(kind=cls.Kind(kind)):
            try:
                with transaction.atomic():
                    return cls.objects.create(agent=agent, customer=customer, kind=kind, declared_at=at)
            except IntegrityError:
                standing.update(kind=cls.Kind(kind))
        return standing.get()

    def end(self, *, at: datetime | None = None) -> bool:
        """It is no longer so; False when that was said before."""
        standing = Tie.objects.standing().filter(pk=self.pk)
        return bool(standing.update(ended_at=at or timezone.now()))


def tied_to(customer: Customer) -> frozenset[int]:
    """Who is too close to this customer by what is written down, by id.

    They said so, work in a team with them, or have their money sent to the same account.
    """
    said = Tie.objects.standing().filter(customer=customer).order_by().values_list("agent_id")
    teams = TeamUserObjectPermission.objects.filter(user=customer.person_id).values("content_object")
    colleagues = TeamUserObjectPermission.objects.filter(content_object__in=teams).values_list("user_id")
    accounts = Destination.objects.filter(customer=customer, ended_at=None).order_by().values("digest")
    sharing = Destination.objects.filter(ended_at=None, digest__in=accounts).exclude(customer=customer)
    payees = sharing.order_by().values_list("customer__person_id")
    return frozenset(pk for (pk,) in said.union(colleagues, payees))


def conflicted(agent: Person, customer: Customer, *, tied: Collection[int] = ()) -> bool:
    """Whether this agent may not decide about this customer: they are the same, share a mailbox, a telephone, a home
    or an organisation, or the agent's id is among the `tied`."""
    own = agent.as_customer
    same_firm = (
        own is not None
        and own.organisation_id is not None
        and own.organisation_id == customer.organisation_id
    )
    return (
        agent.pk in tied
        or customer.person_id == agent.pk
        or _mailbox(agent.email) == _mailbox(customer.person.email)
        or same_firm
        or (own is not None and _same_line(own.phone, customer.phone))
        or (own is not None and _same_home(own.address, customer.address))
    )


def _mailbox(email: str) -> str:
    name, _at, host = email.lower().partition("@")
    return f"{name.split('+')[0]}@{host}"


def _same_line(one: str, other: str) -> bool:
    """Whether two numbers reach the same telephone, however they were written: +49 40 …, 0049 40 …, (040) …"""
    first, second = _digits(one), _digits(other)
    if min(len(first), len(second)) < FEWEST_DIGITS:
        return False
    return first.endswith(second) or second.endswith(first)


def _same_home(one: str, other: str) -> bool:
    """Whether two addresses are one, however written: “Lindenstr. 5a, 20099 …”, “LINDENSTRASSE 5 A 20099 …”."""
    first, second = _spelled(one), _spelled(other)
    if min(len(first), len(second)) < SHORTEST_ADDRESS or not re.search("[0-9]", first):
        return False
    return first == second


def _spelled(address: str) -> str:
    """Letters and digits alone, the street in full."""
    plain = re.sub(r"str(\.|\b)", "strasse", address.casefold())
    return "".join(letter for letter in plain if letter.isalnum())


def _digits(phone: str) -> str:
    """The digits without what only says how to dial: 00 or +, and the 0 before an area."""
    plain = phone.replace("(0)", "")
    return re.sub(r"[^0-9]", "", plain).lstrip("0")
