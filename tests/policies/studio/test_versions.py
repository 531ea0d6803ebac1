"""Versions of the rules: read as they stood, any two compared in words, and one step back to the one before."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from policies.models import BaseStandard, Rulebook
from policies.rules.comparison import compared

pytestmark = pytest.mark.django_db


@pytest.fixture
def ben(client, cast):
    cast.ben.user_permissions.add(Permission.objects.get(codename="edit_rulebook"))
    client.force_login(cast.ben, "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def wider(cast):
    """Version 2 lets agents give more; version 3 promises something, too."""
    with Rulebook.amend(by=cast.dora, note="Wider") as book:
        book.limits.filter(role="agent").update(own_cents=9000)
    with Rulebook.amend(by=cast.dora, note="A promise") as book:
        BaseStandard.objects.create(
            rulebook=book, code="soon", promise_en="An answer today", promise_de="Heute eine Antwort",
            measured_by="first_response",
        )  # fmt: skip


def page_of(client, name, *args, **query):
    return client.get(reverse(f"studio:{name}", args=args), query).content.decode().replace("\xa0", " ")


def test_two_versions_compare_in_words_promises_too(ben, wider):
    page = page_of(ben, "compare", old=1, new=3)
    assert "Everybody: alone €90.00 instead of €50.00 per case." in page
    assert "New promise: An answer today (first response in time, aim 95 %)" in page
    assert "No longer promised: An answer today" in page_of(ben, "compare", old=3, new=1)


def test_without_a_choice_the_newest_change_is_told(ben, wider):
    page = page_of(ben, "compare")
    assert "From version 2 to version 3" in page
    assert "alone €90.00" not in page


def test_a_changed_promise_is_told(cast, wider):
    with Rulebook.amend(by=None, note="More") as book:
        book.standards.update(target_percent=99)
    old, new = Rulebook.objects.get(version=3), Rulebook.objects.get(version=4)
    assert [found.sentence for found in compared(old, new)] == [
        "Promise now: An answer today (first response in time, aim 99 %)"
    ]


@pytest.mark.parametrize("typed", ["99", "１２", "x", "\x00", "9" * 40, ""])
def test_a_version_that_does_not_exist_is_said_at_its_field(ben, wider, typed):
    answer = ben.get(reverse("studio:compare"), {"old": typed, "new": "1"})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()


def test_an_older_version_reads_as_it_stood(ben, wider):
    page = page_of(ben, "version", 1)
    assert "Version 1, in force from" in page
    assert ben.get(reverse("studio:version", args=[9])).status_code == 404
    draft = Rulebook.draft(by=None, note="Not yet")
    assert ben.get(reverse("studio:version", args=[draft.version])).status_code == 404


def test_one_step_leads_back_and_says_why(ben, wider):
    ben.post(reverse("studio:back_to_version", args=[1]), {"why": "It cost too much"})
    book = Rulebook.objects.in_force()
    assert (book.version, book.note) == (4, "Back to version 1 – It cost too much")
    assert book.limits.get(role="agent").own_cents == 5000
    assert compared(Rulebook.objects.get(version=1), book) == []


@pytest.mark.parametrize(
    ("why", "ago", "words"),
    [
        (" ", 0, "Say why you go back"),
        ("Because", 31, "This version is older than a month."),
    ],
)
def test_no_step_back_without_a_word_or_after_a_month(ben, wider, why, ago, words):
    Rulebook.objects.filter(version=1).update(retired_at=timezone.now() - timedelta(days=ago))
    page = ben.post(reverse("studio:back_to_version", args=[1]), {"why": why}, follow=True).content.decode()
    assert words in page
    assert Rulebook.objects.in_force().version == 3


def test_nobody_goes_back_to_more_for_themselves(ben, cast):
    with Rulebook.amend(by=cast.dora, note="Less for leads") as book:
        book.limits.filter(role="lead").update(own_cents=100)
    page = ben.post(
        reverse("studio:back_to_version", args=[1]), {"why": "More"}, follow=True
    ).content.decode()
    assert "This would enlarge your own limit." in page
    assert Rulebook.objects.in_force().version == 2


def test_whoever_may_not_publish_finds_no_way_back(client, cast, wider):
    client.force_login(cast.dora, "django.contrib.auth.backends.ModelBackend")
    assert client.post(reverse("studio:back_to_version", args=[1]), {"why": "x"}).status_code == 404
    assert "Back to it at once" not in page_of(client, "rules")
