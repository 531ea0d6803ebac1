"""Signing in by a company's own service: who is let in, as whom, and everything that lets nobody in."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from cast import Cast
from django.core.exceptions import ValidationError
from django.test import Client
from identity_provider import CLIENT, SECRET, IdentityProvider, identity_provider

from accounts.company import wire
from accounts.company.service import SignInService
from accounts.company.wire import NotUsable, look
from accounts.models import Customer, Organisation, Person
from accounts.outside.post import call
from tests.accounts.ways_in import code_in, enter_by_code, newest, who
from tickets.models import OutgoingMail

pytestmark = pytest.mark.django_db
NEW = {"sub": "u-1", "email": "Greta@Firm.Example", "email_verified": True, "name": "Greta Holm"}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IdentityProvider]:
    with identity_provider(tmp_path_factory.mktemp("company")) as company:
        yield company


@pytest.fixture
def service(company: IdentityProvider, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> SignInService:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(company.certificate))
    company.claims, company.signed_with, company.algorithm = dict(NEW), None, "ES256"
    company.configuration, company.userinfo, company.beside = {}, {}, []
    said = {"name": "Firm", "issuer": company.url, "client_id": CLIENT, "client_secret": SECRET}
    firm = Organisation.objects.create(name="Firm")
    domains = ["firm.example", "kulanz.example"]
    return SignInService.add(
        **said, private=True, organisation=firm, domains=domains, by=cast.ben, key="firm"
    )


def come_by(client: Client, company: IdentityProvider, service: SignInService, next_url: str = "") -> object:
    sent = client.get(f"/accounts/company/{service.code}/", {"next": next_url} if next_url else {})
    assert sent.status_code == 302, sent.content
    brought = company.grant(sent["Location"])
    return client.get(f"/accounts/company/{service.code}/back/", brought)


def test_somebody_new_becomes_a_customer_of_the_organisation_and_nothing_more(client, company, service):
    back = come_by(client, company, service, next_url="/requests/new/")
    assert (back.status_code, back["Location"]) == (302, "/requests/new/")
    assert who(client) == "greta@firm.example"
    person = Person.objects.get(email="greta@firm.example")
    assert (person.name, person.is_staff, person.is_agent) == ("Greta Holm", False, False)
    assert person.has_usable_password() is False
    assert (person.customer.organisation, person.customer.role) == (service.organisation, "member")
    kept = SocialAccount.objects.get(user=person)
    assert (kept.provider, kept.uid, kept.extra_data) == (service.code, "u-1", {})

    client.logout()
    company.claims["name"] = "Another"
    come_by(client, company, service)
    assert (who(client), Person.objects.filter(email="greta@firm.example").count()) == (
        "greta@firm.example",
        1,
    )


def test_an_account_that_was_there_before_is_opened_by_its_own_means_once(client, company, service, cast):
    company.claims |= {"sub": "u-2", "email": "cem@kulanz.example"}
    back = come_by(client, company, service)
    assert (back["Location"], who(client)) == ("/accounts/login/code/confirm/", "")
    assert SocialAccount.objects.count() == 0
    client.post("/accounts/login/code/confirm/", {"code": code_in(newest())})
    assert who(client) == "cem@kulanz.example"
    client.logout()
    come_by(client, company, service)
    assert (who(client), cast.cem.person.customer.organisation) == (
        "cem@kulanz.example",
        cast.cem.organisation,
    )


def test_whoever_is_signed_in_already_is_connected_at_once(client, company, service, cast):
    company.claims |= {"sub": "u-2", "email": "cem@kulanz.example"}
    client.force_login(cast.cem.person)
    assert come_by(client, company, service)["Location"] == "/me/"
    assert SocialAccount.objects.get().user == cast.cem.person


def test_colleagues_are_let_in_but_never_made(client, company, service, cast):
    SignInService.objects.update(organisation=None)
    refused = come_by(client, company, service)
    assert (refused.status_code, "no account here yet" in refused.content.decode()) == (403, True)
    assert Person.objects.filter(email="greta@firm.example").exists() is False
    company.claims |= {"sub": "u-3", "email": "anna@kulanz.example"}
    come_by(client, company, service)
    client.post("/accounts/login/code/confirm/", {"code": code_in(newest())})
    assert who(client) == "anna@kulanz.example"
    assert Customer.objects.filter(person=cast.anna).exists() is False


def test_who_has_an_address_of_another_domain_by_now_is_not_the_companys_to_let_in(client, company, service):
    come_by(client, company, service)
    client.logout()
    EmailAddress.objects.update(email="greta@elsewhere.example")
    Person.objects.filter(email="greta@firm.example").update(email="greta@elsewhere.example", is_staff=True)
    assert (come_by(client, company, service).status_code, who(client)) == (403, "")


def test_a_proven_second_address_is_theirs_too(client, company, service, cast):
    company.claims |= {"sub": "u-2"}
    second = EmailAddress.objects.create(user=cast.dora, email="greta@firm.example", verified=False)
    EmailAddress.objects.filter(pk=second.pk).update(verified=True)
    Person.objects.filter(pk=cast.dora.pk).update(email="dora@elsewhere.example")
    come_by(client, company, service)
    client.post("/accounts/login/code/confirm/", {"code": code_in(newest())})
    assert who(client) == "dora@elsewhere.example"
    client.logout()
    come_by(client, company, service)
    assert who(client) == "dora@elsewhere.example"


def test_whoever_was_connected_is_written_to_and_can_cut_it(client, company, service, cast):
    come_by(client, company, service)
    assert OutgoingMail.objects.filter(to="greta@firm.example").count() == 0  # the account is the company's
    client.logout()
    company.claims |= {"sub": "u-2", "email": "cem@kulanz.example"}
    client.force_login(cast.cem.person)
    come_by(client, company, service)
    assert "Ihr Konto bei Firm öffnet ab jetzt auch" in newest().text
    assert "Ihr Konto bei Firm öffnet auch dieses hier." in client.get("/me/").content.decode()
    cut = f"/me/companies/{service.code}/end/"
    stranger = Client()
    stranger.force_login(cast.eva.person)
    assert (stranger.post(cut).status_code, SocialAccount.objects.count()) == (404, 2)
    assert client.post(cut).status_code == 302
    assert ("öffnet Ihr Konto bei uns nicht mehr" in newest().text, SocialAccount.objects.count()) == (
        True,
        1,
    )
    assert (client.post(cut).status_code, "bei Firm" in client.get("/me/").content.decode()) == (404, False)


def test_what_a_company_opened_ends_with_the_connection_and_nothing_else_does(client, company, service, cast):
    come_by(client, company, service)
    greta = Person.objects.get(email="greta@firm.example")
    by_code, elsewhere = Client(), Client()
    enter_by_code(by_code, greta.email, path="/accounts/login/code/")
    come_by(elsewhere, company, service)
    everybody = (client, elsewhere, by_code)
    assert [who(one) for one in everybody] == [greta.email] * 3
    assert elsewhere.post(f"/me/companies/{service.code}/end/").status_code == 302
    assert [who(one) for one in everybody] == ["", "", greta.email]


def test_with_its_service_ends_what_it_opened(client, company, service, cast):
    come_by(client, company, service)
    assert client.get("/requests/new/").status_code == 200
    service.end()
    answer = client.get("/requests/new/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/requests/new/")


def test_nothing_a_service_names_leads_into_a_network(client, company, service, monkeypatch):
    sent = client.get(f"/accounts/company/{service.code}/")
    brought = company.grant(sent["Location"])
    SignInService.objects.update(private=False)
    asked = len(company.asked)
    _refused(client, client.get(f"/accounts/company/{service.code}/"))
    _refused(client, client.get(f"/accounts/company/{service.code}/back/", brought))
    with pytest.raises(NotUsable, match="leads into a network"):
        look(company.url, private=False)
    assert len(company.asked) == asked
    look(company.url, private=True)
    monkeypatch.setattr(wire, "LONGEST", 0)
    with pytest.raises(NotUsable, match="Nothing we understand"):
        look(company.url, private=True)


def test_a_service_is_called_without_the_usual_port(company, monkeypatch):
    """Some write their own address from what they are called, and that is what they are compared with."""
    port, connect = int(company.url.rpartition(":")[2]), socket.create_connection
    monkeypatch.setattr(
        socket, "create_connection", lambda _place, **how: connect(("127.0.0.1", port), **how)
    )
    how = {"private": True, "seconds": 8, "trusted": str(company.certificate)}
    for url in ("https://127.0.0.1/keys", "https://127.0.0.1:443/keys", "https://127.0.0.1:8443/keys"):
        call("GET", url, None, {}, **how)
    assert company.called[-3:] == ["127.0.0.1", "127.0.0.1", "127.0.0.1:8443"]


def test_keys_are_known_by_their_number_whatever_else_lies_beside_them(client, company, service):
    company.beside = [{"kty": "oct"}, "odd", {"kty": "RSA", "kid": "one", "use": "enc"}]
    come_by(client, company, service)
    assert who(client) == "greta@firm.example"


def test_nobody_comes_too_often(client, company, service, settings):
    settings.ACCOUNT_RATE_LIMITS = {"company_sign_in": "2/m/ip"}
    begin = f"/accounts/company/{service.code}/"
    assert [client.get(begin).status_code for _time in range(3)] == [302, 302, 429]


def test_numbers_of_one_service_open_nothing_once_another_stands_in_its_place(client, company, service):
    come_by(client, company, service)
    said = {"name": "Firm", "client_id": CLIENT, "domains": ["firm.example"]}
    service.revise(**said, issuer=company.url)
    assert SocialAccount.objects.count() == 1
    service.revise(**said, issuer="https://login.other.example")
    assert SocialAccount.objects.count() == 0
    service.end()
    with pytest.raises(ValidationError, match="ended meanwhile"):
        service.revise(**said, issuer=company.url)


@pytest.mark.parametrize(
    "hostile",
    [
        *({"name": "a\0b"}, {"name": "\ud800"}, {"name": ["a\0b"]}, {"azp": "a\0b"}, {"nonce": "\ud800"}),
        *({"email": "greta@firm.example\0"}, {"exp": 10**30, "jti": "x"}, {"email_verified": float("nan")}),
    ],
)
def test_somebody_known_meets_no_fault_whatever_their_service_says(client, company, service, hostile):
    come_by(client, company, service)
    client.logout()
    company.claims |= hostile
    assert (come_by(client, company, service).status_code, who(client)) == (403, "")


def test_a_service_that_describes_itself_oddly_is_no_fault_of_ours(client, company, service):
    company.configuration = {"token_endpoint_auth_methods_supported": 5}
    assert client.get(f"/accounts/company/{service.code}/").status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "of another sign-in"},
        {"nonce": None},
        {"aud": "another program"},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"exp": None},
        {"sub": None},
        {"sub": "a\0b"},
        {"sub": "x" * 300},
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
        {"email": None},
        {"email": ["greta@firm.example"]},
        {"email": "greta@evil-firm.example"},
        {"email": "greta@firm.example@evil.example"},
        {"email": "greta@evil.example, greta@firm.example"},
        {"email": "gre\0ta@firm.example"},
        {"email": f"{'x' * 300}@firm.example"},
    ],
)
def test_a_word_that_is_not_meant_for_us_or_about_a_proven_address_opens_nothing(
    client, company, service, wrong
):
    company.claims |= wrong
    _refused(client, come_by(client, company, service))


def test_only_the_services_own_signature_counts(client, company, service):
    company.signed_with = type(company)("", company.certificate).key
    _refused(client, come_by(client, company, service))
    company.signed_with, company.algorithm = "", "none"
    _refused(client, come_by(client, company, service))
    company.signed_with, company.algorithm = SECRET.ljust(40), "HS256"
    _refused(client, come_by(client, company, service))


def test_nobody_comes_back_who_was_not_sent(client, company, service):
    sent = client.get(f"/accounts/company/{service.code}/")
    brought = company.grant(sent["Location"])
    back = f"/accounts/company/{service.code}/back/"
    for asked in (
        {**brought, "state": "of somebody else"},
        {"code": brought["code"]},
        {"error": "access_denied"},
    ):
        _refused(client, client.get(back, asked))
    _refused(Client(), Client().get(back, brought))
    assert client.get(back, brought).status_code == 302
    client.logout()
    assert (client.get(back, brought).status_code, who(client)) == (403, "")


def test_an_address_that_stands_elsewhere_counts_for_the_same_person_alone(client, company, service):
    company.claims |= {"email": None, "email_verified": None}
    company.userinfo = {"sub": "somebody else", "email": "greta@firm.example", "email_verified": True}
    _refused(client, come_by(client, company, service))
    company.userinfo["sub"] = "u-1"
    come_by(client, company, service)
    assert who(client) == "greta@firm.example"


def test_what_an_address_asks_for_besides_is_not_listened_to(client, company, service, cast):
    client.force_login(cast.cem.person)
    asked = {
        "process": "connect",
        "scope": "admin",
        "auth_params": "nonce=known",
        "next": "https://evil.example/",
    }
    sent = client.get(f"/accounts/company/{service.code}/", asked)
    brought = company.grant(sent["Location"])
    assert company.granted[brought["code"]]["nonce"] != "known"
    assert set(company.granted[brought["code"]]["scope"].split()) == {"openid", "profile", "email"}
    back = client.get(f"/accounts/company/{service.code}/back/", brought)
    assert (back["Location"], who(client)) == ("/", "greta@firm.example")


def test_a_service_that_is_away_or_ended_lets_nobody_in_and_breaks_nothing(client, company, service):
    company.configuration = {"token_endpoint": "http://plain.example/"}
    refused = client.get(f"/accounts/company/{service.code}/")
    _refused(client, refused)
    SignInService.objects.update(issuer="https://127.0.0.1:1")
    _refused(client, client.get(f"/accounts/company/{service.code}/"))
    service.end()
    assert client.get(f"/accounts/company/{service.code}/").status_code == 404
    assert client.get(f"/accounts/company/{service.code}/back/").status_code == 404


def test_the_sign_in_page_offers_it_to_every_address_of_the_domain_alike(client, service, cast):
    told = set()
    for email in ("cem@kulanz.example", "nobody@kulanz.example"):
        page = Client().post("/accounts/login/", {"login": email, "next": "/requests/new/"})
        body = page.content.decode().replace(email, "…")
        assert (page.status_code, f"/accounts/company/{service.code}/?next=/requests/new/" in body) == (
            200,
            True,
        )
        told.add(body.count("…"))
    assert len(told) == 1
    for other in ("cem@evil-kulanz.example", "cem@sub.kulanz.example"):
        assert (
            Client().post("/accounts/login/", {"login": other})["Location"] == "/accounts/login/code/confirm/"
        )


def test_an_account_closed_here_stays_closed(client, company, service, cast):
    company.claims |= {"sub": "u-2", "email": "cem@kulanz.example"}
    service.connect(cast.cem.person, "u-2")
    Person.objects.filter(pk=cast.cem.person.pk).update(is_active=False)
    come_by(client, company, service)
    assert who(client) == ""


def test_what_waits_for_a_code_is_for_that_address_and_a_while_alone(client, service, cast):
    waits = {"service": service.code, "uid": "u-2", "email": "cem@kulanz.example", "at": time.time()}
    for other in ({"email": "eva@kulanz.example"}, {"at": time.time() - 3600}, {"service": "gone"}):
        session = client.session
        session["company-account"] = waits | other
        session.save()
        enter_by_code(client, "cem@kulanz.example", path="/accounts/login/code/")
        assert (who(client), SocialAccount.objects.count()) == ("cem@kulanz.example", 0)
        client.logout()


def _refused(client: Client, answer: object) -> None:
    assert (answer.status_code, who(client)) == (403, "")
    assert Person.objects.filter(email__startswith="greta").exists() is False
