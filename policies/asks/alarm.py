"""An alert asks who takes a case over: its promise ends or is broken, and whoever has it may not get to it in time."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.person import Person
from policies.facts import Wish
from policies.referral import NobodyToAsk
from policies.rules.catalogue import FREE
from policies.ruling import BY_ALERT, Ruling
from policies.weigh.decide import hand_over
from tickets.history import in_each_language
from tickets.sla.alert import Act
from tickets.sla.mark import Mark
from tickets.ticket import Ticket

from .ask import Ask

CALLED: Final = gettext_noop("A promise kept")


def ask_who_takes_over(mark: Mark, at: datetime) -> None:
    """Put the question to the nearest who is able to, in the name of whoever has the ticket, else of a lead.

    Once for each alert, and never beside another such question; where there is nobody else, nobody is asked.
    """
    ticket = mark.clock.ticket
    # Two alerts of one ticket may be carried out in the same moment: who comes second finds the question of the first.
    Ticket.objects.hold(ticket.pk)
    agent = ticket.assignee or Person.objects.leading(ticket.team).first()
    waits = Ask.objects.open().filter(ruling__ticket=ticket, role=Ask.Role.TAKE_OVER).exists()
    if agent is None or waits:
        return
    ruling = Ruling.weigh(agent, ticket, Wish(FREE), at=at)
    decision = hand_over(ruling.weighed)
    ruling.decision, ruling.outcome = decision.to_json(), decision.outcome.value
    ruling.key, ruling.called = f"{BY_ALERT}{mark.pk}", in_each_language(lambda: str(_(CALLED)))
    with suppress(NobodyToAsk), transaction.atomic():
        ruling.save()
        Ask.open(ruling, at=at)


ACT: Final = Act(_("ask who takes it over"), ask_who_takes_over)
