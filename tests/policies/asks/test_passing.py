"""A question that waits: reminded of, handed on, covered while somebody is away; the customer always knows a time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, Cast, person
from django.test import Client
from django.utils import timezone

from accounts.models import Absence, Person, Presence
from policies.asks.sweep import sweep_asks_now
from policies.facts import Wish
from policies.models import Ask, Level, Offer, Ruling
from policies.wollen import Stance
from tickets.models import Event, Notice, OutgoingMail

pytestmark = pytest.mark.django_db
ABOVE_ANNAS = Wish("voucher", 8000)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def ask(cast: Cast) -> Ask:
    return asking(cast)


def asking(cast: Cast, wish: Wish = ABOVE_ANNAS) -> Ask:
    ticket = cast.ticket(at=MONDAY)
    return Ruling.request(cast.anna, ticket, wish, key=f"{ticket.pk}", at=MONDAY).ask


def colleague(cast: Cast, name: str, *, level: int = 3, lead: bool = False) -> Person:
    made = person(name)
    cast.north.welcome(made, lead=lead)
    Level.objects.create(agent=made, cause=cast.late, level=level)
    cast.practise(made)
    return made


def events(ask: Ask, kind: str) -> int:
    return Event.objects.filter(ticket=ask.ruling.ticket, kind=kind).count()


def mails(start: str) -> list[str]:
    return list(
        OutgoingMail.objects.filter(key__startswith=start).order_by("pk").values_list("to", flat=True)
    )


def away(who: Person, stands_in: Person, *, days: int = 0) -> Absence:
    day = MONDAY.date()
    last = day + timedelta(days=days)
    return Absence.announce(who, first=day, last=last, substitute=stands_in, by=who, at=MONDAY)


# ---- the reminder ---------------------------------------------------------------------------------------------


def test_who_is_asked_is_reminded_once_while_there_is_still_time(ask, cast):
    assert ask.remind_at == MONDAY + timedelta(minutes=90)
    sweep_asks_now(now=ask.remind_at - MINUTE)
    assert events(ask, "ask_reminded") == 0
    for _beat in range(3):
        sweep_asks_now(now=ask.remind_at)
    assert events(ask, "ask_reminded") == 1
    assert mails("ask_reminder:") == ["ben@kulanz.example"]
    assert Notice.objects.filter(person=cast.ben, event__kind="ask_reminded").count() == 1


def test_nobody_is_reminded_of_what_is_answered(ask, cast):
    assert ask.decline(by=cast.ben, words="We send a new one.", at=MONDAY + MINUTE) is None
    sweep_asks_now(now=MONDAY + timedelta(minutes=100))
    assert events(ask, "ask_reminded") == 0


# ---- passing on by hand -----------------------------------------------------------------------------------------


@pytest.fixture
def lea(cast: Cast) -> Person:
    return colleague(cast, "Lea", level=4, lead=True)


def test_the_asked_passes_it_on_and_the_clock_begins_anew_once(ask, cast, lea):
    ask = Ask.objects.get(pk=ask.pk)
    assert ask.asked == cast.ben
    at = MONDAY + HOUR
    assert ask.delegate(lea, by=cast.ben, words="You know him.", at=at) is None
    ask.refresh_from_db()
    assert (ask.asked, ask.restarted_at, ask.silence_grants) == (lea, at, True)
    assert ask.due_at == at + timedelta(minutes=90)  # half of the promise that is left
    assert events(ask, "ask_delegated") == 1
    assert mails(f"ask:{ask.pk}:{lea.pk}:") == ["lea@kulanz.example"]
    again = at + MINUTE
    before = ask.due_at
    assert ask.delegate(cast.ben, by=lea, at=again) is None
    ask.refresh_from_db()
    assert (ask.asked, ask.due_at, ask.silence_grants) == (cast.ben, before, False)


def test_it_is_passed_on_only_to_who_may_decide_it_and_never_to_the_asker(ask, cast, lea):
    fred = colleague(cast, "Fred", level=0)
    for nobody in (cast.anna, fred, cast.cem.person):
        assert ask.delegate(nobody, by=cast.ben, at=MONDAY).code == "to"
    assert ask.delegate(lea, by=cast.anna, at=MONDAY).code == "own"
    ask.refresh_from_db()
    assert ask.asked == cast.ben


def test_what_is_answered_is_not_passed_on(ask, cast, lea):
    late = Ask.objects.get(pk=ask.pk)
    ask.decline(by=cast.ben, words="We send a new one.", at=MONDAY)
    assert late.delegate(lea, by=cast.ben, at=MONDAY).code == "closed"
    assert events(ask, "ask_delegated") == 0


def test_the_page_passes_it_on(ask, cast, lea, client: Client):
    Ask.objects.update(due_at=MONDAY + timedelta(days=3650))
    client.force_login(cast.ben)
    page = client.get(f"/studio/asks/{ask.pk}/answer/").content.decode()
    assert f'<option value="{lea.pk}">Lea</option>' in page
    refused = client.post(f"/studio/asks/{ask.pk}/passing/", {"to": str(cast.anna.pk)})
    assert refused.status_code == 422
    assert client.post(f"/studio/asks/{ask.pk}/passing/", {"to": str(lea.pk)}).status_code == 302
    ask.refresh_from_db()
    assert ask.asked == lea


# ---- withdrawing ---------------------------------------------------------------------------------


def test_who_asked_withdraws_it_nothing_is_given_and_the_asked_is_told(ask, cast, client: Client):
    assert ask.withdraw(by=cast.ben).code == "not_own"
    client.force_login(cast.anna)
    for _click in range(2):
        assert client.post(f"/desk/asks/{ask.pk}/withdrawal/").status_code == 302
    ask.refresh_from_db()
    assert (ask.answer, ask.answered_by, Offer.objects.count()) == ("withdrawn", cast.anna, 0)
    assert Notice.objects.filter(person=cast.ben, event__kind="ask_withdrawn").count() == 1
    assert ask.grant(by=cast.ben).code == "closed"


def test_a_withdrawn_question_is_no_first_of_its_kind(ask, cast):
    assert ask.withdraw(by=cast.anna, at=MONDAY) is None
    second = asking(cast)
    sweep_asks_now(now=second.due_at)
    second.refresh_from_db()
    assert (second.step, second.is_open) == (2, True)


# ---- being away ---------------------------------------------------------------------------------------------------


def test_a_question_to_somebody_away_goes_to_who_stands_in_at_once(cast, lea):
    away(lea, cast.ben)
    assert asking(cast).asked == cast.ben


def test_whoever_goes_away_while_asked_is_covered_once_with_a_fresh_clock(ask, cast, lea):
    away(cast.ben, lea)
    at = MONDAY + HOUR
    for _beat in range(2):
        sweep_asks_now(now=at)
    ask.refresh_from_db()
    assert (ask.asked, ask.restarted_at, ask.step) == (lea, at, 1)
    assert events(ask, "ask_passed_on") == 1
    assert mails("interim:") == ["cem@kulanz.example"]


def test_silence_of_somebody_never_reached_is_no_silence(ask, cast, lea):
    """The mail could not be delivered and the notice was not opened: Lea is asked, and the clock begins anew once."""
    known = asking(cast)
    known.decline(by=cast.ben, words="We send a new one.", at=MONDAY)
    OutgoingMail.objects.filter(key__startswith=f"ask:{ask.pk}:").update(failed_at=MONDAY + MINUTE)
    first_due = ask.due_at
    sweep_asks_now(now=first_due)
    ask.refresh_from_db()
    assert (ask.asked, ask.step, ask.is_open) == (lea, 1, True)
    sweep_asks_now(now=ask.due_at)
    ask.refresh_from_db()
    assert (ask.answer, ask.answered_by) == ("silence", lea)


def test_a_notice_that_was_opened_reached_its_reader_without_the_mail(ask, cast, lea):
    OutgoingMail.objects.filter(key__startswith=f"ask:{ask.pk}:").update(failed_at=MONDAY + MINUTE)
    Notice.see_all(cast.ben, ticket_id=ask.ruling.ticket_id, at=MONDAY + MINUTE)
    sweep_asks_now(now=ask.due_at)
    ask.refresh_from_db()
    assert (ask.step, ask.restarted_at) == (2, None)


def test_whose_desk_was_not_open_since_was_not_on_duty_and_is_not_silent(ask, cast, lea):
    """Nobody knows of who never opened one; who did and has not since is away as much as on leave."""
    asking(cast).decline(by=cast.ben, words="We send a new one.", at=MONDAY)
    Presence.beat(cast.ben, at=MONDAY - MINUTE)
    sweep_asks_now(now=ask.due_at)
    ask.refresh_from_db()
    assert (ask.asked, ask.step, ask.is_open) == (lea, 1, True)
    Presence.beat(lea, at=ask.due_at - MINUTE)
    sweep_asks_now(now=ask.due_at)
    ask.refresh_from_db()
    assert (ask.answer, ask.answered_by) == ("silence", lea)


# ---- the chains ------------------------------------------------------------------------------------------------------


def test_signing_together_goes_to_the_next_peer_then_to_all_then_becomes_a_question_to_a_lead(cast):
    for name in ("Gina", "Hugo"):
        colleague(cast, name)
    Level.objects.filter(agent=cast.anna).update(level=1)
    ask = asking(cast, Wish("voucher", 2000))
    seen = [(ask.asked.name, ask.role, ask.pooled_at is not None)]
    for _deadline in range(4):
        sweep_asks_now(now=ask.due_at)
        ask.refresh_from_db()
        seen.append((ask.asked.name, ask.role, ask.pooled_at is not None))
    assert seen == [
        ("Gina", "co_sign", False),
        ("Hugo", "co_sign", False),
        ("Hugo", "co_sign", True),
        ("Ben", "approve", False),
        ("Dora", "approve", False),
    ]
    assert events(ask, "ask_pooled") == 1
    assert Notice.objects.filter(event__kind="ask_pooled").count() == 3  # Ben can sign too
    assert ask.silence_grants is False


def test_once_all_are_asked_the_first_to_sign_counts(cast):
    gina, hugo = (colleague(cast, name) for name in ("Gina", "Hugo"))
    Level.objects.filter(agent=cast.anna).update(level=1)
    ask = asking(cast, Wish("voucher", 2000))
    assert not Ask.objects.answerable_by(hugo).exists()
    for _deadline in range(2):
        sweep_asks_now(now=ask.due_at)
        ask.refresh_from_db()
    assert [Ask.objects.answerable_by(who).count() for who in (gina, hugo, cast.anna)] == [1, 1, 0]
    assert Ask.objects.get(pk=ask.pk).grant(by=gina, at=ask.due_at - MINUTE) is None
    assert Ask.objects.get(pk=ask.pk).grant(by=hugo, at=ask.due_at - MINUTE).code == "closed"
    assert Offer.objects.count() == 1


def test_a_case_nobody_takes_over_goes_to_the_lead_of_the_cause(cast):
    colleague(cast, "Gina", level=4)
    Level.objects.filter(agent=cast.anna).update(level=0)
    ask = asking(cast, Wish("voucher", 2000))
    assert (ask.role, ask.asked.name) == ("take_over", "Gina")
    sweep_asks_now(now=ask.due_at)
    ask.refresh_from_db()
    assert (ask.asked, ask.step, ask.is_open) == (cast.ben, 3, True)
    assert mails("interim:") == ["cem@kulanz.example"]


def test_an_unanswered_question_goes_one_step_up_and_then_stays_with_the_lead(ask, cast):
    asked = [ask.asked.name]
    for _deadline in range(3):
        sweep_asks_now(now=ask.due_at)
        ask.refresh_from_db()
        asked.append(ask.asked.name)
    assert asked == ["Ben", "Dora", "Ben", "Ben"]
    assert (ask.step, ask.is_open) == (3, True)
    assert mails("interim:") == ["cem@kulanz.example"] * 2  # one for each step, none for reminders


# ---- what the customer hears ------------------------------------------


def test_the_customer_is_told_a_time_by_mail_and_in_the_portal_and_nothing_else(ask, cast, client: Client):
    mail = OutgoingMail.objects.get(key__startswith="looking_into_it:")
    assert (mail.to, mail.subject.startswith("Sie hören spätestens")) == ("cem@kulanz.example", True)
    Ask.objects.update(due_at=MONDAY + timedelta(days=3650))
    client.force_login(cast.cem.person)
    page = client.get(f"/requests/{ask.ruling.ticket_id}/gestures/").content.decode()
    assert "Sie hören spätestens" in page
    for text in (mail.text, mail.subject, page):
        for inside in ("Ben", "80,00", "Gutschein", "Anfrage offen", "ausstehend", "Freigabe"):
            assert inside not in text


def test_whoever_takes_over_is_named_to_the_customer(cast):
    ticket = cast.ticket(at=MONDAY)
    Stance.take(cast.anna, ticket, "not_now", at=MONDAY)
    ask = Ruling.request(cast.anna, ticket, Wish("voucher", 2000), key="k", at=MONDAY).ask
    assert ask.grant(by=cast.ben, at=MONDAY) is None
    mail = OutgoingMail.objects.get(key=f"taken:{ask.pk}")
    assert mail.subject == f"Ben kümmert sich jetzt um Ihr Anliegen [#{ticket.pk}]"


# ---- silence, counted -------------------------------------------------


def test_the_lead_sees_what_silence_granted_and_that_the_limit_may_be_wrong(cast, client: Client):
    asks = [asking(cast) for _case in range(10)]
    silent = {"answer": "silence", "answered_by": cast.ben, "closed_at": timezone.now()}
    Ask.objects.filter(pk__in=[ask.pk for ask in asks[1:]]).update(**silent)
    client.force_login(cast.ben)
    page = client.get("/studio/asks/").content.decode()
    assert "Ben was asked: 9 of at most 10" in page
    assert "The limit is probably too low" not in page
    Ask.objects.filter(pk=asks[0].pk).update(**silent)
    assert "The limit is probably too low" in client.get("/studio/asks/").content.decode()
