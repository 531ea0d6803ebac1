"""Claims no single file keeps: nagging buys nothing, three answers, what is owed, nobody's worth is guessed."""

from __future__ import annotations

import re

import pytest
from cast import MONDAY, Cast
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Customer, Person
from policies.facts import Wish, forget_rules, gather, rules_in_force
from policies.models import Ask, BudgetPeriod, Condition, CustomerWish, Guardrail, Offer, Ruling
from policies.rules.space import outside_the_process
from policies.ruling import Ruling as Asked
from tickets import condition
from tickets.condition import refusal
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
QUIET = "My parcel came two days late."
NAGGING = [
    QUIET.upper() + "!!!!!",
    "You idiots. " + QUIET,
    QUIET + " I will cancel today.",
    QUIET + " I have 2,000,000 followers and will post this everywhere.",
    QUIET + " Kündigung! Anwalt! Presse!",
    QUIET + " \U0001f621\U0001f621\U0001f621 ?!?!?!",
]


def weighed(cast: Cast, ticket: Ticket) -> tuple[object, object]:
    ruling = Ruling.weigh(cast.anna, ticket, Wish("voucher", 6000), at=MONDAY)
    return ruling.weighed, ruling.answer


@pytest.mark.parametrize("text", NAGGING)
def test_C18_C61_tone_threats_and_reach_change_nothing(cast: Cast, text: str) -> None:
    quiet = cast.ticket("Late", text=QUIET, at=MONDAY)
    loud = cast.ticket(text[:200], text=text, at=MONDAY)
    assert weighed(cast, loud) == weighed(cast, quiet)


def test_C20_what_one_gets_for_staying_is_what_one_gets_anyway(cast: Cast) -> None:
    """The best there is stands before the agent without a threat: no kind, amount or outcome differs."""
    staying = cast.ticket("A question", text=QUIET, at=MONDAY)
    leaving = cast.ticket("What do I get if I cancel?", text="I cancel. What do you offer?", at=MONDAY)
    kinds = [kind for kind in rules_in_force().kinds if kind != "help"]

    def offered(ticket: Ticket) -> list[tuple[str, str, object]]:
        return [
            (kind, ruling.outcome, ruling.answer.nearest)
            for kind in kinds
            for ruling in [Ruling.weigh(cast.anna, ticket, Wish(kind, 6000), at=MONDAY)]
        ]

    assert offered(leaving) == offered(staying)
    assert len(kinds) > 2


def test_C18_five_more_mails_change_nothing(cast: Cast) -> None:
    ticket = cast.ticket("Late", text=QUIET, at=MONDAY)
    before = weighed(cast, ticket)
    for number in range(5):
        ticket.write(f"Hello?? {number}", by=cast.cem.person, from_customer=True, at=MONDAY)
    assert weighed(cast, Ticket.objects.get(pk=ticket.pk)) == before


@pytest.mark.parametrize(
    "name", ["churn_score", "willingness_to_pay", "customer_value", "followers", "tone", "contacts"]
)
def test_C62_no_rule_can_ask_what_somebody_would_stay_or_pay_for(cast: Cast, name: str) -> None:
    assert name not in condition.vocabulary
    assert refusal(name, "at_least", 1)
    row = Condition(guardrail=Guardrail.objects.get(), fact=name, operator="at_least", value=1)
    with pytest.raises(ValidationError):
        row.clean()


def offered_on(client: Client, ticket: Ticket) -> list[str]:
    page = client.get(reverse("authority:panel", args=[ticket.pk])).content.decode()
    chooser = page[page.index('id="gesture"') :].partition("</select>")[0]
    return re.findall(r'<option value="([a-z]+)"', chooser)


def test_C23_attention_is_offered_before_money_unless_money_is_what_it_is_about(
    cast: Cast, client: Client
) -> None:
    client.force_login(cast.anna)
    ticket = cast.ticket()
    assert offered_on(client, ticket) == ["call", "refund", "voucher", "other"]
    CustomerWish.hear(ticket, "money", by=cast.anna)
    assert offered_on(client, ticket) == ["refund", "voucher", "other", "call"]


def test_C23_money_for_what_is_not_solved_leaves_the_ticket_open(cast: Cast) -> None:
    ticket = cast.ticket(at=MONDAY)
    assert Ruling.request(cast.anna, ticket, Wish("voucher", 1000), key="k", at=MONDAY).offer.deliver(
        by=cast.anna
    )
    ticket.refresh_from_db()
    assert (ticket.status, ticket.clocks.filter(kind="solution", met_at=None).count()) == ("open", 1)


def test_C24_no_limit_no_level_and_no_approver_bends_a_guardrail(cast: Cast) -> None:
    """Whatever one may and can; saving a guardrail without a reason fails."""
    Customer.objects.filter(pk=cast.cem.pk).update(status="prospect")
    for person in (cast.anna, cast.ben):
        ticket = Ticket.objects.with_people().get(pk=cast.ticket(at=MONDAY).pk)
        ruling = Ruling.request(person, ticket, Wish("refund", 100), key="k", at=MONDAY)
        assert (ruling.outcome, Ask.objects.count(), Offer.objects.count()) == ("NEVER", 0, 0)
    with pytest.raises(IntegrityError), transaction.atomic():
        Guardrail.objects.update(reason_en="")


def test_C32_whoever_answers_begins_with_an_empty_page_and_needs_no_template(
    cast: Cast, client: Client, settings: Settings
) -> None:
    settings.UNDO_SECONDS = 0
    client.force_login(cast.anna)
    ticket = cast.ticket()
    page = client.get(ticket.desk_url()).content.decode()
    assert re.findall(r'<textarea[^>]*id="reply-text"[^>]*>([^<]*)</textarea>', page) == [""]
    client.post(reverse("desk:reply", args=[ticket.pk]), {"text": "In my own words.", "key": "k" * 32})
    assert ticket.messages.last().text == "In my own words."


def test_C37_no_wording_is_forced_advice_gives_way_to_a_reason(
    cast: Cast, client: Client, settings: Settings
) -> None:
    """No text of ours must stand in an answer; what the word lists say is advice, set aside in one line."""
    settings.UNDO_SECONDS = 0
    client.force_login(cast.anna)
    ticket = cast.ticket()
    said = {"text": "The system won't let me.", "key": "k" * 32}
    assert client.post(reverse("desk:reply", args=[ticket.pk]), said).status_code == 422
    assert ticket.messages.count() == 1
    said["anyway"] = "The customer asked why the web page refused the address."
    assert client.post(reverse("desk:reply", args=[ticket.pk]), said).status_code == 302
    assert ticket.messages.last().text == said["text"]


def test_C28_a_gesture_of_ones_own_is_decided_by_amount_and_not_by_a_list(cast: Cast) -> None:
    ticket = cast.ticket(at=MONDAY)
    assert Ruling.weigh(cast.anna, ticket, Wish("other", 5000, named="A cake"), at=MONDAY).outcome == "DO"
    above = Ruling.weigh(cast.anna, ticket, Wish("other", 5001, named="Two cakes"), at=MONDAY)
    assert above.outcome == "ASK_SILENCE_ESCALATES"  # it cannot be taken back


def test_C33_each_decision_stores_three_answers_and_which_one_binds(cast: Cast) -> None:
    for cents, binding in ((1000, ["duerfen"]), (6000, ["duerfen"])):
        Ruling.request(cast.anna, cast.ticket(at=MONDAY), Wish("voucher", cents), key=f"k{cents}", at=MONDAY)
        stored = Ruling.objects.get(key=f"k{cents}").decision
        assert set(stored["lights"]) == {"koennen", "wollen", "duerfen"}
        assert stored["binding"] == binding
        assert {reason["dimension"] for reason in stored["reasons"]} == {"koennen", "wollen", "duerfen"}


def test_C38_outside_the_process_is_legal_and_feeds_ideas(cast: Cast) -> None:
    wish = Wish("other", 900, named="A bicycle courier", why="The shop opens in an hour")
    ruling = Ruling.request(cast.anna, cast.ticket(), wish, key="k")
    assert ruling.outcome == "DO"
    found = outside_the_process(Person.objects.get(pk=cast.ben.pk), at=ruling.at)
    assert list(found) == [ruling]


def test_what_is_owed_never_touches_the_budget(cast: Cast) -> None:
    BudgetPeriod.objects.create(
        budget=cast.budget, starts="2026-03-01", ends="2026-03-31", allotted_cents=100, spent_cents=100
    )
    for number, by in enumerate(("law", "contract", "warranty")):
        owed = Wish("voucher", 900_000, owed_by=by)
        ruling = Asked.request(cast.anna, cast.ticket(at=MONDAY), owed, key=f"k{number}", at=MONDAY)
        assert ruling.outcome == "OWED"
        assert ruling.offer.period is None
    month = BudgetPeriod.objects.get()
    assert (month.reserved_cents, month.spent_cents) == (0, 100)
    assert Offer.objects.counting().count() == 0
    assert gather(cast.anna, cast.ticket(at=MONDAY), Wish("voucher", 1), at=MONDAY).given_customer_cents == 0


def test_gathering_takes_at_most_eight_queries_with_nothing_known_beforehand(cast: Cast) -> None:
    ticket = Ticket.objects.with_people().get(pk=cast.ticket(at=MONDAY).pk)
    Ruling.request(cast.anna, ticket, Wish("voucher", 500), key="k", at=MONDAY)
    anna = Person.objects.get(pk=cast.anna.pk)
    gather(anna, ticket, Wish("voucher", 1000), at=MONDAY)
    cold = Person.objects.get(pk=cast.anna.pk)
    with CaptureQueriesContext(connection) as seen:
        gather(cold, ticket, Wish("voucher", 1000), at=MONDAY)
    assert len(seen) <= 8, [query["sql"][:80] for query in seen]
    forget_rules()
