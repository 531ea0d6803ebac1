"""Telephone systems: signed, once, in any order – and nothing that makes a call of theirs disappear."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import ApiToken, Customer, Presence
from policies.models import Level
from tickets.line.offering import offer_now
from tickets.line.sweep import sweep_line_now
from tickets.line.telephone import customer_of
from tickets.models import LineEvent, Place

pytestmark = pytest.mark.django_db
PATH = "/api/v1/line/events"


@pytest.fixture
def exchange(cast, client: Client):
    """Anna's token speaks for the telephone system of North."""
    _token, secret = ApiToken.issue(cast.anna, "telephone")

    def headers(said: str, **changed: object) -> dict[str, str]:
        moment = changed.get("moment", int(time.time()))
        digest = hmac.new(secret.encode(), f"{moment}.{said}".encode(), hashlib.sha256).hexdigest()
        signature = changed.get("signature", f"t={moment},v1={digest}")
        return {"Authorization": f"Bearer {secret}", "Kulanz-Signature": signature, "Accept-Language": "en"}

    def tell(*events: dict[str, object], **changed: object):
        body = changed.get("body", json.dumps({"events": events}))
        return client.post(PATH, body, content_type="application/json", headers=headers(body, **changed))

    def ask(call: str, query: str = "", **changed: object):
        return client.get(f"/api/v1/line/calls/{call}{query}", headers=headers("", **changed))

    tell.ask = ask
    return tell


NOW = timezone.now().replace(microsecond=0) - timedelta(hours=1)


def event(kind: str, seconds: int = 0, *, call: str = "c1", **more: object) -> dict[str, object]:
    at = (NOW + timedelta(seconds=seconds)).isoformat()
    return {"event_id": f"{call}-{kind}-{seconds}", "call_id": call, "kind": kind, "at": at, **more}


def test_a_call_from_its_first_ring_to_its_end(cast, exchange):
    cast.cem.phone = "+49 (30) 123-4567"
    cast.cem.save()
    answer = exchange(event("entered", caller="030 1234567"))
    assert answer.status_code == 200
    (heard,) = answer.json()["events"]
    assert (heard["new"], heard["place"]["phase"], heard["place"]["ahead"]) == (True, "waiting", 0)
    story = [event("answered", 30, agent="ANNA@kulanz.example"), event("held", 60), event("resumed", 90)]
    exchange(*story, event("ended", 200, ended_by="customer"))
    place = Place.objects.get()
    assert (place.customer, place.agent, place.phase, place.ended_by) == (
        cast.cem,
        cast.anna,
        "ended",
        "customer",
    )
    assert (place.arrived_at, place.first_answered_at) == (NOW, NOW + timedelta(seconds=30))


def test_told_twice_is_heard_once(exchange):
    exchange(event("entered"))
    answer = exchange(event("entered"), event("entered"))
    assert [line["new"] for line in answer.json()["events"]] == [False, False]
    assert (Place.objects.count(), LineEvent.objects.count()) == (1, 1)


def test_in_any_order_it_is_the_same_call(cast, exchange):
    story = [
        event("entered"),
        event("answered", 30, agent=cast.anna.email),
        event("ended", 200, ended_by="customer"),
    ]
    exchange(*reversed(story))
    place = Place.objects.get()
    assert (place.phase, place.arrived_at, place.agent) == ("ended", NOW, cast.anna)


def test_a_short_talk_we_ended_is_called_back_first(cast, exchange):
    exchange(event("entered", caller="030 7654321"), event("answered", 30, agent=cast.anna.email))
    exchange(event("ended", 35, ended_by="agent"))
    place = Place.objects.get()
    assert (place.phase, place.drop, place.comes_first) == ("callback", "short", True)


def test_a_callback_is_offered_after_a_minute(exchange):
    answer = exchange(event("entered"))
    place = answer.json()["events"][0]["place"]
    assert place["offer_callback"] is True
    assert place["announcement"]["must_be_said"] is False
    assert place["most_seconds"] is None or place["most_seconds"] >= 0


def test_the_callback_is_offered_in_one_answer_and_in_that_again_if_it_was_lost(exchange):
    def offers(*events) -> list[bool]:
        return [line["place"]["offer_callback"] for line in exchange(*events).json()["events"]]

    again = event("entered", 5)
    assert offers(event("entered")) == [True]
    assert offers(again, again) == [False, False]
    assert offers(event("entered")) == [True]  # told again: its answer may have been lost
    assert exchange.ask("c1").json()["offer_callback"] is False
    answered = event("answered", 10, agent="anna@kulanz.example")
    # Handed on they wait anew, and are asked anew.
    assert offers(answered, event("transferred", 20), event("held", 21)) == [False, True, False]


def test_whoever_asks_how_a_call_stands_offers_until_it_says_that_it_did(exchange):
    just_now = timezone.now().isoformat()
    first = exchange({"event_id": "e1", "call_id": "c1", "kind": "entered", "at": just_now})
    assert first.json()["events"][0]["place"]["offer_callback"] is False
    assert exchange.ask("c1").json()["offer_callback"] is False
    with time_machine.travel(timezone.now() + timedelta(seconds=61), tick=False):
        assert [exchange.ask("c1").json()["offer_callback"] for _twice in range(2)] == [True, True]
        asked = {
            "event_id": "e2",
            "call_id": "c1",
            "kind": "callback_offered",
            "at": timezone.now().isoformat(),
        }
        (line,) = exchange(asked).json()["events"]
        assert (line["new"], line["place"]["offer_callback"]) == (True, False)
        assert exchange.ask("c1").json()["offer_callback"] is False
        sweep_line_now()
    assert LineEvent.objects.filter(kind="callback_offered").count() == 1


def test_the_answer_says_whose_telephone_to_ring_and_who_has_the_call(cast, exchange):
    exchange(event("entered"))
    place = Place.objects.get()
    place.offer(cast.anna)
    shown = exchange.ask("c1").json()
    assert (shown["offered_to"], shown["agent"], shown["phase"]) == (cast.anna.email, None, "waiting")
    assert shown["offered_until"] is not None
    assert place.accept(by=cast.anna)
    told = exchange(event("entered")).json()["events"][0]["place"]
    assert (told["offered_to"], told["offered_until"], told["agent"]) == (None, None, cast.anna.email)
    assert exchange.ask("c1").json() == told
    place.finish("customer", by=cast.anna)
    assert exchange.ask("c1").json()["agent"] is None


def test_how_a_call_stands_is_told_to_whoever_told_of_it_and_signs(cast, exchange, client: Client):
    exchange(event("entered"))
    assert exchange.ask("c1", "?number=fixed_charge").json()["announcement"]["must_be_said"] is True
    assert exchange.ask("c1", "?number=free").status_code == 400
    assert exchange.ask("c1", "?wish=1").status_code == 400
    for missing in ("c2", "x" * 41, "%00", "a/b"):
        assert exchange.ask(missing).status_code == 404
    assert exchange.ask("c1", signature="").status_code == 401
    assert exchange.ask("c1", moment=1).status_code == 401
    _token, others = ApiToken.issue(cast.ben, "another telephone system")
    moment = int(time.time())
    digest = hmac.new(others.encode(), f"{moment}.".encode(), hashlib.sha256).hexdigest()
    headers = {"Authorization": f"Bearer {others}", "Kulanz-Signature": f"t={moment},v1={digest}"}
    assert client.get("/api/v1/line/calls/c1", headers=headers).status_code == 404


def test_a_caller_first_named_by_what_is_told_late_is_known(cast, exchange):
    Customer.objects.filter(pk=cast.cem.pk).update(phone="+49 30 1234567")
    exchange(event("answered", 30, agent=cast.anna.email))
    exchange(event("entered", caller="030 1234567", cause="late-delivery"))
    place = Place.objects.get()
    assert (place.customer, place.caller, place.status, place.cause) == (
        *(cast.cem, "030 1234567", "established"),
        cast.late,
    )
    assert (place.phase, place.arrived_at, place.agent) == ("talking", NOW, cast.anna)
    exchange(event("held", 40, caller="030 7654321"))
    place.refresh_from_db()
    assert (place.customer, place.caller) == (cast.cem, "030 1234567")


def test_of_two_transfers_the_later_one_counts_whichever_is_told_last(cast, exchange):
    cast.south.welcome(cast.anna)
    who = {"team": "north"}
    exchange(event("entered", **who), event("answered", 10, agent=cast.anna.email, **who))
    exchange(event("transferred", 120, team="north"))
    exchange(event("transferred", 60, team="south"), event("answered", 80, agent=cast.anna.email, **who))
    place = Place.objects.get()
    assert (place.team, place.transfers, place.phase) == (cast.north, 2, "waiting")


def test_the_cause_a_caller_chose_decides_who_is_asked(cast, exchange):
    Level.objects.filter(agent=cast.anna).update(level=1)  # two are asked for
    for one in (cast.anna, cast.ben):
        Presence.say(one, "ready")
    Presence.objects.filter(person=cast.anna).update(since=timezone.now() - timedelta(hours=1))
    exchange(event("entered", cause="late-delivery"))
    offer_now(now=timezone.now())
    place = Place.objects.get()
    assert (place.cause, place.offered_to) == (cast.late, cast.ben)


@pytest.mark.parametrize(
    "changed",
    [
        {"signature": ""},
        {"signature": "t=1,v1=" + "0" * 64},
        {"signature": "nonsense\x80"},
        {"moment": 1},
        {"moment": int(time.time()) + 4000},
    ],
)
def test_what_is_not_signed_now_and_by_us_is_not_heard(exchange, changed):
    answer = exchange(event("entered"), **changed)
    assert answer.status_code == 401
    assert Place.objects.count() == 0


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "vanished"}, "kind"),
        ({"kind": "escalated"}, "kind"),
        ({"kind": "answered"}, "agent"),
        ({"agent": "dora@kulanz.example"}, "agent"),
        ({"team": "south"}, "team"),
        ({"at": "2026-01-01T00:00:00"}, "at"),
        ({"at": "2999-01-01T00:00:00Z"}, "at"),
        ({"at": 5}, "at"),
        ({"ended_by": "system"}, "ended_by"),
        ({"event_id": "x" * 65}, "event_id"),
        ({"event_id": "\x00"}, "event_id"),
        ({"call_id": None}, "call_id"),
        ({"caller": "\x00"}, "caller"),
        ({"cause": "no-such-cause"}, "cause"),
        ({"cause": "\x00"}, "cause"),
        ({"wish": 1}, "unknown"),
    ],
)
def test_a_bad_field_is_named(exchange, changed, field):
    answer = exchange({**event("entered"), **changed})
    assert answer.status_code == 400
    assert list(answer.json()["events"]["0"]) == [field]
    assert Place.objects.count() == 0


@pytest.mark.parametrize(
    "body", ["", "[]", "null", '{"events": []}', '{"events": 5}', "{", '{"events": [5]}']
)
def test_a_broken_body_is_refused(exchange, body):
    assert exchange(body=body).status_code == 400


def test_who_works_in_two_teams_says_which(cast, exchange):
    cast.south.welcome(cast.anna)
    assert exchange(event("entered")).status_code == 400
    assert exchange(event("entered", team="south")).status_code == 200
    assert Place.objects.get().team == cast.south


def test_a_number_is_recognised_however_it_is_written(cast):
    cast.cem.phone = "+49 30 / 123-45.67"
    cast.cem.save()
    for written in ("0301234567", "0049 30 1234567", "(030) 1234567", "123 45 67"):
        assert customer_of(written) == cast.cem
    assert customer_of("4567") is None
    assert customer_of("") is None
    cast.eva.phone = "0301234567"
    cast.eva.save()
    assert customer_of("0301234567") is None


def test_whose_number_it_is_stands_in_an_index(cast):
    """However many customers there are: each call asks."""
    with CaptureQueriesContext(connection) as asked:
        customer_of("0301234567")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        plan = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
        cursor.execute(f"{plan} {asked[0]['sql']}")
        assert "customer_called_from" in str(cursor.fetchall())
