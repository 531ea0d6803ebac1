"""Policies: exactly one promises each thing, versions keep what was promised, and nobody existing gets less."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, OF_OLD, promised
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tickets.models import (
    BusinessHours,
    Clock,
    Policy,
    PolicyVersion,
    Recalculation,
    RecalculationPreview,
    Target,
)
from tickets.sla import parity, recalculation, recalculation_preview
from tickets.sla.parity import Unfair
from tickets.sla.policy import AlertTerms, Terms, choose

pytestmark = pytest.mark.django_db
HOUR, MINUTE = 3600, 60
NORTH = ("team", "is", "north")


@pytest.fixture
def policy(db, cast):
    """What the cast's team North promises."""
    return Policy.objects.get(name__startswith="North")


def publish(policy: Policy, cast: object, *conditions: tuple[str, str, object], at=MONDAY, **seconds: int):
    targets = [Terms(kind, length, cast.hours) for kind, length in seconds.items()]
    return policy.publish(conditions=conditions, targets=targets, by=cast.ben, valid_from=at, at=at)


def lengths(at=MONDAY, **facts: object) -> dict[str, int]:
    chosen = choose({"team": "north", "customer_status": "established", **facts}, at=at)
    return {kind: target.seconds for kind, target in chosen.items()}


# ---- which one ----------------------------------------


def test_of_two_that_fit_the_first_in_rank_promises(cast):
    promised(cast.north, cast.hours, rank=5, first_response=2 * HOUR)
    assert lengths() == {"first_response": 2 * HOUR, "solution": 24 * HOUR}


@pytest.mark.parametrize(
    ("condition", "fits", "differs"),
    [
        (("cause", "is", "late-delivery"), {"cause": "late-delivery"}, {"cause": "broken"}),
        (("priority", "at_least", 3), {"priority": 4}, {"priority": 2}),
        (("channel", "is", "api"), {"channel": "api"}, {"channel": "portal"}),
        (("tenure_months", "at_least", 24), {"tenure_months": 24}, {"tenure_months": 23}),
        (("language", "in", ["de"]), {"language": "de"}, {"language": "en"}),
    ],
    ids=["cause", "priority", "channel", "tenure", "language"],
)
def test_conditions_decide_who_is_promised_what(cast, condition, fits, differs):
    made = publish(Policy.found("Special", rank=1), cast, condition, first_response=HOUR)
    assert isinstance(made, PolicyVersion)
    assert lengths(**fits)["first_response"] == HOUR
    assert lengths(**differs)["first_response"] == 4 * HOUR


def test_the_clock_says_which_version_promised_it_and_why(cast):
    ticket = cast.ticket(at=MONDAY)
    clock = ticket.clocks.get(kind="first_response")
    version = clock.target.version
    assert (version.number, [c.sentence for c in version.conditions.all()]) == (1, ["Team: North"])
    assert clock.log.get().target == clock.target


def test_moving_up_and_down_changes_who_is_asked_first(cast, policy):
    other = promised(cast.north, cast.hours, first_response=2 * HOUR).policy
    assert lengths()["first_response"] == 4 * HOUR
    assert [other.move(up=True), other.move(up=True), other.move(up=True)] == [True, True, False]
    assert lengths()["first_response"] == 2 * HOUR
    policy.refresh_from_db()
    assert other.move(up=False) is True


# ---- versions ----------------------------------------


def test_a_running_promise_keeps_its_version(cast, policy):
    ticket = cast.ticket(at=MONDAY)
    due = ticket.clocks.get(kind="solution").due_at
    publish(policy, cast, NORTH, first_response=HOUR, solution=8 * HOUR, at=MONDAY + timedelta(minutes=1))
    clock = ticket.clocks.get(kind="solution")
    assert (clock.due_at, clock.target.version.number) == (due, 1)
    later = cast.ticket(at=MONDAY + timedelta(minutes=2))
    assert later.clocks.get(kind="solution").target.version.number == 2


def test_a_version_holds_from_its_date_on(cast, policy):
    tomorrow = MONDAY + timedelta(days=1)
    publish(policy, cast, NORTH, first_response=HOUR, at=tomorrow)
    assert lengths(at=tomorrow - timedelta(seconds=1)) == {
        "first_response": 4 * HOUR,
        "solution": 24 * HOUR,
    }
    assert lengths(at=tomorrow) == {"first_response": HOUR}


def test_what_was_planned_for_later_is_given_up_by_what_is_published_now(cast, policy):
    publish(policy, cast, NORTH, first_response=HOUR, at=MONDAY + timedelta(days=2))
    publish(policy, cast, NORTH, first_response=2 * HOUR, at=MONDAY)
    assert lengths(at=MONDAY + timedelta(days=3)) == {"first_response": 2 * HOUR}


def test_a_retired_policy_promises_nothing_new_and_its_running_promises_go_on(cast, policy):
    ticket = cast.ticket(at=MONDAY)
    assert policy.retire(at=MONDAY + timedelta(hours=1)) is None
    assert lengths(at=MONDAY + timedelta(hours=1)) == {}
    assert ticket.clocks.open().count() == 2
    assert cast.ticket(at=MONDAY + timedelta(hours=1)).clocks.count() == 0


def test_alerts_stand_in_the_version_and_reach_the_clock(cast, policy):
    terms = Terms(
        "solution",
        HOUR,
        cast.hours,
        alerts=(AlertTerms(("tell_team",), percent=50), AlertTerms(("tell_lead",), minutes=-5)),
    )
    policy.publish(conditions=[NORTH], targets=[terms], by=cast.ben, valid_from=MONDAY, at=MONDAY)
    marks = cast.ticket(at=MONDAY).clocks.get().marks.order_by("due_at")
    assert [(mark.kind, mark.step) for mark in marks] == [("warning", 1), ("warning", 2), ("breach", 0)]


# ---- existing customers are never promised less than prospects ----------------------------------------


def test_c01_a_shorter_promise_to_prospects_alone_is_refused_and_nothing_changes(cast):
    fast = Policy.found("Sales", rank=1)
    refused = publish(fast, cast, ("customer_status", "is", "prospect"), NORTH, first_response=HOUR)
    assert isinstance(refused, Unfair)
    assert refused.words == (
        "Prospects would be promised a shorter time for “first response” by “Sales” than existing customers by "
        f"“{Policy.objects.get(name__startswith='North').name}”. Existing customers are never promised less."
    )
    assert fast.versions.count() == 0
    assert lengths(customer_status="prospect")["first_response"] == 4 * HOUR


def test_c01_a_promise_only_prospects_get_is_refused(cast):
    refused = publish(
        Policy.found("Sales", rank=1), cast, ("customer_status", "is", "prospect"), NORTH, next_response=HOUR
    )
    assert isinstance(refused, Unfair)
    assert "existing customers none" in refused.words


@pytest.mark.parametrize(
    "conditions",
    [
        [("customer_status", "is_not", "prospect")],
        [("customer_status", "in", ["new", "established", "former"])],
        [],
    ],
)
def test_more_for_existing_customers_or_for_all_is_welcome(cast, conditions):
    made = publish(Policy.found("Kind", rank=1), cast, NORTH, *conditions, first_response=HOUR)
    assert isinstance(made, PolicyVersion)


def test_unfairness_by_a_detour_is_found_too(cast):
    """Slower for old customers is as unfair as faster for prospects; so is a condition on tenure, or one cause."""
    for conditions in (
        [("tenure_months", "at_least", 12)],
        [("customer_status", "in", ["established"]), ("cause", "is", "late-delivery")],
        [("customer_status", "is", "new"), ("priority", "at_most", 1)],
    ):
        refused = publish(
            Policy.found(str(conditions), rank=1), cast, NORTH, *conditions, first_response=8 * HOUR
        )
        assert isinstance(refused, Unfair), conditions
        Policy.objects.filter(rank=1).delete()


def test_many_matters_are_looked_at_only_where_somebodys_standing_counts(cast, monkeypatch):
    """Forty policies by cause and priority tell thousands of cases apart, and none of them a prospect."""
    monkeypatch.setattr(parity, "MOST_CASES", 4)
    for number in range(3):
        conditions = [("cause", "is", f"cause-{number}"), ("priority", "is", number + 1), NORTH]
        made = publish(Policy.found(f"Number {number}"), cast, *conditions, first_response=HOUR)
        assert isinstance(made, PolicyVersion)
    named = [NORTH, ("cause", "is", "cause-0"), ("priority", "is", 1), ("customer_status", "is", "prospect")]
    refused = publish(Policy.found("Sales", rank=1), cast, *named, first_response=60)
    assert "shorter time" in refused.words
    any_matter = [("customer_status", "is", "prospect")]
    refused = publish(Policy.found("All", rank=2), cast, *any_matter, first_response=60)
    assert refused.words == "These policies tell too many cases apart to compare them. Use fewer conditions."


def test_other_hours_are_compared_by_what_they_give(cast):
    """Two hours in a calendar open at weekends are less than four in one that is not – but not on a Sunday evening."""
    always = BusinessHours.objects.create(
        name="Always",
        weekly={day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
    )
    terms = [Terms("first_response", 60 * HOUR, always)]
    fast = Policy.found("Sales", rank=1)
    conditions = [("customer_status", "is", "prospect"), NORTH]
    refused = fast.publish(conditions=conditions, targets=terms, by=cast.ben, valid_from=MONDAY, at=MONDAY)
    assert isinstance(refused, Unfair)
    slow = [Terms("first_response", 200 * HOUR, always)]
    made = fast.publish(conditions=conditions, targets=slow, by=cast.ben, valid_from=MONDAY, at=MONDAY)
    assert isinstance(made, PolicyVersion)


def test_retiring_or_moving_what_kept_it_fair_is_refused(cast):
    kind = Policy.found("Kind", rank=1)
    publish(kind, cast, NORTH, first_response=HOUR, at=OF_OLD)
    sales = Policy.found("Sales", rank=2)
    assert isinstance(
        publish(
            sales, cast, NORTH, ("customer_status", "is", "prospect"), first_response=2 * HOUR, at=OF_OLD
        ),
        PolicyVersion,
    )
    assert isinstance(kind.retire(at=MONDAY), Unfair)
    kind.refresh_from_db()
    assert kind.retired_at is None
    assert lengths()["first_response"] == HOUR


def test_c03_no_field_limits_a_contact_by_the_standing_of_its_customer():
    """One talk time for all: a promise says by when we answer, never how long anybody may speak."""
    names = {
        field.name for model in (Target, PolicyVersion, Policy, Clock) for field in model._meta.get_fields()
    }
    assert not [name for name in names if "duration" in name or "longest" in name or "limit" in name]


# ---- recalculating is an act of its own ----------------------------------------


@pytest.fixture
def shortened(cast, policy):
    """Five tickets under four hours; now one hour is promised, and it is two hours later."""
    tickets = [cast.ticket(at=MONDAY) for _n in range(5)]
    tickets[0].reply("Hello.", by=cast.anna, at=MONDAY + timedelta(minutes=5))
    publish(policy, cast, NORTH, first_response=HOUR, solution=30 * HOUR, at=MONDAY + timedelta(minutes=10))
    return MONDAY + timedelta(hours=2)


def test_the_preview_counts_what_really_changes(cast, shortened, monkeypatch):
    monkeypatch.setattr(recalculation, "BATCH", 2)
    before = list(Clock.objects.order_by("pk").values("due_at", "target"))
    preview = RecalculationPreview.begin(by=cast.ben, at=shortened)
    preview.refresh_from_db()
    assert (preview.running, preview.looked_at, preview.earlier, preview.late) == (9, 9, 4, 4)
    assert (preview.kinds, preview.late_tickets) == ([("first response", 4, 4)], 4)
    assert preview.shown[0][1:] == (
        "first response",
        MONDAY + timedelta(hours=4),
        MONDAY + timedelta(hours=1),
    )
    assert list(Clock.objects.order_by("pk").values("due_at", "target")) == before
    run = Recalculation.ask_for(reason="One hour, as printed.", by=cast.ben, at=shortened)
    assert (run.looked_at, run.earlier, run.late) == (9, 4, 4)
    assert run.finished_at is not None
    due = Clock.objects.open().filter(kind="first_response").values_list("due_at", flat=True)
    assert set(due) == {MONDAY + timedelta(hours=1)}


def test_a_longer_promise_never_puts_off_what_was_told(cast, shortened):
    due = Clock.objects.filter(kind="solution").first().due_at
    Recalculation.ask_for(reason="One hour, as printed.", by=cast.ben, at=shortened)
    assert Clock.objects.filter(kind="solution").first().due_at == due


def test_the_act_is_kept_with_reason_and_author(cast, shortened):
    run = Recalculation.ask_for(reason="One hour, as printed.", by=cast.ben, at=shortened)
    entry = Clock.objects.open().filter(kind="first_response").first().log.last()
    assert (entry.kind, entry.cause, entry.by, entry.data) == (
        "replaced",
        "recalculated",
        cast.ben,
        {"reason": "One hour, as printed."},
    )
    assert (run.by, run.reason) == (cast.ben, "One hour, as printed.")
    call_command("rebuild_clocks", check=True, verbosity=0)


def test_a_run_that_was_killed_goes_on(cast, shortened, monkeypatch):
    monkeypatch.setattr(recalculation, "BATCH", 3)
    run = Recalculation.objects.create(reason="One hour, as printed.", by=cast.ben, at=shortened)
    assert run._batch() is True  # and then somebody pulls the plug
    recalculation.recalculate_now()
    run.refresh_from_db()
    assert (run.looked_at, run.earlier) == (9, 4)
    assert run.finished_at is not None


def test_where_much_is_running_it_goes_on_behind_the_back_of_who_asked(cast, shortened, monkeypatch):
    monkeypatch.setattr(recalculation, "BATCH", 3)
    monkeypatch.setattr(recalculation, "AT_ONCE_SECONDS", -1)
    run = Recalculation.ask_for(reason="One hour, as printed.", by=cast.ben, at=shortened)
    assert (run.looked_at, run.finished_at) == (3, None)
    recalculation.recalculate_now()
    run.refresh_from_db()
    assert (run.looked_at, run.earlier, run.finished_at is None) == (9, 4, False)


def test_a_preview_of_very_much_goes_on_by_itself_and_says_how_far_it_is(cast, shortened, monkeypatch):
    monkeypatch.setattr(recalculation, "BATCH", 2)
    monkeypatch.setattr(recalculation, "AT_ONCE_SECONDS", -1)
    preview = RecalculationPreview.begin(by=cast.ben, at=shortened)
    preview.refresh_from_db()
    assert (preview.running, preview.looked_at, preview.finished_at) == (9, 3, None)
    recalculation_preview.look_now()
    preview.refresh_from_db()
    assert (preview.looked_at, preview.earlier, preview.finished_at is None) == (9, 4, False)
    assert not preview.is_outdated


def test_a_preview_is_outdated_once_a_policy_is_retired(cast, shortened):
    preview = RecalculationPreview.begin(by=cast.ben, at=shortened)
    other = Policy.found("Nobody asks for it")
    assert (other.retire(at=shortened + timedelta(hours=1)), preview.is_outdated) == (None, True)


def test_whoever_looks_again_forgets_what_was_seen(cast, shortened):
    for _round in range(2):
        RecalculationPreview.begin(by=cast.ben, at=shortened)
    assert RecalculationPreview.objects.get().looked_at == 9


def test_a_preview_asks_no_more_for_many_promises_than_for_few(cast, shortened):
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as asked:
            RecalculationPreview.begin(by=cast.ben, at=shortened)
        counts.append(len(asked))
        cast.ticket(at=MONDAY)
    assert counts[0] == counts[1]
