"""Limit proposals (C35): the smallest limit that would have saved four of five asks that got a yes, and its cost."""

import pytest
from django.urls import reverse
from django.utils import timezone

from policies.facts import Wish, rules_in_force
from policies.insight.proposal import Question, proposal, proposals, question
from policies.models import Ask, Limit, Rulebook, Ruling

LIMIT = Limit(own_cents=5000, stretch_cents=10_000, customer_cents=20_000)


def yes(*cents):
    return [Question(c, c, True) for c in cents]


def test_C35_the_smallest_limit_that_saves_four_of_five():
    asked = [*yes(*range(6000, 8000, 200)), Question(6500, 6500, False), Question(9000, 9000, False)]
    found = proposal(LIMIT, asked)
    assert (found.to_cents, found.saved, found.granted, found.asked) == (7400, 8, 10, 12)
    assert found.extra_cents == 6500 // 3


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(yes(*[6000] * 9), id="nine asks are too few"),
        pytest.param([*yes(*[6000] * 7), *[Question(6000, 6000, False)] * 3], id="most yes, but not four of five"),
        pytest.param([Question(None, 6000, True)] * 12, id="no limit would have helped"),
        pytest.param(yes(*[4000] * 12), id="the limit reaches that far already"),
    ],
)  # fmt: skip
def test_C35_no_proposal_where_nothing_speaks_for_it(asked):
    assert proposal(LIMIT, asked) is None


@pytest.mark.django_db
def test_C35_an_ask_another_gate_held_up_needs_no_limit(cast):
    facts = Ruling.weigh(cast.anna, cast.ticket(), Wish("voucher", 9000), at=timezone.now()).weighed
    assert question(facts, granted=True).needed_cents == 9000
    cast.budget.__class__.objects.all().delete()
    facts = Ruling.weigh(cast.anna, cast.ticket(), Wish("voucher", 9000), at=timezone.now()).weighed
    assert question(facts, granted=True).needed_cents is None


@pytest.fixture
def asked(cast):
    """Ten questions about 60 euros, all answered with yes."""
    one = Ruling.weigh(cast.anna, cast.ticket(), Wish("voucher", 6000), at=timezone.now())
    for number in range(10):
        ruling = Ruling.objects.create(
            ticket=one.ticket, agent=cast.anna, rulebook=one.rulebook, facts=one.facts,
            decision=one.decision, outcome=one.outcome, key=str(number),
        )  # fmt: skip
        Ask.objects.create(
            ruling=ruling, role="approve", asked=cast.ben, opened_at=one.at, due_at=one.at,
            closed_at=timezone.now(), answer="granted", answered_by=cast.ben,
        )  # fmt: skip


@pytest.mark.django_db
def test_C35_proposals_are_of_limits_in_force(cast, asked, django_assert_num_queries):
    rules = rules_in_force()
    with django_assert_num_queries(2):
        found = proposals(rules, at=timezone.now())
    assert [(one.limit.role, one.to_cents, one.saved, one.extra_cents) for one in found] == [
        ("agent", 6000, 10, 0)
    ]


@pytest.mark.django_db
def test_C35_one_click_begins_a_draft_with_it_and_two_begin_no_second(client, cast, asked):
    client.force_login(cast.ben, "django.contrib.auth.backends.ModelBackend")
    limit = Rulebook.objects.in_force().limits.get(role="agent")
    page = client.get(reverse("studio:upkeep")).content.decode().replace("\xa0", " ")
    assert "Everybody: €60.00 instead of €50.00 alone" in page
    for _click in range(2):
        answer = client.post(reverse("studio:widen", args=[limit.pk]))
    draft = Rulebook.objects.get(state="draft")
    assert answer.headers["Location"] == reverse("studio:draft", args=[draft.version])
    changed = draft.limits.get(role="agent")
    assert (changed.own_cents, changed.stretch_cents, changed.customer_cents) == (6000, 10_000, 20_000)
    assert Rulebook.objects.in_force().limits.get(role="agent").own_cents == 5000


@pytest.mark.django_db
def test_a_proposal_that_is_gone_says_so(client, cast):
    client.force_login(cast.ben, "django.contrib.auth.backends.ModelBackend")
    limit = Rulebook.objects.in_force().limits.get(role="agent")
    page = client.post(reverse("studio:widen", args=[limit.pk]), follow=True).content.decode()
    assert "This proposal is no longer open" in page
    assert not Rulebook.objects.filter(state="draft").exists()
