"""The pages of budgets and rules: whose they are, what they say, and changing an amount."""

from __future__ import annotations

import re

import pytest
from cast import MONDAY, person
from counting import as_often_for_thirty, reading
from django.test import Client
from guardian.shortcuts import assign_perm

from accounts.models import SetupChange
from policies.facts import Wish
from policies.ledger.allotment import set_aside
from policies.ledger.budget import month_of
from policies.models import Budget, BudgetPeriod, Condition, Guardrail, Rulebook, Ruling, Transfer

pytestmark = pytest.mark.django_db
PAGE = "/studio/budgets/"
KEY = "0123456789abcdef0123456789abcdef"


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode()).replace("\xa0", " ")


@pytest.fixture
def ben(cast):
    return signed_in(cast.ben)


def names(client) -> list[str]:
    return [sheet.budget.name for sheet in client.get(PAGE).context["sheets"]]


def test_a_lead_looks_after_the_teams_and_the_house_only_with_the_right(cast, ben):
    assert names(ben) == ["North"]
    assert names(signed_in(cast.dora)) == []
    assert ben.get(f"{PAGE}{cast.pool.pk}/").status_code == 404
    assign_perm("manage_budget", cast.ben, cast.pool)
    assert names(ben) == ["House", "North"]
    assert ben.get(f"{PAGE}{cast.pool.pk}/").status_code == 200


def test_who_was_given_a_budget_finds_it_and_nothing_else_of_the_studio(cast):
    client = signed_in(cast.anna)
    assert client.get(PAGE).status_code == 404
    assign_perm("manage_budget", cast.anna, cast.pool)
    assert names(client) == ["House"]
    page = text_of(client.get(PAGE))
    assert 'href="/studio/limits/"' not in page
    assert 'href="/studio/budgets/"' in page
    assert client.get(f"{PAGE}{cast.budget.pk}/").status_code == 404
    assert client.get("/studio/limits/").status_code == 404


def test_foreign_budgets_answer_like_missing_ones(cast):
    dora = signed_in(cast.dora)
    foreign, missing = dora.get(f"{PAGE}{cast.budget.pk}/"), dora.get(f"{PAGE}999999/")
    assert (foreign.status_code, missing.status_code, foreign.content) == (404, 404, missing.content)
    sent = {"monthly": "9", "key": KEY}
    assert dora.post(f"{PAGE}{cast.budget.pk}/", sent).status_code == 404
    assert dora.get(f"{PAGE}{10**30}/").status_code == 404
    for nobody in (cast.anna, cast.cem.person):
        assert signed_in(nobody).post(f"{PAGE}{cast.budget.pk}/", sent).status_code == 404
    assert Budget.objects.get(pk=cast.budget.pk).monthly_cents == 50_000


def test_the_figures_of_the_month(cast, ben, monkeypatch):
    ticket = cast.ticket()
    Ruling.request(cast.anna, ticket, Wish("refund", 2000), key="a").offer.deliver(by=cast.anna)
    Ruling.request(cast.anna, ticket, Wish("voucher", 1000), key="b")
    sheet = ben.get(PAGE).context["sheets"][0]
    period = sheet.period
    assert (period.allotted_cents, period.spent_cents, period.reserved_cents, period.left_cents) == (
        50_000,
        2000,
        1000,
        47_000,
    )
    assert (sheet.spent_share, sheet.held_share) == (4, 2)
    days = (period.ends - period.starts).days + 1
    assert abs(sheet.expected_cents - 3000 * days / sheet.day) <= 0.5
    page = text_of(ben.get(PAGE))
    for said in (
        "€470.00 left",
        "of €500.00",
        "€20.00 spent",
        "€10.00 reserved",
        'aria-label="4 % spent, 2 % reserved"',
    ):
        assert said in page
    assert "divided by the days of the month that have begun" in page


def test_a_month_nobody_booked_in_yet_is_shown_as_it_will_open_and_not_opened(cast, ben):
    sheet = ben.get(PAGE).context["sheets"][0]
    assert (sheet.period.left_cents, sheet.expected_cents, sheet.runs_out_on) == (50_000, 0, None)
    assert "Nothing was booked this month yet." in text_of(ben.get(f"{PAGE}{cast.budget.pk}/"))
    assert BudgetPeriod.objects.count() == 0


def test_the_ledger_names_tickets_one_may_open_and_who_changed_the_size(cast, ben):
    ticket = cast.ticket()
    Ruling.request(cast.anna, ticket, Wish("refund", 2000), key="a").offer.deliver(by=cast.anna)
    ben.post(f"{PAGE}{cast.budget.pk}/", {"monthly": "600", "key": KEY})
    entries = ben.get(f"{PAGE}{cast.budget.pk}/").context["entries"]
    assert [(e.transfer.step, e.amount.replace("\xa0", " "), e.ticket) for e in entries] == [
        ("allot", "+€100.00", None),
        ("confirm", "€20.00", ticket),
        ("reserve", "−€20.00", ticket),
        ("allot", "+€500.00", None),
    ]
    page = text_of(ben.get(f"{PAGE}{cast.budget.pk}/"))
    assert f'<a href="/desk/tickets/{ticket.pk}/">#{ticket.pk}</a>' in page
    assert "<td>Ben</td>" in page
    assert "Anna" not in page  # who gave what is told with the ticket


def test_of_the_pool_other_teams_tickets_stay_theirs(cast, ben):
    assign_perm("manage_budget", cast.ben, cast.pool)
    ticket = cast.ticket(cause=cast.broken)
    Ruling.request(cast.dora, ticket, Wish("call"), key="none")
    cast.south.dismiss(cast.ben)
    cast.budget.delete()
    cast.dora.levels.create(cause=cast.broken, level=4)
    Ruling.request(cast.dora, ticket, Wish("voucher", 2000), key="a")
    entries = ben.get(f"{PAGE}{cast.pool.pk}/").context["entries"]
    assert [(entry.transfer.step, entry.ticket) for entry in entries] == [("reserve", None), ("allot", None)]


def test_changing_the_amount_books_the_difference_and_sent_twice_books_once(cast, ben):
    for _twice in range(2):
        response = ben.post(f"{PAGE}{cast.budget.pk}/", {"monthly": "600,00", "key": KEY}, follow=True)
        assert "North now has €600.00 a month." in text_of(response)
    assert Budget.objects.get(pk=cast.budget.pk).monthly_cents == 60_000
    assert list(Transfer.objects.values_list("step", "cents")) == [("allot", 50_000), ("allot", 10_000)]


def test_a_cut_below_what_is_used_is_refused_in_words(cast, ben):
    Ruling.request(cast.anna, cast.ticket(), Wish("voucher", 5000), key="a")
    response = ben.post(f"{PAGE}{cast.budget.pk}/", {"monthly": "49,99", "key": KEY})
    assert response.status_code == 422
    page = text_of(response)
    assert "This month it cannot go below €50.00" in page
    assert 'value="49,99"' in page
    assert f'value="{KEY}"' in page


@pytest.mark.parametrize("typed", ["", "NaN", "-1", "1e309", "１２", "0.001", "200000000"])
def test_no_amount_changes_nothing(cast, ben, typed):
    response = ben.post(f"{PAGE}{cast.budget.pk}/", {"monthly": typed, "key": KEY})
    assert response.status_code == 422
    assert response.context["form"].errors["monthly"]
    assert Transfer.objects.count() == 0


def test_a_lead_sets_a_pot_for_small_surprises_aside_and_changes_it(cast, ben):
    page = ben.get(PAGE)
    assert "Set a pot aside for small surprises" in text_of(page)
    assert page.context["pot_form"].initial == {"each": 1_000, "monthly": 5_000}
    sent = {"team": cast.north.pk, "each": "10", "monthly": "50,00"}
    for said in ("North: small surprises: set aside.", "is there already. It is changed here."):
        assert said in text_of(ben.post(f"{PAGE}pots/", sent, follow=True))
    pot = Budget.objects.get(purpose="surprises")
    assert (pot.team, pot.each_cents, pot.monthly_cents) == (cast.north, 1_000, 5_000)
    assert names(ben) == ["North", "North: small surprises"]
    assert "Set a pot aside" not in text_of(ben.get(PAGE))
    change = SetupChange.objects.get()
    assert [row for row in change.said if row[0].startswith("One")] == [
        ("One surprise, at most", "", "€10.00")
    ]
    assert "North: small surprises now has €80.00 a month." in text_of(
        ben.post(f"{PAGE}{pot.pk}/", {"monthly": "80", "each": "7,50", "key": KEY}, follow=True)
    )
    pot.refresh_from_db()
    assert (pot.each_cents, pot.monthly_cents) == (750, 8_000)
    assert 'name="each"' not in text_of(ben.get(f"{PAGE}{cast.budget.pk}/"))


@pytest.mark.parametrize(
    ("bad", "where"),
    [
        ({"each": ""}, "each"),
        ({"each": "0"}, "each"),
        ({"each": "100,01"}, "each"),
        ({"each": "１２"}, "each"),
        ({"monthly": "-1"}, "monthly"),
        ({"monthly": "9,99"}, "monthly"),
        ({"team": "999999"}, "team"),
        ({"team": "\x00"}, "team"),
    ],
)
def test_a_pot_badly_asked_for_says_so_at_its_place_and_keeps_what_was_typed(cast, ben, bad, where):
    sent = {"team": cast.north.pk, "each": "10", "monthly": "50", **bad}
    answer = ben.post(f"{PAGE}pots/", sent)
    assert (answer.status_code, list(answer.context["pot_form"].errors)) == (422, [where])
    assert bad.get("monthly", "50") in text_of(answer)
    assert not Budget.objects.filter(purpose="surprises").exists()


def test_what_one_surprise_may_cost_is_bounded_when_it_is_changed_too(cast, ben):
    pot, _new = set_aside(cast.north, monthly_cents=5_000, each_cents=1_000)
    for each in ("", "0", "100.01", "x"):
        answer = ben.post(f"{PAGE}{pot.pk}/", {"monthly": "60", "each": each, "key": KEY})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["each"])
        assert 'value="60"' in text_of(answer)
    pot.refresh_from_db()
    assert (pot.each_cents, pot.monthly_cents) == (1_000, 5_000)


def test_only_who_leads_a_team_sets_a_pot_aside_and_for_that_team(cast):
    assign_perm("manage_budget", cast.anna, cast.pool)
    sent = {"team": cast.north.pk, "each": "10", "monthly": "50"}
    assert signed_in(cast.anna).post(f"{PAGE}pots/", sent).status_code == 404
    assert signed_in(cast.dora).post(f"{PAGE}pots/", sent).status_code == 422
    assert "Set a pot aside" not in text_of(signed_in(cast.anna).get(PAGE))
    assert signed_in(cast.dora).get(f"{PAGE}pots/").url == PAGE
    assert not Budget.objects.filter(purpose="surprises").exists()


def test_a_key_that_is_none_of_ours_is_a_first_time_and_never_stored(cast, ben):
    for amount in ("600", "700"):
        assert ben.post(f"{PAGE}{cast.budget.pk}/", {"monthly": amount, "key": "k" * 200}).status_code == 302
    assert Budget.objects.get(pk=cast.budget.pk).monthly_cents == 70_000
    assert not Transfer.objects.filter(key__contains="kkk").exists()


def test_a_budget_in_another_currency_is_typed_in_its_own(cast, ben):
    yen = Budget.objects.create(name="Tokyo", team=cast.north, currency="JPY", monthly_cents=5000)
    assert "¥5,000 left" in text_of(ben.get(PAGE)).replace("JP¥", "¥")
    response = ben.post(f"{PAGE}{yen.pk}/", {"monthly": "6000,5", "key": KEY})
    assert "no decimal places" in text_of(response)
    ben.post(f"{PAGE}{yen.pk}/", {"monthly": "6000", "key": KEY})
    assert Budget.objects.get(pk=yen.pk).monthly_cents == 6000


def test_thirty_budgets_cost_no_more_queries_than_one(cast, ben):
    def set_up(number: int) -> None:
        budget = Budget.objects.create(name=f"B{number}", person=person(f"P {number}"), monthly_cents=100)
        assign_perm("manage_budget", cast.ben, budget)

    as_often_for_thirty(reading(ben, PAGE), set_up)
    assert len(names(ben)) == 1 + 30


def test_thirty_entries_cost_no_more_queries_than_one(cast, ben):
    def give(number: int) -> None:
        assert Ruling.request(cast.anna, cast.ticket(), Wish("voucher", 100), key=f"{number}").offer

    as_often_for_thirty(reading(ben, f"{PAGE}{cast.budget.pk}/"), give)


def test_the_months_are_those_of_the_house():
    assert [str(day) for day in month_of(MONDAY)] == ["2026-03-01", "2026-03-31"]


# ---- the rulebook, to read --------------------------------------------------------------------------------------


def test_the_rules_say_what_they_protect_and_when_they_hold(cast, ben):
    page = text_of(ben.get("/studio/rules/"))
    for said in (
        "We give money back only where money was paid.",
        "Offer a personal call.",
        "Gesture: Refund",
        "Ben answers for it.",
        "no-cash-to-prospects",
        "Voucher",
        "€20.00",
        "costs no money",
        "2 – alone, routine",
        "Version 1, in force since",
        "First rules",
    ):
        assert said in page


def test_the_rules_are_in_the_readers_language(cast, ben):
    cast.ben.language = "de"
    cast.ben.save()
    page = text_of(ben.get("/studio/rules/"))
    assert "Wir erstatten nur, was bezahlt wurde." in page
    assert "Gutschein" in page


@pytest.mark.parametrize("who", ["anna", "cem"])
def test_only_leads_read_the_rules_here(cast, who):
    assert signed_in(cast.people[who]).get("/studio/rules/").status_code == 404


def test_thirty_guardrails_cost_no_more_queries_than_one(cast, ben):
    said = {
        "owner": "Ben",
        "reason_en": "Why",
        "reason_de": "Warum",
        "instead_en": "Call",
        "instead_de": "Anruf",
    }

    def put(numbers: range) -> None:
        with Rulebook.amend(by=cast.ben, note="More") as book:
            for number in numbers:
                rail = Guardrail.objects.create(rulebook=book, code=f"r{number}", **said)
                Condition.objects.create(guardrail=rail, fact="cents", operator="at_least", value=1)

    as_often_for_thirty(
        reading(ben, "/studio/rules/"), lambda turn: put(range(1, 30) if turn else range(1)), many=2
    )


def test_a_month_of_a_pot_never_becomes_less_than_one_surprise(cast, ben):
    pot, _new = set_aside(cast.north, monthly_cents=5_000, each_cents=1_000)
    answer = ben.post(f"{PAGE}{pot.pk}/", {"monthly": "9,99", "each": "10", "key": KEY})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["monthly"])
    assert Budget.objects.get(pk=pot.pk).monthly_cents == 5_000
