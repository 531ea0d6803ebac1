"""Limits and promises in a draft: for whom, how far, until when; what leaves less room says so at its field (C29)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from policies.models import BaseStandard, Limit, Rulebook

pytestmark = pytest.mark.django_db


@pytest.fixture
def ben(client, cast):
    client.force_login(cast.ben, "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def draft(cast):
    return Rulebook.draft(by=cast.ben, note="Trust more")


def url(name, draft, *more):
    return reverse(f"studio:{name}", args=[draft.version, *more])


def typed(**more):
    return {"own": "60", "stretch": "120", "customer": "300", "starts": "", "ends": "", "reason": "", **more}


def day(number):
    return (timezone.localdate() + timedelta(days=number)).isoformat()


def test_a_wider_limit_needs_no_reason(ben, cast, draft):
    row = draft.limits.get(role="agent")
    assert ben.post(url("draft_limit", draft, row.pk), typed()).status_code == 302
    assert [r.own_cents for r in draft.limits.filter(role="agent")] == [6000]
    assert Rulebook.objects.in_force().limits.get(role="agent").own_cents == 5000


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        ({"own": "10"}, "ends", "so it needs a day on which it ends"),
        ({"own": "10", "ends": day(20)}, "reason", "Say in a sentence what it protects"),
        ({"own": "10", "ends": day(500), "reason": "Fair week"}, "ends", "ends within a year"),
        ({"stretch": "10"}, "stretch", "With a yes it cannot be less than alone."),
        ({"own": "１２x"}, "own", "Enter an amount such as 20 or 20.50."),
        ({"ends": day(-1)}, "ends", "This day is over."),
    ],
)
def test_C29_what_is_missing_is_said_at_its_field(ben, draft, sent, field, words):
    row = draft.limits.get(role="agent")
    answer = ben.post(url("draft_limit", draft, row.pk), typed(**sent))
    page = answer.content.decode()
    assert answer.status_code == 422
    error = page.index(f'id="id_{field}_error"')
    assert words in page[error : error + 900]
    assert 'value="300"' in page
    assert draft.limits.count() == 2


def test_C29_less_room_with_a_reason_and_an_end_stands_beside_the_standing_limit(ben, draft):
    row = draft.limits.get(role="agent")
    ben.post(url("draft_limit", draft, row.pk), typed(own="10", ends=day(20), reason="Fair week"))
    rows = draft.limits.filter(role="agent").order_by("own_cents")
    assert [(r.own_cents, r.valid_until is None, r.reason) for r in rows] == [
        (1000, False, "Fair week"),
        (5000, True, ""),
    ]


def test_a_new_limit_for_a_team_and_away_with_it(ben, cast, draft):
    ben.post(url("draft_limit_new", draft), typed(whom=f"agent-{cast.north.pk}"))
    row = draft.limits.get(team=cast.north)
    assert (row.own_cents, row.customer_cents) == (6000, 30_000)
    assert ben.post(url("draft_limit", draft, row.pk), {"remove": "1", "reason": ""}).status_code == 302
    assert draft.limits.filter(team=cast.north).count() == 0


def test_C29_taking_a_wider_limit_away_for_good_is_refused(ben, cast):
    with Rulebook.amend(by=None, note="Team") as book:
        Limit.objects.create(
            rulebook=book, role="agent", team=cast.north, own_cents=9000, stretch_cents=9000, customer_cents=90_000
        )  # fmt: skip
    draft = Rulebook.draft(by=cast.ben, note="Less")
    row = draft.limits.get(team=cast.north)
    answer = ben.post(url("draft_limit", draft, row.pk), typed(remove="1"))
    assert (answer.status_code, draft.limits.filter(team=cast.north).count()) == (422, 1)
    assert "This leaves less room than now" in answer.content.decode()


def promise(**more):
    return {
        "code": "soon", "promise_en": "An answer today", "promise_de": "Heute eine Antwort",
        "measured_by": "first_response", "target_percent": "95", **more,
    }  # fmt: skip


def test_a_promise_comes_changes_and_goes_with_the_draft(ben, draft):
    ben.post(url("draft_standard_new", draft), promise())
    row = draft.standards.get()
    assert "New promise: An answer today" in ben.get(url("draft", draft)).content.decode()
    ben.post(url("draft_standard", draft, row.pk), promise(target_percent="99"))
    row.refresh_from_db()
    assert row.target_percent == 99
    ben.post(url("draft_standard", draft, row.pk), {"remove": "1"})
    assert BaseStandard.objects.count() == 0


def test_a_promise_is_made_once_in_a_draft(ben, draft):
    ben.post(url("draft_standard_new", draft), promise())
    answer = ben.post(url("draft_standard_new", draft), promise(promise_en="Twice"))
    page = answer.content.decode()
    assert (answer.status_code, "This code is taken in this draft." in page, "Twice" in page) == (
        422,
        True,
        True,
    )
