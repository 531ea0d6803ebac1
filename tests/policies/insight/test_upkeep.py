"""Every rule with its story (C47), and those that changed nothing (C36): seen, confirmed, taken away in a draft."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from policies.facts import Wish, rules_in_force
from policies.insight.idle import changed_by, is_idle
from policies.models import Confirmation, Level, Requirement, Rulebook, Ruling
from policies.rules.origin import origins

pytestmark = pytest.mark.django_db
RAIL = ("guardrail", "no-cash-to-prospects")


@pytest.fixture
def old(cast):
    """Rules in force for 400 days."""
    then = timezone.now() - timedelta(days=400)
    Rulebook.objects.update(published_at=then, made_by=cast.ben)
    return then


@pytest.fixture
def ben(client, cast):
    cast.ben.user_permissions.add(Permission.objects.get(codename="edit_rulebook"))
    client.force_login(cast.ben, "django.contrib.auth.backends.ModelBackend")
    return client


def page_of(client):
    return client.get(reverse("studio:upkeep")).content.decode().replace("\xa0", " ")


def test_C47_a_rule_keeps_its_maker_through_versions_that_change_others(cast, old):
    with Rulebook.amend(by=cast.dora, note="Wider") as book:
        book.limits.filter(role="agent").update(own_cents=6000)
    made = origins()
    assert (made[RAIL].by, made[RAIL].version, made[RAIL].at) == ("Ben", 1, old)
    assert (made["limit", "agent::"].by, made["limit", "agent::"].version) == ("Dora", 2)


def test_C47_a_changed_condition_is_a_new_origin(cast, old):
    with Rulebook.amend(by=cast.dora, note="Less") as book:
        book.guardrails.get().conditions.filter(fact="kind").delete()
    assert origins()[RAIL].by == "Dora"


def test_C47_the_story_of_many_versions_takes_the_same_number_of_questions(
    cast, old, django_assert_num_queries
):
    for number in range(3):
        with Rulebook.amend(by=cast.dora, note=f"Wider {number}") as book:
            book.limits.filter(role="agent").update(own_cents=6000 + number)
    with django_assert_num_queries(9):
        origins()
    with django_assert_num_queries(2):
        origins()


def test_C47_the_page_says_when_its_maker_last_handled_such_a_case(ben, cast, old):
    assert "never" in page_of(ben)
    Level.objects.filter(agent=cast.ben).update(level=4)
    Ruling.request(cast.ben, cast.ticket(), Wish("refund", 100), key="own")
    page = page_of(ben)
    assert "Last handled such a case" in page
    assert "never" not in page


def test_C47_untouched_for_a_year_asks_to_be_confirmed_once(ben, cast, old):
    assert page_of(ben).count("untouched for a year") == 2  # the guardrail and the required level
    for _click in range(2):
        ben.post(reverse("studio:confirm_rule", args=RAIL))
    assert Confirmation.objects.count() == 1
    assert page_of(ben).count("untouched for a year") == 1
    assert origins()[RAIL].confirmed_by == "Ben"


def test_whoever_may_not_publish_cannot_confirm(client, cast, old):
    client.force_login(cast.dora, "django.contrib.auth.backends.ModelBackend")
    assert client.post(reverse("studio:confirm_rule", args=RAIL)).status_code == 404


def test_C36_what_a_rule_changed_is_counted(cast, django_assert_num_queries):
    cast.cem.status = "prospect"
    cast.cem.save()
    Level.objects.filter(agent=cast.anna).update(level=1)
    Ruling.request(cast.anna, cast.ticket(), Wish("refund", 100), key="never")
    Ruling.request(cast.anna, cast.ticket(), Wish("voucher", 100), key="with a colleague")
    rules = rules_in_force()
    with django_assert_num_queries(2):
        changed = changed_by(rules, at=timezone.now())
    assert changed == {RAIL: 1, ("requirement", ":"): 1}


def test_C36_the_closest_required_level_is_the_one_that_spoke(cast):
    with Rulebook.amend(by=None, note="More") as book:
        Requirement.objects.create(rulebook=book, cause=cast.late, level=3)
    Ruling.request(cast.anna, cast.ticket(), Wish("voucher", 100), key="one short")
    changed = changed_by(rules_in_force(), at=timezone.now())
    assert changed == {("requirement", f"{cast.late.pk}:"): 1}


def test_C36_a_rule_needs_its_180_days_first(cast):
    made = origins()[RAIL]
    changed = changed_by(rules_in_force(), at=made.at)
    assert not is_idle(RAIL, made, changed, at=made.at + timedelta(days=179))
    assert is_idle(RAIL, made, changed, at=made.at + timedelta(days=181))


def test_C36_a_dead_rule_goes_with_one_click_and_comes_back_with_one(ben, cast, old):
    assert "changed nothing in 180 days" in page_of(ben)
    for _click in range(2):
        answer = ben.post(reverse("studio:take_away_rule", args=RAIL))
    draft = Rulebook.objects.get(state="draft")
    assert answer.headers["Location"] == reverse("studio:draft", args=[draft.version])
    assert (draft.guardrails.count(), Rulebook.objects.in_force().guardrails.count()) == (0, 1)
    ben.post(reverse("studio:discard", args=[draft.version]))
    assert not Rulebook.objects.filter(state="draft").exists()


@pytest.mark.parametrize("code", ["nothing", "9:%00", "999999999999999999999"])
def test_a_rule_that_does_not_exist_is_not_found(ben, cast, code):
    for name in ("take_away_rule", "confirm_rule"):
        path = reverse(f"studio:{name}", args=["guardrail", "X"]).replace("X", code)
        assert ben.post(path).status_code == 404
