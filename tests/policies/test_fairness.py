"""What like cases received (fairness band)."""

from datetime import timedelta

import pytest
from cast import person
from django.utils import timezone

from accounts.models import Customer
from policies.facts import Wish
from policies.fairness import Band, band_of, like_cases, needs_reason
from policies.models import Offer, Ruling


def test_too_few_say_nothing():
    assert band_of([1000, 2000, 3000, 4000]) is None


def test_the_band_leaves_out_the_lowest_and_highest_tenth():
    amounts = [100, *range(1000, 3000, 100), 99_000]
    assert band_of(amounts) == Band(count=22, median_cents=1950, low_cents=1100, high_cents=2800)


def test_all_alike():
    assert band_of([2000] * 5) == Band(5, 2000, 2000, 2000)


@pytest.mark.django_db
def test_like_cases_are_the_same_kind_for_the_same_cause(cast):
    now = timezone.now()
    for cents in [1000, 1500, 2000, 2500, 3000]:
        like = Customer.objects.create(person=person(f"Like {cents}"))
        Ruling.request(cast.anna, cast.ticket(customer=like), Wish("voucher", cents), key=f"k{cents}")
    other = cast.ticket(customer=cast.eva, by=cast.eva.person)
    assert like_cases(other, Wish("voucher", 9000), at=now) == Band(5, 2000, 1000, 3000)
    assert like_cases(other, Wish("refund", 9000), at=now) is None
    Offer.objects.filter(cents=3000).update(at=now - timedelta(days=181))
    assert like_cases(other, Wish("voucher", 9000), at=now) is None


def test_only_what_lies_outside_needs_a_reason():
    band = Band(10, 2000, 1500, 3000)
    assert not needs_reason(Wish("voucher", 1500), band)
    assert needs_reason(Wish("voucher", 1400), band)
    assert needs_reason(Wish("voucher", 3100), band)
    assert not needs_reason(Wish("voucher", 3100, why="Third time in a month."), band)
    assert not needs_reason(Wish("voucher", 3100), None)
