"""The demo is believable: what one sees in it could have happened, in that order, by the product's own rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import authenticate
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.test import override_settings

from accounts.models import Customer, Person, Team
from policies.models import BudgetPeriod, Guardrail, Limit, Offer, Rulebook, Ruling, Transfer
from servicedesk.demo import people
from servicedesk.demo.house import furnish
from tickets.models import (
    Attachment,
    Clock,
    Message,
    OutgoingMail,
    Rating,
    Survey,
    TeamHours,
    Ticket,
)
from tickets.sla.rebuild import compare
from tickets.sla.worktime import is_open

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 10, 20, tzinfo=UTC)  # a Tuesday, 11:20 in Berlin


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[datetime]:
    """The demo once for the whole file: playing it takes seconds, and the tests only look at it."""
    folder = tmp_path_factory.mktemp("files")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=folder), transaction.atomic():
        furnish(now=NOW)
        yield NOW
        transaction.set_rollback(True)


def test_some_promises_run_out_within_the_next_half_hour_of_work(demo):
    soon = demo + timedelta(minutes=30)
    running = Clock.objects.open().filter(due_at__gt=demo, due_at__lte=soon)
    assert sorted(running.values_list("ticket__subject", flat=True)) == [
        "Invoice without our VAT number",
        "Zwei Verträge statt einem – erste Abbuchung morgen!",
    ]


def test_what_happened_happened_in_order(demo):
    for ticket in Ticket.objects.prefetch_related("messages", "events"):
        pks = [event.pk for event in ticket.events.all()]
        assert pks == sorted(pks), ticket
        assert ticket.events.all()[0].kind == "opened"
        last = max(event.at for event in ticket.events.all())
        assert ticket.changed_at <= last, ticket
        # Of a call we write down that it came; everything else begins with the customer's own words.
        assert next(m.from_customer for m in ticket.messages.all()) is (ticket.channel != "phone")


def test_every_clock_is_the_sum_of_its_log(demo):
    found = list(compare())
    assert sum(count for count, _differences in found) == Clock.objects.count()
    assert [difference for _count, differences in found for difference in differences] == []


def test_the_desk_acts_in_its_hours(demo):
    hours = {row.team_id: row.hours.opening for row in _hours()}
    for message in Message.objects.filter(from_customer=False).select_related("ticket"):
        # The end of a working minute may be closing time itself.
        assert is_open(hours[message.ticket.team_id], message.at - timedelta(seconds=1)), message.at


def test_no_mail_waits_to_be_sent(demo):
    assert OutgoingMail.objects.count() > 100
    assert not OutgoingMail.objects.filter(Q(sent_at=None) | Q(sent_at__lt=F("created_at"))).exists()
    # What was written in a chat was read as it was written, and whoever calls knows that they did.
    live = ("chat", "phone")
    for ticket in Ticket.objects.exclude(channel__in=live):
        assert OutgoingMail.objects.get(key=f"confirm:{ticket.pk}").created_at == ticket.created_at
    for message in Message.objects.filter(from_customer=False, kind="public").exclude(channel__in=live):
        assert OutgoingMail.objects.get(key=f"answer:{message.pk}").created_at == message.at


def test_people_with_mixed_settings_and_one_password_that_opens_the_door(demo):
    desk = Person.objects.filter(email__endswith=people.HOUSE)
    assert Counter(desk.values_list("language", flat=True)) == {"de": 5, "en": 3}
    assert [team.name for team in Team.objects.all()] == [
        "Nord – Lieferung & Rechnung",
        "Süd – Technik & Reparatur",
    ]
    assert sum(person.is_lead for person in desk) == 2
    assert [person.name for person in desk.filter(is_staff=True)] == ["Sam Whitfield"]
    assert set(Customer.objects.values_list("status", flat=True)) == set(Customer.Status.values)
    assert Person.objects.values("password").distinct().count() == 1
    assert EmailAddress.objects.filter(verified=True, primary=True).count() == Person.objects.count()
    assert (
        authenticate(email="anna.petersen@haldenwerk.example", password=people.PASSWORD).name
        == "Anna Petersen"
    )


def test_a_draft_waits_with_its_rehearsal(demo):
    draft = Rulebook.objects.get(state="draft")
    found = draft.rehearsals.get().found
    assert (found["weighed"] >= 25, found["freer"] > 0, found["stricter"]) == (True, True, 0)


def test_rules_say_why_and_what_else_in_both_languages(demo):
    in_force = Guardrail.objects.filter(rulebook__state="published")
    assert in_force.count() == 5
    for rail in in_force.prefetch_related("conditions"):
        assert rail.conditions.count() > 0, rail.code
        assert len({rail.reason_en, rail.reason_de, rail.instead_en, rail.instead_de}) == 4
    kinds = Ruling.objects.first().rulebook.gesture_kinds.all()
    assert [kind.costs_money for kind in kinds] == [False] * 5 + [True] * 7
    assert kinds[0].code == "help"
    assert Limit.objects.get(on_trial=True, rulebook__state="published").valid_until > NOW


def test_money_of_several_months_was_used_and_one_gesture_came_back(demo):
    used = BudgetPeriod.objects.filter(spent_cents__gt=0)
    assert used.values("starts").distinct().count() >= 3
    assert used.values("budget").distinct().count() == 2
    assert Counter(Offer.objects.values_list("state", flat=True)) == {
        "delivered": 16,
        "granted": 4,
        "redeemed": 1,
        "reversed": 1,
    }
    assert Transfer.objects.filter(step="release").count() == 1


def test_ratings_notes_and_files_are_there(demo):
    assert Rating.objects.count() == 12
    assert Counter(Survey.objects.values_list("ending", flat=True)) == {"answered": 10, "": 3}
    assert Message.objects.filter(kind="internal").count() >= 12
    types = Counter(Attachment.objects.values_list("content_type", flat=True))
    assert types == {"image/png": 6, "application/pdf": 4}


def _hours() -> QuerySet[TeamHours]:
    return TeamHours.objects.select_related("hours")
