"""Several workers carry out what alerts do to one ticket in the same moment: what is to happen once happens once."""

from __future__ import annotations

import pytest
from cast import MONDAY, Cast
from harness import together

from policies.models import Ask
from tickets.models import Alert, Mark, Target
from tickets.sla import aftermath

pytest_plugins = ["wires"]
pytestmark = pytest.mark.django_db(transaction=True)
ALERTS = 4


def test_two_alerts_carried_out_at_once_ask_once_who_takes_over(cast: Cast, no_redis: object) -> None:
    """Each worker has another one in hand; whoever comes second finds the question put."""
    target = Target.objects.get(version__policy__name__startswith="North", kind="first_response")
    for step in range(1, ALERTS + 1):
        Alert.objects.create(target=target, step=step, percent=10 * step, actions=["ask_who_takes_over"])
    ticket = cast.ticket(at=MONDAY)
    ticket.assign(cast.anna, by=cast.ben, at=MONDAY)
    marks = Mark.objects.filter(clock__ticket=ticket, alert__isnull=False)
    marks.update(done_at=MONDAY, act_due_at=MONDAY)
    assert marks.count() == ALERTS
    pks = list(marks.values_list("pk", flat=True))
    assert together(ALERTS, lambda number: aftermath.act(pks[number], now=MONDAY)) == [True] * ALERTS
    assert Ask.objects.filter(ruling__ticket=ticket).count() == 1
    assert not Mark.objects.exclude(act_due_at=None).exists()
