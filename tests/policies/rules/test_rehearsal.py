"""A draft rehearsed on the last 90 days, and published when its time has come."""

from datetime import timedelta

import pytest
from django.utils import timezone

from policies.facts import Wish
from policies.models import Rehearsal, Rulebook, Ruling
from policies.rules.publication import publish_due_now
from policies.rules.rehearsal import PATIENCE, rehearse_now

pytestmark = pytest.mark.django_db


def test_a_rehearsal_counts_what_would_change_and_changes_nothing(cast):
    now = timezone.now()
    ruling = Ruling.request(cast.anna, cast.ticket(), Wish("voucher", 8000), key="k")
    Ruling.request(cast.anna, cast.ticket(), Wish("voucher", 900), key="old", at=now - timedelta(days=91))
    draft = Rulebook.draft(by=cast.ben, note="Wider")
    draft.limits.filter(role="agent").update(own_cents=9000)
    rehearsal = Rehearsal.ask(draft, by=cast.ben)
    assert rehearse_now(now=now) == 1
    rehearsal.refresh_from_db()
    assert (rehearsal.total, rehearsal.done, rehearsal.percent) == (1, 1, 100)
    assert rehearsal.found["changes"] == [
        {"before": "ASK_SILENCE_YES", "after": "DO", "count": 1, "examples": [ruling.pk]}
    ]
    assert (rehearsal.found["cents_before"], rehearsal.found["cents_after"]) == (0, 8000 // 3)
    assert Ruling.objects.get(pk=ruling.pk).outcome == "ASK_SILENCE_YES"
    assert rehearse_now(now=now) == 0


def test_a_rehearsal_whose_worker_died_is_taken_up_again(cast):
    now = timezone.now()
    rehearsal = Rehearsal.ask(Rulebook.draft(by=cast.ben, note="Same"), by=cast.ben)
    assert Rehearsal.objects.claim(rehearsal.pk, now=now)
    assert rehearse_now(now=now) == 0
    assert rehearse_now(now=now + PATIENCE + timedelta(seconds=1)) == 1


def test_a_draft_is_published_when_its_time_has_come_and_once(cast):
    now = timezone.now()
    draft = Rulebook.draft(by=cast.ben, note="From tomorrow")
    Rulebook.objects.filter(pk=draft.pk).update(publish_at=now + timedelta(hours=1))
    assert publish_due_now(now=now) == 0
    assert publish_due_now(now=now + timedelta(hours=1)) == 1
    assert Rulebook.objects.in_force() == draft
    assert publish_due_now(now=now + timedelta(hours=2)) == 0
