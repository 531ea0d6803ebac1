"""C29: what shrinks the field needs a reason and an end, whatever kind of rule shrinks it; what enlarges it neither."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from policies.facts import rules_in_force, rules_of
from policies.models import Condition, Guardrail, Requirement, Rulebook, Term
from policies.rules.narrowing import narrowed
from policies.rules.publication import publish_due_now

pytestmark = pytest.mark.django_db
SOON, TOO_FAR = timezone.localdate() + timedelta(days=30), timezone.localdate() + timedelta(days=400)


@pytest.fixture
def draft(cast):
    with Rulebook.amend(by=None, note="Terms") as book:
        Term.objects.create(rulebook=book, name="case_days", value=20)
        Term.objects.create(rulebook=book, name="loyalty", from_months=24, value=120)
    return Rulebook.draft(by=cast.ben, note="Try")


def lacking(draft: Rulebook) -> list[str]:
    return narrowed(rules_in_force(), rules_of(draft))


def rail(draft: Rulebook, *, until: object = None, code: str = "new") -> Guardrail:
    made = Guardrail.objects.create(
        rulebook=draft, code=code, owner="Ben", reason_en="It protects.", reason_de="Es schützt.",
        instead_en="Call.", instead_de="Anrufen.", valid_until=until,
    )  # fmt: skip
    Condition.objects.create(guardrail=made, fact="kind", operator="is", value="voucher")
    return made


def test_a_copy_narrows_nothing(draft):
    assert lacking(draft) == []


def test_C29_a_new_guardrail_needs_an_end_within_a_year(draft):
    made = rail(draft)
    assert lacking(draft) == ["Without an end: Guardrail: It protects. (Gesture: Voucher)"]
    Guardrail.objects.filter(pk=made.pk).update(valid_until=TOO_FAR)
    assert lacking(draft) == ["For more than a year: Guardrail: It protects. (Gesture: Voucher)"]
    Guardrail.objects.filter(pk=made.pk).update(valid_until=SOON)
    assert lacking(draft) == []


def test_C29_a_guardrail_that_forbids_more_needs_an_end_and_one_that_forbids_less_does_not(draft):
    old = draft.guardrails.get()
    old.conditions.filter(fact="kind").delete()
    assert len(lacking(draft)) == 1
    Condition.objects.create(guardrail=old, fact="kind", operator="is", value="refund")
    Condition.objects.create(guardrail=old, fact="cents", operator="at_least", value=5000)
    assert lacking(draft) == []
    draft.guardrails.all().delete()
    assert lacking(draft) == []


def test_C29_a_higher_level_needs_a_reason_and_an_end(draft, cast):
    row = draft.requirements.get()
    row.level = 3
    row.save()
    assert lacking(draft) == ["Without an end: Every gesture needs level 3 now."]
    row.level = 1
    row.save()
    assert lacking(draft) == []
    high = Requirement.objects.create(rulebook=draft, cause=cast.late, level=4, valid_until=SOON)
    assert lacking(draft) == ["Without a reason: Late delivery needs level 4 now."]
    high.reason = "Until everybody was trained"
    high.save()
    assert lacking(draft) == []


def test_C29_a_closer_line_that_asks_more_is_seen_too(draft, cast):
    Requirement.objects.create(rulebook=draft, cause=cast.late, kind="voucher", level=3, reason="So")
    assert lacking(draft) == ["Without an end: Late delivery / voucher needs level 3 now."]


def test_C29_a_longer_look_back_needs_an_end(draft):
    draft.terms.filter(name="case_days").update(value=21)
    Term.objects.create(rulebook=draft, name="customer_days", value=366)
    assert lacking(draft) == [
        "Without an end: For the same cause, 21 days count instead of 20.",
        "Without an end: For one customer, 366 days count instead of 365.",
    ]


def test_C29_less_loyalty_needs_an_end_and_more_needs_nothing(draft):
    draft.terms.filter(name="loyalty").update(from_months=36)
    assert lacking(draft) == ["Without an end: After 24 months, 100 % of the plain limit instead of 120 %."]
    draft.terms.filter(name="loyalty").update(from_months=12, value=130)
    assert lacking(draft) == []


def test_C29_a_dated_term_that_narrows_needs_a_reason(draft):
    row = Term.objects.create(rulebook=draft, name="case_days", value=90, valid_until=SOON)
    assert lacking(draft) == ["Without a reason: What was given for the same cause counts for 90 days."]
    Term.objects.filter(pk=row.pk).update(reason="Many slipped in twice")
    assert lacking(draft) == []
    Term.objects.filter(pk=row.pk).update(value=5, reason="", valid_until=TOO_FAR)
    assert lacking(draft) == []


def test_what_narrows_without_an_end_does_not_come_into_force_by_itself(draft, caplog):
    now = timezone.now()
    rail(draft)
    Rulebook.objects.filter(pk=draft.pk).update(publish_at=now)
    assert publish_due_now(now=now) == 0
    draft.refresh_from_db()
    assert (draft.state, draft.publish_at) == ("draft", None)
    assert "was not put in force" in caplog.text
