"""Custom fields that are only asked for when others say something: by one rule at every door."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from cast import Cast
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from program import Program
from test_custom_fields import field_of

from tickets.automation.rule import Rule
from tickets.fields.facts import looked_up_once
from tickets.fields.in_play import goes_round, in_play
from tickets.models import CustomField, Policy, PolicyVersion, SavedView, Ticket
from tickets.setup.asked_when import dropped, still_needed
from tickets.sla.policy import Terms

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)
FIELD_PAGES = ("custom_field", "retire_custom_field")


def when(code: str, *values: str) -> list[dict[str, Any]]:
    return [{"fact": f"field_{code}", "operator": "in", "value": list(values)}]


@pytest.fixture
def three(cast: Cast) -> list[CustomField]:
    """Whether it broke; if it did, its colour; if that is red, which red."""
    seen = {"seen_by_customer": True}
    yes = [{"fact": "field_broke", "operator": "is", "value": True}]
    return [
        field_of(cast, "broke", "flag", **seen),
        field_of(cast, "colour", "one", asked_when=yes, needed_to_write=True, needed_to_solve=True, **seen),
        field_of(cast, "tone", asked_when=when("colour", "red"), **seen),
    ]


def codes(fields: list[CustomField]) -> list[str]:
    return [field.code for field in fields]


def test_what_is_not_asked_for_says_nothing_to_the_others(three: list[CustomField]) -> None:
    broke, colour, tone = three
    assert codes(in_play(three, {}, on=TODAY)) == ["broke"]
    assert codes(in_play(three, {broke: True, colour: "red"}, on=TODAY)) == ["broke", "colour", "tone"]
    assert codes(in_play(three, {broke: True, colour: "blue", tone: "deep"}, on=TODAY)) == ["broke", "colour"]
    assert codes(in_play(three, {broke: False, colour: "red"}, on=TODAY)) == ["broke"]


def test_a_field_never_waits_for_itself() -> None:
    others = {"a": when("b", "x"), "b": when("c", "x"), "c": []}
    assert [goes_round(code, when("a", "x"), others) for code in ("c", "d")] == [True, False]
    assert goes_round("a", [{"fact": "since_a", "operator": "is", "value": 1}], {}) is True


def test_before_a_ticket_is_solved_only_what_is_asked_for_is_needed(
    cast: Cast, three: list[CustomField], client: Client
) -> None:
    ticket = cast.ticket()
    ticket.describe({three[0]: True}, by=cast.anna)
    assert ticket.move("solved", by=cast.anna) is False
    ticket.describe({three[0]: False}, by=cast.anna)
    assert ticket.move("solved", by=cast.anna) is True


def test_the_desk_asks_as_soon_as_it_is_said_and_keeps_what_was_typed(
    cast: Cast, three: list[CustomField], client: Client
) -> None:
    broke, colour, _tone = three
    ticket = cast.ticket()
    ticket.describe({broke: False, colour: "red"}, by=cast.anna)
    client.force_login(cast.anna)
    address = reverse("desk:details", args=[ticket.pk])
    first = client.get(address)
    assert (list(first.context["form"].fields), "?look" in first.content.decode()) == (["field_broke"], True)
    said = {"field_broke": "yes", "initial-field_broke": "no"}
    looked = client.post(f"{address}?look", said)
    form = looked.context["form"]
    assert (looked.status_code, list(form.fields)) == (200, ["field_broke", "field_colour", "field_tone"])
    assert (form["field_colour"].value(), ticket.custom_values[broke]) == ("red", False)
    said |= {"field_colour": "blue", "initial-field_colour": "red", "field_tone": "deep"}
    assert client.post(address, said).status_code == 302
    assert ticket.custom_values == {broke: True, colour: "blue"}


def test_what_is_no_longer_ticked_decides_at_once(cast: Cast, client: Client) -> None:
    parts = field_of(cast, "parts", "several")
    field_of(cast, "tone", asked_when=when("parts", "red"))
    ticket = cast.ticket()
    ticket.describe({parts: ("red",)}, by=cast.anna)
    client.force_login(cast.anna)
    address = reverse("desk:details", args=[ticket.pk])
    assert list(client.get(address).context["form"].fields) == ["field_parts", "field_tone"]
    looked = client.post(f"{address}?look", {"initial-field_parts": ["red"]})
    assert list(looked.context["form"].fields) == ["field_parts"]


def test_what_is_sent_twice_counts_as_it_came_last(cast: Cast, client: Client) -> None:
    field_of(cast, "bought", "day", seen_by_customer=True)
    field_of(cast, "broke", "flag", seen_by_customer=True)
    client.force_login(cast.cem.person)
    sent = {
        "cause": cast.late.pk,
        "field_bought": ["2026-01-01", "2026-01-02"],
        "field_broke": ["yes", "no"],
    }
    assert client.post(reverse("portal:questions"), sent).status_code == 200


def test_a_customer_is_asked_what_follows_from_what_they_said(
    cast: Cast, three: list[CustomField], client: Client
) -> None:
    client.force_login(cast.cem.person)
    said = {
        "cause": cast.late.pk,
        "subject": "New",
        "text": "It broke.",
        "field_broke": "yes",
        "field_tone": "x",
    }
    asked = client.post(reverse("portal:questions"), said).context["form"]
    assert codes(asked.asked) == ["broke", "colour"]
    first = client.post(reverse("portal:new"), {**said, "asked_about": cast.late.pk})
    assert (first.status_code, codes(first.context["form"].asked)) == (422, ["broke", "colour"])
    said["asked_about"] = first.context["form"].asked_about
    second = client.post(reverse("portal:new"), said)
    assert (second.status_code, list(second.context["form"].errors)) == (422, ["field_colour"])
    done = client.post(reverse("portal:new"), {**said, "field_colour": "blue"})
    assert done.status_code == 302
    assert {field.code: value for field, value in Ticket.objects.get().custom_values.items()} == {
        "broke": True,
        "colour": "blue",
    }


def test_programs_are_told_what_is_asked_for_when(cast: Cast, three: list[CustomField]) -> None:
    cem = Program.of(cast.cem.person)
    shown = {field["code"]: field["asked_when"] for field in cem.get("fields/").json()}
    assert (shown["broke"], shown["tone"]) == ([], when("colour", "red"))
    new = {"cause": cast.late.code, "subject": "New", "text": "It broke."}
    for held, wrong in [({"broke": True}, ["colour"]), ({"broke": False, "colour": "red"}, ["colour"])]:
        answer = cem.post("tickets/", {**new, "custom_fields": held})
        assert (answer.status_code, list(answer.json()["custom_fields"])) == (400, wrong)
    assert cem.post("tickets/", {**new, "custom_fields": {"broke": False}}).status_code == 201
    anna, place = Program.of(cast.anna), f"tickets/{Ticket.objects.get().pk}/fields/"
    refused = anna.put(place, {"custom_fields": {"tone": "deep"}}).json()
    assert refused["custom_fields"]["tone"] == ["It is only asked for when: Colour: Red."]
    assert (
        anna.put(place, {"custom_fields": {"broke": True, "colour": "red", "tone": "deep"}}).status_code
        == 200
    )
    held = anna.put(place, {"custom_fields": {"broke": False}}).json()
    assert (held["custom_fields"]["tone"], anna.put(place, held).json()) == ("deep", held)


def typed(field: CustomField | None = None, **said: Any) -> dict[str, Any]:
    names = {
        "name_en": "New",
        "name_de": "Neu",
        "code": "new",
        "kind": "line",
        "position": "100",
        "key": "k" * 32,
    }
    if field is not None:
        names |= {"name_en": field.name_en, "name_de": field.name_de}
    return names | said


def test_its_conditions_are_put_together_in_the_set_up(
    cast: Cast, three: list[CustomField], client: Client
) -> None:
    broke, colour, _tone = three
    admin = cast.dora
    admin.is_staff = True
    admin.save()
    client.force_login(admin)
    new = reverse("setup:new_custom_field")
    picked = client.post(new, typed(**{"when-new": "field_colour", "add_condition": "when"}))
    assert (picked.status_code, len(picked.context["conditions"].rows)) == (200, 1)
    row = {"when-0-fact": "field_colour", "when-0-operator": "in", "when-0-value": ["red"]}
    assert client.post(new, typed(**row)).status_code == 302
    made = CustomField.objects.get(code="new")
    assert (made.asked_when, made.asked_in_words) == (
        [{"fact": "field_colour", "operator": "is", "value": "red"}],
        "Colour: Red",
    )
    own = reverse("setup:custom_field", args=[broke.pk])
    circle = {"when-0-fact": "field_tone", "when-0-operator": "in", "when-0-value": "deep"}
    wrong = client.post(own, typed(broke, seen_by_customer="on", **circle))
    assert "By these conditions it would wait for itself." in wrong.content.decode()
    unseen = client.post(own, typed(broke))
    assert "seen_by_customer" in unseen.context["form"].errors
    client.post(reverse("setup:retire_custom_field", args=[colour.pk]))
    assert CustomField.objects.get(pk=colour.pk).retired_at is None


def test_what_conditions_name_stays_on_the_list(cast: Cast, three: list[CustomField], client: Client) -> None:
    _broke, colour, _tone = three
    asks = {"join": "any", "parts": when("colour", "blue")}
    said = {"trigger": "opened", "conditions": asks, "steps": [{"do": "release"}]}
    rule = Rule.write(by=cast.ben, key="r", name="Blue ones", **said)
    Rule.objects.filter(pk=rule.pk).update(mode="on")
    cast.dora.is_staff = True
    cast.dora.save()
    client.force_login(cast.dora)
    own = reverse("setup:custom_field", args=[colour.pk])
    when_rows = {"when-0-fact": "field_broke", "when-0-operator": "is", "when-0-value": "yes"}

    def sent(*options: str) -> HttpResponse:
        rows = typed(colour, options="\n".join(options), seen_by_customer="on", **when_rows)
        return client.post(own, rows)

    refused = sent("green | Green | Grün")
    assert (refused.status_code, refused.context["form"].errors["options"]) == (
        422,
        [
            "“Red” is still needed by the field “Tone”. Change that first, then take it off the list.",
            "“Blue” is still needed by the rule “Blue ones”. Change that first, then take it off the list.",
        ],
    )
    Rule.objects.filter(pk=rule.pk).update(mode="off")
    assert sent("red | Red | Rot", "green | Green | Grün").status_code == 302
    assert list(CustomField.objects.get(pk=colour.pk).offered) == ["red", "green"]


def test_what_a_planned_policy_names_stays_on_the_list_too(cast: Cast, three: list[CustomField]) -> None:
    _broke, colour, _tone = three
    planned = Policy.found("Blue ones", rank=Policy.objects.count() + 1).publish(
        conditions=[("field_colour", "in", ["blue"])],
        targets=[Terms("first_response", 3600, cast.hours)],
        by=cast.ben,
        valid_from=timezone.now() + timedelta(days=1),
    )
    assert isinstance(planned, PolicyVersion)
    words = "“Blue” is still needed by the promise policy “Blue ones”. Change that first, then take it off the list."
    assert dropped(colour, {"red"}) == [words]


def test_a_field_that_is_still_asked_for_is_not_retired_and_says_by_what(cast: Cast, client: Client) -> None:
    colour = field_of(cast, "colour", "one")
    policy = Policy.found("Red ones", rank=Policy.objects.count() + 1)
    red = {"targets": [Terms("first_response", 3600, cast.hours)], "by": cast.ben}
    policy.publish(conditions=[("field_colour", "is", "red")], **red)
    asks = {"join": "any", "parts": [{"join": "all", "parts": when("colour", "blue")}]}
    said = {"trigger": "opened", "conditions": asks, "steps": [{"do": "release"}]}
    rule = Rule.write(by=cast.ben, key="r", name="Blue ones", **said)
    rule.switch("dry", by=cast.ben)
    for name, team in (("Team’s", cast.north), ("Own", None)):
        SavedView.write(by=cast.ben, key=name, name=name, team=team, conditions=asks)
    cast.dora.is_staff = True
    cast.dora.save()
    client.force_login(cast.dora)
    own, retirement = (reverse(f"setup:{name}", args=[colour.pk]) for name in FIELD_PAGES)

    def page() -> str:
        return " ".join(client.get(own).content.decode().split())

    by = "the promise policy “Red ones”, the rule “Blue ones”"
    words = f"It is still needed by {by}. Change that first, then retire it."
    assert words in client.post(retirement, follow=True).content.decode()
    assert CustomField.objects.get(pk=colour.pk).retired_at is None
    for name, pk in (("policy", policy.pk), ("rule", rule.pk)):
        assert f'href="{reverse(f"setup:{name}", args=[pk])}"' in page()
    said = (
        "“Team’s” of North.",
        "1 view that somebody made for themselves",
        "“Own”",
        f'action="{retirement}"',
    )
    assert [words in page() for words in said] == [True, True, False, False]
    with override("de"):
        assert still_needed(colour).startswith("Es wird noch gebraucht: von der Regel für Zusagen „Red ones“")
    policy.publish(conditions=[], **red)
    rule.switch("off", by=cast.ben)
    assert f'action="{retirement}"' in page()
    client.post(retirement)
    assert CustomField.objects.get(pk=colour.pk).retired_at is not None


def test_a_rule_that_asks_a_retired_field_is_not_switched_on(cast: Cast, client: Client) -> None:
    colour = field_of(cast, "colour", "one")
    asks = {"join": "all", "parts": when("colour", "blue")}
    said = {"trigger": "opened", "conditions": asks, "steps": [{"do": "release"}], "team": cast.north}
    rule = Rule.write(by=cast.ben, key="r", name="Blue ones", **said)
    colour.retire()
    client.force_login(cast.ben)
    switch = reverse("setup:switch_rule", args=[rule.pk])
    refused = client.post(switch, {"mode": "on"}, follow=True).content.decode()
    words = "Its conditions ask what is retired: Colour. Use that again first, or change them."
    assert (words in refused, Rule.objects.get(pk=rule.pk).mode) == (True, "off")
    colour.bring_back()
    client.post(switch, {"mode": "on"})
    assert Rule.objects.get(pk=rule.pk).mode == "on"


def test_what_waits_for_a_retired_field_comes_back_after_it(
    cast: Cast, three: list[CustomField], client: Client
) -> None:
    _broke, colour, tone = three
    admin = cast.dora
    admin.is_staff = True
    admin.save()
    client.force_login(admin)
    for field in (tone, colour):
        client.post(reverse("setup:retire_custom_field", args=[field.pk]))
    assert CustomField.objects.in_use().count() == 1
    for field, in_use in ((tone, 1), (colour, 2), (tone, 3)):
        client.post(reverse("setup:retire_custom_field", args=[field.pk]), {"back": "1"})
        assert CustomField.objects.in_use().count() == in_use


def test_a_page_with_many_conditions_asks_for_the_fields_once(
    three: list[CustomField], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1), looked_up_once():
        assert [three[2].asked_in_words for _time in range(30)] == ["Colour: Red"] * 30
