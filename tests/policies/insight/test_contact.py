"""Whether asking again pays (C21), how much comes unasked (C22), how many rules an average case meets (C36)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import Cast
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from policies.facts import Wish
from policies.insight.contact import Prompting, prompting
from policies.insight.met import counted, in_the_way, rules_met
from policies.insight.share import Share
from policies.insight.spread import Mean, Ratio, ratio_of
from policies.models import Offer, Ruling


def test_a_mean_has_its_interval_and_is_silent_about_too_few() -> None:
    mean = Mean.among([1, 2, 3] * 10)
    low, high = mean.interval
    assert (mean.of, mean.value, mean.too_few, Mean.among([1] * 29).too_few) == (30, 2, False, True)
    assert (round(low, 2), round(high, 2)) == (1.7, 2.3)
    assert Mean.among([]).interval == (0, 0)


def test_C21_later_gestures_are_held_against_first_ones_for_the_same_cause() -> None:
    first = {"late": [1000] * 30, "dear": [9000] * 30}
    assert ratio_of(first, {"late": [1000] * 30}).value == 1  # and not 1000 over the mean of both causes
    louder = ratio_of(first, {"late": [1200] * 40, "dear": [10_800] * 2})
    assert (louder.value, louder.first, louder.later, louder.too_few) == (pytest.approx(1.2), 60, 42, False)
    assert ratio_of({"late": [1000] * 4}, {"late": [2000] * 40}) == Ratio(None, (0.0, 0.0), 0, 0)


@pytest.mark.parametrize(
    ("later", "pays"), [([1000, 1200] * 20, True), ([1000, 1080] * 20, False), ([1200] * 29, False)]
)
def test_C21_the_lead_is_asked_only_beyond_what_is_allowed_and_told(later: list[int], pays: bool) -> None:
    gain = ratio_of({"late": [990, 1010] * 20}, {"late": later})
    assert Prompting(gain, Share(0, 0), Share(0, 0)).pays_to_nag is pays


def test_C22_less_than_three_in_ten_unasked_is_said_only_of_enough() -> None:
    gain = Ratio(None, (0.0, 0.0), 0, 0)
    seen = [Prompting(gain, Share(*said), Share(0, 0)) for said in ((8, 30), (9, 30), (8, 29))]
    assert [one.too_rarely_unasked for one in seen] == [True, False, False]


@pytest.mark.django_db
def test_the_contact_is_the_customers_own_about_this_cause_in_a_month(
    cast: Cast, django_assert_num_queries: object
) -> None:
    now = timezone.now()
    asked, quiet = cast.ticket(), cast.ticket(customer=cast.eva)
    quiet.messages.update(from_customer=False)
    asked.messages.update(at=now - timedelta(days=3))
    for number in range(3):
        ticket = quiet if number == 2 else asked
        ruling = Ruling.request(cast.anna, ticket, Wish("voucher", 1000 + number), key=f"{number}", at=now)
        Offer.objects.filter(ruling=ruling).update(at=now - timedelta(days=2 - number))
        asked.write("And now?", by=cast.cem.person, from_customer=True, at=now - timedelta(days=1, hours=1))
    asked.write("Long ago.", by=cast.cem.person, from_customer=True, at=now - timedelta(days=60))
    with django_assert_num_queries(1):
        found = prompting(at=now + timedelta(minutes=1))
    assert (found.unprompted, found.moneyless) == (Share(1, 3), Share(0, 3))
    assert (found.gain.value, found.gain.too_few) == (None, True)


def test_C36_only_what_stood_in_the_way_counts_and_each_rule_once() -> None:
    reasons = [
        {"code": "within-own-limit", "dimension": "duerfen", "params": {}},
        {"code": "level-reached", "dimension": "koennen", "params": {}},
        {"code": "will-not-now", "dimension": "wollen", "params": {}},
    ]
    assert in_the_way(reasons) == set()
    rails = [{"code": "guardrail", "dimension": "guardrail", "params": {"guardrail": code}} for code in "aab"]
    assert in_the_way([*reasons, *rails]) == {"guardrail a", "guardrail b"}
    found = counted({1: {"guardrail a"}, 2: set(), 3: {"a", "b"}, 4: set()})
    assert (found.mean.value, found.free) == (0.75, Share(2, 4))


@pytest.mark.django_db
def test_C36_a_case_with_many_requests_is_one_case(client: Client, cast: Cast) -> None:
    ticket = cast.ticket()
    for number, cents in enumerate((9000, 9100, 1000)):
        Ruling.request(cast.anna, ticket, Wish("voucher", cents), key=f"{number}")
    met = rules_met(at=timezone.now())
    assert (met.mean.of, met.mean.value, met.free) == (1, 1.0, Share(0, 1))
    client.force_login(cast.ben, "django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("studio:insight")).content.decode()
    assert "1 case with a request in 90 days; a mean is told from 30 on." in page
