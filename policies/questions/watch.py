"""The watch: once a night the beat looks for what stands out and puts it to people as questions."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from accounts.customer import Customer
from accounts.person import Person
from accounts.team import Team
from policies.asks.ask import Ask
from policies.duerfen import Limit, latitude
from policies.facts import rules_in_force
from policies.ledger.budget import house_day
from policies.offer import Offer
from policies.payout.order import PayoutOrder
from policies.rules.rulebook import Rulebook
from policies.weigh.currency import money

from .patterns import bunched, drawn, far_above, pairs, rings
from .question import Question
from .thresholds import Thresholds

QUARTER, YEAR, DAY = timedelta(days=90), timedelta(days=365), timedelta(days=1)
SECRET = settings.SECRET_KEY.encode()
logger = logging.getLogger(__name__)


def watch_now(*, now: datetime | None = None) -> int:
    """Look at every team; the number of new questions. What goes wrong in one look does not keep the others."""
    now = now or timezone.now()
    before = Question.objects.count()
    for team in Team.objects.order_by("pk"):
        for look in LOOKS:
            try:
                look(team, Thresholds.in_force(), now)
            except Exception:
                logger.exception("%s of team %s", look.__name__, team.pk)
    return Question.objects.count() - before


def _bunches(team: Team, at_least: Thresholds, now: datetime) -> None:
    """A note for the team, never for one person: perhaps the limit is too low."""
    try:
        limits: tuple[Limit, ...] = rules_in_force().limits
    except Rulebook.DoesNotExist:
        return
    given = _given(team, since=now - QUARTER).filter(approver=None, currency=settings.CURRENCY)
    amounts = list(given.values_list("cents", flat=True))
    own = {latitude(limits, person, team, at=now).own_cents for person in Person.objects.working_in(team)}
    for limit in sorted(own - {0}):
        found = bunched(amounts, limit, least=at_least.bunch_least)
        if found:
            about = {"close": found.close, "before": found.before, "limit": money(limit, settings.CURRENCY)}
            Question.put("bunch", team, key=f"bunch:{team.pk}:{limit}:{_month(now)}", at=now, about=about)


def _pairs(team: Team, at_least: Thresholds, now: datetime) -> None:
    """Put to the agent, who may have the best of reasons."""
    year = _given(team, since=now - YEAR)
    recent = _given(team, since=now - QUARTER).values_list("agent_id", "customer_id")
    found = pairs(
        list(year.values_list("agent_id", "customer_id", "cents")),
        recent=list(recent),
        often=at_least.pair_often,
        share=at_least.pair_share,
    )
    agents = Person.objects.working_in(team).in_bulk([pair.agent for pair in found])
    names = _names([pair.customer for pair in found])
    for pair in found:
        if pair.agent in agents:
            about = {"customer": names[pair.customer], "count": pair.count, "share": pair.share_percent}
            key = f"pair:{team.pk}:{pair.agent}:{pair.customer}:{_month(now)}"
            Question.put("pair", team, key=key, at=now, asked=agents[pair.agent], about=about)


def _rings(team: Team, at_least: Thresholds, now: datetime) -> None:
    yes = Ask.objects.filter(
        ruling__ticket__team=team, answer=Ask.Answer.GRANTED, closed_at__gt=now - QUARTER
    ).exclude(answered_by=None)
    found = rings(yes.values_list("ruling__agent_id", "answered_by_id"), least=at_least.ring_least)
    people = Person.objects.in_bulk([pk for pair in found for pk in pair])
    for one, other in found:
        about = {"one": people[one].name, "other": people[other].name}
        Question.put("ring", team, key=f"ring:{team.pk}:{one}:{other}:{_month(now)}", at=now, about=about)


def _claims(team: Team, at_least: Thresholds, now: datetime) -> None:
    """Counted over the whole house, put to the team that gave most: a talk, never a refusal."""
    given = Offer.objects.counting().filter(at__gt=now - YEAR).order_by()
    counts: Counter[int] = Counter()
    teams: dict[int, Counter[int]] = defaultdict(Counter)
    for customer, where in given.values_list("customer_id", "ticket__team_id"):
        counts[customer] += 1
        teams[customer][where] += 1
    found = [who for who in far_above(counts, least=at_least.claims_least) if _most(teams[who]) == team.pk]
    names = _names(found)
    for customer in found:
        about = {"customer": names[customer], "count": counts[customer]}
        Question.put("claims", team, key=f"claims:{customer}:{_month(now)}", at=now, about=about)


def _destinations(team: Team, _at_least: Thresholds, now: datetime) -> None:
    """The payout is held already; here a person is asked about it, so that it does not lie unseen."""
    held = PayoutOrder.objects.filter(offer__ticket__team=team, state=PayoutOrder.State.REVIEW)
    for order in held.select_related("offer__customer__person").order_by("pk")[:200]:
        about = {"customer": order.offer.customer.person.name}
        Question.put(
            "destination", team, key=f"destination:{order.pk}", at=now, offer=order.offer, about=about
        )


def _undelivered(team: Team, at_least: Thresholds, now: datetime) -> None:
    late = now - timedelta(days=at_least.undelivered_days)
    waiting = Offer.objects.filter(
        ticket__team=team, state=Offer.State.GRANTED, at__lte=late, at__gt=now - YEAR
    )
    for offer in waiting.select_related("agent").order_by("pk")[:200]:
        asked = offer.agent if offer.agent.is_active and team.pk in offer.agent.team_ids else None
        about = {"days": at_least.undelivered_days}
        Question.put(
            "undelivered", team, key=f"undelivered:{offer.pk}", at=now, asked=asked, offer=offer, about=about
        )


def _sample(team: Team, at_least: Thresholds, now: datetime) -> None:
    """One in twenty is read by a colleague who is not told whose it was."""
    fresh = _given(team, since=now - 2 * DAY).order_by("pk").select_related("agent")
    offers = {offer.pk: offer for offer in fresh[:2000]}
    peers = list(Person.objects.working_in(team).order_by("pk"))
    for number in drawn(offers, per_mille=at_least.sample_per_mille, secret=SECRET):
        offer = offers[number]
        others = [person for person in peers if person.pk not in (offer.agent_id, offer.approver_id)]
        if others:
            asked = others[number % len(others)]
            Question.put("sample", team, key=f"sample:{number}", at=now, asked=asked, offer=offer)


LOOKS: tuple[Callable[[Team, Thresholds, datetime], None], ...] = (
    _bunches,
    _pairs,
    _rings,
    _claims,
    _destinations,
    _undelivered,
    _sample,
)


def _given(team: Team, *, since: datetime) -> Offer.objects.__class__:
    return Offer.objects.counting().filter(ticket__team=team, at__gt=since)


def _names(customers: list[int]) -> dict[int, str]:
    rows = Customer.objects.filter(pk__in=customers).values_list("pk", "person__name")
    return dict(rows)


def _most(counts: Counter[int]) -> int:
    return min(counts, key=lambda team: (-counts[team], team))


def _month(now: datetime) -> str:
    return f"{house_day(now):%Y-%m}"
