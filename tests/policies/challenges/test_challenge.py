"""A rule is doubted where it speaks: with an owner and a deadline; silence suspends a soft rule, never a guardrail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cast import MONDAY, Cast, person
from django.test import Client
from django.utils import timezone

from policies.challenges.challenge import Challenge, sweep_challenges_now
from policies.challenges.rule import Kind, Rule, rules_in
from policies.facts import Wish, gather
from policies.models import Level, Ruling
from policies.refusal import Refusal
from policies.weigh.decision import Outcome
from tickets.models import Event, Notice, OutgoingMail

pytestmark = pytest.mark.django_db
OWN, LEVEL, RAIL = (
    Rule(Kind.OWN),
    Rule(Kind.LEVEL, "late-delivery"),
    Rule(Kind.GUARDRAIL, "no-cash-to-prospects"),
)
EIGHTY = Wish("voucher", 8000)
DUE = datetime(2026, 3, 16, 16, 0, tzinfo=UTC)  # the close of the tenth business day after Monday, 2 March


def raised(cast: Cast, rule: Rule = OWN, **how: object) -> Challenge:
    ticket = how.pop("ticket", None) or cast.ticket(at=MONDAY)
    done = Challenge.raise_it(
        rule, ticket, by=cast.anna, why="Eighty is what a replacement costs.", at=MONDAY
    )
    assert isinstance(done, Challenge)
    return done


def outcome(cast: Cast, wish: Wish = EIGHTY, **how: object) -> Outcome:
    return Ruling.weigh(cast.anna, cast.ticket(at=MONDAY, **how), wish, at=MONDAY).answer.outcome


def told(name: str, kind: str) -> int:
    return Notice.objects.filter(person__name=name, event__kind=kind).count()


def test_c45_it_has_an_owner_a_deadline_of_ten_business_days_and_the_version_it_met(cast):
    challenge = raised(cast)
    assert (challenge.owner, challenge.due_at, challenge.team) == (cast.ben, DUE, cast.north)
    assert challenge.rulebook.state == "published"
    assert told("Ben", "challenge_raised") == 1
    assert OutgoingMail.objects.filter(key__startswith=f"challenge:{challenge.pk}:").count() == 1
    assert challenge.called == {
        "en": "limit: what is decided alone",
        "de": "Rahmen: was man allein entscheidet",
    }


def test_c45_silence_at_the_deadline_suspends_a_soft_rule_for_the_team_until_answered(cast):
    challenge = raised(cast)
    assert outcome(cast) is Outcome.ASK_SILENCE_YES
    sweep_challenges_now(now=DUE - timedelta(seconds=1))
    assert outcome(cast) is Outcome.ASK_SILENCE_YES
    for _beat in range(3):
        sweep_challenges_now(now=DUE)
    assert outcome(cast) is Outcome.DO
    assert Event.objects.filter(kind="challenge_suspended").count() == 1
    assert (told("Anna", "challenge_suspended"), told("Ben", "challenge_suspended")) == (1, 1)
    challenge.refresh_from_db()
    assert (challenge.is_open, challenge.suspended_at, challenge.due_at) == (True, DUE, None)
    assert challenge.settle("stays", words="Above fifty we look together.", by=cast.ben, at=DUE) is None
    assert outcome(cast) is Outcome.ASK_SILENCE_YES
    assert told("Anna", "challenge_answered") == 1


def test_c45_a_suspended_rule_is_suspended_for_no_other_team(cast):
    gus = person("Gus")
    cast.south.welcome(gus)
    Level.objects.create(agent=gus, cause=cast.broken, level=4)
    raised(cast)
    sweep_challenges_now(now=DUE)
    ticket = cast.ticket(cause=cast.broken, at=MONDAY)
    assert Ruling.weigh(gus, ticket, EIGHTY, at=MONDAY).answer.outcome is Outcome.ASK_SILENCE_YES


def test_c45_a_guardrail_goes_one_level_up_and_never_bends(cast):
    cast.cem.status = "prospect"
    cast.cem.save(update_fields=["status"])
    challenge = raised(cast, RAIL)
    refund = Wish("refund", 100)
    assert outcome(cast, refund) is Outcome.NEVER
    ada = person("Ada", is_staff=True)
    owners = [challenge.owner.name]
    while challenge.due_at and len(owners) < 9:
        sweep_challenges_now(now=challenge.due_at)
        challenge.refresh_from_db()
        owners.append(challenge.owner.name)
    assert owners == ["Ben", "Dora", "Ada", "Ada"]
    assert outcome(cast, refund) is Outcome.NEVER
    assert (challenge.suspended_at, challenge.is_open) == (None, True)
    assert told("Anna", "challenge_escalated") == 3
    assert challenge.settle("changes", words="The next version has it.", by=ada, at=DUE) is None


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        (Kind.OWN, (5000, 10_000, 20_000), (10_000, 10_000, 20_000)),
        (Kind.STRETCH, (5000, 10_000, 20_000), (5000, 20_000, 20_000)),
        (Kind.CUSTOMER, (5000, 10_000, 20_000), (5000, 10_000, 10**12)),
    ],
)
def test_where_a_limit_is_suspended_the_next_border_holds(cast, kind, before, after):
    def limits() -> tuple[int, int, int]:
        facts = gather(cast.anna, cast.ticket(at=MONDAY), EIGHTY, at=MONDAY)
        return facts.own_limit_cents, facts.stretch_limit_cents, facts.customer_limit_cents

    raised(cast, Rule(kind))
    assert limits() == before
    sweep_challenges_now(now=DUE)
    assert limits() == after


def test_a_suspended_level_is_required_of_nobody_for_that_cause(cast):
    Level.objects.filter(agent=cast.anna).update(level=0)
    raised(cast, LEVEL)
    assert outcome(cast, Wish("voucher", 1000)) is Outcome.HAND_WARM
    sweep_challenges_now(now=DUE)
    assert outcome(cast, Wish("voucher", 1000)) is Outcome.DO


def test_a_ruling_keeps_what_was_suspended_when_it_was_made(cast):
    raised(cast)
    sweep_challenges_now(now=DUE)
    ruling = Ruling.request(cast.anna, cast.ticket(at=MONDAY), EIGHTY, key="k", at=MONDAY)
    assert ruling.circumstances["suspended"] == ["own:"]


def test_one_rule_of_a_team_is_challenged_once_at_a_time(cast):
    first = raised(cast)
    assert raised(cast) == first
    assert first.settle("stays", words="Because.", by=cast.ben) is None
    assert raised(cast) != first


def test_nobody_answers_their_own_and_only_the_first_answer_counts(cast):
    challenge = raised(cast)
    cast.north.welcome(cast.anna, lead=True)
    assert challenge.settle("stays", words="Mine.", by=cast.anna).code == "own"
    late = Challenge.objects.get(pk=challenge.pk)
    assert challenge.settle("changes", words="Yes.", by=cast.ben) is None
    assert late.settle("stays", words="No.", by=cast.ben).code == "closed"
    sweep_challenges_now(now=DUE)
    challenge.refresh_from_db()
    assert (challenge.answer, challenge.suspended_at) == ("changes", None)


def test_a_guardrail_that_is_gone_is_said_in_words(cast):
    done = Challenge.raise_it(Rule(Kind.GUARDRAIL, "gone"), cast.ticket(), by=cast.anna, why="Why?")
    assert isinstance(done, Refusal)
    assert done.code == "gone"


def test_the_rules_that_stood_in_the_way_can_be_challenged_and_no_others(cast):
    Level.objects.filter(agent=cast.anna).update(level=1)
    ticket = cast.ticket(at=MONDAY)
    answer = Ruling.weigh(cast.anna, ticket, Wish("voucher", 25_000), at=MONDAY).answer
    assert {rule.name for rule in rules_in(answer.reasons, ticket.cause)} == {
        "stretch:",
        "customer:",
        "level:late-delivery",
    }
    Level.objects.filter(agent=cast.anna).update(level=2)
    answer = Ruling.weigh(cast.anna, ticket, Wish("voucher", 1000), at=MONDAY).answer
    assert rules_in(answer.reasons, ticket.cause) == []


# ---- pages ---------------------------------------------------------------------------------------------------


def signed_in(who: object) -> Client:
    client = Client()
    client.force_login(who)
    return client


def test_c45_it_is_raised_from_the_ticket_with_one_form_in_the_panel(cast):
    anna, ticket = signed_in(cast.anna), cast.ticket()
    page = anna.get(f"/desk/tickets/{ticket.pk}/authority/?kind=voucher&amount=80").content.decode()
    assert 'name="rule" value="own:"' in page
    sent = {"rule": "own:", "challenge": "Eighty is what it costs."}
    anna.post(f"/desk/tickets/{ticket.pk}/challenges/", sent, headers={"HX-Request": "true"})
    challenge = Challenge.objects.get()
    assert (challenge.raised_by, challenge.why, challenge.ticket) == (cast.anna, sent["challenge"], ticket)
    assert "Eighty is what it costs." in anna.get("/studio/challenges/").content.decode()


@pytest.mark.parametrize(
    "sent",
    [
        *({"rule": "own:", "challenge": words} for words in ("", " ", "\x00", "w" * 301)),
        *(
            {"rule": rule, "challenge": "Why?"}
            for rule in ("", "own:x", "nothing:", "level:broken", "guardrail:gone", "\x00", "x" * 200)
        ),
    ],
)
def test_bad_input_raises_nothing_and_is_said(cast, sent):
    ticket = cast.ticket()
    answer = signed_in(cast.anna).post(f"/desk/tickets/{ticket.pk}/challenges/", sent)
    assert (answer.status_code, Challenge.objects.count()) == (302, 0)


def test_the_owner_answers_with_reasons_everybody_in_the_team_can_read(cast):
    challenge = raised(cast)
    page = f"/studio/challenges/{challenge.pk}/"
    ben, anna, dora = (signed_in(who) for who in (cast.ben, cast.anna, cast.dora))
    assert dora.get(page).status_code == 404
    assert anna.post(page, {"answer": "stays", "words": "Mine"}).status_code == 404
    for bad in (
        {"answer": "stays"},
        {"answer": "maybe", "words": "Hm"},
        {"answer": "stays", "words": "\x00"},
    ):
        assert ben.post(page, bad).status_code == 422
    assert ben.post(page, {"answer": "changes", "words": "Eighty from May on."}).status_code == 302
    assert ben.post(page, {"answer": "changes", "words": "Eighty from May on."}).status_code == 302
    assert "Eighty from May on." in anna.get("/studio/challenges/").content.decode()
    assert told("Anna", "challenge_answered") == 1


def test_each_rule_shows_its_record(cast):
    first = raised(cast)
    first.settle("changes", words="Yes.", by=cast.ben, at=timezone.now())
    raised(cast)
    sweep_challenges_now(now=DUE)
    record = signed_in(cast.ben).get("/studio/challenges/record/").content.decode()
    cells = [part.split("</td>")[0] for part in record.split('<td class="number">')[1:]]
    assert cells == ["2", "1", "1", "1"]
    assert "challenges/record" in signed_in(cast.ben).get("/studio/rules/").content.decode()
