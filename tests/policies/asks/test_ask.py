"""A question to a named person: answered, granted by silence, passed on, or back with the asker; never a silent no."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from cast import MONDAY
from django.db import connection
from walls import walls_down

from policies.asks.silence import MOST_SILENT_YESES
from policies.asks.sweep import sweep_asks_now
from policies.facts import Wish, forget_rules
from policies.ledger.transfer import Step, book, period_at
from policies.models import Ask, BudgetPeriod, Offer, Paid, Rulebook, Ruling
from policies.referral import SHORTEST
from policies.wollen import Stance
from tickets.models import Event, Notice

pytestmark = pytest.mark.django_db
ABOVE_ANNAS, ABOVE_BENS = Wish("voucher", 8000), Wish("voucher", 25_000)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def asking(cast: object) -> Callable[..., Ask]:
    """Anna asks about a new ticket on Monday at ten."""

    def ask(wish: Wish = ABOVE_ANNAS, *, by: object = cast.anna, **how: object) -> Ask:
        ticket = cast.ticket(at=MONDAY, **how)
        return Ruling.request(by, ticket, wish, key=f"{ticket.pk}", at=MONDAY).ask

    return ask


@pytest.fixture
def known(asking: Callable[..., Ask], cast: object) -> Ask:
    """Ben has answered a question of this kind before, so it is not the first."""
    ask = asking()
    assert ask.decline(by=cast.ben, words="Not this time.", at=MONDAY + MINUTE) is None
    return ask


def kinds(ask: Ask) -> list[str]:
    return [event.kind for event in Event.objects.filter(ticket=ask.ruling.ticket)]


def told(name: str, kind: str) -> int:
    return Notice.objects.filter(person__name=name, event__kind=kind).count()


def test_the_lead_says_yes(asking, cast):
    ask = asking()
    assert (ask.asked, ask.role, ask.due_at) == (cast.ben, "approve", MONDAY + timedelta(hours=2))
    assert told("Ben", "ask_opened") == 1
    assert ask.grant(by=cast.ben, words="Gladly.", at=MONDAY + MINUTE) is None
    ask.refresh_from_db()
    assert (ask.answer, ask.answered_by, ask.words) == ("granted", cast.ben, "Gladly.")
    assert Offer.objects.get().approver == cast.ben
    assert told("Anna", "ask_granted") == 1
    assert kinds(ask)[-2:] == ["offer_made", "ask_granted"]


def test_the_lead_says_no_with_words(asking, cast):
    ask = asking()
    assert ask.decline(by=cast.ben, words="Offer a call.", at=MONDAY + MINUTE) is None
    ask.refresh_from_db()
    assert (ask.answer, ask.answered_by, ask.words) == ("declined", cast.ben, "Offer a call.")
    assert told("Anna", "ask_declined") == 1
    assert not Offer.objects.exists()
    assert not BudgetPeriod.objects.filter(reserved_cents__gt=0).exists()


def test_what_is_answered_stays_answered(asking, cast):
    ask = asking()
    late = Ask.objects.get(pk=ask.pk)
    assert ask.decline(by=cast.ben, words="No.", at=MONDAY) is None
    assert late.grant(by=cast.ben, at=MONDAY).code == "closed"
    assert late.decline(by=cast.ben, words="No.", at=MONDAY).code == "closed"
    late.lapse(now=late.due_at)
    ask.refresh_from_db()
    assert ask.answer == "declined"
    assert not Offer.objects.exists()


@pytest.mark.parametrize("verb", ["grant", "decline"])
def test_nobody_decides_about_their_own_request(asking, cast, verb):
    ask = asking()
    cast.north.welcome(cast.anna, lead=True)
    refusal = getattr(ask, verb)(by=cast.anna, words="Me?", at=MONDAY)
    assert refusal.code == "own"
    assert not Ask.objects.answerable_by(cast.anna).exists()
    ask.refresh_from_db()
    assert ask.is_open


def test_who_is_asked_has_a_limit_too(asking, cast):
    ask = asking(ABOVE_BENS)
    assert ask.asked == cast.ben
    refusal = ask.grant(by=cast.ben, at=MONDAY)
    assert refusal.code == "duerfen"
    assert "above your own limit" in str(refusal.text)
    ask.refresh_from_db()
    assert ask.is_open
    assert not Offer.objects.exists()


def test_money_used_up_meanwhile_is_said_in_words_and_the_question_stays_open(asking, cast):
    ask = asking()
    for budget in (cast.budget, cast.pool):
        period = period_at(budget, at=MONDAY)
        book(period, Step.RESERVE, period.left_cents - 7999, key=f"all of {budget.pk}", by=None, at=MONDAY)
    refusal = ask.grant(by=cast.ben, at=MONDAY + MINUTE)
    assert refusal.code == "budget"
    assert "budgets of this month" in str(refusal.text)
    ask.refresh_from_db()
    assert (ask.is_open, ask.answer, ask.asked) == (True, "", cast.ben)
    assert not Offer.objects.exists()


def test_the_pool_pays_what_the_own_budget_cannot(asking, cast):
    ask = asking()
    period = period_at(cast.budget, at=MONDAY)
    book(period, Step.RESERVE, period.left_cents, key="all of it", by=None, at=MONDAY)
    assert ask.grant(by=cast.ben, at=MONDAY + MINUTE) is None
    assert Offer.objects.get().period.budget == cast.pool


def test_what_the_catalogue_no_longer_holds_is_refused_in_words_and_not_given_by_silence(known, asking, cast):
    ask = asking()
    with Rulebook.amend(by=None, note="No more vouchers", at=MONDAY) as book_:
        book_.gesture_kinds.filter(code="voucher").delete()
    forget_rules()
    assert ask.grant(by=cast.ben, at=MONDAY + MINUTE).code == "gone"
    assert passed_on(ask)
    assert ask.decline(by=cast.ben, words="We give no vouchers any more.", at=ask.due_at) is None


# ---- silence -------------------------------------------------------------------------------------------------


def test_silence_grants_at_the_deadline_and_not_before(known, asking, cast):
    ask = asking()
    sweep_asks_now(now=ask.due_at - MINUTE)
    ask.refresh_from_db()
    assert ask.is_open
    for _beat in range(3):
        sweep_asks_now(now=ask.due_at)
    ask.refresh_from_db()
    assert (ask.answer, ask.answered_by, ask.closed_at) == ("silence", cast.ben, ask.due_at)
    assert Offer.objects.get().approver == cast.ben
    assert Event.objects.filter(kind="ask_granted", by=None).count() == 1
    assert told("Anna", "ask_granted") == 1


def passed_on(ask: Ask) -> bool:
    sweep_asks_now(now=ask.due_at)
    ask.refresh_from_db()
    assert ask.is_open
    assert not Offer.objects.filter(ruling=ask.ruling).exists()
    return kinds(ask).count("ask_passed_on") == 1


def test_silence_is_no_yes_to_the_first_question_of_its_kind(asking):
    assert passed_on(asking())


def test_silence_is_no_yes_for_what_cannot_be_taken_back(known, asking):
    assert passed_on(asking(Wish("refund", 8000)))


def test_silence_is_no_yes_of_somebody_who_has_left(known, asking, cast):
    ask = asking()
    cast.ben.is_active = False
    cast.ben.save(update_fields=["is_active"])
    assert passed_on(ask)


def test_silence_is_no_yes_to_what_the_asked_could_not_grant_aloud(known, asking, cast):
    """Ben's limit was lowered while he was asked; his silence cannot give more than his word."""
    ask = asking()
    with Rulebook.amend(by=None, note="Smaller", at=MONDAY) as book_:
        book_.limits.filter(role="lead").update(own_cents=6000)
    forget_rules()
    assert passed_on(ask)


def test_silence_is_no_yes_beyond_what_was_paid(known, asking, cast):
    ask = asking()
    Paid.note(ask.ruling.ticket, 5000, source="document", by=cast.anna)
    assert passed_on(ask)


@pytest.mark.parametrize(("days_ago", "counts"), [(29, True), (31, False)])
def test_after_ten_silent_yeses_in_thirty_days_the_limit_is_wrong_and_silence_ends(
    asking, cast, days_ago, counts
):
    asks = [asking(customer=cast.eva if n else cast.cem) for n in range(MOST_SILENT_YESES + 1)]
    last = asks.pop()
    at = last.due_at - timedelta(days=days_ago)
    closed = {"answer": "silence", "answered_by": cast.ben, "closed_at": at}
    Ask.objects.filter(pk__in=[ask.pk for ask in asks]).update(**closed)
    assert passed_on(last) if counts else not last.lapse(now=last.due_at)
    last.refresh_from_db()
    assert last.answer == ("" if counts else "silence")


def test_money_used_up_at_the_deadline_passes_the_question_on(known, asking, cast):
    ask = asking()
    for budget in (cast.budget, cast.pool):
        period = period_at(budget, at=MONDAY)
        book(period, Step.RESERVE, period.left_cents, key=f"all of {budget.pk}", by=None, at=MONDAY)
    assert passed_on(ask)


# ---- onwards -------------------------------------------------------------------------------------------------


def test_without_another_lead_the_question_leaves_the_team_and_can_be_answered_there(asking, cast):
    """Ben asks; nobody in North is above him. Dora leads South: she reads this question and nothing else of North."""
    ask = asking(ABOVE_BENS, by=cast.ben)
    assert ask.asked == cast.dora
    assert list(Ask.objects.answerable_by(cast.dora)) == [ask]
    assert not Ask.objects.answerable_by(cast.ben).exists()
    assert not Ask.objects.answerable_by(cast.anna).exists()
    assert ask.decline(by=cast.dora, words="Ask me on Friday.", at=MONDAY) is None


def test_who_no_longer_works_here_loses_the_questions_put_to_them(asking, cast):
    asking()
    assert Ask.objects.answerable_by(cast.ben).exists()
    cast.north.dismiss(cast.ben)
    assert not Ask.objects.answerable_by(cast.ben).exists()


def test_reminders_do_not_crowd_before_the_end_of_a_promise(asking):
    """Half of what is left, again and again, would be a mail every second at last."""
    ask = asking()
    promise = ask.ruling.ticket.clocks.get(kind="first_response").due_at
    sweep_asks_now(now=promise - timedelta(seconds=20))
    ask.refresh_from_db()
    assert ask.due_at == promise - timedelta(seconds=20) + SHORTEST


def test_taking_over_assigns_the_ticket(asking, cast):
    ticket = cast.ticket(at=MONDAY)
    Stance.take(cast.anna, ticket, "not_now", at=MONDAY)
    ask = Ruling.request(cast.anna, ticket, Wish("voucher", 2000), key="k", at=MONDAY).ask
    assert (ask.role, ask.asked) == ("take_over", cast.ben)
    assert ask.grant(by=cast.dora, at=MONDAY).code == "team"
    assert ask.grant(by=cast.ben, at=MONDAY) is None
    ticket.refresh_from_db()
    ask.refresh_from_db()
    assert (ticket.assignee, ask.answer) == (cast.ben, "taken")
    assert told("Anna", "ask_taken") == 1
    assert not Offer.objects.exists()


def test_what_nobody_takes_over_comes_back_to_the_agent(asking, cast):
    ticket = cast.ticket(at=MONDAY)
    Stance.take(cast.anna, ticket, "not_now", at=MONDAY)
    ruling = Ruling.request(cast.anna, ticket, Wish("voucher", 2000), key="k", at=MONDAY)
    assert ruling.answer.then == "DO"
    for _beat in range(2):
        sweep_asks_now(now=ruling.ask.due_at)
    ask = Ask.objects.get()
    assert (ask.answer, ask.answered_by) == ("returned", None)
    assert told("Anna", "ask_returned") == 1
    # Anna says it is fine now, and what was free from the beginning is done.
    Stance.take(cast.anna, ticket, "fine", at=MONDAY)
    again = Ruling.request(cast.anna, ticket, Wish("voucher", 2000), key="k2", at=ask.due_at)
    assert again.outcome == "DO"


def test_a_question_that_cannot_lapse_waits_longer_each_time_and_stops_nobody(known, asking, cast):
    stuck, other = asking(), asking()
    with walls_down(connection):
        Ruling.objects.filter(pk=stuck.ruling_id).update(facts={})
    waits, now = [], stuck.due_at
    for _try in range(5):
        sweep_asks_now(now=now)
        stuck.refresh_from_db()
        waits.append(stuck.due_at - now)
        now = stuck.due_at
    other.refresh_from_db()
    assert other.answer == "silence"
    assert waits == sorted(set(waits))
    assert waits[0] >= MINUTE
    assert waits[-1] <= timedelta(hours=3)
    assert stuck.is_open
