"""Drafts in the studio: edited, compared, rehearsed, published, thrown away, and an older version again."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from policies.facts import Wish
from policies.models import Guardrail, Rehearsal, Rulebook, Ruling
from policies.rules.rehearsal import rehearse_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def ben(client, cast):
    cast.ben.user_permissions.add(Permission.objects.get(codename="edit_rulebook"))
    client.force_login(cast.ben, "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def draft(cast):
    return Rulebook.draft(by=cast.ben, note="Trust more")


def url(name, draft, *more):
    return reverse(f"studio:{name}", args=[draft.version, *more])


def test_agents_find_no_drafts(client, cast, draft):
    client.force_login(cast.anna, "django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("studio:drafts")).status_code == 404
    assert client.post(url("publish", draft)).status_code == 404
    assert Rulebook.objects.in_force().version == 1


def test_a_draft_begins_as_a_copy(ben):
    answer = ben.post(reverse("studio:drafts"), {"note": "Wider for peak season"})
    draft = Rulebook.objects.get(state="draft")
    assert answer.headers["Location"] == url("draft", draft)
    assert (draft.note, draft.limits.count(), draft.gesture_kinds.count()) == ("Wider for peak season", 2, 3)
    assert "it says what the rules in force say" in ben.get(url("draft", draft)).content.decode()


def test_without_a_word_no_draft_begins(ben):
    assert ben.post(reverse("studio:drafts"), {"note": " \n "}).status_code == 422
    assert Rulebook.objects.filter(state="draft").count() == 0


def guardrail(**more):
    return {
        "code": "no-refund-above", "owner": "Ben", "reason_en": "We keep bills right.",
        "reason_de": "Rechnungen stimmen.",
        "instead_en": "Offer a voucher.", "instead_de": "Bieten Sie einen Gutschein an.",
        "valid_until": (timezone.localdate() + timedelta(days=90)).isoformat(),
        "when-0-fact": "kind", "when-0-operator": "in",
        "when-0-value": "refund", "when-1-fact": "cents", "when-1-operator": "at_least", "when-1-value": "100,50",
        **more,
    }  # fmt: skip


def test_a_guardrail_is_written_in_plain_words(ben, draft):
    ben.post(url("draft_guardrail_new", draft), guardrail())
    rail = draft.guardrails.get(code="no-refund-above")
    assert [(c.fact, c.operator, c.value) for c in rail.conditions.order_by("pk")] == [
        ("kind", "is", "refund"),
        ("cents", "at_least", 10_050),
    ]
    page = ben.get(url("draft", draft)).content.decode()
    assert "New guardrail: We keep bills right. (Gesture: Refund; Amount: at least €100.50)" in page


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"reason_de": ""}, "This field is required."),
        ({"when-1-value": "NaN"}, "Enter an amount such as 20 or 20.50."),
        ({"when-1-value": "9" * 40}, "Ensure this value has at most 30 characters"),
        (
            {"when-0-value": "cash cow"},
            "Select a valid choice. cash cow is not one of the available choices.",
        ),
        ({"when-0-value": "\x00"}, "is not one of the available choices."),
        ({"when-0-operator": "at_least"}, "at_least is not one of the available choices."),
        ({"when-0-operator": "is_not", "when-0-value": ["refund", "call"]}, "Choose one here,"),
        ({"when-0-fact": "churn_score"}, "Choose what it is about."),
        ({"valid_from": "2099-01-01"}, "It cannot end before it begins."),
        ({"code": "no-cash-to-prospects"}, "This code is taken in this draft."),
    ],
)
def test_a_guardrail_that_says_too_little_is_not_saved_and_nothing_typed_is_lost(ben, draft, wrong, words):
    answer = ben.post(url("draft_guardrail_new", draft), guardrail(**wrong))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert "Offer a voucher." in page
    assert Guardrail.objects.filter(rulebook=draft).count() == 1


def test_C43_the_words_of_a_guardrail_are_read_twice_and_stand_with_a_reason(ben, draft):
    blaming = guardrail(reason_de="Das hat die Zentrale so bestimmt.", instead_en="Unfortunately nothing.")
    answer = ben.post(url("draft_guardrail_new", draft), blaming)
    page = answer.content.decode()
    assert (answer.status_code, draft.guardrails.filter(code=blaming["code"]).count()) == (422, 0)
    assert "„die Zentrale“" in page or "“die Zentrale”" in page
    assert "Das hat die Zentrale so bestimmt." in page
    kept = {**blaming, "anyway": "Zentrale is the name of a street here"}
    assert ben.post(url("draft_guardrail_new", draft), kept).status_code == 302
    assert draft.guardrails.get(code=blaming["code"]).anyway == "Zentrale is the name of a street here"


def test_C29_a_new_guardrail_needs_the_day_it_ends_said_at_its_field(ben, draft):
    answer = ben.post(url("draft_guardrail_new", draft), guardrail(valid_until=""))
    assert answer.status_code == 422
    assert "it needs a day within a year on which it ends" in answer.content.decode()
    assert draft.guardrails.count() == 1
    far = (timezone.localdate() + timedelta(days=400)).isoformat()
    assert ben.post(url("draft_guardrail_new", draft), guardrail(valid_until=far)).status_code == 422


def test_a_guardrail_that_forbids_less_needs_none(ben, draft):
    rail = draft.guardrails.get()
    rows = {f"when-{n}-{name}": getattr(c, name) for n, c in enumerate(rail.conditions.order_by("pk")) for name in ("fact", "value")}  # fmt: skip # noqa: E501
    narrower = guardrail(code=rail.code, valid_until="", **rows) | {
        "when-0-operator": "in", "when-1-operator": "in",
        "when-2-fact": "cents", "when-2-operator": "at_least", "when-2-value": "10",
    }  # fmt: skip
    assert ben.post(url("draft_guardrail", draft, rail.pk), narrower).status_code == 302
    assert rail.conditions.count() == 3


def test_rows_come_and_go_without_saving_and_nothing_typed_is_lost(ben, draft):
    typed = guardrail(**{"when-1-value": "not a sum", "when-new": "customer_status", "add_condition": "when"})
    page = ben.post(url("draft_guardrail_new", draft), typed).content.decode()
    for words in ("Offer a voucher.", "not a sum", 'name="when-2-fact" value="customer_status"'):
        assert words in page
    typed = guardrail(drop_condition="when-0")
    page = ben.post(url("draft_guardrail_new", draft), typed).content.decode()
    assert 'name="when-1-fact" value="cents"' in page
    assert "when-0-fact" not in page
    assert draft.guardrails.count() == 1


@pytest.mark.parametrize(
    "sent",
    [
        {"drop_condition": "when-９"},
        {"drop_condition": "9" * 30},
        {"add_condition": "when", "when-new": "\x00"},
    ],
)
def test_a_row_that_is_not_there_changes_nothing(ben, draft, sent):
    answer = ben.post(url("draft_guardrail_new", draft), guardrail(**sent))
    assert answer.status_code == 200
    assert 'name="when-1-fact" value="cents"' in answer.content.decode()


def test_it_reads_in_both_languages_while_it_is_written(ben, draft):
    answer = ben.post(
        url("draft_guardrail_new", draft), guardrail(preview="1"), headers={"HX-Request": "true"}
    )
    page = answer.content.decode().replace("\xa0", " ")
    assert "Gesture: Refund; Amount: at least €100.50" in page
    assert "Geste: Erstattung; Betrag: mindestens 100,50 €" in page
    assert "<form" not in page


def test_a_change_of_the_draft_makes_its_rehearsal_void_and_a_look_does_not(ben, draft):
    Rehearsal.ask(draft, by=draft.made_by)
    ben.post(url("draft_guardrail_new", draft), guardrail(preview="1"))
    assert Rehearsal.objects.count() == 1
    ben.post(url("draft_guardrail_new", draft), guardrail())
    assert Rehearsal.objects.count() == 0


def test_publishing_puts_it_in_force_once(ben, draft):
    draft.limits.filter(role="agent").update(own_cents=9000)
    ben.post(url("publish", draft))
    assert Rulebook.objects.in_force() == draft
    assert ben.post(url("publish", draft)).status_code == 404


def test_publishing_at_a_time_waits(ben, draft):
    draft.limits.filter(role="agent").update(own_cents=9000)
    at = timezone.localtime() + timedelta(days=1)
    ben.post(url("publish", draft), {"at": at.strftime("%Y-%m-%dT%H:%M")})
    draft.refresh_from_db()
    assert (draft.state, draft.publish_at) == ("draft", at.replace(second=0, microsecond=0))


def test_what_shrinks_for_good_is_not_published(ben, draft):
    draft.limits.filter(role="agent").update(own_cents=1000)
    answer = ben.post(url("publish", draft))
    assert answer.status_code == 422
    assert "Everybody: alone €10.00 instead of €50.00 per case." in answer.content.decode().replace(
        "\xa0", " "
    )
    assert Rulebook.objects.in_force().version == 1


def test_nobody_publishes_more_for_themselves(ben, draft):
    draft.limits.filter(role="lead").update(own_cents=30_000)
    answer = ben.post(url("publish", draft))
    assert answer.status_code == 422
    assert "This would enlarge your own limit." in answer.content.decode()


def test_a_rehearsal_shows_what_would_change(ben, cast, draft):
    Ruling.request(cast.anna, cast.ticket(), Wish("voucher", 8000), key="k")
    draft.limits.filter(role="agent").update(own_cents=9000)
    ben.post(url("rehearse", draft))
    ben.post(url("rehearse", draft))
    assert Rehearsal.objects.count() == 1
    assert "Weighing 0 of 0" in ben.get(url("rehearsal", draft)).content.decode()
    rehearse_now()
    page = ben.get(url("draft", draft)).content.decode()
    assert "1 would have been freer, 0 stricter." in page
    assert reverse("studio:ruling", args=[Ruling.objects.get().pk]) in page


def test_a_ruling_explains_itself_without_the_agents_will(ben, cast):
    ruling = Ruling.request(cast.anna, cast.ticket(), Wish("voucher", 8000), key="k")
    page = ben.get(reverse("studio:ruling", args=[ruling.pk])).content.decode()
    assert "asked; silence means yes" in page
    assert "Decided by version 1 of the rules: First rules" in page
    assert "fine with" not in page
    assert ben.get(reverse("studio:ruling", args=[2**70])).status_code == 404


def test_an_older_version_again_is_a_draft_first(ben, cast):
    with Rulebook.amend(by=cast.ben, note="Other") as book:
        book.guardrails.all().delete()
    ben.post(reverse("studio:roll_back", args=[1]))
    draft = Rulebook.objects.get(state="draft")
    assert (draft.note, draft.guardrails.count()) == ("Back to version 1", 1)


def test_throwing_away_changes_nothing_else(ben, draft):
    ben.post(url("discard", draft))
    assert list(Rulebook.objects.values_list("version", "state")) == [(1, "published")]


def test_a_lead_prepares_the_rules_of_the_house_and_does_not_put_them_in_force_alone(client, cast, draft):
    client.force_login(cast.ben, "django.contrib.auth.backends.ModelBackend")
    draft.guardrails.all().delete()
    later = timezone.localtime() + timedelta(days=1)
    for said in ({}, {"at": later.strftime("%Y-%m-%dT%H:%M")}):
        answer = client.post(url("publish", draft), said)
        assert answer.status_code == 422
        assert "Ask an administrator to put this in force." in answer.content.decode()
    draft.refresh_from_db()
    assert (draft.state, draft.publish_at, Rulebook.objects.in_force().version) == ("draft", None, 1)


def test_a_draft_changed_after_its_time_was_set_waits_for_a_new_word(ben, draft):
    Rulebook.objects.filter(pk=draft.pk).update(publish_at=timezone.now() + timedelta(hours=1))
    ben.post(url("draft_guardrail_new", draft), guardrail())
    draft.refresh_from_db()
    assert draft.publish_at is None
