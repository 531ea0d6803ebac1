"""A draft rehearsed on the last 90 days, and published when its time has come."""

import json
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from walls import walls_down

from policies.facts import Wish
from policies.models import Rehearsal, Rulebook, Ruling
from policies.rules.publication import publish_due_now
from policies.rules.rehearsal import PATIENCE, rehearse_now
from policies.weigh import replay

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


def test_a_rehearsal_goes_on_where_its_worker_stopped(cast, monkeypatch):
    """The fourth of five cannot be read; once it can, the other two are weighed, and the sum is as if nothing was."""
    monkeypatch.setattr(replay, "STRIDE", 1)
    # Or the read that broke off would still hold the table when its wall is to come down.
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    for number in range(5):
        Ruling.request(cast.anna, cast.ticket(), Wish("voucher", 100 + number), key=str(number))
    fourth = Ruling.objects.get(key="3")
    with walls_down(connection):
        Ruling.objects.filter(pk=fourth.pk).update(facts={})
    rehearsal = Rehearsal.ask(Rulebook.draft(by=cast.ben, note="Same"), by=cast.ben)
    assert rehearse_now() == 0
    rehearsal.refresh_from_db()
    assert (rehearsal.done, rehearsal.percent, rehearsal.finished_at) == (3, 60, None)
    with walls_down(connection):
        Ruling.objects.filter(pk=fourth.pk).update(facts=fourth.facts)
    assert rehearse_now() == 0  # whoever stopped is still given time
    assert rehearse_now(now=timezone.now() + PATIENCE + timedelta(seconds=1)) == 1
    rehearsal.refresh_from_db()
    assert (rehearsal.found["weighed"], rehearsal.found["alone_after"], rehearsal.percent) == (5, 5, 100)
    assert (rehearsal.found["cents_after"], rehearsal.so_far) == (510 // 3, {})


def test_what_was_found_so_far_survives_being_stored(cast):
    Ruling.request(cast.anna, cast.ticket(), Wish("voucher", 8000), key="k")
    found = replay.Found(
        weighed=2, changed=Counter({("DO", "NEVER"): 2}), examples={("DO", "NEVER"): [1, 2]}, stricter=2
    )
    assert replay.Found.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_a_rehearsal_of_a_draft_that_is_gone_ends_quietly(cast, monkeypatch):
    monkeypatch.setattr(replay, "STRIDE", 1)
    Ruling.request(cast.anna, cast.ticket(), Wish("voucher", 100), key="k")
    draft = Rulebook.draft(by=cast.ben, note="Same")
    rehearsal = Rehearsal.ask(draft, by=cast.ben)
    draft.delete()
    rehearsal.run(now=timezone.now())
    assert not Rehearsal.objects.exists()
