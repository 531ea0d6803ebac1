"""What must be known before something is given grows with the amount and never shrinks."""

from __future__ import annotations

import pytest
from cast import MONDAY, Cast
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from policies.facts import Wish
from policies.models import CustomerWish, NeededFact, Rulebook, Ruling
from policies.rules.needed import needed

rows = st.lists(
    st.builds(
        NeededFact,
        fact=st.sampled_from(["fault", "why", "wish", "customer_since"]),
        from_cents=st.integers(1, 100_000),
        cause_id=st.sampled_from([None, 1, 2]),
    ),
    max_size=8,
)


@given(rows, st.integers(0, 100_000), st.integers(0, 100_000), st.sampled_from([1, 2, 3]))
def test_a_larger_amount_never_needs_less(found, one, other, cause):
    less, more = sorted([one, other])
    assert needed(found, cause_id=cause, cents=less) <= needed(found, cause_id=cause, cents=more)
    assert needed(found, cause_id=cause, cents=0) == frozenset()


@pytest.fixture
def asking(cast: Cast) -> Cast:
    with Rulebook.amend(by=None, note="Know first") as book:
        for fact, cents, cause in [
            ("fault", 1000, None),
            ("wish", 3000, None),
            ("customer_since", 3000, cast.broken),
        ]:
            NeededFact.objects.create(rulebook=book, fact=fact, from_cents=cents, cause=cause)
    return cast


def weighed(cast: Cast, wish: Wish, **ticket: object) -> tuple[str, tuple[str, ...]]:
    ruling = Ruling.weigh(cast.anna, cast.ticket(at=MONDAY, **ticket), wish, at=MONDAY)
    return ruling.outcome, ruling.weighed.missing


@pytest.mark.django_db
def test_what_is_missing_is_said_and_what_is_known_is_not(asking: Cast) -> None:
    assert weighed(asking, Wish("voucher", 999)) == ("DO", ())
    assert weighed(asking, Wish("voucher", 1000)) == ("NEED_FACTS", ("fault",))
    assert weighed(asking, Wish("voucher", 1000, fault="own")) == ("DO", ())
    assert weighed(asking, Wish("voucher", 3000)) == ("NEED_FACTS", ("fault", "wish"))
    ticket = asking.ticket(at=MONDAY)
    CustomerWish.hear(ticket, "money", by=asking.anna, at=MONDAY)
    assert Ruling.weigh(asking.anna, ticket, Wish("voucher", 3000, fault="own"), at=MONDAY).outcome == "DO"


@pytest.mark.django_db
def test_what_the_first_steps_settle_needs_no_facts(asking: Cast) -> None:
    assert weighed(asking, Wish("voucher", 9000, owed_by="law"))[0] == "OWED"
    assert weighed(asking, Wish("call"))[0] == "DO"


@pytest.mark.django_db
def test_the_quiet_ones_get_what_was_explained_where_it_began(asking: Cast) -> None:
    assert weighed(asking, Wish("voucher", 3000, explained=True)) == ("DO", ())


@pytest.mark.django_db
def test_free_help_can_need_nothing(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        NeededFact.objects.create(rulebook=Rulebook.objects.in_force(), fact="why", from_cents=0)
