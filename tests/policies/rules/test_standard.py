"""What one can count on: promises beside the rules, measured, and read from outside without anything from inside."""

from datetime import timedelta

import pytest
from cast import MONDAY
from counting import as_often_for_thirty, queries
from django.db import IntegrityError, transaction

from policies.models import BaseStandard, Guardrail, Limit, Rulebook
from policies.rules.charter import Line, charters
from policies.rules.standard import Kept, kept_since, unbroken
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def standard(book, code="first-answer", **fields):
    fields = {
        "promise_en": "You hear from a person within four hours.",
        "promise_de": "Sie hören binnen vier Stunden von einem Menschen.",
        "measured_by": "first_response",
        **fields,
    }
    return BaseStandard.objects.create(rulebook=book, code=code, **fields)


def amended(at=MONDAY, **fields):
    with Rulebook.amend(by=None, note="x", at=at) as book:
        standard(book, **fields)
    return book


def test_a_new_version_takes_its_standards_along(cast):
    amended()
    with Rulebook.amend(by=None, note="y") as book:
        pass
    copied = book.standards.get()
    assert (copied.code, copied.promise, copied.measured_by, copied.target_percent) == (
        "first-answer",
        "You hear from a person within four hours.",
        "first_response",
        95,
    )
    assert BaseStandard.objects.count() == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"promise_de": ""},
        {"promise_en": ""},
        {"target_percent": 0},
        {"target_percent": 101},
        {"measured_by": "smiles"},
    ],
)
def test_a_standard_says_what_it_promises_and_how_it_is_measured(cast, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        standard(Rulebook.objects.in_force(), **wrong)


def test_one_code_per_version(cast):
    book = Rulebook.objects.in_force()
    standard(book)
    with pytest.raises(IntegrityError), transaction.atomic():
        standard(book)


# ---- measured ------------------------------------------------------------------------------------------------


def test_c26_base_standards_are_measured_by_what_was_promised(cast):
    in_time, late, open_ = (cast.ticket(at=MONDAY) for _n in range(3))
    in_time.reply("Here I am.", by=cast.anna, at=MONDAY + timedelta(hours=1))
    late.reply("Sorry.", by=cast.anna, at=MONDAY + timedelta(hours=5))
    assert open_.next_due_at == MONDAY + timedelta(hours=4)
    found = kept_since(MONDAY, until=MONDAY + timedelta(days=1))
    assert found == {"first_response": Kept(1, 2), "promise_kept": Kept(1, 2)}
    assert found["first_response"].percent == 50
    assert kept_since(MONDAY + timedelta(days=2), until=MONDAY + timedelta(days=3)) == {}


def test_what_nobody_records_has_no_figure(cast):
    cast.ticket(at=MONDAY).reply("Here.", by=cast.anna, at=MONDAY)
    kept_since(MONDAY - timedelta(days=1), until=MONDAY)
    assert set(kept_since(MONDAY - timedelta(days=1), until=MONDAY)) == {"first_response", "promise_kept"}


def test_per_cent_are_never_rounded_up():
    assert [Kept(949, 1000).percent, Kept(1, 1).percent, Kept(0, 7).percent] == [94, 100, 0]


def test_c26_a_ticket_that_broke_a_promise_is_no_delight(cast):
    kept, broken = cast.ticket(at=MONDAY), cast.ticket(at=MONDAY)
    kept.reply("Here.", by=cast.anna, at=MONDAY + timedelta(hours=1))
    broken.reply("Sorry.", by=cast.anna, at=MONDAY + timedelta(hours=5))
    assert list(unbroken(Ticket.objects.all())) == [kept]


# ---- read from outside ---------------------------------------------------------------------------------------


def test_before_the_first_rules_there_is_no_charter(db):
    assert charters() == ()


def test_c25_the_charter_says_what_the_rules_say(cast):
    amended(at=MONDAY)
    charter = charters()[0]
    assert charter.promises == (
        Line(
            "You hear from a person within four hours.", "Sie hören binnen vier Stunden von einem Menschen."
        ),
    )
    (boundary,) = charter.boundaries
    assert boundary.reason == Line(
        "We give money back only where money was paid.", "Wir erstatten nur, was bezahlt wurde."
    )
    assert boundary.instead.read_in("de-at") == "Bieten Sie einen persönlichen Anruf an."


def test_c25_a_changed_rule_changes_the_charter_and_the_old_one_keeps_its_dates(cast):
    first = Rulebook.objects.in_force()
    Rulebook.objects.filter(pk=first.pk).update(published_at=MONDAY)
    second = amended(at=MONDAY + timedelta(days=3))
    found = charters()
    assert [(c.versions, str(c.since), c.until and str(c.until)) for c in found] == [
        ((second.version,), "2026-03-05", None),
        ((first.version,), "2026-03-02", "2026-03-05"),
    ]


def test_versions_that_say_the_same_outside_are_one_charter(cast):
    Rulebook.objects.update(published_at=MONDAY)
    for day in (1, 2):
        with Rulebook.amend(by=None, note="limit", at=MONDAY + timedelta(days=day)) as book:
            Limit.objects.filter(rulebook=book).update(customer_cents=99_000)
    last = amended(at=MONDAY + timedelta(days=3))
    newest, oldest = charters()
    assert (oldest.versions, str(oldest.since), str(oldest.until)) == ((1, 2, 3), "2026-03-02", "2026-03-05")
    assert newest.versions == (last.version,)


def test_a_draft_is_nobodys_charter(cast):
    before = charters()
    draft = Rulebook.draft(by=None, note="maybe")
    standard(draft)
    assert charters() == before


def test_a_dated_guardrail_stands_in_the_charter_while_it_holds(cast):
    today = MONDAY.date()
    Rulebook.objects.update(published_at=MONDAY - timedelta(days=30))
    Guardrail.objects.update(valid_from=today - timedelta(days=9), valid_until=today)
    (charter,) = charters()
    assert [len(charter.boundaries_on(today + timedelta(days=n))) for n in (-10, -9, 0, 1)] == [0, 1, 1, 0]
    amended(at=MONDAY + timedelta(days=5))
    old = charters()[-1]
    assert len(old.boundaries_on(today + timedelta(days=100))) == 1


def test_thirty_versions_take_as_many_queries_as_one(cast):
    def amend(day: int) -> None:
        amended(at=MONDAY + timedelta(days=day), code=f"s{day}")
        assert (len(queries(charters)), len(queries(charters))) == (4, 1)

    as_often_for_thirty(charters, amend, most=1)
