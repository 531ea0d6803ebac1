"""Dispatchers that die right after handing a mail over, and many at once: nothing is lost, repeats can be told."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from django.utils import timezone
from harness import NOWHERE, at_once, together

from tickets.mail.outbox import LEASE
from tickets.models import OutgoingMail

pytest_plugins = ["wires"]
pytestmark = pytest.mark.django_db(transaction=True)
MANY = 12


@pytest.fixture
def postbox(tmp_path: Path) -> Path:
    for number in range(MANY):
        OutgoingMail.write(key=f"answer:{number}", to="cem@kulanz.example", subject="Hello", text="Hello.\n")
    return tmp_path


def arrived(postbox: Path) -> Counter[str]:
    """How often each Message-ID came."""
    return Counter(message_from_bytes(path.read_bytes())["Message-ID"] for path in postbox.glob("*.eml"))


def deliver(postbox: Path, *, by: int, at: datetime, kind: str = "Postbox") -> int:
    done = at_once("deliver", by, at.isoformat(), postbox, kind, redis_url=NOWHERE, check=False)
    return done.returncode


def test_killed_after_every_mail_it_hands_over_a_dispatcher_loses_none(postbox, no_redis):
    """Four at once, each killed by the kernel between handing over and noting it; then one that lives."""
    now = timezone.now()
    assert deliver(postbox, by=4, at=now, kind="Deadly") == 1
    died_with = arrived(postbox)
    assert 1 <= len(died_with) <= 4
    assert set(died_with.values()) == {1}
    assert OutgoingMail.objects.filter(sent_at=None).count() == MANY
    assert deliver(postbox, by=1, at=now + LEASE) == 0
    came = arrived(postbox)
    assert len(came) == MANY
    assert {word for word, times in came.items() if times == 2} == set(died_with)
    assert max(came.values()) == 2
    assert not OutgoingMail.objects.filter(sent_at=None).exists()


def test_many_dispatchers_at_once_send_each_mail_once(postbox, no_redis):
    assert deliver(postbox, by=4, at=timezone.now()) == 0
    assert len(arrived(postbox)) == MANY
    assert set(arrived(postbox).values()) == {1}
    assert OutgoingMail.objects.exclude(sent_at=None).count() == MANY


def test_one_key_written_by_many_at_once_is_one_mail(no_redis):
    def write(number: int) -> None:
        OutgoingMail.write(key="answer:1", to="cem@kulanz.example", subject=f"No. {number}", text="Hello.\n")

    assert together(10, write) == [None] * 10
    assert OutgoingMail.objects.count() == 1


def test_a_dispatcher_that_is_slow_is_not_overtaken_within_its_lease(postbox, no_redis):
    mail = OutgoingMail.objects.first()
    now = timezone.now()
    answers = together(8, lambda n: OutgoingMail.objects.claim(mail.pk, now=now))
    assert sorted(answers) == [False] * 7 + [True]
    assert not OutgoingMail.objects.claim(mail.pk, now=now + LEASE - timedelta(seconds=1))
    assert OutgoingMail.objects.claim(mail.pk, now=now + LEASE)
