"""Causes set up by hand: made once, called in both languages, never deleted; what names each stands beside it."""

from __future__ import annotations

import pytest
from cast import person
from django.test import Client

from accounts.models import SetupChange
from tickets.automation.group import ALL
from tickets.models import Cause, CustomField, Mailbox, ReadyList, Rule

pytestmark = pytest.mark.django_db
CAUSES = "/desk/setup/causes/"


@pytest.fixture
def ada(cast, client) -> Client:
    client.force_login(person("Ada", is_staff=True, language="en"))
    return client


def sent(cast, **said: object) -> dict[str, object]:
    first = {"code": "bill", "name_en": "A bill", "name_de": "Eine Rechnung", "team": cast.north.pk}
    return {**first, "offered": "on", "position": "20", **said}


def test_a_cause_is_made_once_and_offered_to_customers(ada, cast):
    for _time in range(2):
        assert ada.post(f"{CAUSES}new/", sent(cast)).url == CAUSES
    made = Cause.objects.get(code="bill")
    assert (made.name_de, made.team, made.offered, made.position) == ("Eine Rechnung", cast.north, True, 20)
    assert [change.done for change in SetupChange.objects.filter(part="tickets.cause")] == ["added"]
    ada.force_login(cast.cem.person)
    assert "Eine Rechnung" in ada.get("/requests/new/", follow=True).content.decode()


def test_a_cause_is_no_longer_offered_keeps_its_key_and_says_old_and_new(ada, cast):
    page = f"{CAUSES}{cast.late.pk}/"
    said = sent(cast, code="another", name_en="Late", team=cast.south.pk, offered="")
    assert ada.post(page, said).url == CAUSES
    cast.late.refresh_from_db()
    assert (cast.late.code, cast.late.name_en, cast.late.team, cast.late.offered) == (
        "late-delivery",
        "Late",
        cast.south,
        False,
    )
    lines = {label: (old, new) for label, old, new in SetupChange.objects.get().said}
    assert lines["Team"] == ("North", "South")
    assert lines["Offered in the portal"] == ("yes", "no")
    assert "Not offered to customers" in ada.get(CAUSES).content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "late-delivery"}, "code"),
        ({"code": "zwei Wörter"}, "code"),
        ({"code": "x" * 41}, "code"),
        ({"code": "a\0b"}, "code"),
        ({"name_de": " "}, "name_de"),
        ({"name_en": "x" * 81}, "name_en"),
        ({"team": "9" * 30}, "team"),
        ({"team": "x"}, "team"),
        ({"position": "0"}, "position"),
        ({"position": "１２３４５"}, "position"),
    ],
)
def test_a_wrong_cause_says_so_at_its_field_and_keeps_what_was_typed(ada, cast, wrong, field):
    answer = ada.post(f"{CAUSES}new/", sent(cast, **wrong))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert 'value="Eine Rechnung"' in answer.content.decode() or field == "name_de"
    assert Cause.objects.count() == 2
    assert SetupChange.objects.count() == 0


def test_what_names_a_cause_stands_beside_it_with_its_way_there(ada, cast):
    late = cast.late
    box = Mailbox.objects.create(address="a@b.example", cause=late, host="imap.b.example", made_by=cast.ben)
    ready = ReadyList.write(name="Lost", cause=late, lines=["Ring"], by=cast.ben, key="r")
    said = {"code": "parcel", "name_en": "Parcel", "name_de": "Paket", "kind": "line"}
    field = CustomField.write(**said, causes=[late], teams=[], by=cast.ben, key="f")
    parts = [{"fact": "cause", "operator": "in", "value": [late.code, "broken"]}]
    about = {"name": "Look", "team": cast.north, "trigger": "wrote", "steps": [{"do": "release"}]}
    rule = Rule.write(by=cast.ben, key="c", conditions={"join": ALL, "parts": parts}, **about)
    rule.switch(Rule.Mode.ON, by=cast.ben)
    uses = ada.get(f"{CAUSES}{late.pk}/").context["uses"]
    assert [use.url for use in uses] == [
        f"/desk/setup/mailboxes/{box.pk}/",
        f"/desk/setup/checklists/{ready.pk}/",
        f"/desk/setup/fields/{field.pk}/",
        f"/desk/setup/rules/{rule.pk}/",
    ]
    assert [use.url for use in ada.get(f"{CAUSES}{cast.broken.pk}/").context["uses"]] == [
        f"/desk/setup/rules/{rule.pk}/"
    ]


def test_the_list_of_causes_asks_as_often_for_one_as_for_thirty(ada, cast, django_assert_num_queries):
    cast.broken.delete()
    with django_assert_num_queries(5):
        ada.get(CAUSES)
    for number in range(29):
        names = {"name_en": f"Cause {number}", "name_de": f"Anlass {number}", "team": cast.south}
        Cause.write(code=f"c{number}", **names)
    with django_assert_num_queries(5):
        assert len(ada.get(CAUSES).context["kept"]) == 30
    ada.force_login(cast.ben)
    assert ada.get(CAUSES).status_code == 404
