"""Rules when several workers read, time and carry at once, and when one dies in the middle: each run happens once."""

from __future__ import annotations

from collections import Counter

import pytest
from harness import NOWHERE, at_once, desk

from tickets.automation import reading
from tickets.models import Event, Message, Rule, Run

pytest_plugins = ["wires"]
pytestmark = pytest.mark.django_db(transaction=True)
MANY = 60


def test_three_workers_at_once_run_each_rule_once_for_each_event(cast, no_redis):
    steps = [{"do": "note", "text": "Look at {number}."}, {"do": "priority", "priority": 4}]
    rule = Rule.write(
        by=cast.ben, key="r", name="Look", team=cast.north, trigger="moved", steps=steps, most_per_hour=5000
    )
    rule.switch("on", by=cast.ben)
    reading.read_now()
    tickets = desk(cast, MANY)
    for ticket in tickets:
        ticket.move("waiting_others", by=cast.anna)
    at_once("automate", 3, redis_url=NOWHERE)
    runs = Counter(Run.objects.values_list("ticket_id", "outcome"))
    assert runs == {(ticket.pk, "done"): 1 for ticket in tickets}
    assert Counter(Message.objects.values_list("text", flat=True)) == {
        f"Look at #{t.pk}.": 1 for t in tickets
    }
    assert Event.objects.filter(kind="prioritised").count() == MANY


def test_a_worker_that_dies_in_the_middle_leaves_nothing_half_done(cast, no_redis):
    """It dies after the first step of its third run; what it had not committed never was, and the next one does it."""
    steps = [{"do": "note", "text": "Look."}, {"do": "priority", "priority": 4}]
    rule = Rule.write(by=cast.ben, key="r", name="Look", team=cast.north, trigger="moved", steps=steps)
    rule.switch("on", by=cast.ben)
    reading.read_now()
    tickets = desk(cast, 6)
    for ticket in tickets:
        ticket.move("waiting_others", by=cast.anna)
    at_once("die_automating", 3, redis_url=NOWHERE, check=False)
    assert Run.objects.filter(outcome="done").count() == 2
    assert Message.objects.count() == 2
    at_once("automate", 2, redis_url=NOWHERE)
    assert Counter(Message.objects.values_list("ticket_id", flat=True)) == {
        ticket.pk: 1 for ticket in tickets
    }
    assert not Run.objects.exclude(outcome="done").exists()
