"""At four minutes of a talk the field of its case is wider, for whoever talks and while they do; nothing ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, Cast
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from policies.facts import Wish, gather, rules_in_force
from policies.language.discretion import internals_of
from policies.models import Rulebook, Ruling, Term
from policies.rules.narrowing import narrowed
from policies.rules.rehearsal import Rehearsal, rehearse_now
from policies.rules.term import Terms, terms_on
from tickets.models import Chat, Place

pytestmark = pytest.mark.django_db


def at(seconds: float):
    return MONDAY + timedelta(seconds=seconds)


def in_long_talks(percent: int, *, loyalty: int = 0) -> None:
    with Rulebook.amend(by=None, note="Long talks", at=MONDAY) as book:
        Term.objects.filter(rulebook=book).delete()
        Term.objects.create(rulebook=book, name="talk_percent", value=percent)
        if loyalty:
            Term.objects.create(rulebook=book, name="loyalty", value=loyalty)


def taken(cast: Cast) -> Chat:
    """Anna talks to Cem from Monday, ten o'clock on."""
    chat = Chat.start(cast.cem, cause=cast.late, text="Where is it?", key="k1", at=at(0))
    assert chat.place.offer(cast.anna, at=at(0))
    assert chat.accept(by=cast.anna, at=at(0))
    return chat


def limits(agent, ticket, seconds: float) -> tuple[int, int, int]:
    facts = gather(agent, ticket, Wish("voucher", 500), at=at(seconds))
    return facts.own_limit_cents, facts.stretch_limit_cents, facts.customer_limit_cents


def test_from_four_minutes_on_and_only_while_they_talk(cast):
    in_long_talks(150)
    chat = taken(cast)
    own, stretch, customer = limits(cast.anna, chat.ticket, 239)
    wider = (own * 3 // 2, stretch * 3 // 2, customer)
    assert [limits(cast.anna, chat.ticket, s) for s in (240, 241, 3600)] == [wider] * 3
    assert limits(cast.ben, chat.ticket, 300) == limits(cast.ben, chat.ticket, 0)
    eva = cast.ticket(customer=cast.eva, by=cast.eva.person)
    assert limits(cast.anna, eva, 300)[0] == own
    chat.end("Told the day", by=cast.anna, at=at(400))
    assert limits(cast.anna, chat.ticket, 401) == (own, stretch, customer)


def test_a_call_widens_the_tickets_of_whoever_calls(cast):
    in_long_talks(120)
    ticket = cast.ticket(at=MONDAY)
    place = Place.enter(cast.north, customer=cast.cem, at=at(0))
    assert place.answered(by=cast.anna, at=at(0))
    own = limits(cast.anna, ticket, 0)[0]
    assert limits(cast.anna, ticket, 300)[0] == own * 6 // 5


def test_years_and_a_long_talk_are_not_multiplied_the_wider_one_holds(cast):
    in_long_talks(150, loyalty=120)
    chat = taken(cast)
    plain = limits(cast.anna, chat.ticket, 0)[0] * 100 // 120
    assert limits(cast.anna, chat.ticket, 300)[0] == plain * 150 // 100
    in_long_talks(110, loyalty=120)
    assert limits(cast.anna, chat.ticket, 300)[0] == plain * 120 // 100


def test_a_house_that_says_nothing_about_it_is_asked_nothing_more(cast):
    chat = taken(cast)
    limits(cast.anna, chat.ticket, 300)
    with CaptureQueriesContext(connection) as silent:
        assert limits(cast.anna, chat.ticket, 3600) == limits(cast.anna, chat.ticket, 0)
    in_long_talks(150)
    limits(cast.anna, chat.ticket, 300)
    with CaptureQueriesContext(connection) as asked:
        assert limits(cast.anna, chat.ticket, 3600) != limits(cast.anna, chat.ticket, 0)
    assert len(asked) == len(silent) + 2


def test_what_was_decided_says_so_and_is_rehearsed_with_the_terms_of_the_draft(cast):
    in_long_talks(150)
    chat = taken(cast)
    own = limits(cast.anna, chat.ticket, 0)[0]
    Place.objects.update(answered_at=timezone.now() - timedelta(minutes=5))
    ruling = Ruling.request(cast.anna, chat.ticket, Wish("voucher", own + 100), key="k")
    assert (ruling.outcome, ruling.circumstances["long_talk"]) == ("DO", True)
    assert (
        "long_talk" not in Ruling.weigh(cast.anna, chat.ticket, Wish("voucher", 100), at=at(10)).circumstances
    )
    draft = Rulebook.draft(by=cast.ben, note="No more room in long talks")
    Term.objects.filter(rulebook=draft).delete()
    rehearsal = Rehearsal.ask(draft, by=cast.ben)
    rehearse_now()
    rehearsal.refresh_from_db()
    changes = [(row["before"], row["after"]) for row in rehearsal.found["changes"]]
    assert changes == [("DO", "ASK_SILENCE_YES")]


@pytest.mark.parametrize(
    ("minutes", "ended_after", "changes"),
    [
        (3, None, []),
        (5, None, [("ASK_SILENCE_YES", "DO")]),
        (5, 6, [("ASK_SILENCE_YES", "DO")]),
        (7, 6, []),
    ],
)
def test_a_wider_field_in_long_talks_is_rehearsed_with_the_talks_there_were(
    cast, minutes, ended_after, changes
):
    """Under the rules of then nobody asked how long they talked; the places in line remember it."""
    in_long_talks(100)
    chat, begun = taken(cast), timezone.now() - timedelta(hours=1)
    Place.objects.update(answered_at=begun)
    own, then = limits(cast.anna, chat.ticket, 0)[0], begun + timedelta(minutes=minutes)
    ruling = Ruling.request(cast.anna, chat.ticket, Wish("voucher", own + 100), key="k", at=then)
    assert (ruling.outcome, "long_talk" in ruling.circumstances) == ("ASK_SILENCE_YES", False)
    if ended_after:
        Place.objects.update(phase="ended", ended_at=begun + timedelta(minutes=ended_after))
    draft = Rulebook.draft(by=cast.ben, note="More room in long talks")
    Term.objects.filter(rulebook=draft, name="talk_percent").update(value=150)
    rehearsal = Rehearsal.ask(draft, by=cast.ben)
    rehearse_now()
    rehearsal.refresh_from_db()
    assert [(row["before"], row["after"]) for row in rehearsal.found["changes"]] == changes


def test_narrowing_it_says_why_and_until_when_and_it_never_leaves_less_than_the_plain_limit(cast):
    in_long_talks(150)
    before = rules_in_force()
    in_long_talks(120)
    assert len(narrowed(before, rules_in_force(), on=MONDAY.date())) == 1
    assert narrowed(rules_in_force(), before, on=MONDAY.date()) == []
    assert terms_on([], MONDAY.date()) == Terms(talk_percent=100)
    book = Rulebook.objects.in_force()
    for value in (99, 201):
        with pytest.raises(IntegrityError), transaction.atomic():
            Term.objects.filter(rulebook=book, name="talk_percent").update(value=value)


def test_the_wider_limit_is_nothing_a_customer_reads(cast):
    in_long_talks(150)
    chat = taken(cast)
    own = limits(cast.anna, chat.ticket, 0)[0]
    Place.objects.update(answered_at=MONDAY)
    assert any(str(own * 3 // 2 // 100) in word for word in internals_of(chat.ticket, cast.anna))
