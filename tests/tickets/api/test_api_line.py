"""Telephone systems: signed, once, in any order – and nothing that makes a call of theirs disappear."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import ApiToken
from tickets.line.telephone import customer_of
from tickets.models import LineEvent, Place

pytestmark = pytest.mark.django_db
PATH = "/api/v1/line/events"


@pytest.fixture
def exchange(cast, client: Client):
    """Anna's token speaks for the telephone system of North."""
    _token, secret = ApiToken.issue(cast.anna, "telephone")

    def tell(*events: dict[str, object], **changed: object):
        body = changed.get("body", json.dumps({"events": events}))
        moment = changed.get("moment", int(time.time()))
        digest = hmac.new(secret.encode(), f"{moment}.{body}".encode(), hashlib.sha256).hexdigest()
        signature = changed.get("signature", f"t={moment},v1={digest}")
        headers = {
            "Authorization": f"Bearer {secret}",
            "Kulanz-Signature": signature,
            "Accept-Language": "en",
        }
        return client.post(PATH, body, content_type="application/json", headers=headers)

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
