"""What one can count on, read by strangers: the same records as the rules, and nothing from inside (C24, C25, K14)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from cast import MONDAY, PASSWORD
from django.utils import timezone, translation

from policies.models import (
    BaseStandard,
    Budget,
    Condition,
    GestureKind,
    Guardrail,
    Level,
    Limit,
    Requirement,
    Rulebook,
)
from policies.weigh.currency import money

pytestmark = pytest.mark.django_db
PAGE = "/count-on-us/"


@pytest.fixture
def promised(cast):
    with Rulebook.amend(by=cast.ben, note="Zanzibar note", at=timezone.now()) as book:
        BaseStandard.objects.create(
            rulebook=book,
            code="zq-first-answer",
            promise_en="A person answers you within four working hours.",
            promise_de="Ein Mensch antwortet Ihnen binnen vier Arbeitsstunden.",
            measured_by="first_response",
            target_percent=93,
        )
    return book


def words(response) -> str:
    """The page as one reads it."""
    body = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def test_c25_everybody_reads_it_in_their_language_without_signing_in(client, promised):
    english = client.get(PAGE)
    assert english.status_code == 200
    assert "A person answers you within four working hours." in words(english)
    assert "We give money back only where money was paid." in words(english)
    assert "Offer a personal call." in words(english)
    german = words(client.get(PAGE, headers={"Accept-Language": "de"}))
    assert "Ein Mensch antwortet Ihnen binnen vier Arbeitsstunden." in german
    assert "Wir erstatten nur, was bezahlt wurde." in german
    assert "Bieten Sie einen persönlichen Anruf an." in german


@pytest.mark.parametrize("who", ["anna", "ben", "eva"])
def test_who_is_signed_in_reads_the_same(client, cast, promised, who):
    strangers = words(client.get(PAGE))
    client.force_login(cast.people[who])
    assert words(client.get(PAGE)) == strangers


def test_c25_a_changed_rule_changes_both_and_the_old_version_stays_with_its_dates(client, cast, promised):
    old = words(client.get(PAGE))
    Rulebook.objects.filter(pk=promised.pk).update(published_at=MONDAY - timedelta(days=30))
    with Rulebook.amend(by=cast.ben, note="new", at=MONDAY) as book:
        Guardrail.objects.filter(rulebook=book).update(reason_en="We refund what was paid, to the cent.")
    assert Guardrail.objects.filter(rulebook=book).get().reason == "We refund what was paid, to the cent."
    now = words(client.get(PAGE))
    assert "We refund what was paid, to the cent." in now and "only where money was paid" not in now
    then = client.get(f"{PAGE}{promised.version}/")
    assert "This held from 31 January 2026 to 2 March 2026." in words(then)
    assert "We give money back only where money was paid." in words(then)
    assert "to the cent" not in words(then)
    assert f'href="{PAGE}{promised.version}/"' in client.get(PAGE).content.decode()
    assert old != now


def test_a_version_that_never_held_does_not_exist(client, promised):
    draft = Rulebook.draft(by=None, note="maybe")
    for version in (draft.version, 0, 999, 10**30):
        assert client.get(f"{PAGE}{version}/").status_code == 404
    assert client.get(f"{PAGE}{promised.version}/").status_code == 200


def test_every_version_that_says_the_same_has_the_same_page(client, cast, promised):
    with Rulebook.amend(by=None, note="limit") as book:
        Limit.objects.filter(rulebook=book).update(customer_cents=99_000)
    assert words(client.get(f"{PAGE}{book.version}/")) == words(client.get(f"{PAGE}{promised.version}/"))


def test_before_any_rules_the_page_says_so(client, db):
    page = client.get(PAGE)
    assert (page.status_code, "Nothing is written here yet" in words(page)) == (200, True)


def test_only_looking_is_possible(client, promised):
    assert client.post(PAGE).status_code == 405
    assert client.head(PAGE).status_code == 200


def test_the_portal_leads_there(client, db):
    assert f'href="{PAGE}"' in client.get("/").content.decode()


def internals(cast) -> list[str]:
    """Every word and amount that belongs inside, in both languages."""
    found = [
        "Zanzibar",
        "93",
        cast.anna.name,
        cast.ben.name,
        cast.dora.name,
        "zq-first-answer",
        "first_response",
    ]
    for rail in Guardrail.objects.all():
        found += [rail.code, rail.owner]
    for condition in Condition.objects.all():
        found += [condition.fact, str(condition.value), condition.sentence]
    for kind in GestureKind.objects.filter(code__startswith="zq"):  # the others are called by everyday words
        found += [kind.code, kind.name_en, kind.name_de]
    cents = {
        getattr(row, name)
        for row in Limit.objects.all()
        for name in ("own_cents", "stretch_cents", "customer_cents")
    }
    cents |= set(Budget.objects.values_list("monthly_cents", flat=True))
    found += list(Budget.objects.values_list("name", flat=True))
    for amount in cents:
        for language in ("en", "de"):
            with translation.override(language):
                found += [money(amount, "EUR"), str(amount)]
    found += [f"level {row.level}" for row in [*Level.objects.all(), *Requirement.objects.all()]]
    return found


def test_k14_nothing_from_inside_leaks(client, cast, promised):
    Guardrail.objects.update(owner="Quentin Inside")
    Budget.objects.filter(pk=cast.budget.pk).update(name="Secret purse")
    GestureKind.objects.filter(code="voucher").update(code="zq-voucher", name_en="Zircon", name_de="Zirkon")
    secrets = internals(cast)
    assert len(secrets) > 30 and PASSWORD not in secrets
    for path in (PAGE, f"{PAGE}{promised.version}/", f"{PAGE}1/"):
        for language in ("en", "de"):
            page = client.get(path, headers={"Accept-Language": language})
            read = words(page)
            leaked = [word for word in secrets if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", read)]
            assert leaked == []
            assert "Quentin" not in page.content.decode()


def test_however_many_versions_the_page_asks_little(client, cast, promised, django_assert_num_queries):
    client.get(PAGE)
    for number in range(2):
        with Rulebook.amend(by=None, note=f"{number}") as book:
            Guardrail.objects.filter(rulebook=book).update(reason_en=f"Because {number}")
        client.get(PAGE)
        with django_assert_num_queries(2):  # which version is in force, for the page and for its list
            client.get(PAGE)
