"""A person's own page: settings, language, and keys for machines."""

from __future__ import annotations

from datetime import timedelta

import pytest
from counting import as_often_for_thirty, reading
from django.test import Client
from django.utils import timezone

from accounts.models import ApiToken, Customer, Person

pytestmark = pytest.mark.django_db
GOOD = {"name": "Eva Lind", "language": "de", "time_zone": "America/Argentina/Buenos_Aires"}


@pytest.fixture
def eva(client, cast):
    client.force_login(cast.people["eva"])
    return client


@pytest.fixture
def anna(client, cast):
    client.force_login(cast.anna)
    return client


def stored(name: str) -> tuple[str, str, str]:
    return Person.objects.values_list("name", "language", "time_zone").get(email=f"{name}@kulanz.example")


def test_strangers_sign_in_first(client, cast):
    for address in ("/me/", "/me/tokens/", "/me/tokens/1/revocation/"):
        assert client.post(address)["Location"] == f"/accounts/login/?next={address}"


def test_name_language_and_zone_are_kept(eva):
    response = eva.post("/me/", GOOD)
    assert (response.status_code, response["Location"]) == (302, "/me/")
    assert stored("eva") == ("Eva Lind", "de", "America/Argentina/Buenos_Aires")
    page = eva.get("/me/")
    assert page["Content-Language"] == "de"
    assert page.context["settings_form"].initial == GOOD


def test_as_the_browser_says(eva):
    eva.post("/me/", {**GOOD, "language": ""})
    assert stored("eva")[1] == ""
    assert eva.get("/me/", headers={"Accept-Language": "de"})["Content-Language"] == "de"
    assert eva.get("/me/", headers={"Accept-Language": "en"})["Content-Language"] == "en"


def test_only_these_three_are_written(eva, cast):
    forged = {
        "email": "root@kulanz.example",
        "is_staff": "on",
        "is_superuser": "on",
        "is_active": "",
        "id": 1,
    }
    before = Person.objects.filter(pk=cast.people["eva"].pk).values().get()
    eva.post("/me/", {**GOOD, **forged})
    assert Person.objects.filter(pk=cast.people["eva"].pk).values().get() == before | GOOD


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "\u200b\x00"),
        ("name", "x" * 121),
        ("name", "x" * 1_000_000),
        ("language", "fr"),
        ("language", "de\x00"),
        ("language", "x" * 10_000),
        ("time_zone", ""),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("time_zone", "Europe/Berlin\x00"),
        ("time_zone", "posix/Europe/Berlin"),
        ("time_zone", "x" * 10_000),
    ],
)
def test_bad_settings_come_back_in_words(eva, field, value):
    response = eva.post("/me/", {**GOOD, field: value})
    assert (response.status_code, list(response.context["settings_form"].errors)) == (422, [field])
    assert stored("eva") == ("Eva", "", "Europe/Berlin")


def test_a_name_is_one_line_without_tricks(eva):
    eva.post("/me/", {**GOOD, "name": " Eva\r\nBcc: all@kulanz.example\u202e<b>\x07 "})
    assert stored("eva")[0] == "Eva Bcc: all@kulanz.example<b>"
    assert 'value="Eva Bcc: all@kulanz.example&lt;b&gt;"' in eva.get("/me/").content.decode()


def test_a_zone_of_old_days_stays_choosable(eva, cast):
    Person.objects.filter(pk=cast.people["eva"].pk).update(time_zone="EST5EDT")
    form = eva.get("/me/").context["settings_form"]
    assert form.fields["time_zone"].choices[:2] == [("UTC", "UTC"), ("EST5EDT", "EST5EDT")]
    assert eva.post("/me/", {**GOOD, "time_zone": "EST5EDT"}).status_code == 302


def test_zones_are_grouped_by_part_of_the_world(eva):
    choices = dict(eva.get("/me/").context["settings_form"].fields["time_zone"].choices[1:])
    assert ("Europe/Berlin", "Berlin") in choices["Europe"]
    assert ("America/Argentina/Buenos_Aires", "Argentina – Buenos Aires") in choices["America"]


# ---- language --------------------------------------------------------------------------------------------------


def test_a_stranger_chooses_a_language_and_stays_where_they_are(client, cast):
    response = client.post("/me/language/", {"language": "de", "next": "/accounts/signup/"})
    assert (response.status_code, response["Location"]) == (302, "/accounts/signup/")
    assert client.get("/")["Content-Language"] == "de"


def test_a_person_chooses_for_good(client, cast):
    client.force_login(cast.people["cem"])
    assert client.get("/")["Content-Language"] == "de"
    client.post("/me/language/", {"language": "en", "next": "/"})
    assert client.get("/")["Content-Language"] == "en"
    assert stored("cem")[1] == "en"


@pytest.mark.parametrize("language", ["", "xx", "de\x00", "../de", "x" * 10_000])
def test_a_language_that_is_none_changes_nothing(eva, language):
    assert eva.post("/me/language/", {"language": language, "next": "/"}).status_code == 302
    assert stored("eva")[1] == ""


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "\t//evil.example"],
)
def test_a_choice_leads_nowhere_else(client, cast, target):
    assert client.post("/me/language/", {"language": "de", "next": target})["Location"] == "/"


# ---- tokens ----------------------------------------------------------------------------------------------------


def test_a_token_is_shown_once_and_opens_the_api(anna, cast):
    response = anna.post("/me/tokens/", {"name": "Nightly report"})
    secret = response.context["secret"]
    assert response.status_code == 201
    assert "no-store" in response["Cache-Control"]
    assert f'value="{secret}"' in response.content.decode()
    assert secret not in anna.get("/me/").content.decode()
    assert ApiToken.holder_of(secret) == cast.anna
    token = ApiToken.objects.get()
    assert (token.name, token.person, secret in str(ApiToken.objects.values())) == (
        "Nightly report",
        cast.anna,
        False,
    )


def test_a_revoked_token_opens_nothing(anna, cast):
    token, secret = ApiToken.issue(cast.anna, "Nightly report")
    response = anna.post(f"/me/tokens/{token.pk}/revocation/", follow=True)
    assert [str(m) for m in response.context["messages"]] == [
        "“Nightly report” is revoked. It opens nothing any more."
    ]
    assert ApiToken.holder_of(secret) is None
    assert list(response.context["tokens"]) == []
    first = ApiToken.objects.get().revoked_at
    anna.post(f"/me/tokens/{token.pk}/revocation/")
    assert ApiToken.objects.get().revoked_at == first


def test_the_list_holds_what_still_opens_and_only_the_own(anna, cast, django_assert_num_queries):
    ApiToken.issue(cast.ben, "Ben's")
    ApiToken.issue(cast.anna, "Old", expires_at=timezone.now() - timedelta(seconds=1))
    ApiToken.issue(cast.anna, "Good")
    with django_assert_num_queries(7):
        assert [token.name for token in anna.get("/me/").context["tokens"]] == ["Good"]
    look = reading(anna, "/me/")
    as_often_for_thirty(look, lambda number: ApiToken.issue(cast.anna, f"Good {number}"), most=7)


def test_a_name_is_used_once_so_sending_twice_makes_one(anna, cast):
    anna.post("/me/tokens/", {"name": "Nightly report"})
    response = anna.post("/me/tokens/", {"name": " Nightly  report"})
    assert (response.status_code, response.context["token_form"].errors) == (
        422,
        {"name": ["You already have a token of this name."]},
    )
    assert ApiToken.objects.count() == 1


def test_twenty_are_enough(anna, cast):
    for number in range(20):
        ApiToken.issue(cast.anna, str(number))
    response = anna.post("/me/tokens/", {"name": "One more"})
    assert response.context["token_form"].non_field_errors() == [
        "You already have 20 tokens. Please revoke one first."
    ]
    ApiToken.objects.first().revoke()
    assert anna.post("/me/tokens/", {"name": "One more"}).status_code == 201


@pytest.mark.parametrize("name", ["", " ", "\u200b", "x" * 81, "x" * 1_000_000])
def test_a_token_needs_a_name(anna, name):
    assert anna.post("/me/tokens/", {"name": name}).status_code == 422
    assert ApiToken.objects.count() == 0


def test_tokens_are_for_agents(eva, cast):
    token, _secret = ApiToken.issue(cast.people["eva"], "From the time at the desk")
    assert "token_form" not in eva.get("/me/").context
    assert eva.post("/me/tokens/", {"name": "x"}).status_code == 404
    assert eva.post(f"/me/tokens/{token.pk}/revocation/").status_code == 404


@pytest.mark.parametrize("pk", ["0", "999", str(2**63), "9" * 400])
def test_foreign_and_missing_tokens_answer_alike(anna, cast, pk):
    token, secret = ApiToken.issue(cast.ben, "Ben's")
    foreign = anna.post(f"/me/tokens/{token.pk}/revocation/")
    missing = anna.post(f"/me/tokens/{pk}/revocation/")
    assert (foreign.status_code, foreign.content) == (404, missing.content)
    assert ApiToken.holder_of(secret) == cast.ben


def test_a_link_to_a_deed_leads_to_the_page(anna, cast):
    token, secret = ApiToken.issue(cast.anna, "Nightly report")
    for address in ("/me/tokens/", f"/me/tokens/{token.pk}/revocation/"):
        assert anna.get(address)["Location"] == "/me/"
    assert ApiToken.holder_of(secret) == cast.anna


def test_a_page_that_stood_open_too_long_is_answered_in_words(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.people["eva"])
    for address in ("/me/", "/me/language/"):
        response = client.post(address, GOOD)
        assert (response.status_code, response.templates[0].name) == (403, "403.html")
    assert stored("eva") == ("Eva", "", "Europe/Berlin")


def test_who_leaves_the_desk_keeps_the_page_and_loses_the_tokens(anna, cast):
    Customer.objects.create(person=cast.anna)
    cast.north.dismiss(cast.anna)
    assert "token_form" not in anna.get("/me/").context
