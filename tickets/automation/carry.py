"""Carrying out: runs that are due, each claimed and done in one transaction – once, whoever else carries."""

from __future__ import annotations

import logging
import time
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.person import Person
from tickets import history
from tickets.mail import letters
from tickets.mail.outbox import one_line
from tickets.notice import Notice
from tickets.ticket import Ticket

from . import group, known, reading, step, timing
from .effect import caused_by
from .rule import Rule
from .run import HOUR, Run

MOST, LONGEST_SECONDS = 1000, 20
MOST_PER_TICKET = 3  # times a rule fires on one ticket within an hour
Outcome, Why = Run.Outcome, Run.Why
logger = logging.getLogger(__name__)


def automate_now(*, now: datetime | None = None) -> int:
    """One round: read what happened, carry out what is due; the number carried out.

    What one round causes is read by the next, so that a chain of rules always lets others have their turn.
    """
    reading.read_now(now=now)
    return carry_now(now=now)


def carry_now(*, now: datetime | None = None) -> int:
    """Carry out what is due, oldest first. A bad run waits and is shown, its neighbours go on."""
    ends, carried = time.monotonic() + LONGEST_SECONDS, 0
    pks = list(Run.objects.due(now or timezone.now()).values_list("pk", flat=True)[:MOST])
    for pk in pks:
        carried += _carry(pk, now=now or timezone.now())
        if time.monotonic() > ends:
            break
    return carried


def _carry(pk: int, *, now: datetime) -> bool:
    try:
        with transaction.atomic():
            run = Run.objects.select_related("rule__owner", "rule__team").select_for_update(
                skip_locked=True, of=("self",)
            ).filter(pk=pk, done_at=None).first()  # fmt: skip
            return run is not None and _fire(run, now=now)
    except Exception as error:  # whatever a step runs into must not stop the next run
        logger.exception("run %s could not be carried out", pk)
        for run in Run.objects.filter(pk=pk):
            run.push_ahead(now=now, trouble=one_line(f"{type(error).__name__}: {error}"))
        return False


def _fire(run: Run, *, now: datetime) -> bool:
    """Look at everything again, then do it: what was true when it was put down may not be true now."""
    ticket = known.with_facts(Ticket.objects.filter(pk=run.ticket_id).with_people()).get()
    why = _objection(run, ticket, now=now)
    if why:
        return run.end(Outcome.SKIPPED, at=now, why=why)
    acting = step.Acting(ticket, run.rule.owner, None, run.rule.name, f"rule-{run.pk}", now)
    if run.dry:
        done = step.rehearse(acting, run.rule.steps)
        return run.end(Outcome.WOULD, at=now, steps=[one.as_data() for one in done])
    with caused_by(run):
        done = step.perform(acting, run.rule.steps)
        steps = [one.as_data() for one in done]
        if not any(one.is_done for one in done):
            return run.end(Outcome.SKIPPED, at=now, why=Why.NOTHING, steps=steps)
        ticket.record(history.RULE_RAN, by=None, at=now, rule=run.rule.name, run=run.pk)
    return run.end(Outcome.DONE, at=now, steps=steps)


def _objection(run: Run, ticket: Ticket, *, now: datetime) -> str:
    """Why this run must not happen now; "" when nothing speaks against it."""
    rule = run.rule
    if rule.mode == Rule.Mode.OFF or (rule.mode == Rule.Mode.DRY) != run.dry:
        return Why.OFF
    if rule.lacks_rights():
        _pause(rule, ticket, Why.RIGHTS, now=now)
        return Why.RIGHTS
    if not rule.covers(ticket):
        return Why.ELSEWHERE
    if ticket.customer.person_id == rule.owner_id:
        return Why.OWN_TICKET
    if run.occasion and timing.moment_of(rule, ticket) != run.occasion:
        return Why.OCCASION
    if not group.holds(rule.conditions, known.of_moment(ticket, now=now)):
        return Why.CONDITIONS
    return _too_often(run, ticket, now=now)


def _too_often(run: Run, ticket: Ticket, *, now: datetime) -> str:
    fired = run.rule.runs.fired(since=now - HOUR)
    if fired.filter(ticket=ticket).count() >= MOST_PER_TICKET:
        return Why.TICKET_CAP
    if fired.count() >= run.rule.most_per_hour:
        _pause(run.rule, ticket, Why.RULE_CAP, now=now)
        return Why.RULE_CAP
    return ""


def _pause(rule: Rule, ticket: Ticket, why: str, *, now: datetime) -> None:
    """Stop the rule, and tell whose it is: on the desk where they may read the ticket, by mail in any case."""
    if not rule.pause(why, at=now):
        return
    words = history.in_each_language(lambda: Why(why).label)
    event = ticket.record(history.RULE_PAUSED, by=None, at=now, rule=rule.name, why=words)
    leads = Person.objects.leading(rule.team) if rule.team else Person.objects.none()
    for person in {rule.owner, *leads}:
        Notice.tell(person, event)
        if person.is_active:
            key = f"paused:{rule.pk}:{event.pk}:{person.pk}"
            letters.to_colleague(person, ticket, key=key, name="paused", rule=rule.name, why=Why(why).label)
