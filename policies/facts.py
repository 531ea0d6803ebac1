"""Gathers what `weigh` reads: the only place where the authority engine reads the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from accounts.person import Person
from accounts.prepared import Prepared
from tickets import known
from tickets.ticket import Ticket

from .case.paid import LIKE_CASH
from .case.said import said_of
from .case.talk import long_talks
from .case.tie import conflicted
from .duerfen import Latitude, Limit, latitude
from .koennen import Requirement, required_level
from .ledger.budget import house_day
from .ledger.purse import NO_POT, Pot, purses
from .meanwhile import Meanwhile
from .offer import Offer
from .relationship.surprise import pots_for
from .rules.catalogue import GestureKind
from .rules.guardrail import Guardrail
from .rules.needed import NeededFact, needed
from .rules.rulebook import Rulebook
from .rules.term import Term, Terms, terms_on
from .weigh.gesture import Facts
from .weigh.wish import Wish as Wish
from .wollen import Stance


@dataclass(frozen=True)
class Rules:
    """One published rulebook, loaded once per process; a published version never changes."""

    rulebook: Rulebook
    kinds: dict[str, GestureKind]  # those nobody stores too
    guardrails: tuple[Guardrail, ...]
    limits: tuple[Limit, ...]
    requirements: tuple[Requirement, ...]
    terms: tuple[Term, ...] = ()
    needed_facts: tuple[NeededFact, ...] = ()

    @property
    def listed(self) -> list[GestureKind]:
        """What one chooses from, in the order of the catalogue."""
        return [kind for kind in self.kinds.values() if kind.is_listed]

    def terms_at(self, at: datetime) -> Terms:
        return terms_on(self.terms, house_day(at))


def rules_in_force() -> Rules:
    in_force = _IN_FORCE.first()
    if in_force is None:
        raise Rulebook.DoesNotExist
    return _load(*in_force)


_IN_FORCE = Prepared(
    lambda: Rulebook.objects.filter(state=Rulebook.State.PUBLISHED).values_list(
        "pk", "version", "published_at"
    )
)


@lru_cache(maxsize=4)
def _load(pk: int, _version: int, _published_at: datetime | None) -> Rules:
    return rules_of(Rulebook.objects.get(pk=pk))


def rules_of(book: Rulebook) -> Rules:
    """Everything one version says, read afresh; a draft still changes, so it is never kept."""
    never_stored = [GestureKind.free(book), GestureKind.surprise(book)]
    return Rules(
        rulebook=book,
        kinds={kind.code: kind for kind in [*book.gesture_kinds.all(), *never_stored]},
        guardrails=tuple(book.guardrails.prefetch_related("conditions")),
        limits=tuple(book.limits.select_related("team", "person")),
        requirements=tuple(book.requirements.all()),
        terms=tuple(book.terms.all()),
        needed_facts=tuple(book.needed_facts.select_related("cause")),
    )


forget_rules = _load.cache_clear


def gather(
    agent: Person, ticket: Ticket, wish: Wish, *, rules: Rules | None = None, at: datetime | None = None
) -> Facts:
    """Everything known about this wish of this agent at `at`. Raises KeyError for a kind the catalogue lacks."""
    return gather_each(agent, [ticket], wish, rules=rules, at=at)[0]


def gather_each(
    agent: Person,
    tickets: Sequence[Ticket],
    wish: Wish,
    *,
    rules: Rules | None = None,
    at: datetime | None = None,
) -> list[Facts]:
    """The same wish on each of these tickets, each looked at alone; the queries grow with their teams only.

    A ticket may be one that is not stored yet. Raises KeyError for a kind the catalogue lacks.
    """
    at = at or timezone.now()
    rules = rules or rules_in_force()
    known = _look_up(agent, tickets, wish, rules, at=at)
    return [_facts(agent, ticket, wish, rules, known, at=at) for ticket in tickets]


def gather_for_storing(
    agent: Person, ticket: Ticket, wish: Wish, *, rules: Rules, at: datetime
) -> tuple[Facts, dict[str, object]]:
    """The facts, and what replaying them under other rules needs besides; each thing is looked up once for both."""
    known = _look_up(agent, [ticket], wish, rules, at=at)
    paid = known.paid.get(ticket.pk)
    return _facts(agent, ticket, wish, rules, known, at=at), {
        **circumstances(ticket, wish, rules.kinds[wish.kind], day=house_day(at)),
        **known.meanwhile.to_json(agent, ticket.team),
        **({"long_talk": True} if known.talks else {}),
        **({"paid_cents": paid} if paid else {}),
    }


@dataclass(frozen=True, slots=True)
class _Known:
    """What the database says about all the tickets of one look."""

    given: Callable[[Ticket], tuple[int, int]]
    purses: dict[int, tuple[int, int]]  # by team
    levels: dict[int, int]  # by cause
    meanwhile: Meanwhile
    wills: dict[int, str]  # by ticket; those without a word are missing
    tied: frozenset[int]  # customers this agent said to be close to
    heard: frozenset[int]  # tickets whose customer's wish was written down
    talks: frozenset[int]  # customers this agent is talking to at length, where the rules make that count
    paid: dict[int, int]  # by ticket, where it is known and the wish is like cash
    pots: dict[int, Pot]  # by customer, where the wish is a surprise tied to something they told us


def _look_up(agent: Person, tickets: Sequence[Ticket], wish: Wish, rules: Rules, *, at: datetime) -> _Known:
    teams = {ticket.team_id: ticket for ticket in tickets}
    asks_wish = any(row.fact == "wish" for row in rules.needed_facts)
    paid_in = wish.currency if rules.kinds[wish.kind].form in LIKE_CASH else ""
    said = said_of(agent, tickets, wishes=asks_wish, paid_in=paid_in, at=at)
    return _Known(
        given=_given_to(tickets, rules.terms_at(at), at=at),
        purses={team: purses(agent, ticket, wish.currency, at=at) for team, ticket in teams.items()},
        levels={cause: int(level) for cause, level in said["level"].items()},
        meanwhile=Meanwhile.of(teams, [agent], currency=wish.currency, at=at),
        wills=said["will"],
        tied=frozenset(said["tie"]),
        heard=frozenset(said["wish"]),
        talks=long_talks(rules, agent, tickets, at=at),
        paid={ticket: int(cents) for ticket, cents in said["paid"].items()},
        pots=pots_for(wish, tickets, at=at),
    )


def _facts(agent: Person, ticket: Ticket, wish: Wish, rules: Rules, known: _Known, *, at: datetime) -> Facts:
    kind = rules.kinds[wish.kind]
    standing = room_for(rules, agent, ticket, at=at, talk=ticket.customer_id in known.talks)
    room = known.meanwhile.room(standing, agent, ticket.team)
    if ticket.pk in known.paid:
        room = room.at_most(rules.terms_at(at).most_for(known.paid[ticket.pk]))
    case_cents, customer_cents = known.given(ticket)
    own_cents, pool_cents = known.purses[ticket.team_id]
    pot = known.pots.get(ticket.customer_id, NO_POT)
    return Facts(
        kind=wish.kind,
        cents=wish.cents,
        currency=wish.currency,
        reversible=kind.reversible,
        cause=ticket.cause.code,
        missing=_missing(rules, ticket, wish, known),
        owed=bool(wish.owed_by),
        guardrails=_forbidding(rules, ticket, wish, kind, at=at),
        conflict=conflicted(
            agent, ticket.customer, tied=[agent.pk] if ticket.customer_id in known.tied else ()
        ),
        given_case_cents=case_cents,
        given_customer_cents=customer_cents,
        own_limit_cents=room.own_cents,
        stretch_limit_cents=room.stretch_cents,
        customer_limit_cents=room.customer_cents,
        own_budget_cents=own_cents,
        pool_budget_cents=pool_cents,
        level=known.levels.get(ticket.cause_id, 0),
        required_level=known.meanwhile.level(level_needed(rules, ticket, wish.kind, at=at), ticket),
        wollen=known.wills.get(ticket.pk, Stance.Will.FINE.value),
        trial=room.on_trial,
        surprise_limit_cents=pot.each_cents,
        surprise_budget_cents=pot.left_cents,
    )


def _missing(rules: Rules, ticket: Ticket, wish: Wish, known: _Known) -> tuple[str, ...]:
    """What the rules need to be known for an amount like this and is not."""
    if wish.explained:
        return ()
    told = {
        "fault": bool(wish.fault),
        "why": bool(wish.why),
        "wish": ticket.pk in known.heard,
        "customer_since": ticket.customer.since is not None,
    }
    asked = needed(rules.needed_facts, cause_id=ticket.cause_id, cents=wish.cents)
    return tuple(sorted(fact for fact in asked if not told[fact]))


def room_for(rules: Rules, person: Person, ticket: Ticket, *, at: datetime, talk: bool = False) -> Latitude:
    """Dürfen of `person` on this ticket: the limit that applies, widened by years or by a long talk, never by both."""
    plain = latitude(rules.limits, person, ticket.team, at=at)
    room = plain.times(loyalty(rules, ticket, at=at))
    return room.for_the_case(plain.times(rules.terms_at(at).talk_percent)) if talk else room


def level_needed(rules: Rules, ticket: Ticket, kind: str, *, at: datetime) -> int:
    """The level a gesture of this kind needs on this ticket."""
    return required_level(rules.requirements, cause_id=ticket.cause_id, kind=kind, day=house_day(at))


def loyalty(rules: Rules, ticket: Ticket, *, at: datetime) -> int:
    """Per cents of the plain room this customer's loyalty makes it."""
    customer = ticket.customer
    return rules.terms_at(at).factor_for(customer.status, customer.tenure_months(house_day(at)))


def given(ticket: Ticket, *, at: datetime) -> tuple[int, int]:
    """Cents already given to this customer: for this cause and for all causes, each in the window of the rules."""
    return _given_to([ticket], rules_in_force().terms_at(at), at=at)(ticket)


def _given_to(
    tickets: Sequence[Ticket], terms: Terms, *, at: datetime
) -> Callable[[Ticket], tuple[int, int]]:
    """What `given` says, for any of these tickets; one query for all."""
    case, year = at - timedelta(days=terms.case_days), at - timedelta(days=terms.customer_days)
    customers = sorted({ticket.customer_id for ticket in tickets})
    rows = _SUMS.rows(customers=customers, case=case, year=year, since=min(case, year))
    of_case: dict[tuple[int, int], int] = {}
    of_customer: dict[int, int] = defaultdict(int)
    for customer, cause, in_window, in_year in rows:
        of_case[customer, cause] = in_window or 0
        of_customer[customer] += in_year or 0
    return lambda ticket: (
        of_case.get((ticket.customer_id, ticket.cause_id), 0),
        of_customer.get(ticket.customer_id, 0),
    )


def _sums(customers: Sequence[int], case: datetime, year: datetime, since: datetime) -> QuerySet[Offer, Any]:
    offers = Offer.objects.counting().filter(customer__among=customers, at__gt=since)
    # Without an order of its own: the default one would make a group of each offer.
    sums = offers.order_by().values_list("customer_id", "cause_id")
    return sums.annotate(case=Sum("cents", filter=Q(at__gt=case)), all=Sum("cents", filter=Q(at__gt=year)))


_SUMS = Prepared(_sums)


def _forbidding(
    rules: Rules, ticket: Ticket, wish: Wish, kind: GestureKind, *, at: datetime
) -> tuple[str, ...]:
    day = house_day(at)
    facts = circumstances(ticket, wish, kind, day=day)
    return tuple(g.code for g in rules.guardrails if g.holds_on(day) and g.forbids(facts))


def circumstances(ticket: Ticket, wish: Wish, kind: GestureKind, *, day: date) -> dict[str, object]:
    """What conditions of rules may ask about this wish: the ticket's facts and the gesture's own."""
    return {
        **known.of_ticket(ticket, on=day),
        "kind": wish.kind,
        "cents": wish.cents,
        "currency": wish.currency,
        "costs_money": kind.costs_money,
        "form": kind.form,
    }
