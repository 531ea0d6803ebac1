"""Promises in the studio: made, changed and taken away as versions of the rules, shown beside how they were kept."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from cast import Cast
from django.contrib.auth.models import Permission
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from policies.models import BaseStandard, Rulebook
from policies.rules.publication import publish_due_now
from policies.rules.standard import Kept, kept_since
from policies.studio.rules.standards import Row
from tickets.models import Clock, Place, Policy

pytestmark = pytest.mark.django_db
PLACE = "/studio/standards/"
SAID = {
    "code": "first-answer",
    "promise_en": "A person answers within four hours.",
    "promise_de": "Ein Mensch antwortet binnen vier Stunden.",
    "measured_by": "first_response",
    "target_percent": "95",
}


@pytest.fixture
def ben(cast: Cast, client: Client) -> Client:
    cast.ben.user_permissions.add(Permission.objects.get(codename="edit_rulebook"))
    client.force_login(cast.ben)
    return client


def words(response: HttpResponse) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def test_a_promise_is_public_as_soon_as_it_is_saved(ben: Client) -> None:
    version = Rulebook.objects.in_force().version
    assert ben.post(PLACE, SAID).status_code == 302
    assert Rulebook.objects.in_force().version == version + 1
    assert "A person answers within four hours." in words(ben.get("/count-on-us/"))
    ben.post(PLACE, SAID)
    assert Rulebook.objects.in_force().version == version + 1
    ben.post(PLACE, {**SAID, "target_percent": "97"})
    assert Rulebook.objects.in_force().standards.get().target_percent == 97
    assert Rulebook.objects.in_force().version == version + 2


def test_c43_a_promise_blames_nobody(ben: Client) -> None:
    said = {**SAID, "promise_en": "My boss decided that you hear from us within 8 hours."}
    answer = ben.post(PLACE, said)
    assert (answer.status_code, "“My boss decided”" in answer.content.decode()) == (422, True)


def test_what_is_no_longer_promised_stays_readable(ben: Client) -> None:
    ben.post(PLACE, SAID)
    promised = Rulebook.objects.in_force().version
    assert ben.post(f"{PLACE}first-answer/removal/").status_code == 302
    assert "A person answers" not in words(ben.get("/count-on-us/"))
    assert "A person answers" in words(ben.get(f"/count-on-us/{promised}/"))
    assert ben.post(f"{PLACE}first-answer/removal/").status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", ""),
        ("code", "not a slug"),
        ("promise_en", ""),
        ("promise_de", "\u200b"),
        ("promise_en", "x" * 201),
        ("measured_by", "smiles"),
        ("target_percent", "0"),
        ("target_percent", "101"),
        ("target_percent", "most"),
    ],
)
def test_what_cannot_be_stays_typed(ben: Client, field: str, value: str) -> None:
    page = ben.post(PLACE, {**SAID, field: value})
    assert page.status_code == 422
    assert BaseStandard.objects.count() == 0
    assert "Ein Mensch antwortet" in page.content.decode() or field == "promise_de"


def test_editing_begins_with_what_stands(ben: Client) -> None:
    ben.post(PLACE, SAID)
    assert (
        'value="A person answers within four hours."'
        in ben.get(PLACE, {"code": "first-answer"}).content.decode()
    )
    assert ben.get(PLACE, {"code": "\x00"}).status_code == 200


def test_c54_a_call_at_the_time_we_said_is_measured_by_its_clocks(ben: Client, cast: Cast) -> None:
    assert ben.post(PLACE, {**SAID, "measured_by": "callback_kept"}).status_code == 302
    begun = timezone.now() - timedelta(hours=5)
    for called_after in (70, 200):  # minutes; they chose the half hour from one hour on
        place = Place.enter(cast.north, customer=cast.cem, channel="portal", at=begun)
        place.want_callback(until=begun + timedelta(hours=1), by=cast.cem.person, at=begun)
        place.answered(by=cast.anna, at=begun + timedelta(minutes=called_after))
        place.finish("customer", by=cast.anna, at=begun + timedelta(minutes=called_after + 5))
    kept = kept_since(begun, until=timezone.now())["callback_kept"]
    assert (kept.kept, kept.of, kept.percent) == (1, 2, 50)


def test_c54_what_no_clock_measures_is_not_promised_in_public(ben: Client) -> None:
    page = ben.post(PLACE, {**SAID, "measured_by": "correct_bill"})
    assert page.status_code == 422
    assert "No clock measures this here, so it cannot be promised in public." in words(page)
    assert "A person answers within four hours." in page.content.decode()
    assert not BaseStandard.objects.exists()
    assert "A person answers" not in words(ben.get("/count-on-us/"))


def test_c54_nor_by_way_of_a_draft(ben: Client, cast: Cast) -> None:
    draft = Rulebook.draft(by=cast.ben, note="More")
    said = SAID | {"measured_by": "correct_bill"}
    row = draft.standards.create(**said)
    page = ben.post(f"/studio/drafts/{draft.version}/publication/", {})
    assert (page.status_code, "no clock measures this here" in words(page)) == (422, True)
    Rulebook.objects.filter(pk=draft.pk).update(publish_at=timezone.now())
    assert publish_due_now() == 0
    assert Rulebook.objects.get(pk=draft.pk).state == "draft"
    row.measured_by = "promise_kept"
    row.save(update_fields=["measured_by"])
    assert ben.post(f"/studio/drafts/{draft.version}/publication/", {}).status_code == 302


def test_c54_a_team_without_a_target_keeps_the_promise_of_all_from_being_published(
    ben: Client, cast: Cast
) -> None:
    for policy in Policy.objects.filter(name__startswith="South"):
        policy.retire()
    assert ben.post(PLACE, SAID).status_code == 422
    assert not BaseStandard.objects.exists()


@pytest.mark.parametrize(
    ("kept", "state"),
    [(None, "unmeasured"), (Kept(29, 29), "few"), (Kept(95, 100), "kept"), (Kept(949, 1000), "below")],
)
def test_c26_a_share_of_few_cases_says_nothing(kept: Kept | None, state: str) -> None:
    assert Row(BaseStandard(target_percent=95), kept).state == state


def test_c26_the_page_says_how_often_it_was_kept(ben: Client, cast: Cast) -> None:
    ben.post(PLACE, SAID)
    ticket, now = cast.ticket(), timezone.now()
    clock = Clock.objects.filter(ticket=ticket, kind="first_response").get()
    Clock.objects.bulk_create(
        Clock(
            ticket=ticket,
            kind="first_response",
            hours=clock.hours,
            seconds=60,
            warn_percent=75,
            started_at=now - timedelta(days=1),
            met_at=now - timedelta(hours=1),
            breached_at=now - timedelta(hours=2) if number < 10 else None,
        )
        for number in range(40)
    )
    read = words(ben.get(PLACE))
    assert "A person answers within four hours. 75 %" in read
    assert "Kept 30 of 40 times in the last 30 days." in read


@pytest.mark.parametrize("who", ["anna", "cem", "eva"])
def test_only_leads_find_it(client: Client, cast: Cast, who: str) -> None:
    BaseStandard.put_in_force("first-answer", by=cast.ben, **{n: v for n, v in SAID.items() if n != "code"})
    client.force_login(cast.people[who])
    assert client.get(PLACE).status_code == 404
    assert client.post(PLACE, SAID).status_code == 404
    assert client.post(f"{PLACE}first-answer/removal/").status_code == 404


def test_without_the_trust_to_publish_nothing_is_promised_for_the_house(cast: Cast, client: Client) -> None:
    client.force_login(cast.ben)
    answer = client.post(PLACE, SAID)
    assert answer.status_code == 422
    assert "Ask an administrator to put this in force." in words(answer)
    assert client.post(f"{PLACE}first-answer/removal/").status_code == 404
    assert BaseStandard.objects.count() == 0
