"""The outlook: what comes of a ruling – who is asked, until when, what happens then, what the customer can be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import translation

from accounts.person import Person
from tickets.sla.promise import moment_in_words

from ..facts import rules_in_force
from ..referral import NobodyToAsk, deadline_for, deciders, in_vain
from ..weigh.carried import at_deadline, words_for_customer
from ..weigh.decision import Dimension, Outcome
from ..weigh.words import ASKED_OF_CUSTOMER
from .ask import Ask, role_of

if TYPE_CHECKING:
    from ..ruling import Ruling

WITH_PROMISE = (
    Outcome.OWED,
    Outcome.NEED_FACTS,
)  # no question of ours runs, the promise to the customer does


@dataclass(frozen=True, slots=True)
class Outlook:
    """`asked` is None where nobody is asked, and where `nobody` could be; `due_at` is None where nothing waits.

    `in_vain` says why whoever is asked could only say no, and what is possible instead.
    """

    asked: Person | None
    due_at: datetime | None
    nobody: bool
    in_vain: str
    at_deadline: str
    customer_words: str


def outlook(ruling: Ruling, *, asks: bool, at: datetime) -> Outlook:
    """What would come of this ruling, or what came of it when it was already asked. `asks` says if it asks anybody."""
    asked, due_at, nobody, vain = None, None, False, ""
    waiting = Ask.objects.filter(ruling=ruling).select_related("asked").first() if ruling.pk else None
    if waiting:
        asked, due_at = waiting.asked, waiting.due_at
    elif asks:
        role = role_of(ruling.answer.outcome)
        vain = in_vain(ruling, role, at=at)
        try:
            if not vain:
                asked, due_at = deciders(ruling, role, at=at)[0], deadline_for(ruling, role, at=at)
        except NobodyToAsk:
            nobody = True
    elif ruling.answer.outcome in WITH_PROMISE:
        due_at = ruling.ticket.next_due_at
    then = "" if nobody or vain else at_deadline(ruling.answer)
    return Outlook(asked, due_at, nobody or bool(vain), vain, then, words_of(ruling, due_at, at=at))


def words_of(ruling: Ruling, due_at: datetime | None, *, at: datetime) -> str:
    """To the customer, in the customer's language and time."""
    ticket, decision = ruling.ticket, ruling.answer
    if ruling.weighed.is_help:
        return ""  # listening is done, not announced
    with translation.override(ticket.reader_language):
        late = due_at is None or due_at <= at  # a time that has passed promises nothing
        when = "" if late else moment_in_words(due_at, zone=ticket.customer.person.zone, now=at)
        rails = [r for r in rules_in_force().guardrails if r.code in ruling.weighed.guardrails]
        facts = [str(r.params["fact"]) for r in decision.reasons if r.dimension == Dimension.FACTS]
        asked = [ASKED_OF_CUSTOMER[fact] for fact in facts if fact in ASKED_OF_CUSTOMER]
        return words_for_customer(
            decision.outcome,
            when=when,
            gesture=ruling.gesture,
            reason=" ".join(rail.reason for rail in rails),
            instead=" ".join(rail.instead for rail in rails),
            facts="; ".join(str(words) for words in asked),
        )
