"""Asking for newcomers' terms: giving them, how many existing customers asked, and how their requests ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.customer import Customer
from accounts.person import Person
from tickets.solvable import SETTLED
from tickets.ticket import Ticket

from ..facts import Wish, rules_in_force
from ..offer import Offer
from ..referral import Refusal
from ..ruling import Ruling
from .counterpart import CAUSE, MATCH, AcquisitionOffer

WINDOW = timedelta(days=90)


def match(
    offer: AcquisitionOffer, ticket: Ticket, cents: int, *, by: Person, key: str, at: datetime | None = None
) -> Ruling | Refusal:
    """Give somebody who asks what newcomers get: a gesture like any other, up to what the offer is worth.

    A Refusal for more than that, for an offer that does not run, and where the catalogue has no such gesture.
    """
    at = at or timezone.now()
    if not AcquisitionOffer.objects.running(timezone.localdate(at)).filter(pk=offer.pk).exists():
        return Refusal("ended", _("Newcomers do not get this any more."))
    if cents > offer.worth_cents:
        words = _("It is worth %(worth)s to newcomers. More than that is another gesture.")
        return Refusal("worth", words % {"worth": offer.worth})
    if MATCH not in rules_in_force().kinds:
        return Refusal("catalogue", _("The catalogue has no gesture for this yet."))
    return Ruling.request(by, ticket, Wish(MATCH, cents, offer.currency), key=key, at=at)


def asked(offers: Iterable[AcquisitionOffer]) -> dict[int, int]:
    """By offer, how many existing customers opened a ticket of the standard cause while it ran; one query."""
    when = {f"o{o.pk}": Count("customer", distinct=True, filter=_while(o)) for o in offers}
    if not when:
        return {}
    existing = Ticket.objects.filter(cause__code=CAUSE, customer__status=Customer.Status.ESTABLISHED)
    return {int(name[1:]): count for name, count in existing.aggregate(**when).items()}


@dataclass(frozen=True, slots=True)
class Endings:
    """How requests for newcomers' terms ended, in tickets: the same terms, something else, a no with its reasons."""

    matched: int
    otherwise: int
    refused: int
    open: int

    @property
    def ended(self) -> int:
        return self.matched + self.otherwise + self.refused

    @property
    def shares(self) -> tuple[int, int, int]:
        """Whole per cents in that order; the largest remainders are rounded up, so that they make 100 together."""
        counts = (self.matched, self.otherwise, self.refused)
        if not self.ended:
            return 0, 0, 0
        whole = [100 * count // self.ended for count in counts]
        by_rest = sorted(range(3), key=lambda at: (-(100 * counts[at] % self.ended), at))
        for at in by_rest[: 100 - sum(whole)]:
            whole[at] += 1
        return whole[0], whole[1], whole[2]


def endings(*, at: datetime) -> Endings:
    """Of all tickets of the standard cause in the last 90 days; one query. What was taken back counts as not given."""
    given = Offer.objects.filter(ticket=OuterRef("pk")).exclude(state=Offer.State.REVERSED)
    tickets = Ticket.objects.filter(cause__code=CAUSE, created_at__gt=at - WINDOW)
    marked = tickets.annotate(matched=Exists(given.filter(kind=MATCH)), given=Exists(given))
    settled = Q(status__in=SETTLED)
    counts = marked.aggregate(
        same=Count("pk", filter=Q(matched=True)),
        otherwise=Count("pk", filter=Q(matched=False, given=True)),
        refused=Count("pk", filter=Q(given=False) & settled),
        unsettled=Count("pk", filter=Q(given=False) & ~settled),
    )
    return Endings(counts["same"], counts["otherwise"], counts["refused"], counts["unsettled"])


def _while(offer: AcquisitionOffer) -> Q:
    ran = Q(created_at__date__gte=offer.starts)
    if offer.ends:
        ran &= Q(created_at__date__lte=offer.ends)
    return ran & Q(created_at__lte=offer.ended_at) if offer.ended_at else ran
