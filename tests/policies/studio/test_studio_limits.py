"""The page of limits: who reads and who changes which, what is typed, and what happened meanwhile."""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from cast import person
from counting import as_often_for_thirty, reading
from django.test import Client
from django.utils import timezone

from policies.models import Limit, Rulebook
from policies.rules.amendment import Amendment

pytestmark = pytest.mark.django_db
PAGE = "/studio/limits/"
MORE = {"own": "60", "stretch": "120,00", "customer": "300.00"}


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode()).replace("\xa0", " ")


def in_force(**filters):
    return Limit.objects.filter(rulebook__state="published", **filters)


def version() -> int:
    return Rulebook.objects.in_force().version


def day(days: int) -> str:
    return (timezone.localdate(timezone=ZoneInfo("Europe/Berlin")) + timedelta(days=days)).isoformat()


@pytest.fixture
def ben(cast):
    return signed_in(cast.ben)


@pytest.fixture
def anna_has(cast):
    """Anna's own limit: 60, 120 and 300 euros."""
    to = Limit(role="agent", person=cast.anna, own_cents=6000, stretch_cents=12_000, customer_cents=30_000)
    assert Amendment(seen=None, to=to).put_in_force(by=cast.ben) is None
    return in_force(person=cast.anna).get()


def test_the_table_shows_the_version_in_force(cast, ben, anna_has):
    page = ben.get(PAGE)
    assert [(row.whom, row.limit.own_cents, row.state, row.editable) for row in page.context["rows"]] == [
        ("Everybody", 5000, "standing", False),
        ("All leads", 20_000, "standing", False),
        ("Anna", 6000, "standing", True),
    ]
    text = text_of(page)
    assert "€60.00" in text
    assert "Version 2</a></b>" in text
    assert "Anna: limit added" in text


def test_a_lead_changes_own_people_and_no_others(cast, ben, anna_has):
    house = in_force(team=None, person=None, role="agent").get()
    dora = signed_in(cast.dora)
    assert [row.whom for row in dora.get(PAGE).context["rows"]] == ["Everybody", "All leads"]
    for client, limit in ((dora, anna_has), (ben, house)):
        foreign, missing = client.get(f"{PAGE}{limit.pk}/"), client.get(f"{PAGE}999999/")
        assert (foreign.status_code, missing.status_code) == (404, 404)
        assert foreign.content == missing.content
        assert client.post(f"{PAGE}{limit.pk}/", MORE).status_code == 404
    assert ben.get(f"{PAGE}{10**30}/").status_code == 404
    assert version() == 2


@pytest.mark.parametrize("who", ["anna", "cem"])
def test_nobody_else_finds_the_page(cast, who, anna_has):
    client = signed_in(cast.people[who])
    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, {**MORE, "whom": f"agent-{cast.north.pk}"}).status_code == 404
    assert client.post(f"{PAGE}{anna_has.pk}/", MORE).status_code == 404
    assert Client().get(PAGE).status_code == 302


def test_the_choices_are_the_own_teams_and_people_and_the_house_for_administrators(cast, ben):
    def choices(client):
        groups = client.get(f"{PAGE}?add").context["form"].fields["whom"].choices
        return {label: [name for _value, name in options] for label, options in groups}

    assert choices(ben) == {"North": ["Agents, North", "Leads, North"], "One person": ["Anna", "Ben"]}
    cast.ben.is_staff = True
    cast.ben.save()
    assert choices(ben)["House"] == ["Everybody", "All leads"]


@pytest.mark.parametrize("whom", ["agent", "lead", "agent-{south}", "person-{dora}", "person-{cem}", "x", ""])
def test_a_forged_choice_is_refused(cast, ben, whom):
    whom = whom.format(south=cast.south.pk, dora=cast.dora.pk, cem=cast.cem.person.pk)
    response = ben.post(PAGE, {**MORE, "whom": whom})
    assert response.status_code == 422
    assert version() == 1


def test_adding_a_limit_is_in_force_at_once_and_sent_twice_is_one(cast, ben):
    for _twice in range(2):
        response = ben.post(PAGE, {**MORE, "whom": f"agent-{cast.north.pk}"}, follow=True)
        assert "In force now: Agents, North." in text_of(response)
    limit = in_force(team=cast.north).get()
    assert (limit.own_cents, limit.stretch_cents, limit.customer_cents) == (6000, 12_000, 30_000)
    assert (limit.role, limit.valid_until, version()) == ("agent", None, 2)
    assert Rulebook.objects.in_force().made_by == cast.ben


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "This field is required."),
        ("NaN", "Enter an amount such as 20 or 20.50."),
        ("1e309", "Enter an amount such as 20 or 20.50."),
        ("-5", "Enter an amount such as 20 or 20.50."),
        ("１２", "Enter an amount such as 20 or 20.50."),
        ("0.001", "An amount has at most 2 decimal places."),
        ("99999999", "That is more than the €21,474,836.47 we can book at once."),
    ],
)
def test_no_amount_is_refused_in_words_and_everything_typed_stays(cast, ben, typed, says):
    sent = {**MORE, "customer": typed, "whom": f"agent-{cast.north.pk}", "reason": "Peak season"}
    response = ben.post(PAGE, sent)
    assert response.status_code == 422
    page = text_of(response)
    assert says in page
    for value in (sent["own"], sent["stretch"], sent["reason"]):
        assert f'value="{value}"' in page
    assert version() == 1


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"own": "130"}, "With a yes it cannot be less than alone."),
        ({"ends": "2020-01-01"}, "This day is over."),
        ({"ends": "9999-12-31"}, "That is too far away."),
        ({"ends": "tomorrow"}, "Enter a valid date."),
        ({"starts": "+9", "ends": "+5"}, "It ends before it begins."),
        ({"starts": "+9"}, "What begins later needs an end"),
        ({"reason": "x" * 201}, "at most 200 characters"),
    ],
)
def test_what_does_not_hold_together_is_said_at_its_field(cast, ben, changed, says):
    changed = {name: day(int(value)) if value[0] == "+" else value for name, value in changed.items()}
    response = ben.post(PAGE, {**MORE, "whom": f"agent-{cast.north.pk}", **changed})
    assert response.status_code == 422
    assert says in text_of(response)
    assert version() == 1


def test_shrinking_asks_for_an_end_and_a_reason_then_falls_back(cast, ben, anna_has):
    url = f"{PAGE}{anna_has.pk}/"
    less = {**MORE, "own": "10"}
    response = ben.post(url, less)
    assert (response.status_code, response.context["form"].errors.keys()) == (422, {"ends"})
    response = ben.post(url, {**less, "ends": day(3)})
    assert (response.status_code, response.context["form"].errors.keys()) == (422, {"reason"})
    assert f'value="{day(3)}"' in text_of(response)
    response = ben.post(url, {**less, "ends": day(3), "reason": "Until she is back."}, follow=True)
    assert [(row.whom, row.limit.own_cents, row.state) for row in response.context["rows"]][2:] == [
        ("Anna", 6000, "standing"),
        ("Anna", 1000, "now"),
    ]
    assert "Until she is back." in text_of(response)
    last = in_force(person=cast.anna).exclude(valid_until=None).get()
    assert last.valid_until.astimezone(ZoneInfo("Europe/Berlin")).isoformat()[:16] == f"{day(4)}T00:00"


def test_what_is_shown_for_change_is_what_holds(cast, ben, anna_has):
    ben.post(
        f"{PAGE}{anna_has.pk}/", {**MORE, "own": "10", "starts": day(1), "ends": day(3), "reason": "So."}
    )
    dated = in_force(person=cast.anna).exclude(valid_until=None).get()
    form = ben.get(f"{PAGE}{dated.pk}/").context["form"]
    shown = {name: form[name].value() for name in ("own", "stretch", "customer", "starts", "ends", "reason")}
    assert shown["own"] == "10.00"
    assert [str(shown[name]) for name in ("starts", "ends")] == [day(1), day(3)]
    sent = {**{name: str(value) for name, value in shown.items()}, "own": "10.00"}
    before = version()
    assert ben.post(f"{PAGE}{dated.pk}/", sent).status_code == 302
    assert version() == before  # sent as it was shown it changes nothing


def test_taking_a_restriction_away_needs_nothing(cast, ben, anna_has):
    ben.post(f"{PAGE}{anna_has.pk}/", {**MORE, "own": "10", "ends": day(3), "reason": "So."})
    dated = in_force(person=cast.anna).exclude(valid_until=None).get()
    response = ben.post(f"{PAGE}{dated.pk}/", {"remove": "1", "reason": ""}, follow=True)
    assert "Taken away: Anna." in text_of(response)
    assert [row.own_cents for row in in_force(person=cast.anna)] == [6000]


def test_a_standing_limit_is_not_taken_away_for_good(cast, ben, anna_has):
    response = ben.post(f"{PAGE}{anna_has.pk}/", {**MORE, "remove": "1", "reason": "No."})
    assert response.status_code == 422
    assert "so it needs a day on which it ends" in text_of(response)
    assert in_force(person=cast.anna).exists()


def test_nobody_enlarges_their_own(cast, ben):
    response = ben.post(
        PAGE, {"own": "900", "stretch": "900", "customer": "900", "whom": f"person-{cast.ben.pk}"}
    )
    assert response.status_code == 422
    assert "This would enlarge your own limit." in text_of(response)


def test_a_stale_page_saves_into_the_version_in_force(cast, ben, anna_has):
    ben.post(PAGE, {**MORE, "whom": f"agent-{cast.north.pk}"})
    assert anna_has.rulebook.pk != Rulebook.objects.in_force().pk
    response = ben.get(f"{PAGE}{anna_has.pk}/")
    assert response.headers["Location"] == f"{PAGE}{in_force(person=cast.anna).get().pk}/"
    assert ben.post(f"{PAGE}{anna_has.pk}/", {**MORE, "own": "70"}).status_code == 302
    assert in_force(person=cast.anna).get().own_cents == 7000
    assert in_force(team=cast.north).get().own_cents == 6000


def test_a_stale_page_is_told_what_changed_and_keeps_what_was_typed(cast, ben, anna_has):
    cast.north.welcome(cast.dora, lead=True)
    signed_in(cast.dora).post(f"{PAGE}{anna_has.pk}/", {**MORE, "own": "80"})
    response = ben.post(f"{PAGE}{anna_has.pk}/", {**MORE, "own": "70"})
    assert response.status_code == 422
    page = text_of(response)
    assert "Somebody has changed this limit meanwhile." in page
    assert "When you opened it: €60.00 alone" in page
    assert "In force now: €80.00 alone" in page
    assert "Version 3 by Dora." in page
    assert 'value="70"' in page
    current = in_force(person=cast.anna).get()
    assert f'action="{PAGE}{current.pk}/#limit"' in page
    again = ben.post(f"{PAGE}{current.pk}/", {**MORE, "own": "90"})
    assert (again.status_code, in_force(person=cast.anna).get().own_cents) == (302, 9000)


def test_what_was_taken_away_meanwhile_can_be_added_anew(cast, ben, anna_has):
    ben.post(f"{PAGE}{anna_has.pk}/", {**MORE, "own": "10", "ends": day(3), "reason": "So."})
    dated = in_force(person=cast.anna).exclude(valid_until=None).get()
    ben.post(f"{PAGE}{dated.pk}/", {"remove": "1"})
    late = {**MORE, "own": "20", "ends": day(3), "reason": "So."}
    response = ben.post(f"{PAGE}{dated.pk}/", late)
    assert response.status_code == 422
    page = text_of(response)
    assert "Somebody has taken this limit away meanwhile." in page
    assert 'value="20"' in page
    assert f'<option value="person-{cast.anna.pk}" selected>' in page
    assert ben.get(f"{PAGE}{dated.pk}/", follow=True).redirect_chain == [(PAGE, 302)]
    assert ben.post(PAGE, {**late, "whom": f"person-{cast.anna.pk}"}).status_code == 302


def test_a_reason_is_text(cast, ben):
    why = "<img src=x onerror=alert(1)>"
    ben.post(PAGE, {**MORE, "whom": f"agent-{cast.north.pk}", "reason": why})
    page = text_of(ben.get(PAGE))
    assert why not in page
    assert "&lt;img src=x" in page


def test_before_the_first_version_the_page_says_so(cast, ben):
    Rulebook.objects.update(state="retired")
    assert "No limits yet" in text_of(ben.get(PAGE))


def test_thirty_limits_cost_no_more_queries_than_one(cast, ben):
    amounts = {"own_cents": 40_000, "stretch_cents": 50_000, "customer_cents": 70_000}

    def put(numbers: range) -> None:
        with Rulebook.amend(by=cast.ben, note="More") as book:
            for number in numbers:
                who = person(f"Agent {number}")
                cast.north.welcome(who)
                Limit.objects.create(rulebook=book, role="agent", person=who, **amounts)

    as_often_for_thirty(reading(ben, PAGE), lambda turn: put(range(1, 30) if turn else range(1)), many=2)
