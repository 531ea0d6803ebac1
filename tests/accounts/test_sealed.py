"""What is kept to sign in elsewhere: sealed in the database, opened by any key of today, sealed anew with the first."""

from __future__ import annotations

import io
from importlib import import_module
from pathlib import Path

import pytest
from cast import MONDAY, Cast
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.sealed import open_for_good
from policies.payout.target import PayoutTarget
from tickets.mail.fetching import NotReached, opened
from tickets.models import Mailbox, Webhook, WebhookCall
from tickets.webhook.call import call_now

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


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


def test_secrets_of_webhooks_and_payouts_are_sealed_and_the_unsealed_of_before_are_sealed_row_by_row(
    cast: Cast,
) -> None:
    hook = Webhook.set_up(name="Pager", url="https://8.8.8.8/x", private=False, by=cast.ben)
    how = {"name": "Bank", "url": "https://8.8.8.8/y", "private": False, "form": "credit_note"}
    target = PayoutTarget.set_up(**how, by=cast.ben)
    for made in (hook, target):
        table, secret = made._meta.db_table, made.secret
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET secret = %s", [secret])
        (step,) = (ROOT / made._meta.app_label / "migrations").glob("*_seal_[wp]*_secrets.py")
        migration = import_module(f"{made._meta.app_label}.migrations.{step.stem}")
        for move, is_sealed in ((migration.seal, True), (migration.unseal, False)):
            move(apps, None)
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT secret FROM {table}")
                assert (cursor.fetchone()[0] == secret) is not is_sealed
            assert (secret.startswith("whsec_"), type(made).objects.get().secret) == (True, secret)


def test_the_way_back_opens_what_is_sealed_and_stops_before_anything_is_lost(
    mailbox: Mailbox, settings: object
) -> None:
    settings.SEALING_KEYS = ["another"]
    with pytest.raises(ValueError, match=f"No key opens tickets.Mailbox {mailbox.pk}: secret."):
        open_for_good(Mailbox.objects, "secret", "client_secret")
    settings.SEALING_KEYS = []
    open_for_good(Mailbox.objects, "secret", "client_secret")
    assert kept() == "Schlüssel"


def test_what_cannot_be_signed_any_more_is_not_sent_and_waits(cast: Cast, settings: object) -> None:
    hook = Webhook.set_up(name="Pager", url="https://8.8.8.8/x", private=False, by=cast.ben)
    call = WebhookCall.objects.create(hook=hook, key="k", said={}, due_at=MONDAY)
    settings.SEALING_KEYS = ["another"]
    assert call_now(now=MONDAY) == 1
    call.refresh_from_db()
    assert (call.trouble, call.sent_at, call.due_at > MONDAY) == ("no key opens the secret", None, True)
