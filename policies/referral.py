"""A referral: to whom a question goes – the nearest competent person, peer first – and by when it must be answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts.absence import stand_ins
from accounts.person import Person
from tickets.sla.clock import Clock
from tickets.sla.duty import TeamHours
from tickets.sla.worktime import deadline, elapsed

from .case.ceiling import Ceiling
from .case.paid import Paid
from .case.tie import conflicted, tied_to
from .facts import Rules, gather, room_for, rules_in_force
from .koennen import Level
from .learning.slot import learning_at
from .ledger.purse import purses
from .meanwhile import Meanwhile
from .practice import practised
from .refusal import Refusal as Refusal
from .weigh.decide import weigh
from .weigh.decision import Dimension, Outcome
from .weigh.gesture import Facts

if TYPE_CHECKING:
    from tickets.ticket import Ticket

    from .ruling import Ruling

APPROVAL_SECONDS, OTHER_SECONDS = 2 * 3600, 3600  # of business time
# Half of what is left of a promise is little at its end; nobody is asked, or reminded, for less than this.
SHORTEST = timedelta(minutes=5)
CO_SIGNER_LEVEL = 3
FREE = (Outcome.OWED, Outcome.DO, Outcome.DO_AND_TELL)


class NobodyToAsk(Exception):
    """There is nobody who could say yes; says in words why, and what is possible instead."""

    def __init__(self, words: str = "") -> None:
        super().__init__(words or _NOBODY)


def deciders(
    ruling: Ruling, role: str, *, leads_first: bool = False, at: datetime | None = None
) -> list[Person]:
    """Who may be asked, nearest first: competent peers, then the team's leads, then other leads. Never the asker, and
    nobody whose learning slot runs at `at` (when it was asked for, without) as long as there is anybody else.

    Competent is who may decide it and has practice in the cause. With nobody competent the leads are asked all the
    same, and who is close to the customer only before nobody at all: a question always lands at a person. Whoever is
    away at `at` makes way for who stands in.
    Raises NobodyToAsk when there is nobody else at all.
    """
    ticket, at = ruling.ticket, at or ruling.at
    excluded = {ruling.agent_id, ticket.customer.person_id}
    working = Person.objects.working_in(ticket.team).select_related("customer")
    team = [person for person in working if person.pk not in excluded]
    leads = [person for person in team if ticket.team_id in person.led_team_ids]
    others = [person for person in _other_leads(ticket) if person.pk not in excluded]
    # Where the money is gone nobody is competent; a lead can change that, or say no with words.
    able = _is_funded(ruling, at=at) and _refusals(team, ruling, role, at=at)
    competent = [person for person in team if able and able[person.pk] is None]
    seasoned = practised(competent, ticket.cause, at=at)
    # Leads stay free for what peers cannot decide; among equals the order is by name, so it can be foreseen.
    peers = [person for person in competent if person not in leads and person.pk in seasoned]
    ranked = sorted(leads, key=lambda lead: (lead not in competent, lead.pk not in seasoned))
    found = _unique([*ranked, *others, *peers] if leads_first else [*peers, *ranked, *others])
    tied = tied_to(ticket.customer)
    found = [person for person in found if not conflicted(person, ticket.customer, tied=tied)] or found
    found = _on_duty(found, ruling, role, excluded=excluded, at=at)
    if not found:
        raise NobodyToAsk
    learning = learning_at(at or ruling.at, found)
    return [person for person in found if person.pk not in learning] or found


def _on_duty(
    found: list[Person], ruling: Ruling, role: str, *, excluded: set[int | None], at: datetime
) -> list[Person]:
    """The same people, who stands in at the place of who is away; those away come last, before nobody at all."""
    away = stand_ins(found, at=at)
    if not away:
        return found
    team = ruling.ticket.team_id
    ready = [
        person
        for person in away.values()
        if person and person.pk not in excluded and (person.is_lead or team in person.team_ids)
    ]
    refused = _refusals(ready, ruling, role, at=at) if ready else {}
    able = {pk for pk, refusal in refused.items() if refusal is None}
    instead = [away.get(person.pk, person) for person in found]
    # Whoever was on the list anyway stays; somebody who only stands in must be able to say yes.
    present = [p for p in instead if p and p.pk not in away and (p in found or p.pk in able)]
    return _unique([*present, *found])


def may_decide(person: Person, ruling: Ruling, role: str, *, at: datetime) -> Refusal | None:
    """None when `person` may say yes to this ruling now; approvers have limits and abilities too, and the money
    must be there."""
    refusal = _refusals([person], ruling, role, at=at)[person.pk]
    return refusal or (None if _is_funded(ruling, at=at) else SPENT)


def _refusals(
    people: Sequence[Person], ruling: Ruling, role: str, *, at: datetime
) -> dict[int, Refusal | None]:
    """By id, why each of them could not say yes, the money aside."""
    rules = rules_in_force()
    if ruling.weighed.kind not in rules.kinds:
        return {person.pk: _GONE for person in people}
    seen = _seen_by_each(people, ruling, rules, at=at)
    found = {pk: _weighed(facts, role) for pk, facts in seen.items()}
    ceiling = _ceiling(next(iter(seen.values())), ruling, rules, at=at) if seen else None
    if ceiling:
        beyond = ceiling.refusal
        found = {pk: beyond if refusal in (None, _ABOVE) else refusal for pk, refusal in found.items()}
    return found | {person.pk: OWN for person in people if person.pk == ruling.agent_id}


def _ceiling(facts: Facts, ruling: Ruling, rules: Rules, *, at: datetime) -> Ceiling | None:
    """What is known now of what was paid, not what was known when it was asked for."""
    paid = Paid.binding(ruling.ticket, rules.kinds[facts.kind].form, facts.currency)
    return Ceiling.passed_by(facts, paid_cents=paid.cents if paid else 0, terms=rules.terms_at(at))


def in_vain(ruling: Ruling, role: str, *, at: datetime) -> str:
    """Why whoever is asked could only say no; empty where somebody could say yes. A case can always be taken over."""
    if role == "take_over":
        return ""
    paid, terms = ruling.circumstances.get("paid_cents", 0), rules_in_force().terms_at(at)
    ceiling = Ceiling.passed_by(ruling.weighed, paid_cents=paid, terms=terms)
    return ceiling.in_vain(ruling.answer.nearest) if ceiling else ""


def _weighed(facts: Facts, role: str) -> Refusal | None:
    if role == "co_sign":
        able = facts.level >= max(CO_SIGNER_LEVEL, facts.required_level) and not facts.conflict
        return None if able else _UNABLE
    decision = weigh(facts)
    if decision.outcome in FREE:
        return None
    if Dimension.CONFLICT in decision.binding:
        return Refusal("conflict", _("You are not neutral towards this customer; somebody else must decide."))
    if Dimension.GUARDRAIL in decision.binding:
        return Refusal("guardrail", _("A guardrail now forbids this. Nobody can grant it."))
    return _UNABLE if Dimension.KOENNEN in decision.binding else _ABOVE


_NOBODY = _("Nobody else can decide this. Ask your administrator to name a lead for this team.")
OWN = Refusal("own", _("Nobody decides about their own request."))
SPENT = Refusal("budget", _("The budgets of this month do not hold this amount any more."))
_UNABLE = Refusal("koennen", _("This needs more practice in this cause than is recorded for you."))
_ABOVE = Refusal(
    "duerfen",
    _("This is above your own limit too. Decline it with words, or have the limit raised in the studio."),
)
_GONE = Refusal("gone", _("The catalogue no longer holds this kind of gesture. Decline it with words."))


def deadline_for(ruling: Ruling, role: str, *, at: datetime) -> datetime:
    """Approvals: two business hours or half the time left of the promise to the customer, whichever is sooner;
    hand-overs and co-signing: one business hour. In the team's business hours; without any, plain hours."""
    seconds = APPROVAL_SECONDS if role == "approve" else OTHER_SECONDS
    hours = TeamHours.of(ruling.ticket.team_id)
    due = deadline(hours.opening, at, seconds) if hours else None
    due = due or at + timedelta(seconds=seconds)
    promised = (
        Clock.objects.open()
        .filter(ticket=ruling.ticket_id, due_at__gt=at, breached_at=None)
        .order_by("due_at")
    )
    promise = promised.values_list("due_at", flat=True).first()
    return min(due, at + max((promise - at) / 2, SHORTEST)) if promise and role == "approve" else due


def reminder_for(ruling: Ruling, *, at: datetime, due: datetime) -> datetime | None:
    """When a quarter of the working time until `due` is left; None when that is too little for a reminder."""
    hours = TeamHours.of(ruling.ticket.team_id)
    working = elapsed(hours.opening, at, due) if hours else 0
    soon = deadline(hours.opening, at, working * 3 // 4) if hours and working else None
    soon = soon or at + (due - at) * 3 / 4
    return soon if at < soon <= due - SHORTEST else None


def _seen_by_each(
    people: Sequence[Person], ruling: Ruling, rules: Rules, *, at: datetime
) -> dict[int, Facts]:
    """The same wish with each one's eyes, by id: their room, level and ties.

    The money is the asker's, so nobody's own purse counts, and nobody's will is asked for a decision.
    """
    asked, ticket = ruling.weighed, ruling.ticket
    wish = ruling.wish
    facts = replace(
        gather(ruling.agent, ticket, wish, rules=rules, at=at), own_budget_cents=asked.cents, wollen="fine"
    )
    known = Level.objects.filter(agent__in=people, cause=ticket.cause_id)
    levels = dict(known.values_list("agent_id", "level"))
    tied = tied_to(ticket.customer)
    meanwhile = Meanwhile.of([ticket.team_id], people, currency=asked.currency, at=at)
    rooms = {
        person.pk: meanwhile.room(room_for(rules, person, ticket, at=at), person, ticket.team)
        for person in people
    }
    return {
        person.pk: replace(
            facts,
            conflict=conflicted(person, ticket.customer, tied=tied),
            own_limit_cents=rooms[person.pk].own_cents,
            stretch_limit_cents=rooms[person.pk].stretch_cents,
            customer_limit_cents=rooms[person.pk].customer_cents,
            trial=rooms[person.pk].on_trial,
            level=levels.get(person.pk, 0),
        )
        for person in people
    }


def _is_funded(ruling: Ruling, *, at: datetime) -> bool:
    """Whether the asker's budget or the pool behind it holds the amount now."""
    asked = ruling.weighed
    return asked.owed or asked.cents <= max(purses(ruling.agent, ruling.ticket, asked.currency, at=at))


def _other_leads(ticket: Ticket) -> Iterable[Person]:
    """Every lead there is; those of the team the cause belongs to before all others."""
    people = Person.objects.active().select_related("customer")
    leads = people.filter(teamuserobjectpermission__permission__codename="lead_team")
    of_cause = Person.objects.leading(ticket.cause.team) if ticket.cause.team_id != ticket.team_id else None
    nearer = of_cause.select_related("customer") if of_cause is not None else ()
    return [*nearer, *leads.distinct().order_by("pk")]


def _unique(people: Iterable[Person]) -> list[Person]:
    return list({person.pk: person for person in people}.values())
