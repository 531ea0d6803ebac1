"""Custom fields: set up by administrators, filled in at every door by the same rules, found, compared, forgotten."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from cast import MONDAY, Cast, person
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from program import Program

from accounts.models import SetupChange
from tickets import condition
from tickets.automation import group, known
from tickets.fields.kind import cents_of, number_of, sent
from tickets.fields.typed import asked_for
from tickets.forgetting import forget
from tickets.models import Cause, CustomField, Event, FieldValue, Ticket
from tickets.own_data import requests_of
from tickets.search.conditions import asked_of
from tickets.search.find import search, understood

pytestmark = pytest.mark.django_db
COLOURS = [{"code": "red", "en": "Red", "de": "Rot"}, {"code": "blue", "en": "Blue", "de": "Blau"}]


def field_of(cast: Cast, code: str, kind: str = "line", **said: Any) -> CustomField:
    causes, teams = said.pop("causes", ()), said.pop("teams", ())
    options = COLOURS if kind in ("one", "several") else []
    said = {"name_en": code.title(), "name_de": f"{code.title()} (de)", "options": options, **said}
    return CustomField.write(
        code=code, kind=kind, by=cast.ben, key=f"key-{code}", causes=causes, teams=teams, **said
    )


@pytest.fixture
def every_kind(cast: Cast) -> dict[str, CustomField]:
    kinds = ("line", "text", "number", "money", "day", "flag", "one", "several")
    return {kind: field_of(cast, f"a_{kind}", kind, seen_by_customer=True) for kind in kinds}


VALUES: dict[str, Any] = {
    "line": "Über 4711",
    "text": "Two\nlines",
    "number": -3,
    "money": 1250,
    "day": date(2026, 2, 20),
    "flag": False,
    "one": "red",
    "several": ("red", "blue"),
}


def filled(every_kind: dict[str, CustomField], ticket: Ticket, by: object) -> None:
    ticket.describe({every_kind[kind]: value for kind, value in VALUES.items()}, by=by)


def test_a_ticket_holds_a_value_of_every_kind_and_tells_each_change_once(
    cast: Cast, every_kind: dict[str, CustomField]
) -> None:
    ticket = cast.ticket()
    filled(every_kind, ticket, cast.anna)
    assert {field.kind: value for field, value in ticket.custom_values.items()} == VALUES
    assert (
        ticket.describe({every_kind["one"]: "red", every_kind["several"]: ("red", "blue")}, by=cast.ben)
        is False
    )
    ticket.describe({every_kind["one"]: "blue", every_kind["flag"]: None}, by=cast.ben)
    said = [event.sentence for event in Event.objects.filter(kind__startswith="field_")]
    assert said[3:5] == ["Anna filled in “A_Money”: €12.50", "Anna filled in “A_Day”: 20 February 2026"]
    assert said[8:] == [
        "Ben changed “A_One” from “Red” to “Blue”",
        "Ben emptied “A_Flag”; it said “no”",
    ]


def test_what_does_not_fit_is_refused_in_words() -> None:
    for read, typed in [
        (number_of, "１２"),
        (number_of, "1_0"),
        (number_of, "9" * 13),
        (cents_of, "１"),
        (cents_of, "1.234"),
    ]:
        with pytest.raises(ValidationError):
            read(typed)
    assert [number_of("-5"), cents_of("20,5"), cents_of("7")] == [-5, 2050, 700]
    unfit: list[tuple[str, object]] = [
        ("line", 5), ("line", "  "), ("line", "x" * 201), ("number", True), ("number", 1.0), ("money", -1),
        ("day", "2026-02-30"), ("day", "２026-02-03"), ("day", "9999-01-01"), ("flag", 1), ("one", "green"),
        ("several", []), ("several", ["red", ["blue"]]), ("several", "red"),
    ]  # fmt: skip
    for kind, data in unfit:
        with pytest.raises(ValidationError):
            sent(kind, {"red": "Red"}, data)


def test_a_field_is_meant_for_some_causes_and_teams(cast: Cast) -> None:
    field_of(cast, "all")
    late, south = field_of(cast, "late", causes=[cast.late]), field_of(cast, "south", teams=[cast.south])
    one, other = cast.ticket(), cast.ticket("Broken", cause=cast.broken)
    assert [[field.code for field in CustomField.objects.on(ticket)] for ticket in (one, other)] == [
        ["all", "late"],
        ["all", "south"],
    ]
    assert (late.retire(), late.retire(), south.bring_back()) == (True, False, False)
    assert [field.code for field in CustomField.objects.on(one)] == ["all"]


def test_nothing_is_solved_before_what_is_needed_is_filled_in(cast: Cast, client: Client) -> None:
    needed = field_of(cast, "serial", needed_to_solve=True)
    ticket = cast.ticket()
    assert ticket.move("solved", by=cast.anna) is False
    client.force_login(cast.anna)
    refused = client.post(reverse("desk:move", args=[ticket.pk]), {"status": "solved"}, follow=True)
    assert "Before this ticket is solved, fill in: Serial." in refused.content.decode()
    said = {"text": "It is done.", "then": "solved", "leave_open": "on"}
    kept = client.post(reverse("desk:reply", args=[ticket.pk]), said)
    assert (kept.status_code, "It is done." in kept.content.decode()) == (422, True)
    assert "Before this ticket is solved, fill in: Serial." in kept.content.decode()
    answer = Program.of(cast.anna).put(f"tickets/{ticket.pk}/status/", {"status": "closed"})
    assert (answer.status_code, ticket.messages.count()) == (409, 1)
    assert (
        cast.ticket("Mine").move("closed", by=cast.cem.person) is True
    )  # who it is of may say so at any time
    ticket.describe({needed: "4711"}, by=cast.anna)
    assert ticket.move("solved", by=cast.anna) is True


def test_the_desk_fills_in_what_it_changed_and_keeps_what_was_wrong(
    cast: Cast, client: Client, every_kind: dict[str, CustomField]
) -> None:
    ticket = cast.ticket()
    filled(every_kind, ticket, cast.anna)
    client.force_login(cast.anna)
    address = reverse("desk:details", args=[ticket.pk])
    form = client.get(address).context["form"]
    shown = {f"initial-{bound.html_name}": bound.field.prepare_value(bound.value()) for bound in form}
    ticket.describe({every_kind["line"]: "meanwhile"}, by=cast.ben)
    typed = {name.removeprefix("initial-"): value for name, value in shown.items()}
    wrong = client.post(address, {**shown, **typed, "field_a_number": "１２", "field_a_money": "12,5\0"})
    assert wrong.status_code == 422
    assert [list(wrong.context["form"].errors), "１２" in wrong.content.decode()] == [
        ["field_a_number", "field_a_money"],
        True,
    ]
    done = client.post(address, {**shown, **typed, "field_a_number": "12", "field_a_one": ""})
    assert done.url == ticket.desk_url()
    now = {field.kind: value for field, value in ticket.custom_values.items()}
    assert now == {**{k: v for k, v in VALUES.items() if k != "one"}, "line": "meanwhile", "number": 12}
    piece = client.get(reverse("desk:beside", args=[ticket.pk])).content.decode()
    assert all(words in piece for words in ("meanwhile", "€12.50", "Red, Blue", "20 February 2026"))


def test_boxes_on_the_desk_can_all_be_unticked_and_say_what_they_were_shown_with(
    cast: Cast, client: Client, every_kind: dict[str, CustomField]
) -> None:
    ticket = cast.ticket()
    filled(every_kind, ticket, cast.anna)
    client.force_login(cast.anna)
    address = reverse("desk:details", args=[ticket.pk])

    def shown(page: str) -> list[str]:
        hidden = re.findall(r'<input type="hidden" name="initial-field_a_several"[^>]*>', page)
        return [value for one in hidden for value in re.findall(r'value="([^"]*)"', one)]

    ticked = shown(client.get(address).content.decode())
    assert ticked == ["red", "blue"]
    said = {"initial-field_a_several": ticked}
    untouched = {f"{before}field_a_line": "Über 4711" for before in ("", "initial-")}
    wrong = client.post(address, {**said, **untouched, "field_a_number": "x"})
    assert (wrong.status_code, shown(wrong.content.decode())) == (422, ticked)
    newly = client.post(address, {"field_a_several": "red", "field_a_number": "x"})
    assert shown(newly.content.decode()) == []
    ticket.describe({every_kind["several"]: ("red",)}, by=cast.ben)
    client.post(address, {**said, "field_a_several": ticked})
    assert ticket.custom_values[every_kind["several"]] == ("red",)
    client.post(address, said)
    assert every_kind["several"] not in ticket.custom_values


def test_a_customer_is_asked_for_what_is_theirs_to_know_and_nothing_is_lost(
    cast: Cast, client: Client
) -> None:
    field_of(cast, "inside")
    serial = field_of(cast, "serial", seen_by_customer=True, needed_to_write=True, causes=[cast.late])
    client.force_login(cast.eva.person)
    said = {"cause": cast.late.pk, "subject": "Late", "text": "Where is it?", "key": "k"}
    first = client.post("/requests/new/", said)  # without scripts the questions come now
    words = first.content.decode()
    assert (first.status_code, "Where is it?" in words, "field_inside" in words) == (422, True, False)
    assert "There is a little more to ask about this." in words
    said["asked_about"] = first.context["form"].asked_about
    empty = client.post("/requests/new/", said)
    assert list(empty.context["form"].errors) == ["field_serial"]
    client.post("/requests/new/", {**said, "field_serial": " A 4711 "})
    ticket = Ticket.objects.get()
    assert ticket.custom_values == {serial: "A 4711"}
    assert "A 4711" in client.get(ticket.portal_url()).content.decode()
    asked = client.post(
        "/requests/new/questions/", {"cause": cast.late.pk, "field_serial": "typed"}
    ).content.decode()
    assert ('value="typed"' in asked, "field_inside" in asked) == (True, False)
    assert client.post("/requests/new/questions/", {"cause": "\0１"}).status_code == 200


def test_programs_read_and_write_them_by_the_same_rules(cast: Cast) -> None:
    serial = field_of(cast, "serial", seen_by_customer=True, needed_to_write=True)
    inside = field_of(cast, "cost", "money")
    eva, anna = Program.of(cast.eva.person), Program.of(cast.anna)
    matter = {"subject": "Late", "text": "Where?", "cause": "late-delivery"}
    refused = eva.post("tickets/", matter)
    assert (refused.status_code, refused.json()) == (
        400,
        {"custom_fields": {"serial": ["This field is required."]}},
    )
    hidden = eva.post("tickets/", {**matter, "custom_fields": {"serial": "4711", "cost": 1}})
    assert list(hidden.json()["custom_fields"]) == ["cost"]
    made = eva.post("tickets/", {**matter, "custom_fields": {"serial": "4711"}}).json()
    address = f"tickets/{made['number']}/fields/"
    assert made["custom_fields"] == {"serial": "4711"}
    said = anna.put(address, {"custom_fields": {"cost": 1250, "serial": None}}).json()
    assert said == {"custom_fields": {"cost": 1250}}
    assert anna.put(address, {"custom_fields": {"cost": "1"}}).json() == {
        "custom_fields": {"cost": ["A whole number of cents is needed here."]}
    }
    assert (eva.put(address, {"custom_fields": {}}).status_code, eva.get(address).json()) == (
        404,
        {"custom_fields": {}},
    )
    assert [field["code"] for field in eva.get("fields/").json()] == ["serial"]
    assert [field["code"] for field in anna.get("fields/").json()] == ["serial", "cost"]
    assert inside.values.count() + serial.values.count() == 1


def test_a_customers_program_learns_nothing_of_causes_that_are_not_offered(cast: Cast) -> None:
    Cause.objects.filter(pk=cast.broken.pk).update(offered=False)
    field_of(cast, "both", seen_by_customer=True, causes=[cast.late, cast.broken])
    field_of(cast, "unasked", seen_by_customer=True, causes=[cast.broken])
    field_of(cast, "all", seen_by_customer=True)

    def read_by(program: Program) -> dict[str, list[str]]:
        return {field["code"]: field["causes"] for field in program.get("fields/").json()}

    assert read_by(Program.of(cast.eva.person)) == {"both": [cast.late.code], "all": []}
    assert len(read_by(Program.of(cast.anna))["both"]) == 2


def test_the_search_knows_each_by_its_key(cast: Cast, every_kind: dict[str, CustomField]) -> None:
    ticket, _other = cast.ticket(), cast.ticket("Another")
    filled(every_kind, ticket, cast.anna)

    def found(typed: str) -> list[Ticket]:
        return list(search(Ticket.objects.order_by("pk"), understood(typed), by=cast.anna))

    for typed in (
        "a_line:ÜBER", 'a_line:"über 47"', "a_text:lines", "a_number:-3", "a_money:12,50", "a_day:2026-02-20",
        "a_flag:nein", "a_one:rot", "a_several:blue", "A_LINE:4711 -a_one:blau", "a_line:4711 Delivered",
    ):  # fmt: skip
        assert found(typed) == [ticket], typed
    assert found("-a_flag:no") == [_other]
    assert asked_for("a_number", "１２") == "“１２” does not fit “A_Number”."
    assert understood("nothing:here").free == "nothing:here"


def test_conditions_compare_them_as_the_database_does(cast: Cast, every_kind: dict[str, CustomField]) -> None:
    full, _empty = cast.ticket("full"), cast.ticket("empty")
    filled(every_kind, full, cast.anna)
    other = cast.ticket("other")
    other.describe({every_kind["line"]: "x", every_kind["number"]: 7, every_kind["flag"]: True}, by=cast.anna)
    other.describe({every_kind["one"]: "blue", every_kind["day"]: date(2026, 3, 20)}, by=cast.anna)
    rows: list[tuple[str, str, object, set[str]]] = [
        ("field_a_line", "is", "ÜBER 4711", {"full"}),
        ("field_a_line", "is_not", "über 4711", {"other"}),
        ("field_a_line", "in", ["x", "über 4711"], {"full", "other"}),
        ("field_a_number", "at_least", 7, {"other"}),
        ("field_a_number", "at_most", 7, {"full", "other"}),
        ("field_a_money", "at_least", 1250, {"full"}),
        ("field_a_flag", "is", False, {"full"}),
        ("field_a_one", "is_not", "red", {"other"}),
        ("field_a_several", "in", ["blue"], {"full"}),
        ("since_a_day", "at_least", 10, {"full"}),
        ("since_a_day", "at_most", 9, set()),
        ("since_a_day", "at_most", 10**12, {"full"}),
        ("until_a_day", "at_least", 18, {"other"}),
        ("until_a_day", "is", 18, {"other"}),
    ]
    facts = {
        ticket.subject: known.of_moment(ticket, now=MONDAY)
        for ticket in known.with_facts(Ticket.objects.with_people())
    }
    for fact, operator, value, expected in rows:
        row = {"fact": fact, "operator": operator, "value": value}
        assert condition.refusal(fact, operator, value) == ""
        said = {"join": "all", "parts": [row]}
        by_rules = {name for name, known_of in facts.items() if group.holds(said, known_of)}
        in_database = {ticket.subject for ticket in asked_of(Ticket.objects.all(), said, now=MONDAY)}
        assert (by_rules, in_database) == (expected, expected), row
    assert condition.sentence("field_a_one", "in", ["red", "blue"]) == "A_One: Red or Blue"
    every_kind["one"].retire()
    assert "field_a_one" not in {fact.name for fact in condition.known_about(condition.MOMENT)}
    assert condition.sentence("field_a_one", "is", "red") == "A_One: Red"


def test_a_view_is_made_of_them(cast: Cast, client: Client, every_kind: dict[str, CustomField]) -> None:
    ticket, _other = cast.ticket(), cast.ticket("Another")
    filled(every_kind, ticket, cast.anna)
    client.force_login(cast.anna)
    rows = [
        ("field_a_money", "at_least", "12,50"),
        ("field_a_line", "in", "über 4711, x"),
        ("field_a_one", "in", "red"),
    ]
    said: dict[str, str] = {"name": "Ours", "outer-join": "all", "group0-join": "all"}
    said |= {f"group{number}-join": "all" for number in range(3)}
    for place, row in enumerate(rows):
        said |= {
            f"group0-{place}-{name}": typed
            for name, typed in zip(("fact", "operator", "value"), row, strict=True)
        }
    made = client.post("/desk/views/new/", said)
    assert [row.pk for row in client.get(made.url).context["page"].rows] == [ticket.pk]


def test_a_condition_about_what_can_be_no_key_is_refused(cast: Cast, client: Client) -> None:
    client.force_login(cast.anna)
    for name in ("field_a\0", "field_１", "since_", "field_" + "x" * 500):
        said = {"name": "Ours", "outer-join": "all", "group0-join": "all", "group0-0-fact": name}
        said |= {f"group{number}-join": "all" for number in (1, 2)}
        changing = client.post("/desk/views/new/", {**said, "add_condition": "group0"})
        assert (changing.status_code, client.post("/desk/views/new/", said).status_code) == (200, 422)
        assert condition.fact_named(name) is None


def test_an_administrator_sets_one_up_and_the_log_says_what(cast: Cast, client: Client) -> None:
    ada = person("Ada", is_staff=True)
    client.force_login(ada)
    said = {
        "name_en": "Colour",
        "name_de": "Farbe",
        "code": "colour",
        "kind": "one",
        "position": "5",
        "key": "k1",
    }
    wrong = client.post("/desk/setup/fields/new/", {**said, "code": "Tag", "needed_to_write": "on"})
    assert (wrong.status_code, sorted(wrong.context["form"].errors)) == (
        422,
        ["code", "needed_to_write", "options"],
    )
    assert "One searches" in str(
        client.post("/desk/setup/fields/new/", {**said, "code": "tag"}).context["form"].errors
    )
    said["options"] = "Red | Rot\nDark blue | Dunkelblau"
    for _twice in range(2):
        assert client.post("/desk/setup/fields/new/", {**said, "causes": [cast.late.pk]}).status_code == 302
    field = CustomField.objects.get()
    assert field.labels == {"red": "Red", "dark-blue": "Dark blue"}
    again = client.post("/desk/setup/fields/new/", {**said, "key": "k2"})
    assert list(again.context["form"].errors) == ["code"]
    assert client.post("/desk/setup/fields/new/", {**said, "key": "k\0"}).status_code == 422
    address = f"/desk/setup/fields/{field.pk}/"
    client.post(address, {**said, "options": "red | Ruby | Rubin", "kind": "line", "code": "other"})
    field.refresh_from_db()
    assert (field.kind, field.code, field.labels, field.offered) == (
        "one",
        "colour",
        {"red": "Ruby", "dark-blue": "Dark blue"},
        {"red": "Ruby"},
    )
    client.post(f"{address}retirement/")
    assert [(change.done, change.called) for change in SetupChange.objects.order_by("pk")] == [
        ("added", "Colour"),
        ("changed", "Colour"),
        ("changed", "Colour"),
    ]
    assert "Colour" in client.get("/desk/setup/fields/").content.decode()
    client.post(f"{address}retirement/", {"back": "1"})
    assert CustomField.objects.in_use().count() == 1


def test_what_was_filled_in_goes_with_its_customer_and_is_theirs_to_take_along(
    cast: Cast, every_kind: dict[str, CustomField]
) -> None:
    inside = field_of(cast, "inside")
    ticket = cast.ticket()
    filled(every_kind, ticket, cast.anna)
    ticket.describe({inside: "secret", every_kind["line"]: "again"}, by=cast.anna)
    taken = requests_of(cast.cem)[0]["details"]
    assert (taken["A_Money"], "Inside" in taken) == ("€12.50", False)
    forget(cast.cem, at=MONDAY + timedelta(days=400), keep="")
    assert FieldValue.objects.count() == 0
    left = str(list(Event.objects.filter(kind__startswith="field_").values_list("data", flat=True)))
    assert ("4711" in left, "secret" in left, "A_Line" in left) == (False, False, True)
