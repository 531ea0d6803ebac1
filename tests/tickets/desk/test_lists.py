"""The list of the desk: what stands in it, in which order, what is found, and what it costs."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from cast import MONDAY, Cast, person
from counting import as_often_for_thirty, queries, reading
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Organisation, Person
from tickets.desk.finding import ways_of
from tickets.desk.paging import page_of
from tickets.models import Draft, Event, Notice, Ticket

pytestmark = pytest.mark.django_db
LIST = "/desk/"


@pytest.fixture
def anna(cast: Cast, client: Client) -> Client:
    client.force_login(cast.anna)
    return client


def shown(client: Client, **query: str) -> list[str]:
    """Subjects in the order of the page."""
    return [ticket.subject for ticket in client.get(f"{LIST}?{urlencode(query)}").context["page"].rows]


def counts(client: Client) -> dict[str, int | None]:
    return {view.slug: view.count for view in client.get(LIST).context["views"]}


def test_each_view_holds_what_its_name_says(cast: Cast, anna: Client) -> None:
    mine, others, waiting, outside, solved = (
        cast.ticket(name) for name in ("mine", "Ben’s", "waits", "away", "done")
    )
    cast.ticket("nobody’s")
    cast.ticket("South’s", cause=cast.broken)
    mine.assign(cast.anna, by=cast.anna)
    others.assign(cast.ben, by=cast.ben)
    waiting.move("waiting_customer", by=cast.anna)
    outside.move("waiting_others", by=cast.anna)
    solved.move("solved", by=cast.anna)
    for ticket, kind in ((mine, "public"), (mine, "internal"), (solved, "public")):
        Draft.keep(ticket, by=cast.anna, kind=kind, text="Half a")
    Draft.keep(others, by=cast.ben, kind="public", text="Ben’s own")
    expected = {
        "mine": {"mine"},
        "nobody": {"nobody’s"},
        "open": {"mine", "Ben’s", "nobody’s"},
        "waiting": {"waits", "away"},
        "snoozed": set(),
        "drafts": {"mine", "done"},
        "solved": {"done"},
        "team-north": {"mine", "Ben’s", "nobody’s"},
    }
    assert {view: set(shown(anna, view=view)) for view in expected} == expected
    counted = {view: len(subjects) for view, subjects in expected.items()} | {"solved": None}
    assert counts(anna) == counted


def test_an_unknown_view_is_everything_open(cast: Cast, anna: Client) -> None:
    cast.ticket("one")
    for slug in ("", "nothing", "team-south", "team-", "mine\x00", "a" * 5000, "<b>"):
        assert shown(anna, view=slug) == ["one"]


def test_the_most_pressing_promise_comes_first(cast: Cast, anna: Client) -> None:
    cast.ticket("an hour later", at=MONDAY + timedelta(hours=1))
    cast.ticket("first", at=MONDAY)
    cast.ticket("long ago", at=MONDAY - timedelta(days=3))
    promised_nothing = cast.ticket("no promise", at=MONDAY)
    Ticket.objects.filter(pk=promised_nothing.pk).update(next_due_at=None)
    assert shown(anna) == ["long ago", "first", "an hour later", "no promise"]


def test_search_finds_number_subject_name_address_and_firm(cast: Cast, anna: Client) -> None:
    ticket = cast.ticket("Broken lamp, 100 % dark")
    other = cast.ticket("Late parcel", customer=cast.eva, by=cast.eva.person)
    found = {
        str(ticket.pk): "Broken lamp, 100 % dark",
        f"#{ticket.pk}": "Broken lamp, 100 % dark",
        "LAMP": "Broken lamp, 100 % dark",
        "eva@kulanz": "Late parcel",
        "Cemal & Sons": "Broken lamp, 100 % dark",
        "0 % d": "Broken lamp, 100 % dark",
        "  parcel ": "Late parcel",
    }
    assert {query: shown(anna, q=query) for query in found} == {
        query: [name] for query, name in found.items()
    }
    other.move("solved", by=cast.anna)
    assert shown(anna, q="parcel") == ["Late parcel"]


@pytest.mark.parametrize(
    "query",
    [
        "%",
        "_",
        "%%%",
        "a_b",
        "\\",
        "'",
        '" OR 1=1 --',
        "*",
        "[a-z]",
        "\x00",
        "9" * 18,
        "9" * 400,
        "#",
        "#-1",
        "１２",
        "<b>x",
    ],
)
def test_search_reads_signs_as_letters(cast: Cast, anna: Client, query: str) -> None:
    cast.ticket("one")
    cast.ticket("two")
    if query == "\x00":  # nothing is left of it, so nothing is searched for
        assert len(shown(anna, q=query)) == 2
    else:
        assert shown(anna, q=query) == []


def test_the_pages_of_a_search_hold_each_ticket_once_in_the_order_of_the_list(cast: Cast) -> None:
    """Some have the word in their text, some only inside another one of their subject, one by its customer."""
    eva = {"customer": cast.eva, "by": cast.eva.person}
    for hours, (subject, text) in enumerate(
        [("Dark", "The lamp is dark."), ("Stehlampen", "All dark."), ("Lamps", "Dark."), ("Parcel", "Late.")]
        * 2
    ):
        cast.ticket(
            subject, text=text, at=MONDAY + timedelta(hours=hours), **(eva if subject == "Parcel" else {})
        )
    Person.objects.filter(pk=cast.eva.person_id).update(name="Eva Lampert")
    promised_nothing = Ticket.objects.filter(pk__gt=Ticket.objects.order_by("pk")[4].pk)
    promised_nothing.update(next_due_at=None)
    ordered = [row.pk for row in page_of(Ticket.objects.worked_by(cast.anna), size=20).rows]
    assert len(ordered) == 8
    for size in (1, 2, 3, 20):
        pages, after, begun = [], "", False
        while after or not begun:
            page = page_of(*ways_of(cast.anna, "lamp")[0], after=after, size=size)
            pages, after, begun = [*pages, *(row.pk for row in page.rows)], page.after, True
        assert pages == ordered


def test_search_finds_only_what_one_may_see(cast: Cast, anna: Client) -> None:
    hidden = cast.ticket("South’s secret", cause=cast.broken)
    for query in ("secret", str(hidden.pk), "cem@kulanz", "Cemal"):
        assert shown(anna, q=query) == []


def test_the_rows_alone_are_the_same_list(cast: Cast, anna: Client) -> None:
    cast.ticket("one")
    page, rows = anna.get(f"{LIST}?view=open"), anna.get(reverse("desk:rows") + "?view=open")
    assert "<!doctype html>" not in rows.content.decode()
    assert rows.content.decode().strip() in page.content.decode()


@pytest.mark.parametrize(
    "after", ["2", "x", "", "~~", "-~-~1", "-~1~１", "1~1", f"{'9' * 19}~1~1", f"1~{10**17}~{2**63}", "\x00"]
)
def test_places_that_do_not_exist_show_the_beginning(cast: Cast, anna: Client, after: str) -> None:
    cast.ticket("one")
    assert shown(anna, after=after) == ["one"]


def test_each_page_goes_on_after_the_last_row_of_the_one_before(cast: Cast, anna: Client) -> None:
    """Also over rows due in one instant, and from what is promised to what is not."""
    same = MONDAY + timedelta(hours=1)
    rows = [
        Ticket(
            subject=f"t{at}",
            customer=cast.cem,
            team=cast.north,
            cause=cast.late,
            next_due_at=(same if at % 3 else MONDAY) if at < 80 else None,
            changed_at=MONDAY + timedelta(minutes=at % 7),
        )
        for at in range(120)
    ]
    Ticket.objects.bulk_create(rows)
    seen, after = [], ""
    for size in (30, 30, 30, 30):
        page = anna.get(LIST, {"after": after}).context["page"]
        assert len(page.rows) == size
        seen += [(row.next_due_at or MONDAY + timedelta(days=1), row.changed_at, row.pk) for row in page.rows]
        after = page.after
    assert after == ""
    assert seen == sorted(seen, key=lambda row: (row[0], -row[1].timestamp(), -row[2]))
    assert len(set(seen)) == 120
    assert counts(anna)["open"] == 120


def test_beside_a_ticket_stands_the_list_looked_at_last(cast: Cast, anna: Client) -> None:
    ours, waiting = cast.ticket("ours"), cast.ticket("waiting")
    waiting.move("waiting_customer", by=cast.anna)

    def beside() -> list[str]:
        page = anna.get(reverse("desk:rail"), {"current": ours.pk}).context
        assert page["current"] == ours.pk
        return [row.subject for row in page["neighbours"]]

    assert beside() == ["ours"]
    anna.get(f"{LIST}?view=waiting")
    assert beside() == ["waiting"]
    assert [row.subject for row in anna.get(ours.desk_url()).context["neighbours"]] == ["waiting"]
    for current in ("", "x", "９", str(10**25), "\x00"):
        assert anna.get(reverse("desk:rail"), {"current": current}).context["current"] == 0


def test_names_are_shown_as_they_are_written(cast: Cast, anna: Client) -> None:
    cast.cem.person.name = "<b>Cem</b>"
    cast.cem.person.save()
    cast.ticket("<script>alert(1)</script>", text="<img src=x onerror=alert(1)>")
    for page in (LIST, f"{LIST}?q=<script>"):
        body = anna.get(page).content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body
        assert "&lt;b&gt;Cem&lt;/b&gt;" in body
        assert "<script>alert" not in body
        assert "<img" not in body


def test_thirty_rows_cost_what_one_costs(cast: Cast, anna: Client) -> None:
    def fill(number: int) -> None:
        firm = Organisation.objects.create(name=f"Firm {number}")
        customer = type(cast.cem).objects.create(person=person(f"C{number}"), organisation=firm, status="new")
        ticket = cast.ticket(f"{number}", customer=customer, by=customer.person)
        ticket.assign(cast.ben, by=cast.ben)
        Notice.tell(cast.anna, Event.objects.filter(ticket=ticket).last())

    as_often_for_thirty(reading(anna, LIST, reverse("desk:rows"), reverse("desk:notices")), fill)
    assert len(shown(anna)) == 30
    assert len(queries(reading(anna, LIST))) <= 12


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def test_a_row_says_that_its_reader_has_begun_to_write_there(cast: Cast, anna: Client) -> None:
    begun, others = cast.ticket("begun"), cast.ticket("others")
    cost = {path: queries_of(anna, path) for path in (LIST, reverse("desk:rows"), begun.desk_url())}
    Draft.keep(begun, by=cast.anna, kind="internal", text="Half a thought")
    Draft.keep(others, by=cast.ben, kind="public", text="Ben’s")
    assert {path: queries_of(anna, path) for path in cost} == cost
    for query in ({}, {"q": "begun"}, {"view": "drafts"}):
        page = anna.get(LIST, query)
        assert [row.subject for row in page.context["page"].rows if row.has_draft] == ["begun"]
        assert page.content.decode().count(">Draft<") == 1
    anna.get(LIST)
    beside = anna.get(reverse("desk:rail")).context["neighbours"]
    assert {row.subject: bool(row.has_draft) for row in beside} == {"begun": True, "others": False}
    anna.post(reverse("desk:columns"), {"column0": "cause"})
    assert ">Draft<" in anna.get(LIST).content.decode()
    anna.post(reverse("desk:draft", args=[begun.pk]), {"kind": "internal", "text": " "})
    assert shown(anna, view="drafts") == []
    assert counts(anna)["drafts"] == 0


def test_nobody_finds_by_a_draft_what_they_may_not_read(cast: Cast, anna: Client) -> None:
    hidden = cast.ticket("South’s", cause=cast.broken)
    Draft.objects.create(ticket=hidden, person=cast.anna, kind="public", text="from when I worked there")
    assert (shown(anna, view="drafts"), counts(anna)["drafts"]) == ([], 0)


def test_notices_are_ones_own_and_only_of_what_one_may_read(cast: Cast, anna: Client) -> None:
    seen, hidden = cast.ticket("seen"), cast.ticket("hidden", cause=cast.broken)
    for ticket in (seen, hidden):
        Notice.tell(cast.anna, ticket.events.last())
        Notice.tell(cast.ben, ticket.events.last())
    for path in (LIST, reverse("desk:notices")):
        assert [notice.event.ticket.subject for notice in anna.get(path).context["notices"]] == ["seen"]
    assert anna.get(LIST).context["unseen_notices"] == 1
    anna.get(seen.desk_url())
    assert list(anna.get(LIST).context["notices"]) == []
    assert [n.seen_at is not None for n in anna.get(reverse("desk:notices")).context["notices"]] == [True]
    assert Notice.objects.filter(person=cast.ben, seen_at=None).count() == 2


def test_from_a_hundred_on_nobody_counts_what_is_new(cast: Cast, anna: Client) -> None:
    ticket = cast.ticket("seen")
    events = Event.objects.bulk_create(Event(ticket=ticket, kind="noted") for _number in range(100))
    Notice.tell_all((cast.anna.pk, event) for event in events[:99])
    assert anna.get(LIST).context["unseen_notices"] == 99
    Notice.tell_all([(cast.anna.pk, events[99])])
    assert anna.get(LIST).context["unseen_notices"] == "99+"
