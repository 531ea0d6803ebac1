"""Rules in the set-up: written in a form without script, previewed, switched, explained; nothing typed is lost."""

from __future__ import annotations

import re

import pytest
from cast import Cast
from counting import as_often_for_thirty
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tickets.automation import carry, reading
from tickets.models import Event, OutgoingMail, Rule, Run

pytestmark = pytest.mark.django_db
NEW = "/desk/setup/rules/new/"


@pytest.fixture
def ben(cast: Cast, client: Client) -> Client:
    client.force_login(cast.ben)
    return client


def words(response: HttpResponse) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def said(cast: Cast, **more: str) -> dict[str, str]:
    """The form as a browser sends it: one condition, one step."""
    joins = {f"group{number}-join": "all" for number in range(3)} | {"outer-join": "all"}
    return {
        **joins,
        "name": "Late ones first",
        "team": str(cast.north.pk),
        "trigger": "opened",
        "after": "5",
        "unit": "days",
        "anchor": "status",
        "most_per_hour": "100",
        "key": "k" * 32,
        "group0-0-fact": "cause",
        "group0-0-operator": "in",
        "group0-0-value": "late-delivery",
        "step0-do": "priority",
        "step0-priority": "4",
        **more,
    }


def test_a_rule_is_written_previewed_switched_on_and_acts(cast: Cast, ben: Client) -> None:
    waiting = cast.ticket("Waiting already")
    assert ben.post(NEW, said(cast)).status_code == 302
    rule = Rule.objects.get()
    assert rule.conditions == {
        "join": "all",
        "parts": [{"join": "all", "parts": [{"fact": "cause", "operator": "is", "value": "late-delivery"}]}],
    }
    assert (rule.steps, rule.mode, rule.owner) == ([{"do": "priority", "priority": 4}], "off", cast.ben)
    before = Event.objects.count(), OutgoingMail.objects.count()
    page = words(ben.get(reverse("setup:rule_preview", args=[rule.pk])))
    assert "It would hit 1 ticket now" in page
    assert "Waiting already" in page
    assert "set the priority to “urgent”" in page
    waiting.refresh_from_db()
    assert (waiting.priority, Event.objects.count(), OutgoingMail.objects.count()) == (2, *before)
    ben.post(reverse("setup:switch_rule", args=[rule.pk]), {"mode": "on"})
    reading.read_now()
    ticket = cast.ticket("A new one")
    carry.automate_now()
    ticket.refresh_from_db()
    assert ticket.priority == 4
    log = words(ben.get(reverse("setup:rule_log", args=[rule.pk])))
    assert "A new one" in log
    assert "2: Ben – on" in log


def test_the_form_grows_and_shrinks_without_script_and_saves_nothing_by_it(cast: Cast, ben: Client) -> None:
    grown = ben.post(NEW, said(cast, add="reply"))
    assert grown.status_code == 200
    assert 'name="step1-text_de"' in grown.content.decode()
    assert 'value="Late ones first"' in grown.content.decode()
    taken = ben.post(NEW, said(cast, take_out="0"))
    assert 'name="step0-priority"' not in taken.content.decode()
    assert not Rule.objects.exists()


@pytest.mark.parametrize(
    ("field", "typed", "error"),
    [
        ("name", "\x00 \u200b", "This field is required."),
        ("most_per_hour", "9" * 30, "Ensure this value is less than or equal to 5000."),
        ("most_per_hour", "１２", ""),
        ("group0-0-value", "nothing of the kind", "nothing of the kind is not one of the available choices."),
        ("group0-0-fact", "kind", "Choose what it is about."),
        ("group1-new", "cause", "This field is required."),
        ("trigger", "nonsense", "Select a valid choice."),
        ("team", "999999999999999999999", "Select a valid choice."),
        ("step0-priority", "77", "Select a valid choice."),
    ],
)
def test_bad_input_is_told_at_its_field_and_what_was_typed_stays(
    cast: Cast, ben: Client, field: str, typed: str, error: str
) -> None:
    answer = ben.post(NEW, said(cast, **{field: typed}))
    if error:
        assert answer.status_code == 422
        assert error in words(answer)
        assert not Rule.objects.exists()
        assert "Late ones first" in answer.content.decode() or field == "name"
    else:
        assert answer.status_code in (302, 422)


def test_a_placeholder_that_does_not_exist_is_refused(cast: Cast, ben: Client) -> None:
    texts = {
        "step0-do": "reply",
        "step0-text_en": "Hello {customer.person.password}",
        "step0-text_de": "Hallo {customer}",
    }
    answer = ben.post(NEW, said(cast, **texts))
    assert answer.status_code == 422
    assert "There is no placeholder {customer.person.password}." in words(answer)
    assert "Hallo {customer}" in answer.content.decode()


def test_a_rule_without_a_step_is_none(cast: Cast, ben: Client) -> None:
    answer = ben.post(NEW, said(cast, **{"step0-do": ""}))
    assert answer.status_code == 422
    assert "Say what shall be done: at least one step." in words(answer)


def test_two_who_edit_at_once_do_not_overwrite_each_other(cast: Cast, ben: Client) -> None:
    ben.post(NEW, said(cast))
    rule = Rule.objects.get()
    place = reverse("setup:rule", args=[rule.pk])
    assert ben.post(place, said(cast, version="1", name="First")).status_code == 302
    answer = ben.post(place, said(cast, version="1", name="Second"))
    assert answer.status_code == 409
    assert "Somebody changed this rule meanwhile." in words(answer)
    assert Rule.objects.get().name == "First"


def test_a_lead_makes_no_rule_for_the_house_or_another_team(cast: Cast, ben: Client) -> None:
    for team in ("", str(cast.south.pk)):
        assert ben.post(NEW, said(cast, team=team)).status_code == 422
    assert not Rule.objects.exists()


def test_a_preview_lists_only_what_its_reader_may_see(cast: Cast, client: Client) -> None:
    cast.ben.is_staff = True
    cast.ben.save(update_fields=["is_staff"])
    souths = cast.ticket("Souths own", cause=cast.broken, customer=cast.eva, by=cast.eva.person)
    rule = Rule.write(by=cast.ben, key="house", name="House", trigger="opened", steps=[{"do": "release"}])
    client.force_login(cast.ben)
    page = words(client.get(reverse("setup:rule_preview", args=[rule.pk])))
    assert "It would hit 1 ticket now" in page
    assert souths.subject not in page


def test_the_list_asks_the_same_number_of_times_for_one_and_for_thirty(cast: Cast, ben: Client) -> None:
    said = {"name": "Look", "team": cast.north, "trigger": "opened", "steps": [{"do": "release"}]}
    as_often_for_thirty(
        lambda: ben.get("/desk/setup/rules/"), lambda number: Rule.write(by=cast.ben, key=str(number), **said)
    )
    assert Run.objects.count() == 0
