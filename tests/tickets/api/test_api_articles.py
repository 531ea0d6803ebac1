"""Articles for programs: read by whom they are for, written with versions, published by who may."""

from __future__ import annotations

import pytest
from cast import Cast
from counting import as_often_for_thirty, reading
from django.test import Client

from accounts.models import ApiToken, Person
from tickets.models import Article

pytestmark = pytest.mark.django_db
TEXTS = {"title_en": "Vans", "text_en": "Ring twice.", "title_de": "Wagen", "text_de": "Zweimal klingeln."}
LIST = "/api/v1/articles/"


def program(person: Person, **headers: str) -> Client:
    _token, secret = ApiToken.issue(person, "till")
    return Client(headers={"Authorization": f"Bearer {secret}", **headers})


def send(client: Client, path: str, said: object = None, *, by: str = "post", **headers: str):
    return getattr(client, by)(path, said, content_type="application/json", headers=headers)


def an_article(cast: Cast, **said: object) -> Article:
    said = {"audience": "public", "team_id": cast.north.pk, "by": cast.anna, **TEXTS, **said}
    return Article.write(key=str(said["audience"]), **said)


def test_a_program_writes_revises_and_a_lead_publishes(cast: Cast) -> None:
    anna, ben = program(cast.anna), program(cast.ben)
    said = {**TEXTS, "audience": "public", "team": "north", "cause": "late-delivery"}
    made = [send(anna, LIST, said, **{"Idempotency-Key": "one"}) for _time in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    assert made[1].headers["Idempotent-Replayed"] == "true"
    assert send(anna, LIST, {**said, "title_en": "x"}, **{"Idempotency-Key": "one"}).status_code == 422
    one = made[0].json()
    path = f"{LIST}{one['id']}/"
    assert (one["state"], one["team"]["slug"], one["cause"], one["latest"]["number"]) == (
        *("draft", "north", "late-delivery"),
        1,
    )
    newer = {**TEXTS, "text_en": "Ring three times.", "seen": 1}
    assert [send(anna, path, newer, by="put").status_code for _time in range(2)] == [200, 200]
    assert send(anna, path, {**TEXTS, "text_en": "Ring.", "seen": 1}, by="put").status_code == 409
    assert send(anna, f"{path}publication/", by="put").status_code == 403
    assert send(ben, f"{path}publication/", by="put").json()["published_version"] == 2
    assert [row["number"] for row in anna.get(f"{path}versions/").json()["results"]] == [2, 1]
    read = program(cast.cem.person).get(path).json()
    assert (read["version"], read["text_en"], "latest" in read) == (2, "Ring three times.", False)
    assert send(anna, f"{path}publication/", by="delete").status_code == 403
    assert send(ben, f"{path}publication/", by="delete").status_code == 204
    assert program(cast.cem.person).get(path).status_code == 404


def test_each_reads_what_is_for_them_and_drafts_are_for_who_looks_after_them(cast: Cast) -> None:
    for audience in ("public", "desk", "team"):
        an_article(cast, audience=audience).publish(by=cast.ben)
    draft = Article.write(**TEXTS, audience="desk", team_id=cast.north.pk, by=cast.anna, key="draft")
    counts = {
        person.name: len(program(person).get(LIST).json()["results"])
        for person in (cast.anna, cast.dora, cast.cem.person)
    }
    assert counts == {"Anna": 4, "Dora": 2, "Cem": 1}
    anna = program(cast.anna)
    assert [row["id"] for row in anna.get(LIST, {"state": "draft"}).json()["results"]] == [draft.pk]
    assert len(anna.get(LIST, {"q": "klingeln"}).json()["results"]) == 3
    assert anna.get(LIST, {"cause": "broken"}).json()["results"] == []
    for asked in ({"state": "gone"}, {"q": "\0"}, {"word": "x"}):
        assert anna.get(LIST, asked).status_code == 400
    assert send(program(cast.dora), f"{LIST}{draft.pk}/", {**TEXTS, "seen": 1}, by="put").status_code == 404


def test_the_rules_of_the_page_hold_here_and_stand_at_their_field(cast: Cast) -> None:
    anna = program(cast.anna)
    good = {**TEXTS, "audience": "desk", "team": "north"}
    wrong = {
        "team": [{**good, "team": "south"}, {**good, "team": None}, {**good, "team": "no\0"}],
        "cause": [{**good, "cause": "nothing"}],
        "audience": [{**good, "audience": "all"}, {**TEXTS, "team": "north"}],
        "title_de": [{**good, "title_de": ""}, {"audience": "desk", "team": "north"}],
        "text_en": [{**good, "text_en": 5}],
        "unknown": [{**good, "word": "x"}],
    }
    for field, bodies in wrong.items():
        for body in bodies:
            answer = send(anna, LIST, body)
            assert (answer.status_code, list(answer.json())) == (400, [field]), body
    assert send(program(cast.cem.person), LIST, good).status_code == 404
    half = an_article(cast, audience="desk", title_en="", text_en="")
    half.publish(by=cast.anna)
    address = f"{LIST}{half.pk}/address/"
    said = {"audience": "public", "team": "north"}
    answers = [send(program(person), address, said, by="put") for person in (cast.anna, cast.ben)]
    assert [(answer.status_code, list(answer.json())) for answer in answers] == [(400, ["audience"])] * 2
    assert send(anna, address, {"audience": "team", "team": "north"}, by="put").json()["audience"] == "team"


def test_a_list_of_thirty_asks_as_much_as_one_of_one(cast: Cast) -> None:
    said = {**TEXTS, "audience": "desk", "team_id": cast.north.pk, "by": cast.anna}
    as_often_for_thirty(
        reading(program(cast.anna), LIST), lambda number: Article.write(**said, key=f"a{number}")
    )
