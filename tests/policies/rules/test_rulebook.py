"""A rulebook: one version in force, changed only by a new one, all of it or nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, Cast
from django.apps import apps
from django.db import IntegrityError, models, transaction

from policies.facts import Wish, rules_in_force
from policies.models import Condition, GestureKind, Guardrail, Limit, Requirement, Rulebook, Ruling
from policies.rules.publication import publish_due_now

pytestmark = pytest.mark.django_db


def contents(book: Rulebook) -> dict[str, list[dict[str, object]]]:
    """Everything a version says, without the numbers of its rows."""
    said = {}
    for model in parts():
        rows = model._default_manager.filter(**({path_to(model): book}))
        fields = [
            f.attname for f in model._meta.concrete_fields if not f.primary_key and f.name not in PARENTS
        ]
        said[model.__name__] = sorted(map(str, rows.values(*fields)))
    return said


PARENTS = ("rulebook", "guardrail")


def path_to(model: type[models.Model]) -> str:
    return "guardrail__rulebook" if model is Condition else "rulebook"


def parts() -> list[type[models.Model]]:
    """Every table whose rows belong to one version, found by their keys, so that a new one cannot be forgotten."""
    owned = [
        model
        for model in apps.get_app_config("policies").get_models()
        for field in model._meta.concrete_fields
        if field.name in PARENTS and field.remote_field.on_delete is models.CASCADE
    ]
    assert set(owned) >= {GestureKind, Guardrail, Condition, Limit, Requirement}
    return owned


def test_a_change_is_a_new_version_and_the_old_one_stays_as_it_was(cast: Cast) -> None:
    old = Rulebook.objects.in_force()
    before = contents(old)
    with Rulebook.amend(by=cast.ben, note="More room", at=MONDAY) as draft:
        draft.limits.filter(role="agent").update(own_cents=6000)
    old.refresh_from_db()
    assert (old.state, old.retired_at) == ("retired", MONDAY)
    assert contents(old) == before
    new = Rulebook.objects.in_force()
    assert (new.version, new.made_by, new.note, new.published_at) == (
        old.version + 1,
        cast.ben,
        "More room",
        MONDAY,
    )
    assert new.limits.get(role="agent").own_cents == 6000
    assert rules_in_force().rulebook == new


def test_every_part_is_copied(cast: Cast) -> None:
    old = Rulebook.objects.in_force()
    with Rulebook.amend(by=None, note="Nothing", at=MONDAY):
        pass
    new = Rulebook.objects.in_force()
    assert new != old
    assert contents(new) == contents(old)
    assert all(
        contents(old)[name] for name in ("GestureKind", "Guardrail", "Condition", "Limit", "Requirement")
    )


def test_what_goes_wrong_leaves_everything_as_it_was(cast: Cast) -> None:
    before = (Rulebook.objects.count(), Rulebook.objects.in_force().pk, Limit.objects.count())
    with pytest.raises(ZeroDivisionError), Rulebook.amend(by=cast.ben, note="Half", at=MONDAY) as draft:
        draft.limits.all().delete()
        raise ZeroDivisionError
    assert (Rulebook.objects.count(), Rulebook.objects.in_force().pk, Limit.objects.count()) == before


def test_there_is_never_a_second_one_in_force(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Rulebook.objects.create(version=99, note="x", state="published")
    with pytest.raises(IntegrityError), transaction.atomic():
        Rulebook.objects.create(version=Rulebook.objects.in_force().version, note="x")


def test_before_the_first_there_is_none(db: None) -> None:
    with pytest.raises(Rulebook.DoesNotExist):
        Rulebook.objects.in_force()
    with Rulebook.amend(by=None, note="First", at=MONDAY):
        pass
    assert Rulebook.objects.in_force().version == 1


def test_a_draft_decides_nothing(cast: Cast) -> None:
    draft = Rulebook.draft(by=cast.ben, note="Later", at=MONDAY)
    draft.limits.filter(role="agent").update(own_cents=0, stretch_cents=0)
    assert Ruling.request(cast.anna, cast.ticket(), Wish("voucher", 2000), key="k").outcome == "DO"


def test_back_to_an_older_version_is_a_new_one(cast: Cast) -> None:
    first = Rulebook.objects.in_force()
    with Rulebook.amend(by=cast.ben, note="No room", at=MONDAY) as draft:
        draft.limits.all().delete()
    back = Rulebook.roll_back(first, by=cast.ben, at=MONDAY)
    assert Rulebook.objects.in_force() == back
    assert back.version == first.version + 2
    assert contents(back) == contents(first)


def test_a_ruling_keeps_the_version_it_was_made_by(cast: Cast) -> None:
    ticket = cast.ticket()
    first = Ruling.request(cast.anna, ticket, Wish("voucher", 5500), key="a")
    with Rulebook.amend(by=cast.ben, note="More room", at=MONDAY) as draft:
        draft.limits.filter(role="agent").update(own_cents=6000)
        draft.gesture_kinds.filter(code="voucher").update(name_en="Coupon")
    second = Ruling.request(
        cast.anna, cast.ticket("Again", customer=cast.eva), Wish("voucher", 5500), key="b"
    )
    first.refresh_from_db()
    assert [(r.outcome, r.rulebook.version, r.gesture) for r in (first, second)] == [
        ("ASK_SILENCE_YES", 1, "Voucher, €55.00"),
        ("DO", 2, "Coupon, €55.00"),
    ]


def test_a_draft_whose_time_has_come_is_put_in_force_once(cast: Cast) -> None:
    draft = Rulebook.draft(by=cast.ben, note="From Monday", at=MONDAY)
    Rulebook.objects.filter(pk=draft.pk).update(publish_at=MONDAY)
    assert publish_due_now(now=MONDAY - timedelta(seconds=1)) == 0
    assert publish_due_now(now=MONDAY) == 1
    assert publish_due_now(now=MONDAY) == 0
    assert Rulebook.objects.in_force() == draft
