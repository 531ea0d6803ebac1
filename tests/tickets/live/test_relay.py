"""The live wire's sending end: what one transaction changed is said once, after it, and nothing that was taken back."""

from __future__ import annotations

import pytest
import redis
from django.db import connection, transaction

from tickets.live import relay

pytestmark = pytest.mark.django_db


def waiting() -> list[list[str]]:
    """The messages that go out once this transaction is through."""
    return [list(said.names) for _savepoints, said, _robust in connection.run_on_commit]


def test_what_one_transaction_changed_goes_out_as_one_message():
    with transaction.atomic():
        relay.announce("ticket-17", "team-3")
        with transaction.atomic():
            relay.announce("request-17", "ticket-17")
        relay.announce("person-5")
    assert waiting() == [["ticket-17", "team-3", "request-17", "person-5"]]


def test_a_savepoint_that_is_taken_back_takes_along_no_names_of_others():
    with transaction.atomic():
        with transaction.atomic():
            relay.announce("ticket-1")
            transaction.set_rollback(True)
        assert waiting() == []
        with transaction.atomic():
            relay.announce("ticket-2")
        relay.announce("ticket-3")  # not with the second: whoever takes that back must not take back this
    assert waiting() == [["ticket-2"], ["ticket-3"]]


class Slow:
    """A Redis that answers too late until it is quick again."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.is_late = True

    def publish(self, _channel: str, names: str) -> None:
        if self.is_late:
            raise redis.TimeoutError
        self.heard.append(names)


def test_whoever_could_not_say_a_name_has_everybody_look_later(monkeypatch: pytest.MonkeyPatch):
    slow = Slow()
    monkeypatch.setattr(relay, "client", lambda: slow)
    for name, value in {"missed_until": 0.0, "answered_at": relay.LONG_AGO, "lost": False}.items():
        monkeypatch.setattr(relay._Redis, name, value)
    relay.make_up()
    relay.publish("ticket-17")
    slow.is_late = False
    relay.publish("ticket-18")  # nobody waits for it again at once
    assert slow.heard == []
    relay._Redis.missed_until = 0.0
    relay.make_up()
    relay.publish("ticket-19")
    assert slow.heard == ["*", "ticket-19"]
