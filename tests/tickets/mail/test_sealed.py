"""What is kept to sign in elsewhere: sealed in the database, opened by any key of today, sealed anew with the first."""

from __future__ import annotations

import io

import pytest
from cast import Cast
from django.core.management import CommandError, call_command
from django.db import connection

from tickets.mail.fetching import NotReached, opened
from tickets.models import Mailbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailbox(cast: Cast) -> Mailbox:
    said = {
        "address": "a@in.example",
        "cause": cast.broken,
        "host": "127.0.0.1",
        "security": "none",
        "port": 1,
    }
    return Mailbox.objects.create(**said, username="a", secret="Schlüssel", made_by=cast.ben)


def kept() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM tickets_mailbox")
        return str(cursor.fetchone()[0])


def secret() -> str:
    return Mailbox.objects.get().secret


def test_the_database_holds_no_password_and_nothing_twice_alike(mailbox: Mailbox) -> None:
    first = kept()
    assert (first.startswith("sealed:"), "Schlüssel" in first, secret()) == (True, False, "Schlüssel")
    mailbox.save()
    assert (kept() == first, secret()) == (False, "Schlüssel")
    assert Mailbox.objects.get().client_secret == ""


def test_the_key_is_changed_in_three_steps(mailbox: Mailbox, settings: object) -> None:
    settings.SEALING_KEYS = ["new", settings.SECRET_KEY]
    assert secret() == "Schlüssel"
    said = io.StringIO()
    call_command("reseal", stdout=said)
    assert said.getvalue() == "1 sealed with the first key.\n"
    settings.SEALING_KEYS = ["new"]
    assert secret() == "Schlüssel"
    settings.SEALING_KEYS = []
    assert secret() == ""


def test_what_no_key_opens_is_named_and_asked_for_again(mailbox: Mailbox, settings: object) -> None:
    settings.SEALING_KEYS = ["another"]
    with pytest.raises(CommandError) as error:
        call_command("reseal", stdout=io.StringIO())
    assert str(error.value) == f"No key opens these; enter them again:\ntickets.Mailbox {mailbox.pk}: secret"
    with pytest.raises(NotReached) as reason:
        opened(Mailbox.objects.get(), at=mailbox.made_at)
    assert str(reason.value) == "No password is kept here that can still be read. Please enter it again."
    settings.SEALING_KEYS = []
    assert secret() == "Schlüssel"


def test_what_was_written_in_the_clear_before_is_read_and_sealed(mailbox: Mailbox) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tickets_mailbox SET secret = 'in the clear'")
    assert secret() == "in the clear"
    call_command("reseal", stdout=io.StringIO())
    assert (kept().startswith("sealed:"), secret()) == (True, "in the clear")
