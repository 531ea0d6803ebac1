"""Passkeys: added on the own page, a way in beside the code and never instead of it; anything else opens nothing."""

from __future__ import annotations

import hashlib
import json
import secrets

import pytest
from allauth.mfa.models import Authenticator
from cast import Cast
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.core.cache import cache
from django.test import Client
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode

from tickets.models import OutgoingMail

pytestmark = pytest.mark.django_db
PAGE, SIGN_IN = "/accounts/passkeys/", "/accounts/passkeys/sign-in/"
ORIGIN, HOST = "https://testserver", b"testserver"
SEEN, ASKED_WHO, NEW_KEY = 1, 4, 64


@pytest.fixture(autouse=True)
def _nothing_tried_yet(cast: Cast):
    """Who has no password is not asked for it before a new way in is made."""
    cache.clear()
    for person in (cast.cem.person, cast.eva.person, cast.anna):
        person.set_unusable_password()
        person.save(update_fields=["password"])


class Device:
    """What a telephone does with a finger on it, or `flags` says otherwise."""

    def __init__(self) -> None:
        self.key, self.id, self.owner = ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(16), ""

    def make(self, options: dict, *, flags: int = SEEN | ASKED_WHO) -> dict:
        self.owner = options["user"]["id"]
        key = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        known = self._data(flags | NEW_KEY) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id + key
        made = {"fmt": "none", "attStmt": {}, "authData": known}
        said = {
            "clientDataJSON": self._client("webauthn.create", options),
            "attestationObject": cbor.encode(made),
        }
        return self._credential(said) | {"clientExtensionResults": {"credProps": {"rk": True}}}

    def use(self, options: dict, *, flags: int = SEEN | ASKED_WHO) -> dict:
        client, data = self._client("webauthn.get", options), self._data(flags)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        said = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        one = self._credential(said)
        one["response"]["userHandle"] = self.owner
        return one | {"clientExtensionResults": {}}

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(HOST).digest() + bytes([flags]) + bytes(4)

    def _client(self, kind: str, options: dict) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": ORIGIN}).encode()

    def _credential(self, said: dict[str, bytes]) -> dict:
        named = {"id": websafe_encode(self.id), "rawId": websafe_encode(self.id), "type": "public-key"}
        return named | {"response": {name: websafe_encode(value) for name, value in said.items()}}


def added(client: Client, device: Device, name: str = "My phone", **how: int):
    asked = client.get(f"{PAGE}add/").context["js_data"]["creation_options"]["publicKey"]
    said = {"name": name, "credential": json.dumps(device.make(asked, **how))}
    return client.post(f"{PAGE}add/", said)


def signed_in_with(device: Device, **how: int) -> tuple[Client, int]:
    """A fresh browser after it tried, and who is signed in there (0 for nobody)."""
    client = Client()
    asked = client.get(SIGN_IN, headers={"Accept": "application/json"}).json()["request_options"]["publicKey"]
    client.post(SIGN_IN, {"credential": json.dumps(device.use(asked, **how))})
    return client, int(client.session.get("_auth_user_id", 0))


def test_one_is_added_used_renamed_and_removed(cast: Cast, client: Client) -> None:
    client.force_login(cast.cem.person)
    phone = Device()
    assert added(client, phone).status_code == 302
    assert "My phone" in client.get(PAGE).content.decode()
    assert OutgoingMail.objects.get(to="cem@kulanz.example").subject == "Ein Passkey wurde hinzugefügt"
    assert signed_in_with(phone)[1] == cast.cem.person_id
    key = Authenticator.objects.get()
    assert client.post(f"{PAGE}{key.pk}/name/", {"name": " "}).status_code == 200
    assert client.post(f"{PAGE}{key.pk}/name/", {"name": "Office\0"}).status_code == 302
    assert Authenticator.objects.get().wrap().name == "Office"
    assert client.post(f"{PAGE}{key.pk}/removal/").status_code == 302
    assert (Authenticator.objects.count(), signed_in_with(phone)[1]) == (0, 0)


def test_nobody_needs_it_to_come_in_by_code_or_password(cast: Cast, client: Client) -> None:
    client.force_login(cast.anna)
    added(client, Device())
    cast.anna.set_password("a long enough secret")
    cast.anna.save()
    browser = Client()
    said = {"login": cast.anna.email, "password": "a long enough secret"}
    assert browser.post("/accounts/login/", said)["Location"] == "/"
    assert int(browser.session["_auth_user_id"]) == cast.anna.pk


def test_who_has_one_is_not_asked_by_it_alone_where_nobody_looked_at_the_finger(
    cast: Cast, client: Client
) -> None:
    client.force_login(cast.cem.person)
    assert added(client, Device(), flags=SEEN).status_code == 200
    phone = Device()
    added(client, phone)
    assert (Authenticator.objects.count(), signed_in_with(phone, flags=SEEN)[1]) == (1, 0)


def test_a_closed_account_and_somebody_elses_key_open_nothing(cast: Cast, client: Client) -> None:
    client.force_login(cast.cem.person)
    phone, other = Device(), Device()
    added(client, phone)
    other.id, other.owner = phone.id, phone.owner
    assert signed_in_with(other)[1] == 0
    key = Authenticator.objects.get().pk
    eva = Client()
    eva.force_login(cast.eva.person)
    assert [eva.get(f"{PAGE}{key}/{what}/").status_code for what in ("name", "removal")] == [404, 404]
    cast.cem.person.is_active = False
    cast.cem.person.save(update_fields=["is_active"])
    assert signed_in_with(phone)[1] == 0


@pytest.mark.parametrize(
    "credential",
    [
        "",
        "x",
        "[]",
        "5",
        "null",
        '"\\u0000"',
        "{}",
        '{"id": 1}',
        '{"response": {"userHandle": "AAAA"}}',
        "{" * 2000,
    ],
)
def test_what_is_no_passkey_is_refused_in_words(cast: Cast, client: Client, credential: str) -> None:
    stranger = Client()
    stranger.get(SIGN_IN, headers={"Accept": "application/json"})
    assert stranger.post(SIGN_IN, {"credential": credential})["Location"] == "/accounts/login/"
    client.force_login(cast.cem.person)
    client.get(f"{PAGE}add/")
    assert client.post(f"{PAGE}add/", {"name": "x", "credential": credential}).status_code == 200
    assert not Authenticator.objects.exists()


def test_who_is_asked_again_for_the_password_comes_back_to_it(cast: Cast, client: Client) -> None:
    """Whoever has a password says it once more before a new way in is made."""
    cast.cem.person.set_password("a long enough secret")
    cast.cem.person.save()
    client.force_login(cast.cem.person)
    asked = client.get(f"{PAGE}add/")
    assert asked["Location"].startswith("/accounts/reauthenticate/?next=")
    back = client.post(asked["Location"], {"password": "a long enough secret"})
    assert (back["Location"], client.get(f"{PAGE}add/").status_code) == (f"{PAGE}add/", 200)
