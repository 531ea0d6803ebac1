"""The size of the field (C29) and the bottleneck (C34): counted over the house, told of no single person."""

from datetime import timedelta

import pytest
from cast import person
from django.urls import reverse
from django.utils import timezone

from policies.facts import Wish
from policies.insight.alert import tell_when_it_fell_now
from policies.insight.bottleneck import bottleneck, shares_of
from policies.insight.field import by_cause, field_size
from policies.insight.share import Share
from policies.models import Hindrance, Level, Ruling
from tickets.models import OutgoingMail

pytestmark = pytest.mark.django_db


@pytest.fixture
def agents(cast):
    """Five of North, all of them at home with late deliveries."""
    five = [cast.anna, *(person(f"Agent {number}") for number in range(4))]
    for agent in five[1:]:
        cast.north.welcome(agent)
        Level.objects.create(agent=agent, cause=cast.late, level=2)
    return five


def store(cast, agents, *, do=0, ask=0, ago=1, **more):
    """So many rulings of each kind, copied from one real one of each."""
    at = timezone.now() - timedelta(days=ago)
    ticket = cast.ticket()
    for cents, number in ((1000, do), (9000, ask)):
        one = Ruling.weigh(cast.anna, ticket, Wish("voucher", cents), at=at)
        one.decision |= more
        Ruling.objects.bulk_create(
            Ruling(
                ticket=ticket, agent=agents[turn % len(agents)], rulebook=one.rulebook, facts=one.facts,
                decision=one.decision, outcome=one.outcome, at=at, key=f"{ago}-{cents}-{turn}-{more}",
            )
            for turn in range(number)
        )  # fmt: skip


def test_C29_the_field_is_the_share_decided_alone(cast, agents, django_assert_num_queries):
    store(cast, agents, do=30, ask=10)
    with django_assert_num_queries(2):
        field = field_size(at=timezone.now())
    assert (field.now, field.now.percent, field.now.too_few) == (Share(30, 40, 5), 75, False)


def test_C29_a_fall_is_told_and_noise_is_not(cast, agents):
    store(cast, agents, do=40, ask=0, ago=60)
    assert field_size(at=timezone.now()).fell_by == 0
    store(cast, agents, ask=10, ago=2)
    assert field_size(at=timezone.now()).fell_by == 20


def test_C29_whoever_makes_rules_hears_of_a_fall_once_a_week(cast, agents):
    store(cast, agents, do=40, ago=60)
    assert tell_when_it_fell_now() == 0
    store(cast, agents, ask=10, ago=2)
    assert [tell_when_it_fell_now() for _hour in range(2)] == [2, 2]
    mails = OutgoingMail.objects.filter(key__startswith="field-fell")
    assert sorted(mails.values_list("to", flat=True)) == [cast.ben.email, cast.dora.email]
    assert "fell by 20 points, to 80 % of 50 in 90 days" in mails.first().text.replace("\xa0", " ")


def test_four_people_are_not_told_of(cast, agents):
    store(cast, agents[:4], do=40)
    assert field_size(at=timezone.now()).now.too_few


def test_by_cause_the_smallest_field_first_and_only_ones_own(cast, agents, django_assert_num_queries):
    store(cast, agents, do=30, ask=10)
    with django_assert_num_queries(3):
        found = by_cause([cast.north.pk], at=timezone.now())
    assert [(row.cause, row.share) for row in found] == [(cast.late, Share(30, 40, 5))]
    assert by_cause([cast.south.pk], at=timezone.now()) == []
    assert len(by_cause(None, at=timezone.now())) == 1


def test_C34_what_binds_sums_to_a_hundred(cast, agents, django_assert_num_queries):
    store(cast, agents, do=20, ask=20)
    store(cast, agents, ask=11, binding=["duerfen", "koennen"])
    with django_assert_num_queries(2):
        found = bottleneck(at=timezone.now())
    assert found.of == 31
    assert {name: percent for name, percent in found.percents.items() if percent} == {
        "duerfen": 82,
        "koennen": 18,
    }


def test_C34_a_missing_tool_is_kept_apart():
    counts = shares_of([(["enabling"], 3), (["wollen", "duerfen"], 2), (["guardrail"], 1)])
    assert {name: count for name, count in counts.items() if count} == {
        "wollen": 1.0,
        "duerfen": 1.0,
        "guardrail": 1.0,
    }


def test_C34_enabling_is_beside_the_hundred(cast, agents):
    store(cast, agents, ask=30)
    store(cast, agents, ask=2, binding=["enabling"])
    found = bottleneck(at=timezone.now())
    assert (found.of, found.enabling, sum(found.percents.values())) == (30, 2, 100)


def test_C34_what_was_in_the_way_besides_the_rules_is_told_by_kind(client, cast):
    Hindrance.meet(cast.ticket(), "tool", by=cast.anna)
    client.force_login(cast.ben, "django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("studio:insight")).content.decode()
    assert "A tool does not work" in page
    assert "1 case" in page
    assert "No time for it" not in page


@pytest.mark.parametrize("many", [1, 3])
def test_the_pages_ask_the_same_number_of_questions(
    client, cast, agents, many, django_assert_max_num_queries
):
    store(cast, agents, do=30 * many, ask=10 * many)
    client.force_login(cast.ben, "django.contrib.auth.backends.ModelBackend")
    with django_assert_max_num_queries(24):
        page = client.get(reverse("studio:insight")).content.decode()
    assert "75 %" in page
    with django_assert_max_num_queries(36):
        assert "75 %" in client.get(reverse("studio:home")).content.decode()


def test_too_few_is_said_instead_of_a_share(client, cast):
    store(cast, [cast.anna], do=10, ask=5)
    client.force_login(cast.ben, "django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("studio:insight")).content.decode()
    assert "too few" in page
    assert "67 %" not in page


def test_an_agent_who_is_asked_goes_straight_to_the_questions(client, cast):
    client.force_login(cast.anna, "django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("studio:home")).headers["Location"] == reverse("studio:asks")
