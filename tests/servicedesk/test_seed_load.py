"""The same seed draws the same crowd, on top of whatever is there; nonsense is refused in words."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts.models import Person
from policies.facts import forget_rules
from policies.ledger.transfer import reconcile
from servicedesk.demo.crowd.fill import Size, fill
from servicedesk.demo.crowd.plan import plan
from servicedesk.demo.crowd.progress import Progress
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 10, 20, tzinfo=UTC)


def crowd(*, seed: int) -> None:
    fill(Size(tickets=40, customers=10, messages=120), seed=seed, now=NOW, report=lambda _done: None)


def _drawn() -> tuple[list[object], ...]:
    tickets = Ticket.objects.order_by("pk").values_list(
        "subject", "status", "priority", "created_at", "next_due_at"
    )
    messages = Message.objects.order_by("pk").values_list("text", "at", "kind")
    people = Person.objects.order_by("pk").values_list("email", "name")
    return list(tickets), list(messages), list(people)


@pytest.mark.parametrize(("seeds", "same"), [((7, 7), True), ((7, 8), False)])
def test_the_same_seed_draws_the_same(seeds, same):
    drawn = []
    for seed in seeds:
        forget_rules()
        with transaction.atomic():
            crowd(seed=seed)
            drawn.append(_drawn())
            transaction.set_rollback(True)
    assert (drawn[0] == drawn[1]) is same


def test_it_adds_to_what_is_there(cast):
    ticket = cast.ticket()
    crowd(seed=3)
    crowd(seed=3)
    assert (Ticket.objects.count(), Message.objects.count()) == (1 + 80, 1 + 240)
    assert Ticket.objects.exclude(pk=ticket.pk).values("cause").distinct().count() == 2
    assert Person.objects.values("email").distinct().count() == Person.objects.count() == 5 + 20
    written = Ticket.objects.latest("pk").pk
    assert cast.ticket("Another one").pk > written  # the numbers the crowd took are taken
    assert reconcile() == []


@pytest.mark.parametrize(("tickets", "messages"), [(1, 1), (1, 40), (30, 30), (30, 31), (30, 300)])
def test_messages_are_shared_out_to_the_last_one(tickets, messages):
    parts = plan(tickets, messages, Random(5), now=NOW)
    assert len(parts) == tickets
    assert sum(part.more for part in parts) == messages - tickets
    moments = [part.opened_at for part in parts]
    assert moments == sorted(moments)
    assert NOW - timedelta(days=3 * 365 + 7) < moments[0] <= moments[-1] < NOW


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--tickets", "0"], "--tickets must be a whole number from 1 to 5,000,000, not “0”."),
        (["--tickets", "-5"], "--tickets must be a whole number from 1 to 5,000,000, not “-5”."),
        (["--tickets", "many"], "--tickets must be a whole number from 1 to 5,000,000, not “many”."),
        (["--tickets", "1e3"], "--tickets must be a whole number from 1 to 5,000,000, not “1e3”."),
        (["--tickets", "١٢"], "--tickets must be a whole number from 1 to 5,000,000, not “١٢”."),
        (
            ["--customers", "9" * 60],
            f"--customers must be a whole number from 1 to 1,000,000, not “{'9' * 40}”.",
        ),
        (["--seed", "-1"], "--seed must be a whole number from 0 to 999,999,999,999,999,999, not “-1”."),
        (
            ["--tickets", "10", "--messages", "9"],
            "Every ticket begins with a message: --messages must be at least --tickets (10).",
        ),
        (
            ["--tickets", "10", "--messages", "501"],
            "More than 50 messages for each ticket are no desk any more; add tickets.",
        ),
    ],
)
def test_nonsense_is_refused_in_words(arguments, words):
    with pytest.raises(CommandError) as refusal:
        call_command("seed_load", *arguments)
    assert str(refusal.value) == words
    assert Person.objects.count() == 0


def test_people_without_a_team_that_works_are_no_desk():
    Person.objects.create(email="sam@kulanz.example", name="Sam")
    with pytest.raises(
        CommandError, match=r"^No team can take the tickets: a team needs people who work in it"
    ):
        call_command("seed_load", "--tickets", "1", "--customers", "1", "--messages", "1")


def test_the_command_says_how_far_it_is_and_what_it_did():
    out, err = io.StringIO(), io.StringIO()
    call_command(
        "seed_load", "--tickets", "30", "--customers", "5", "--messages", "60", stdout=out, stderr=err
    )
    assert out.getvalue().startswith("30 tickets, 60 messages, 5 customers and ")
    assert re.fullmatch(r"100 %, \d+ s", err.getvalue().splitlines()[-1])
    assert Ticket.objects.count() == 30
    assert out.getvalue().count("kulanz-demo-2026") == 8


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_progress_is_one_line_that_keeps_still():
    screen = Terminal()
    progress = Progress(screen)
    progress.shown_at -= 1
    for done in (0.25, 0.26, 1.0):
        progress(done)
    first, *_rest, last = screen.getvalue().split("\r")[1:]
    assert first.startswith(" 25 %, 0 s to go")
    assert last.startswith("100 %, 0 s")
    assert screen.getvalue().count("\n") == 1


def test_elsewhere_progress_is_a_line_for_every_tenth_percent():
    lines = io.StringIO()
    progress = Progress(lines)
    for percent in range(101):
        progress(percent / 100)
    assert len(lines.getvalue().splitlines()) == 11
