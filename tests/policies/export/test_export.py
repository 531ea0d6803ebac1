"""Exports: each entry once, the same bytes each time, the ledger to the cent, and no formula in a cell."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from cast import MONDAY
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from program import Program

from accounts.models import Person
from policies.export import batch
from policies.export.batch import Office
from policies.export.cells import amount, lines, plain, text
from policies.export.datev import COLUMNS, fiscal_year, lengthened
from policies.export.table import LEDGER, datev_csv, ledger_csv
from policies.facts import Wish
from policies.ledger.transfer import Step, book, period_at
from policies.models import (
    Budget,
    BudgetPeriod,
    ExportBatch,
    ExportedEntry,
    Ruling,
    Transfer,
    Treatment,
)


@pytest.fixture
def ada(cast):
    return Person.objects.create(email="ada@kulanz.example", name="Ada", is_staff=True)


def lived(cast) -> None:
    """Gestures of every end: given, delivered, redeemed, expired, taken back before and after; one owed."""
    ends = ["given", "delivered", "redeemed", "expired", "back", "back late", "owed"]
    for number, end in enumerate(ends):
        wish = Wish("voucher", 311 + number, owed_by="law" if end == "owed" else "")
        offer = Ruling.request(cast.anna, cast.ticket(), wish, key=end, at=MONDAY).offer
        if end in ("expired", "back late"):
            type(offer).objects.filter(pk=offer.pk).update(form="single_purpose_voucher")
            offer.refresh_from_db()
        if end in ("delivered", "redeemed", "expired", "back late"):
            assert offer.deliver(by=cast.anna, at=MONDAY)
        if end == "redeemed":
            assert offer.redeem(by=cast.anna, at=MONDAY)
        if end == "expired":
            assert offer.expire(at=MONDAY)
        if end in ("back", "back late"):
            assert offer.reverse(by=cast.ben, why="x", at=MONDAY)


def table(pieces, *, encoding="utf-8-sig", delimiter=",") -> list[dict[str, str]]:
    said = b"".join(pieces).decode(encoding)
    return list(csv.DictReader(io.StringIO(said, newline=""), delimiter=delimiter))


def sums(rows) -> dict[str, int]:
    return {
        name: sum(int(row[f"{name}_cents"]) for row in rows) for name in ("available", "reserved", "spent")
    }


def balance() -> dict[str, int]:
    periods = list(BudgetPeriod.objects.all())
    return {
        "available": sum(p.left_cents for p in periods),
        "reserved": sum(p.reserved_cents for p in periods),
        "spent": sum(p.spent_cents for p in periods),
    }


@pytest.mark.django_db
def test_the_sum_of_all_exports_is_the_ledger_to_the_cent(cast, ada):
    lived(cast)
    first = ExportBatch.make(chart="skr04", by=ada, key="1")
    book(period_at(cast.budget, at=MONDAY), Step.RESERVE, 7, key="later", by=None, at=MONDAY)
    second = ExportBatch.make(chart="skr04", by=ada, key="2")
    rows = [*table(ledger_csv(first)), *table(ledger_csv(second))]
    assert tuple(rows[0]) == LEDGER
    assert sums(rows) == balance()
    assert [int(row["entry"]) for row in rows] == list(
        Transfer.objects.order_by("pk").values_list("pk", flat=True)
    )
    assert (first.count, second.count) == (Transfer.objects.count() - 1, 1)


@pytest.mark.django_db
def test_more_than_one_piece_loses_none_and_doubles_none(cast, ada, monkeypatch):
    monkeypatch.setattr(batch, "AT_ONCE", 10)
    period = period_at(cast.budget, at=MONDAY)
    for number in range(11):
        book(period, Step.RESERVE, 1, key=f"k{number}", by=None, at=MONDAY)
    made = ExportBatch.make(chart="skr04", by=ada, key="1")
    assert len(list(made.pieces())) == 2
    assert sums(table(ledger_csv(made))) == balance()


@pytest.mark.django_db
def test_what_datev_gets_is_what_was_spent_and_came_back(cast, ada):
    lived(cast)
    made = ExportBatch.make(chart="skr03", by=ada, key="1")
    rows = table(datev_csv(made), encoding="cp1252", delimiter=";")
    assert tuple(rows[0]) == COLUMNS
    signed = [
        Decimal(row[COLUMNS[0]].replace(",", ".")) * (1 if row["Soll/Haben-Kennzeichen"] == "S" else -1)
        for row in rows
    ]
    assert len(signed) == 5
    assert sum(signed) * 100 == balance()["spent"] == 313
    spent = next(row for row in rows if row[COLUMNS[0]] == "3,13")
    ticket = Ruling.objects.get(key="redeemed").ticket_id
    assert [spent[name] for name in COLUMNS[:14]] == [
        *("3,13", "S", "EUR", "", "", "", "8720", "1400", "", "0203"),
        f"K{ExportedEntry.objects.get(entry__step='confirm', entry__cents=313).entry_id}",
        *(f"T{ticket}", "", f"Gutschein #{ticket}"),
    ]


@pytest.mark.django_db
def test_the_same_key_is_the_same_export_and_its_files_never_change(cast, ada):
    lived(cast)
    made = ExportBatch.make(chart="skr04", by=ada, key="1")
    before = b"".join(ledger_csv(made)), b"".join(datev_csv(made))
    Treatment.objects.create(
        form="multi_purpose_voucher", skr03="1000", contra_skr03="1001", skr04="1002", contra_skr04="1003"
    )
    book(period_at(cast.budget, at=MONDAY), Step.RESERVE, 7, key="later", by=None, at=MONDAY)
    again = ExportBatch.make(chart="skr04", by=ada, key="1")
    assert (again.pk, b"".join(ledger_csv(again)), b"".join(datev_csv(again))) == (made.pk, *before)
    assert ExportBatch.make(chart="skr04", by=ada, key="2").count == 1


@pytest.mark.django_db
def test_currencies_keep_their_own_places(cast, ada):
    for code, written in (("JPY", "1234"), ("KWD", "1.234"), ("USD", "12.34")):
        period_at(Budget.objects.create(name=code, currency=code, monthly_cents=1234), at=MONDAY)
        [row] = table(ledger_csv(ExportBatch.make(chart="skr04", by=ada, key=code)))
        assert (row["currency"], row["amount"]) == (code, written)


HOSTILE = [
    *(
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\u00a0=1",
        "\ufeff=1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
    ),
    *(
        "=HYPERLINK('http://evil.example')",
        "=cmd|'/c calc'!A0",
        "%0A=1",
        "|x",
        "'=1",
        "''",
        'a";b',
        "a,b\r\nc",
        "ü€„“",
    ),
]


@pytest.mark.parametrize("word", HOSTILE)
def test_no_cell_reckons_and_every_text_comes_back(word):
    [[cell]] = csv.reader(io.StringIO(lines([[text(word)]]), newline=""))
    assert not cell.lstrip("\t\r\n \u00a0\ufeff").startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert plain(cell) == word


@given(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=40))
def test_any_text_comes_back_unchanged(word):
    [[cell, _end]] = csv.reader(io.StringIO(lines([[text(word), "end"]]), newline=""))
    assert plain(cell) == word


@pytest.mark.parametrize(
    ("cents", "places", "written"),
    [(0, 2, "0.00"), (-5, 2, "-0.05"), (10**14 + 1, 2, "1000000000000.01"), (5, 0, "5")],
)
def test_amounts_are_exact(cents, places, written):
    assert amount(cents, places) == written
    assert amount(cents, places, comma=True) == written.replace(".", ",")


@pytest.mark.django_db
def test_a_budget_with_a_hostile_name_stays_a_name(cast, ada):
    Budget.objects.filter(pk=cast.budget.pk).update(name="=1+1")
    period_at(Budget.objects.get(pk=cast.budget.pk), at=MONDAY)
    [row] = table(ledger_csv(ExportBatch.make(chart="skr04", by=ada, key="1")))
    assert row["budget"] == "'=1+1"


@pytest.mark.django_db
def test_its_queries_do_not_grow_with_its_entries(cast, ada, django_assert_max_num_queries):
    lived(cast)
    with django_assert_max_num_queries(14):
        made = ExportBatch.make(chart="skr04", by=ada, key="1")
    with django_assert_max_num_queries(3):
        b"".join(ledger_csv(made))


# ---- its doors -------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_from_the_studio_it_is_made_once_and_downloaded(cast, ada, client):
    lived(cast)
    client.force_login(ada)
    key = client.get(reverse("studio:books")).context["form"]["key"].value()
    for _twice in range(2):
        client.post(
            reverse("studio:exports"),
            {"chart": "skr04", "key": key, "year_begins": "1", "account_length": "4"},
        )
    made = ExportBatch.objects.get()
    answer = client.get(reverse("studio:export_datev", args=[made.pk]))
    assert answer["Content-Type"] == "text/csv; charset=windows-1252"
    assert answer["Content-Disposition"] == f'attachment; filename="kulanz-datev-{made.pk}.csv"'
    assert answer.getvalue() == b"".join(datev_csv(made))
    assert client.post(reverse("studio:exports"), {"chart": "\x00"}).status_code == 422


@pytest.mark.django_db
def test_programs_export_with_a_key_of_their_own(cast, ada, client):
    lived(cast)
    client.force_login(ada)

    def send(key: str, chart: str = "skr03"):
        path = reverse("api_authority:exports")
        return client.post(
            path, {"chart": chart}, content_type="application/json", headers={"Idempotency-Key": key}
        )

    first, again = send("a"), send("a")
    assert (first.status_code, again.status_code, again["Idempotent-Replayed"]) == (201, 201, "true")
    assert first.json() == again.json()
    assert send("a", "skr04").status_code == 422
    assert send("b").json()["count"] == 0
    listed = client.get(reverse("api_authority:exports")).json()
    assert [row["count"] for row in listed["results"]] == [0, first.json()["count"]]
    answer = client.get(reverse("api_authority:export_file", args=[first.json()["id"], "ledger"]))
    assert answer.getvalue() == b"".join(ledger_csv(ExportBatch.objects.get(pk=first.json()["id"])))


# ---- the head line of DATEV's format -----------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_head_line_says_whose_books_and_which_days(cast, ada):
    lived(cast)
    office = Office(consultant=29098, client=55003, year_begins=7, account_length=6)
    made = ExportBatch.make(chart="skr03", by=ada, key="1", office=office, at=MONDAY)
    raw = b"".join(datev_csv(made))
    head, names, first, *_rest = raw.decode("cp1252").split("\r\n")
    said = head.split(";")
    assert len(said) == 31
    assert said[:5] == ['"EXTF"', "700", "21", '"Buchungsstapel"', "13"]
    assert (said[5], said[10:16]) == (
        "20260302100000000",
        ["29098", "55003", "20250701", "6", "20260302", "20260302"],
    )
    assert (said[18:22], said[26]) == (["1", "0", "0", '"EUR"'], '"03"')
    assert (len(names.split(";")), len(first.split(";"))) == (125, 125)
    assert first.split(";")[:3] == ["3,13", '"S"', '"EUR"']
    assert first.split(";")[6:8] == ["872000", "140000"]
    assert raw.endswith(b"\r\n")
    assert raw.count(b"\n") == raw.count(b"\r\n") == 2 + 5
    assert ExportBatch.last_office() == office


@pytest.mark.django_db
def test_an_export_holds_one_fiscal_year_for_a_booking_says_its_day_without_a_year(cast, ada):
    period = period_at(cast.budget, at=MONDAY)
    for number, (month, day) in enumerate([(6, 30), (7, 1), (7, 2)]):
        at = MONDAY.replace(month=month, day=day)
        book(period, Step.RESERVE, 1, key=f"k{number}", by=None, at=at)
    office = Office(year_begins=7)
    first, second, third = (
        ExportBatch.make(chart="skr04", by=ada, key=str(turn), office=office) for turn in range(3)
    )
    assert [batch.count for batch in (first, second, third)] == [
        2,
        2,
        0,
    ]  # the allotment of March is the first
    assert [day.month for day in first.days()] == [3, 6]
    assert [str(day) for day in second.days()] == ["2026-07-01", "2026-07-02"]


def test_accounts_are_lengthened_and_years_begin_where_they_begin():
    assert [lengthened(account, 6) for account in ("8720", "872011", "")] == ["872000", "872011", ""]
    march = MONDAY.date()
    assert [str(fiscal_year(march, month)) for month in (1, 3, 4)] == [
        "2026-01-01",
        "2026-03-01",
        "2025-04-01",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("numbers", "field", "words"),
    [
        ({"consultant": "29098"}, "client", "say both, or none."),
        ({"consultant": "1000", "client": "1"}, "consultant", "greater than or equal to 1001"),
        ({"consultant": "29098", "client": "9" * 30}, "client", "less than or equal to 99999"),
        ({"account_length": "3"}, "account_length", "Select a valid choice."),
    ],
)
def test_numbers_that_cannot_be_are_refused_at_their_field(cast, ada, client, numbers, field, words):
    client.force_login(ada)
    sent = {"chart": "skr04", "key": "k" * 32, "year_begins": "1", "account_length": "4", **numbers}
    answer = client.post(reverse("studio:exports"), sent)
    assert (answer.status_code, ExportBatch.objects.count()) == (422, 0)
    assert words in " ".join(answer.context["form"].errors[field])
    assert numbers.get("consultant", "") in answer.content.decode()
    program = client.post(
        reverse("api_authority:exports"),
        {"chart": "skr04", **{name: int(typed) for name, typed in numbers.items()}},
        content_type="application/json",
        headers={"Idempotency-Key": "n"},
    )
    assert (program.status_code, list(program.json())) == (400, [field])


@pytest.mark.django_db
def test_an_account_with_more_digits_than_there_are_to_be_is_refused_with_a_sentence(cast, ada, client):
    kept = {"form": "time", "skr03": "4790", "contra_skr03": "1590", "skr04": "6790", "contra_skr04": "13701"}
    Treatment.objects.create(**kept)
    client.force_login(ada)
    sent = {"chart": "skr04", "key": "k" * 32, "year_begins": "1", "account_length": "4"}
    words = "The account 13701 has 5 digits. Choose as many here"
    answer = client.post(reverse("studio:exports"), sent)
    program, path = Program.of(ada), "ledger/exports/"
    asked = program.post(path, {"chart": "skr04", "account_length": 4})
    assert (answer.status_code, asked.status_code, ExportBatch.objects.count()) == (422, 400, 0)
    assert words in answer.context["form"].errors["account_length"][0]
    assert words in asked.json()["account_length"][0]
    assert program.post(path, {"chart": "skr03"}).status_code == 201  # there all have four
    assert client.post(reverse("studio:exports"), sent | {"account_length": "5"}).status_code == 302
    once = {"Idempotency-Key": "a"}
    made = program.post(path, {"chart": "skr04"}, **once).json()
    Treatment.objects.update(skr04="1234567")
    assert program.post(path, {"chart": "skr04"}, **once).json() == made


@pytest.mark.django_db
def test_programs_go_back_to_a_file_without_a_head_line(ada):
    program = Program.of(ada)
    assert program.post("ledger/exports/", {"consultant": 29098, "client": 55003}).json()["client"] == 55003
    assert program.post("ledger/exports/", {}).json()["consultant"] == 29098
    half = program.post("ledger/exports/", {"consultant": None})
    assert (half.status_code, list(half.json())) == (400, ["consultant"])
    none = program.post("ledger/exports/", {"consultant": None, "client": None}).json()
    assert (none["consultant"], none["client"]) == (None, None)
    assert not ExportBatch.objects.latest("pk").has_head


@pytest.mark.django_db
def test_a_file_does_not_depend_on_who_reads_it(cast, ada):
    """Not even where an entry belongs to no gesture: DATEV's format speaks German."""
    lived(cast)
    period = period_at(cast.budget, at=MONDAY)
    for step in (Step.RESERVE, Step.CONFIRM):
        book(period, step, 99, key=f"by hand {step}", by=None, at=MONDAY)
    made = ExportBatch.make(chart="skr03", by=ada, key="1", office=Office(29098, 55003))
    files = set()
    for language in ("en", "de"):
        with translation.override(language):
            files.add((b"".join(datev_csv(made)), b"".join(ledger_csv(made))))
    [(datev, _ledger)] = files
    assert b';"Kulanz";' in datev


@pytest.mark.django_db
def test_the_database_takes_both_numbers_or_none(ada):
    for said in ({"consultant": 29098}, {"client": 55003}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ExportBatch.objects.create(made_at=MONDAY, made_by=ada, key="k", **said)
