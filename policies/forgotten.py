"""What a customer's gestures keep once the customer is forgotten: amounts and days, and no word about a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from .asks.ask import Ask
from .case.hindrance import Hindrance
from .case.paid import Paid
from .case.tie import Tie
from .case.wish import CustomerWish
from .challenges.challenge import Challenge
from .kind_word import KindWord
from .life.stage import Stage
from .mirrors.mirror import LeftOut
from .mirrors.reflection import Reflection
from .offer import Offer
from .payout.destination import Destination
from .payout.order import PayoutOrder
from .relationship.detail import Detail
from .relationship.holding import Holding
from .relationship.outreach import Outreach
from .review import Review
from .rules.catalogue import FREE, GestureKind
from .rules.space import Idea
from .ruling import Ruling
from .weigh.gesture import SURPRISE

if TYPE_CHECKING:
    from accounts.customer import Customer


def forget(customer: Customer) -> None:
    """The ledger is not touched: its entries name a number, and behind it there is nobody any more."""
    tickets = customer.tickets.values("pk")
    for noun in (CustomerWish, Hindrance, Paid):
        noun.objects.filter(ticket__in=tickets).update(words="")
    rulings, offers = (noun.objects.filter(ticket__in=tickets) for noun in (Ruling, Offer))
    rulings.update(why="")
    offers.update(why="")
    # What an agent thought of for them has a name of its own, and anything may stand in it.
    named = GestureKind.NAMED_FREELY
    rulings.filter(facts__request__kind=FREE).update(called={"en": named["name_en"], "de": named["name_de"]})
    offers.filter(kind=FREE).update(**named)
    small = GestureKind.SMALL
    rulings.filter(facts__request__kind=SURPRISE).update(
        called={"en": small["name_en"], "de": small["name_de"]}
    )
    offers.filter(kind=SURPRISE).update(**small)
    came_up = Idea.objects.filter(ticket__in=tickets)
    came_up.filter(accepted_at=None).delete()
    came_up.update(wish="–")  # what answered it was consented to for everybody
    Ask.objects.filter(ruling__ticket__in=tickets).update(words="")
    for told in (Reflection, LeftOut):
        told.objects.filter(customer=customer).exclude(words="").update(words="–")
    PayoutOrder.objects.filter(offer__customer=customer).update(words="", trouble="")
    Stage.objects.filter(offer__customer=customer).update(why="")
    Review.objects.filter(ruling__ticket__in=tickets).update(words="–")
    KindWord.objects.filter(Q(ruling__ticket__in=tickets) | Q(idea__ticket__in=tickets)).update(words="–")
    doubted = Challenge.objects.filter(ticket__in=tickets)
    doubted.update(why="–")
    doubted.exclude(words="").update(words="–")
    Detail.objects.filter(customer=customer).delete()
    Outreach.objects.filter(customer=customer).delete()
    Holding.objects.filter(customer=customer).delete()
    Tie.objects.filter(customer=customer).delete()
    Destination.objects.filter(customer=customer).delete()


def owed(customer: Customer) -> list[str]:
    """Money still on its way needs somebody to go to."""
    if PayoutOrder.objects.open().filter(offer__customer=customer).exists():
        return [_("Money to this customer is still on its way.")]
    return []
