"""No offer to newcomers without an answer to those who are here already (C04); matching it within the field (C05)."""

from datetime import timedelta

import pytest
from cast import MONDAY, person
from django.db import IntegrityError, transaction

from accounts.models import Customer
from policies.facts import Wish
from policies.models import AcquisitionOffer, GestureKind, Level, Rulebook, Ruling
from policies.newcomers.counterpart import CAUSE, MATCH
from policies.newcomers.terms import Endings, asked, endings
from tickets.models import Cause, Ticket

pytestmark = pytest.mark.django_db
TODAY = MONDAY.date()


def newcomers_offer(cast, **said):
    said = {
        "name_en": "Welcome",
        "name_de": "Willkommen",
        "gets_en": "Two months free",
        "gets_de": "Zwei Monate gratis",
        "worth_cents": 2400,
        "starts": TODAY,
        "ends": None,
        **said,
    }
    return AcquisitionOffer.plan(by=said.pop("by", cast.ben), key=said.pop("key", "k"), at=MONDAY, **said)


@pytest.fixture
def cause(cast):
    return Cause.objects.create(code=CAUSE, name_en="A better offer", name_de="Besser", team=cast.north)


def wishes(cast, cause, count, *, status="established", at=MONDAY):
    found = []
    for number in range(count):
        customer = Customer.objects.create(person=person(f"{status} {at:%d} {number}"), status=status)
        found.append(cast.ticket(customer=customer, by=customer.person, cause=cause, at=at))
    return found


def test_the_same_key_is_the_same_offer(cast):
    first = newcomers_offer(cast)
    assert newcomers_offer(cast, name_en="Other") == first
    assert newcomers_offer(cast, by=cast.anna) != first


def test_c04_without_a_counterpart_it_cannot_be_activated(cast):
    offer = newcomers_offer(cast)
    refusal = offer.activate(by=cast.ben, at=MONDAY)
    assert (refusal.code, offer.activated_at, offer.stands(TODAY)) == ("counterpart", None, "draft")
    with pytest.raises(IntegrityError), transaction.atomic():
        AcquisitionOffer.objects.filter(pk=offer.pk).update(activated_at=MONDAY)


@pytest.mark.parametrize("kind", ["equivalent", "none"])
@pytest.mark.parametrize("words", [{}, {"words_en": "x"}, {"words_de": "x"}])
def test_c04_an_answer_says_what_or_why_in_both_languages(cast, kind, words):
    offer = newcomers_offer(cast)
    assert offer.answer_with(kind, by=cast.ben, **words).code == "words"
    assert offer.counterpart is None
    with pytest.raises(ValueError, match="is not a valid"):
        offer.answer_with("perhaps", by=cast.ben)


@pytest.mark.parametrize("kind", ["same", "equivalent", "none"])
def test_c04_with_a_counterpart_it_runs(cast, kind):
    offer = newcomers_offer(cast)
    assert offer.answer_with(kind, by=cast.ben, words_en="Because", words_de="Weil") is None
    assert offer.activate(by=cast.ben, at=MONDAY) is None
    assert offer.activate(by=cast.anna, at=MONDAY + timedelta(days=1)) is None
    offer.refresh_from_db()
    assert (offer.activated_at, offer.activated_by, offer.stands(TODAY)) == (MONDAY, cast.ben, "running")
    assert offer.counterpart.words == ("" if kind == "same" else "Because")


def test_a_later_answer_replaces_the_one_before(cast):
    offer = newcomers_offer(cast)
    offer.answer_with("same", by=cast.ben)
    offer.activate(by=cast.ben)
    offer.answer_with("none", words_en="Costs", words_de="Kosten", by=cast.dora)
    offer.refresh_from_db()
    assert (offer.counterpart.kind, offer.counterpart.by) == ("none", cast.dora)


def test_it_runs_from_its_first_to_its_last_day(cast):
    offer = newcomers_offer(cast, starts=TODAY + timedelta(days=1), ends=TODAY + timedelta(days=3))
    offer.answer_with("same", by=cast.ben)
    offer.activate(by=cast.ben)
    days = [TODAY + timedelta(days=n) for n in range(5)]
    assert [offer.stands(day) for day in days] == ["planned", "running", "running", "running", "ended"]
    found = [AcquisitionOffer.objects.running(day).count() for day in days]
    assert found == [0, 1, 1, 1, 0]
    assert offer.end(at=MONDAY)
    assert not offer.end(at=MONDAY)
    assert offer.stands(days[1]) == "ended"
    assert AcquisitionOffer.objects.running(days[1]).count() == 0
    assert offer.activate(by=cast.ben).code == "ended"


def test_leads_manage_it_and_nobody_else(cast):
    newcomers_offer(cast)
    admin = person("Ada", is_staff=True)
    for who, sees in [(cast.ben, 1), (cast.dora, 1), (admin, 1), (cast.anna, 0), (cast.cem.person, 0)]:
        assert AcquisitionOffer.objects.managed_by(who).count() == sees


def test_c04_how_many_existing_customers_asked_while_it_ran(cast, cause, django_assert_num_queries):
    offer = newcomers_offer(cast, ends=TODAY + timedelta(days=9))
    other = newcomers_offer(
        cast, key="other", starts=TODAY - timedelta(days=20), ends=TODAY - timedelta(days=10)
    )
    (first, *_rest) = wishes(cast, cause, 3)
    cast.ticket(
        customer=first.customer, by=first.customer.person, cause=cause, at=MONDAY
    )  # asked twice is one
    wishes(cast, cause, 1, status="prospect")
    wishes(cast, cause, 1, status="former")
    wishes(cast, cause, 2, at=MONDAY - timedelta(days=12))
    wishes(cast, cause, 1, at=MONDAY + timedelta(days=10))
    cast.ticket(at=MONDAY)
    with django_assert_num_queries(1):
        assert asked([offer, other]) == {offer.pk: 3, other.pk: 2}
    assert asked([]) == {}
    offer.end(at=MONDAY - timedelta(minutes=1))
    assert asked([offer]) == {offer.pk: 0}


# ---- matching (C05) --------------------------------------------------------------------------------------------


@pytest.fixture
def match(cast, cause):
    with Rulebook.amend(by=None, note="match", at=MONDAY) as book:
        GestureKind.objects.create(
            rulebook=book,
            code=MATCH,
            name_en="Same terms",
            name_de="Gleiche Konditionen",
            form="discount",
            reversible=True,
        )
    Level.objects.create(agent=cast.anna, cause=cause, level=2)
    return cause


@pytest.mark.parametrize(("cents", "outcome"), [(2400, "DO"), (5000, "DO"), (5001, "ASK_SILENCE_YES")])
def test_c05_a_match_within_the_limit_is_done_at_once(cast, match, cents, outcome):
    (ticket,) = wishes(cast, match, 1)
    ruling = Ruling.request(cast.anna, ticket, Wish(MATCH, cents), key="m", at=MONDAY)
    assert ruling.outcome == outcome


def test_c05_how_requests_end_sums_up_to_a_hundred(cast, match, django_assert_num_queries):
    tickets = wishes(cast, match, 7)
    Ruling.request(cast.anna, tickets[0], Wish(MATCH, 100), key="0", at=MONDAY)
    Ruling.request(cast.anna, tickets[1], Wish("voucher", 100), key="1", at=MONDAY)
    back = Ruling.request(cast.anna, tickets[2], Wish(MATCH, 100), key="2", at=MONDAY)
    back.offer.reverse(by=cast.anna, why="x", at=MONDAY)
    for ticket in tickets[2:5]:
        ticket.move("solved", by=cast.anna, at=MONDAY)
    wishes(cast, match, 1, at=MONDAY - timedelta(days=91))
    with django_assert_num_queries(1):
        found = endings(at=MONDAY + timedelta(minutes=1))
    assert found == Endings(matched=1, otherwise=1, refused=3, open=2)
    assert (found.ended, found.shares) == (5, (20, 20, 60))
    assert Ticket.objects.filter(cause=match).count() == 8


@pytest.mark.parametrize(
    ("counts", "shares"),
    [
        ((1, 1, 1), (34, 33, 33)),
        ((2, 2, 3), (29, 28, 43)),
        ((0, 0, 0), (0, 0, 0)),
        ((0, 0, 9), (0, 0, 100)),
        ((1, 0, 199), (1, 0, 99)),
    ],
)
def test_shares_make_a_hundred(counts, shares):
    assert Endings(*counts, open=5).shares == shares
