"""Two answers to one question in the same moment: exactly one of them counts, and is paid once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from harness import NOWHERE, at_once, desk, together

from policies.asks.link import AnswerLink
from policies.challenges.challenge import Challenge, suspended_in
from policies.challenges.rule import Kind, Rule
from policies.facts import Wish
from policies.ledger.transfer import reconcile
from policies.models import Ask, BudgetPeriod, Offer, Ruling
from policies.referral import Refusal
from tickets.models import Event, Notice, OutgoingMail

pytest_plugins = ["wires"]
pytestmark = pytest.mark.django_db(transaction=True)
MANY, EIGHTY = 5, 8000


@pytest.fixture
def asks(cast) -> list[Ask]:
    """Anna asks Ben five times; silence would grant, for one such question was answered before."""
    now = timezone.now()
    rulings = [
        Ruling.request(cast.anna, ticket, Wish("voucher", EIGHTY), key=f"{ticket.pk}", at=now)
        for ticket in desk(cast, MANY + 1)
    ]
    assert rulings[0].ask.decline(by=cast.ben, words="Not this one.", at=now) is None
    return [ruling.ask for ruling in rulings[1:]]


def in_pairs(asks: list[Ask], one: Callable[[Ask], object], other: Callable[[Ask], object]) -> list[object]:
    """Both deeds on every ask in the same moment, each by somebody who read it before."""

    def deed(number: int) -> object:
        return (one, other)[number % 2](Ask.objects.get(pk=asks[number // 2].pk))

    answers = together(2 * len(asks), deed)
    assert [a for a in answers if isinstance(a, Exception)] == []
    return answers


def paid(count: int) -> None:
    """So many offers, and as much reserved as they cost."""
    assert Offer.objects.count() == count
    assert OutgoingMail.objects.filter(key__startswith="gesture:").count() == count
    reserved = BudgetPeriod.objects.values_list("reserved_cents", flat=True)
    assert sum(reserved) == count * EIGHTY
    assert reconcile() == []


def reports(*kinds: str) -> list[int]:
    """How many of these events each question has; Anna was told of each."""
    events = Event.objects.filter(
        kind__in=kinds, data__ask__in=list(Ask.objects.values_list("pk", flat=True))
    )
    assert Notice.objects.filter(event__in=events, person__name="Anna").count() == len(events)
    return list(Counter(event.data["ask"] for event in events).values())


def test_granted_twice_it_is_given_once(cast, asks, no_redis):
    answers = in_pairs(asks, lambda a: a.grant(by=cast.ben), lambda a: a.grant(by=cast.ben))
    assert Counter(a.code if isinstance(a, Refusal) else "yes" for a in answers) == {
        "yes": MANY,
        "closed": MANY,
    }
    assert reports("ask_granted") == [1] * MANY
    paid(MANY)


def test_granted_and_declined_at_once_one_of_them_counts(cast, asks, no_redis):
    answers = in_pairs(
        asks, lambda a: a.grant(by=cast.ben), lambda a: a.decline(by=cast.ben, words="Rather not.")
    )
    assert sum(isinstance(a, Refusal) for a in answers) == MANY
    granted = Ask.objects.filter(answer="granted").count()
    assert granted + Ask.objects.filter(answer="declined").count() == MANY + 1  # and the one before
    assert reports("ask_granted", "ask_declined") == [1] * (MANY + 1)
    paid(granted)


def test_granted_and_lapsed_at_once_it_is_given_once(cast, asks, no_redis):
    due = max(ask.due_at for ask in asks)
    in_pairs(asks, lambda a: a.grant(by=cast.ben), lambda a: a.lapse(now=due))
    answers = Counter(Ask.objects.exclude(answer="declined").values_list("answer", flat=True))
    assert answers["granted"] + answers["silence"] == MANY
    assert reports("ask_granted") == [1] * MANY
    paid(MANY)


def test_two_beats_at_once_let_silence_grant_once(cast, asks, no_redis):
    due: datetime = max(ask.due_at for ask in asks)
    at_once("lapse", 2, due.isoformat(), redis_url=NOWHERE)
    assert Ask.objects.filter(answer="silence", answered_by=cast.ben).count() == MANY
    assert reports("ask_granted") == [1] * MANY
    paid(MANY)


def test_two_beats_at_once_pass_a_question_on_once(cast, asks, no_redis):
    Ask.objects.open().update(silence_grants=False)
    due = max(ask.due_at for ask in asks)
    at_once("lapse", 2, due.isoformat(), redis_url=NOWHERE)
    assert Ask.objects.open().filter(step=2, due_at__gt=due).count() == MANY
    assert Event.objects.filter(kind="ask_passed_on").count() == MANY
    paid(0)


def test_silent_yeses_are_counted_one_after_the_other(cast, asks, no_redis):
    """Nine this month: of five more that lapse in the same moment the tenth is granted and four go on."""
    due = max(ask.due_at for ask in asks)
    before = [
        Ruling.request(cast.anna, ticket, Wish("voucher", EIGHTY), key=f"before-{n}").ask
        for n, ticket in enumerate(_more(cast, 9))
    ]
    silent = {"answer": "silence", "answered_by": cast.ben, "closed_at": due - timedelta(days=1)}
    Ask.objects.filter(pk__in=[ask.pk for ask in before]).update(**silent)
    answers = together(MANY, lambda n: Ask.objects.get(pk=asks[n].pk).lapse(now=due))
    assert answers == [None] * MANY
    assert Ask.objects.filter(answer="silence").count() == 10
    assert Ask.objects.open().filter(step=2).count() == MANY - 1
    paid(1)


def _more(cast, count):
    return [cast.ticket(customer=cast.eva) for _n in range(count)]


def test_granted_and_withdrawn_at_once_one_of_them_counts(cast, asks, no_redis):
    in_pairs(asks, lambda a: a.grant(by=cast.ben), lambda a: a.withdraw(by=cast.anna))
    answers = Counter(Ask.objects.exclude(answer="declined").values_list("answer", flat=True))
    assert answers["granted"] + answers["withdrawn"] == MANY
    assert Event.objects.filter(kind__in=["ask_granted", "ask_withdrawn"]).count() == MANY
    paid(answers["granted"])


def test_one_link_used_twice_at_once_answers_once(cast, asks, no_redis):
    now = timezone.now()
    links = {ask.pk: AnswerLink.find(AnswerLink.issue(ask, cast.ben, at=now), now=now) for ask in asks}
    answers = in_pairs(
        asks,
        lambda a: links[a.pk].answer("grant", words="", at=now),
        lambda a: links[a.pk].answer("decline", words="Rather not.", at=now),
    )
    assert sum(isinstance(a, Refusal) for a in answers) == MANY
    assert AnswerLink.objects.exclude(used_at=None).count() == MANY
    paid(Ask.objects.filter(answer="granted").count())


def test_passed_on_and_answered_at_once_it_is_answered_once_by_whoever_had_it(cast, asks, no_redis):
    answers = in_pairs(
        asks, lambda a: a.grant(by=cast.ben), lambda a: a.delegate(cast.dora, by=cast.ben, words="")
    )
    refused = [a.code for a in answers if isinstance(a, Refusal)]
    assert set(refused) <= {"closed", "to"}
    assert Ask.objects.filter(answer="granted").count() == MANY
    paid(MANY)


def test_two_beats_at_once_remind_once(cast, asks, no_redis):
    now = timezone.now()
    Ask.objects.open().update(remind_at=now, due_at=now + timedelta(hours=1))
    answers = together(2 * MANY, lambda n: Ask.objects.get(pk=asks[n // 2].pk).remind(now=now))
    assert answers == [None] * (2 * MANY)
    assert Event.objects.filter(kind="ask_reminded").count() == MANY


def test_a_challenge_answered_while_it_lapses_is_never_both_suspended_and_answered_without_a_word(
    cast, no_redis
):
    ticket, now = cast.ticket(), timezone.now()
    challenge = Challenge.raise_it(Rule(Kind.OWN), ticket, by=cast.anna, why="Why?", at=now)
    due = challenge.due_at

    def deed(number: int) -> object:
        fresh = Challenge.objects.get(pk=challenge.pk)
        return (
            fresh.lapse(now=due) if number else fresh.settle("stays", words="Because.", by=cast.ben, at=due)
        )

    assert together(2, deed) == [None, None]
    challenge.refresh_from_db()
    assert challenge.answer == "stays"
    assert Event.objects.filter(kind="challenge_answered").count() == 1
    assert suspended_in([ticket.team_id]) == {}


def test_a_rule_challenged_by_two_at_once_is_challenged_once(cast, no_redis):
    ticket = cast.ticket()
    done = together(2, lambda n: Challenge.raise_it(Rule(Kind.OWN), ticket, by=cast.anna, why=f"{n}").pk)
    assert (len(set(done)), Challenge.objects.count()) == (1, 1)
