"""Sign-in services in the set-up: entered with their secret sealed, tried in words, refused at the field, ended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cast import Cast, person
from django.db import connection
from django.test import Client
from identity_provider import CLIENT, SECRET, IdentityProvider, identity_provider

from accounts.company.service import SignInService, domain_of
from accounts.models import SetupChange
from tests.accounts.ways_in import who

pytestmark = pytest.mark.django_db
SAID = {"name": "Firm", "issuer": "https://login.firm.example/", "client_id": CLIENT, "client_secret": SECRET}
SAID |= {"domains": "Firm.example\nfirm.example fürm.example", "key": "1"}
NEW = "/desk/setup/sign-in/new/"


@pytest.fixture
def ada(cast: Cast, client: Client) -> Client:
    client.force_login(person("Ada", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[IdentityProvider]:
    with identity_provider(tmp_path) as company:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(company.certificate))
        yield company


def test_entered_once_with_the_secret_sealed_and_never_shown(ada: Client) -> None:
    for _twice in range(2):
        service = SignInService.objects.get(pk=ada.post(NEW, SAID)["Location"].split("/")[-2])
    assert (service.issuer, service.own_domains) == (
        "https://login.firm.example",
        ["firm.example", "xn--frm-hoa.example"],
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT client_secret FROM accounts_signinservice")
        assert SECRET not in cursor.fetchone()[0]
    address = f"/desk/setup/sign-in/{service.pk}/"
    page = ada.get(address).content.decode()
    assert (SECRET in page, f"/accounts/company/{service.code}/back/" in page) == (False, True)
    assert ada.post(address, {**SAID, "name": "Firma", "client_secret": ""}).status_code == 302
    service.refresh_from_db()
    assert (service.name, service.client_secret) == ("Firma", SECRET)
    changes = SetupChange.objects.filter(part="accounts.signinservice")
    assert [change.done for change in changes.order_by("pk")] == ["added", "changed"]
    assert SECRET not in str(list(changes.values_list("lines", flat=True)))
    assert "Firma" in ada.get("/desk/setup/sign-in/").content.decode()
    assert ada.post(f"{address}end/")["Location"] == "/desk/setup/sign-in/"
    assert (SignInService.objects.for_address("a@firm.example"), ada.get(address).status_code) == (None, 404)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("issuer", "http://login.firm.example"),
        ("issuer", "https://a:b@login.firm.example"),
        ("issuer", "https://login.firm.example:99999999999"),
        ("issuer", "https://login.other.example/?q"),
        ("issuer", "javascript:alert(1)"),
        ("client_id", ""),
        ("client_secret", ""),
        ("client_secret", "a\0b"),
        ("domains", "  \0 "),
        ("domains", "gmail.com"),
        ("domains", "*.firm.example"),
        ("domains", "firm"),
        ("domains", "firm.example/x"),
        ("domains", f"{'x' * 70}.example"),
        ("domains", "\n".join(f"firm{number}.example" for number in range(21))),
        ("organisation", "１２"),
        ("organisation", str(10**30)),
        ("name", "x" * 41),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_nothing_is_lost(
    ada: Client, field: str, typed: str
) -> None:
    answer = ada.post(NEW, {**SAID, field: typed})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert (SignInService.objects.count(), SAID["issuer"] in answer.content.decode()) == (
        0,
        field != "issuer",
    )


def test_a_domain_is_one_services_alone(ada: Client) -> None:
    ada.post(NEW, SAID)
    answer = ada.post(NEW, {**SAID, "key": "2", "domains": "new.example firm.example"})
    assert answer.context["form"].errors["domains"] == ["“firm.example” belongs to another sign-in service."]
    assert (SignInService.objects.count(), SetupChange.objects.count()) == (1, 1)


def test_trying_says_in_words_what_is_wrong_and_keeps_nothing(ada: Client, company: IdentityProvider) -> None:
    def tried(**said: str) -> str:
        answer = ada.post(NEW, {**SAID, "issuer": company.url, "private": "on", "test": "1", **said})
        return str(answer.context.get("reached") or answer.context.get("refused"))

    assert tried().startswith("The service answers and shows its keys.")
    assert tried(private="").startswith(
        f"{company.url}/.well-known/openid-configuration leads into a network, "
    )
    assert tried(issuer="https://127.0.0.1:1").startswith(
        "Nothing we understand comes from https://127.0.0.1:1"
    )
    company.configuration = {"issuer": "https://other.example"}
    assert tried().startswith("The service calls itself https://other.example.")
    company.configuration = {"jwks_uri": "http://plain.example"}
    assert tried() == "The service does not say where to go on (jwks_uri)."
    company.configuration = {"jwks_uri": f"{company.url}/userinfo"}
    assert tried() == "The service shows no keys by which its word could be checked."
    assert (SignInService.objects.count(), who(ada) != "") == (0, True)


def test_only_the_whole_domain_counts() -> None:
    assert [
        domain_of(text) for text in ("a@Firm.Example", "a@x@firm.example", "firm.example", "a@fürm.example")
    ] == [
        "firm.example",
        "firm.example",
        "firm.example",
        "xn--frm-hoa.example",
    ]
    assert domain_of(f"a@{'ü' * 200}.example") == ""
