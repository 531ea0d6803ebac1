"""Delight has to be renewed: what a customer was given within a year already, and what would be new to them.

A hint and nothing else: the same once more can be just right, and whoever gives it knows the customer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import get_language

from accounts.prepared import Prepared
from policies.offer import Offer
from policies.rules.catalogue import FREE, GestureKind
from policies.weigh.gesture import HELP
from policies.weigh.wish import Wish

if TYPE_CHECKING:
    from tickets.ticket import Ticket

WINDOW, MOST = timedelta(days=365), 100


@dataclass(frozen=True, slots=True)
class Given:
    """A gesture this customer had, by its kind and by what it was called to them."""

    kind: str
    called: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Again:
    """That the same was given before, when and as what; `instead` would be new, and is empty where nothing is."""

    before: Given
    instead: str


def again(
    wish: Wish, ticket: Ticket, *, kinds: Iterable[GestureKind], ideas: Sequence[str] = (), at: datetime
) -> Again | None:
    """None for what is owed, and for what this customer did not have within a year; one query.

    `ideas` are what else could please them; the kinds of the catalogue come after them.
    """
    if wish.owed_by:
        return None
    german = (get_language() or "en").startswith("de")
    rows = _GIVEN.rows(customer=ticket.customer_id, after=at - WINDOW)
    given = [Given(kind, name_de if german else name_en, when) for kind, name_en, name_de, when in rows]
    return renewed(
        wish,
        given,
        [*((idea, idea) for idea in ideas), *((kind.code, kind.name) for kind in kinds if kind.code != HELP)],
    )


def renewed(wish: Wish, given: Sequence[Given], others: Iterable[tuple[str, str]]) -> Again | None:
    """The newest of `given` that is the same as the wish, with the first of the `others` not among them. Pure.

    What an agent names freely is the same when it is called the same. `given` comes newest first; of each of the
    others, its kind and what it is called.
    """
    before = next((one for one in given if _is_same(wish, one)), None)
    if before is None:
        return None
    had = {wish.kind, FREE} | {one.kind for one in given} | {one.called for one in given}
    return Again(before, next((name for code, name in others if code not in had), ""))


def _is_same(wish: Wish, one: Given) -> bool:
    named = wish.kind != FREE or one.called.casefold() == wish.named.casefold()
    return one.kind == wish.kind and named


_GIVEN = Prepared(
    lambda customer, after: (
        Offer.objects.counting()
        .filter(customer=customer, at__gt=after)
        .order_by("-at")
        .values_list("kind", "name_en", "name_de", "at")[:MOST]
    )
)
