"""How tests come in by the front door: the mail that was written last, its code, and the steps of a sign-in."""

from __future__ import annotations

import re

from cast import PASSWORD
from django.test import Client

from accounts.models import Person
from tickets.models import OutgoingMail

CODE = re.compile(r"^[A-Z]{4}-[A-Z]{4}$", re.MULTILINE)
EVA = "eva@kulanz.example"
NOBODY = "nobody@kulanz.example"
# The real one takes its time, on purpose.
QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def newest() -> OutgoingMail:
    return OutgoingMail.objects.latest("pk")


def code_in(mail: OutgoingMail) -> str:
    return CODE.search(mail.text)[0]


def who(client: Client) -> str:
    """The address of whoever is signed in, "" for nobody."""
    user = client.get("/me/").context
    return user["user"].email if user else ""


def give_password(person: Person, password: str | None = PASSWORD) -> Person:
    person.set_password(password)
    person.save()
    return person


def enter_by_code(client: Client, email: str, path: str = "/accounts/login/", next_url: str = "") -> object:
    field = "login" if path == "/accounts/login/" else "email"
    client.post(path, {field: email, "next": next_url})
    return client.post("/accounts/login/code/confirm/", {"code": code_in(newest()), "next": next_url})


def sign_up(client: Client, **said: str) -> object:
    return client.post("/accounts/signup/", {"name": "Greta Holm", "email": "Greta@Kulanz.Example", **said})


def reset_link(client: Client, email: str = EVA, host: str = "127.0.0.1") -> str:
    client.post("/accounts/password/reset/", {"email": email}, headers={"Host": host})
    return next(line for line in newest().text.splitlines() if "/password/reset/key/" in line)
