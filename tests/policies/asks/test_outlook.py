"""Every outcome carries its deadline, what happens then, and words for the customer with nothing from inside."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, Cast

from policies.asks.outlook import Outlook, outlook
from policies.facts import Wish
from policies.models import Level, Limit, NeededFact, Rulebook, Ruling, Stance, Tie
from policies.ruling import ASKED
from policies.weigh.decision import Outcome

pytestmark = pytest.mark.django_db


def world(cast: Cast, outcome: str) -> Ruling:
    """A ruling of each outcome, for a customer who reads English."""
    ticket = cast.ticket(at=MONDAY, customer=cast.eva, by=cast.eva.person)
    wish = {"DO_WITH_COLLEAGUE": 1000, "ASK_SILENCE_ESCALATES": 12_000}.get(outcome, 6000)
    wish = Wish("voucher", {"DO": 1000, "DO_AND_TELL": 1000, "WITH_OTHER": 1000}.get(outcome, wish))
    if outcome == "OWED":
        wish = Wish("voucher", 9000, owed_by="law")
    elif outcome == "NEVER":
        cast.eva.status = "prospect"
        cast.eva.save()
        wish = Wish("refund", 1000)
    elif outcome == "DO_WITH_COLLEAGUE":
        Level.objects.filter(agent=cast.anna).update(level=1)
    elif outcome == "HAND_WARM":
        Stance.take(cast.anna, ticket, "not_now", at=MONDAY)
    elif outcome == "WITH_OTHER":
        Tie.declare(cast.anna, cast.eva, "friend")
    elif outcome == "DO_AND_TELL":
        with Rulebook.amend(by=None, note="Trial") as book:
            Limit.objects.filter(rulebook=book, role="agent").update(on_trial=True)
    elif outcome == "NEED_FACTS":
        with Rulebook.amend(by=None, note="Know") as book:
            for fact in ("fault", "why"):
                NeededFact.objects.create(rulebook=book, fact=fact, from_cents=1)
    found = Ruling.weigh(cast.anna, ticket, wish, at=MONDAY)
    assert found.outcome == outcome
    return found


EXPECTED = {
    "OWED": ("", True, "your lead hears of it", "This is your right. You hear from us by today 14:00."),
    "DO": ("", False, "", "You get this from us: Voucher, €10.00."),
    "DO_AND_TELL": ("", False, "", "You get this from us: Voucher, €10.00."),
    "NEED_FACTS": ("", True, "write once more", "please tell us: how it came about."),
    "DO_WITH_COLLEAGUE": ("Ben", True, "a lead decides", "together with a colleague. You have our answer by"),
    "ASK_SILENCE_YES": ("Ben", True, "silence means yes", "You have our answer by today 12:00."),
    "ASK_SILENCE_ESCALATES": ("Ben", True, "one step further", "You have our answer by today 12:00."),
    "HAND_WARM": ("Ben", True, "comes back to you", "you keep your place and hear from us by today 11:00."),
    "WITH_OTHER": ("Ben", True, "next neutral person", "You have our answer by today 11:00."),
    "NEVER": ("", False, "", "We give money back only where money was paid. Offer a personal call."),
}


def test_the_table_has_every_outcome() -> None:
    assert set(EXPECTED) == {outcome.value for outcome in Outcome}


@pytest.mark.parametrize("outcome", EXPECTED)
def test_every_outcome_carries_what_it_must(cast: Cast, outcome: str) -> None:
    asked, waits, then, words = EXPECTED[outcome]
    ruling = world(cast, outcome)
    look: Outlook = outlook(ruling, asks=ruling.answer.outcome in ASKED, at=MONDAY)
    assert (look.asked.name if look.asked else "", look.due_at is not None) == (asked, waits)
    assert (then in look.at_deadline, bool(look.at_deadline)) == (True, bool(then))
    assert words in look.customer_words
    for secret in ("Ben", "50.00", "100.00", "200.00", "level", "limit", "budget"):
        assert secret not in look.customer_words


def test_C30_every_outcome_other_than_do_names_the_nearest(cast: Cast) -> None:
    for outcome in ("ASK_SILENCE_YES", "ASK_SILENCE_ESCALATES"):
        nearest = world(cast, outcome).answer.nearest
        assert (nearest.kind, nearest.cents) == ("voucher", 5000)


def test_a_time_that_has_passed_is_no_promise(cast: Cast) -> None:
    ruling = world(cast, "OWED")
    look = outlook(ruling, asks=False, at=MONDAY + timedelta(days=30))
    assert look.customer_words == "This is your right, and we are seeing to it now."


def test_the_customer_reads_the_own_language(cast: Cast) -> None:
    ruling = Ruling.weigh(cast.anna, cast.ticket(at=MONDAY), Wish("voucher", 6000), at=MONDAY)
    assert outlook(ruling, asks=True, at=MONDAY).customer_words == (
        "Unsere Antwort haben Sie bis heute um 12:00\xa0Uhr."
    )
