"""Own statuses: each belongs to a fixed one, which alone decides what runs; a ticket loses its own with that one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cast import MONDAY, Cast
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from program import Program

from accounts.models import Person, SetupChange
from tickets.automation import group, known
from tickets.automation.bulk import Bulk
from tickets.models import ClockEntry, Event, Macro, Merge, OutgoingMail, StatusName, Ticket
from tickets.own_data import requests_of
from tickets.search.conditions import asked_of
from tickets.search.find import search, understood

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def own(cast: Cast, english: str, german: str, status: str = "waiting_others", **said: Any) -> StatusName:
    said = {"name_en": english, "name_de": german, "status": status, **said}
    return StatusName.write(by=cast.ben, key=f"key-{english}", **said)


@pytest.fixture
def part(cast: Cast) -> StatusName:
    return own(cast, "Part ordered", "Ersatzteil bestellt", seen_by_customer=True)


@pytest.fixture
def photo(cast: Cast) -> StatusName:
    return own(cast, "Waiting for a photo", "Wartet auf ein Foto", "waiting_customer")


def stands(ticket: Ticket) -> tuple[str, str]:
    fresh = Ticket.objects.get(pk=ticket.pk)
    return fresh.status, fresh.status_value


def clocks_of(ticket: Ticket) -> list[tuple[str, str]]:
    return list(
        ClockEntry.objects.filter(clock__ticket=ticket).order_by("pk").values_list("kind", "clock__kind")
    )


def test_a_ticket_is_called_as_the_house_calls_it_and_clocks_do_not_ask(
    cast: Cast, part: StatusName, photo: StatusName
) -> None:
    plain, named = cast.ticket("plain", at=MONDAY), cast.ticket("named", at=MONDAY)
    plain.move("waiting_customer", by=cast.anna, at=MONDAY + HOUR)
    assert named.stand("waiting_customer", photo, by=cast.anna, at=MONDAY + HOUR) is True
    assert clocks_of(named) == clocks_of(plain)
    assert named.next_due_at == plain.next_due_at
    assert stands(named) == ("waiting_customer", "waiting-for-a-photo")
    moved = named.events.get(kind="moved")
    assert moved.sentence == "Anna changed the status to “Waiting for a photo”"
    assert (moved.data["to"], moved.data["was"]) == ("waiting_customer", "open")
    with translation.override("de"):
        assert named.status_words == "Wartet auf ein Foto"


def test_only_the_name_changes_where_the_ticket_stands_there_already(cast: Cast, part: StatusName) -> None:
    ticket = cast.ticket(at=MONDAY)
    ticket.move("waiting_others", by=cast.anna, at=MONDAY)
    before = clocks_of(ticket), OutgoingMail.objects.count()
    assert ticket.stand("waiting_others", part, by=cast.anna, at=MONDAY + HOUR) is True
    assert ticket.stand("waiting_others", part, by=cast.ben, at=MONDAY + HOUR) is False
    assert Ticket.objects.get(pk=ticket.pk).stand("waiting_others", part, by=cast.ben) is False
    assert (clocks_of(ticket), OutgoingMail.objects.count()) == before
    told = [event.sentence for event in ticket.events.filter(kind="status_called")]
    assert told == ["Anna changed the status to “Part ordered”"]
    assert ticket.stand("waiting_others", None, by=cast.anna, at=MONDAY + HOUR) is True
    assert stands(ticket) == ("waiting_others", "waiting_others")
    assert ticket.status_words == "waiting for others"


def test_what_it_was_called_goes_with_where_it_stood(cast: Cast, part: StatusName, photo: StatusName) -> None:
    ticket = cast.ticket(at=MONDAY)
    ticket.stand("waiting_customer", photo, by=cast.anna, at=MONDAY + HOUR)
    ticket.hear("Here it is.", by=cast.cem.person, at=MONDAY + 2 * HOUR)
    assert stands(ticket) == ("open", "open")
    ticket = Ticket.objects.get(pk=ticket.pk)
    ticket.stand("waiting_others", part, by=cast.anna, at=MONDAY + 3 * HOUR)
    ticket.hear("And one more.", by=cast.cem.person, at=MONDAY + 4 * HOUR)
    assert stands(ticket) == ("waiting_others", "part-ordered")  # the fixed one stayed, and so did its name
    Ticket.objects.get(pk=ticket.pk).confirm_solved(by=cast.cem.person, at=MONDAY + 5 * HOUR)
    assert stands(ticket) == ("closed", "closed")


def test_a_name_of_another_status_is_nobodys(cast: Cast, part: StatusName) -> None:
    ticket = cast.ticket()
    with pytest.raises(ValueError, match="belongs to another status"):
        ticket.stand("open", part, by=cast.anna)
    assert stands(ticket) == ("open", "open")
    with pytest.raises(IntegrityError), transaction.atomic():
        StatusName.objects.create(code="open", name_en="x", name_de="x", status="open", by=cast.ben, key="x")


def test_the_code_is_free_and_the_same_key_is_once(cast: Cast, part: StatusName) -> None:
    assert own(cast, "Part ordered", "Ersatzteil bestellt") == part
    again = StatusName.write(by=cast.ben, key="k", name_en="Part ordered", name_de="Z", status="open")
    odd = StatusName.write(by=cast.ben, key="l", name_en="???", name_de="Ö", status="open")
    plain = StatusName.write(by=cast.ben, key="m", name_en="Open!", name_de="Ö", status="open")
    assert [again.code, odd.code, plain.code] == ["part-ordered-2", "status", "open-2"]


def test_two_that_became_one_are_called_as_before_when_taken_apart(cast: Cast, part: StatusName) -> None:
    stays, goes = cast.ticket("stays"), cast.ticket("goes")
    goes.stand("waiting_others", part, by=cast.anna)
    merge = Merge.make(goes, stays, by=cast.anna)
    assert stands(goes) == ("closed", "closed")
    merge.undo(by=cast.anna)
    assert stands(goes) == ("waiting_others", "part-ordered")


def test_the_search_knows_them_in_both_languages(cast: Cast, part: StatusName, photo: StatusName) -> None:
    ticket, other = cast.ticket("one"), cast.ticket("other")
    ticket.stand("waiting_others", part, by=cast.anna)
    other.stand("waiting_customer", photo, by=cast.anna)
    own_ones = Ticket.objects.worked_by(cast.anna)

    def found(typed: str) -> set[Ticket]:
        return set(search(own_ones, understood(typed), by=cast.anna))

    for typed in (
        'status:"Part ordered"',
        'status:"ERSATZTEIL bestellt"',
        "status:part-ordered",
        "status:part",
    ):
        assert found(typed) == {ticket}
    assert found("status:waiting") == {ticket, other}
    assert found("-status:ersatzteil") == {other}
    part.retire()
    assert found("status:ersatzteil") == {ticket}


def test_conditions_ask_the_database_what_they_ask_a_ticket(
    cast: Cast, part: StatusName, photo: StatusName
) -> None:
    tickets = [cast.ticket("plain"), cast.ticket("part"), cast.ticket("photo")]
    tickets[1].stand("waiting_others", part, by=cast.anna)
    tickets[2].stand("waiting_customer", photo, by=cast.anna)
    for operator, value in (
        ("is", part.code),
        ("is_not", part.code),
        ("in", [part.code, photo.code]),
    ):
        row = {"fact": "status_name", "operator": operator, "value": value}
        asked = {"join": "all", "parts": [row]}
        seen = known.with_facts(Ticket.objects.all()).with_people()
        one_by_one = {
            one for one in seen if group.holds(asked, known.of_moment(one, now=MONDAY + 2000 * HOUR))
        }
        assert set(asked_of(Ticket.objects.all(), asked, now=MONDAY)) == one_by_one
    assert {one.subject for one in one_by_one} == {"part", "photo"}
    part.retire()
    assert known.status_name.by_code() == {
        photo.code: "Waiting for a photo",
        part.code: "Part ordered (retired)",
    }


def test_the_menu_offers_them_and_a_page_says_what_it_does_not_know(cast: Cast, part: StatusName) -> None:
    ticket, anna = cast.ticket(), signed_in(cast.anna)
    move = reverse("desk:move", args=[ticket.pk])
    page = anna.get(ticket.desk_url()).content.decode()
    assert 'menu__item--under" name="status" value="part-ordered"' in page
    anna.post(move, {"status": part.code})
    assert stands(ticket) == ("waiting_others", "part-ordered")
    page = anna.get(ticket.desk_url()).content.decode()
    assert 'value="part-ordered" aria-current="true"' in page
    assert "Part ordered" in anna.get(reverse("desk:tickets") + "?view=waiting").content.decode()
    part.retire()
    page = anna.post(move, {"status": part.code}, follow=True).content.decode()
    assert "This status does not exist." in page
    assert '<span class="truncate">Part ordered</span>' in page
    anna.post(move, {"status": "waiting_others"})
    assert stands(ticket) == ("waiting_others", "waiting_others")


def test_what_solving_leaves_open_is_asked_with_the_own_status_kept(cast: Cast) -> None:
    done = own(cast, "Refunded", "Erstattet", "solved")
    ticket, anna = cast.ticket(), signed_in(cast.anna)
    move = reverse("desk:move", args=[ticket.pk])
    anna.post(reverse("desk:add_line", args=[ticket.pk]), {"words": "Call", "key": "k"})
    answer = anna.post(move, {"status": done.code})
    assert answer.status_code == 422
    assert '<input type="hidden" name="status" value="refunded">' in answer.content.decode()
    anna.post(move, {"status": done.code, "leave_open": "1"})
    assert stands(ticket) == ("solved", "refunded")
    assert 'chip--ok">Refunded' in anna.get(reverse("desk:tickets") + "?view=solved").content.decode()


def test_a_list_asks_no_more_for_own_statuses(cast: Cast, part: StatusName) -> None:
    anna, path = signed_in(cast.anna), reverse("desk:tickets") + "?view=waiting"

    def asked() -> int:
        anna.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert anna.get(path).status_code == 200
        return len(queries)

    cast.ticket().move("waiting_others", by=cast.anna)
    plain = asked()
    for _more in range(3):
        cast.ticket().stand("waiting_others", part, by=cast.anna)
    assert asked() == plain


def test_one_step_on_many_and_back(cast: Cast, part: StatusName, photo: StatusName) -> None:
    one, two = cast.ticket("one"), cast.ticket("two")
    one.stand("waiting_customer", photo, by=cast.anna)
    said = {"do": "move", "status": part.code}
    bulk = Bulk.run([one, two], said, by=cast.anna, key="k", at=MONDAY)
    assert [stands(one), stands(two)] == [("waiting_others", "part-ordered")] * 2
    assert bulk.sentence == "change the status to “Part ordered”"
    assert bulk.undo(at=MONDAY + HOUR) is True
    assert [stands(one), stands(two)] == [("waiting_customer", "waiting-for-a-photo"), ("open", "open")]
    part.retire()
    refused = Bulk.rehearse([one], said, by=cast.anna)
    assert [done.trouble["en"] for _ticket, done in refused] == ["This status does not exist."]


def test_what_was_retired_since_is_brought_back_and_a_macro_asks_for_another(
    cast: Cast, part: StatusName, client: Client
) -> None:
    one = cast.ticket(at=MONDAY)
    one.stand("waiting_others", part, by=cast.anna, at=MONDAY)
    bulk = Bulk.run([one], {"do": "move", "status": "waiting_customer"}, by=cast.anna, key="k", at=MONDAY)
    steps = [{"do": "move", "status": part.code}]
    macro = Macro.write(name="Order it", team=cast.north, steps=steps, by=cast.ben, key="m")
    part.retire()
    bulk.undo(at=MONDAY + HOUR)
    back = Ticket.objects.get(pk=one.pk)
    assert (back.status, back.status_name) == ("waiting_others", part)
    client.force_login(cast.ben)
    page = client.get(reverse("setup:macro", args=[macro.pk])).content.decode()
    assert '<option value="">–</option>' in page.partition("step0-status")[2].partition("</select>")[0]


def test_weighing_a_step_asks_once_which_status_is_meant(cast: Cast, part: StatusName) -> None:
    tickets = list(Ticket.objects.with_people().filter(pk__in=[cast.ticket().pk for _one in range(3)]))
    counts = []
    for some in (tickets[:1], tickets):
        with CaptureQueriesContext(connection) as queries:
            Bulk.rehearse(some, {"do": "move", "status": part.code}, by=cast.anna)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_programs_read_and_write_them(cast: Cast, part: StatusName) -> None:
    ticket, anna = cast.ticket(), Program.of(cast.anna)
    path = f"tickets/{ticket.pk}/status/"
    assert anna.get("own-statuses/").json() == [
        {"code": part.code, "name": "Part ordered", "status": "waiting_others", "seen_by_customer": True}
    ]
    for body in (
        {"status": "open", "own_status": part.code},
        {"status": "waiting_others", "own_status": "nothing"},
    ):
        answer = anna.put(path, body)
        assert (answer.status_code, list(answer.json())) == (400, ["own_status"])
    read = anna.put(path, {"status": "waiting_others", "own_status": part.code}).json()
    assert (read["status"], read["own_status"]["name"]) == ("waiting_others", "Part ordered")
    found = anna.get("tickets/", {"own_status": part.code}).json()
    assert [one["number"] for one in found["results"]] == [ticket.pk]
    cem = Program.of(cast.cem.person).get(f"tickets/{ticket.pk}/").json()
    assert (cem["status"], cem["standing"]["label"]) == ("open", "Part ordered")
    assert anna.put(path, {"status": "waiting_others"}).json()["own_status"] is None


def test_customers_read_what_they_may(cast: Cast, part: StatusName) -> None:
    ticket, cem = cast.ticket(), signed_in(cast.cem.person)
    ticket.stand("waiting_others", part, by=cast.anna)
    home = reverse("portal:home")
    assert "Ersatzteil bestellt" in cem.get(home).content.decode()
    assert "Ersatzteil bestellt" in cem.get(ticket.portal_url()).content.decode()
    assert requests_of(cast.cem)[0]["status"] == "Ersatzteil bestellt"
    part.revise(seen_by_customer=False)
    assert "Ersatzteil bestellt" not in cem.get(home).content.decode()
    assert "Ersatzteil bestellt" not in cem.get(ticket.portal_url()).content.decode()
    assert requests_of(cast.cem)[0]["status"] == "wartet auf andere"


@pytest.fixture
def ada(cast: Cast) -> Client:
    cast.ben.is_staff = True
    cast.ben.save(update_fields=["is_staff"])
    return signed_in(cast.ben)


SAID = {
    "name_en": "With the maker",
    "name_de": "Beim Hersteller",
    "status": "waiting_others",
    "position": "10",
    "key": "form",
}


def test_they_are_set_up_once_and_logged(cast: Cast, ada: Client) -> None:
    new = reverse("setup:new_status")
    for _time in range(2):
        assert ada.post(new, SAID).status_code == 302
    made = StatusName.objects.get()
    assert (made.code, made.status, made.by) == ("with-the-maker", "waiting_others", cast.ben)
    page = reverse("setup:status", args=[made.pk])
    ada.post(page, {**SAID, "name_de": "Beim Werk", "status": "open", "seen_by_customer": "on"})
    made.refresh_from_db()
    assert (made.name_de, made.status, made.seen_by_customer) == ("Beim Werk", "waiting_others", True)
    retire = reverse("setup:retire_status", args=[made.pk])
    ada.post(retire)
    made.refresh_from_db()
    assert made.retired_at is not None
    assert "Use it again" in ada.get(reverse("setup:statuses")).content.decode()
    ada.post(retire, {"back": "1"})
    made.refresh_from_db()
    assert made.retired_at is None
    assert SetupChange.objects.count() == 4


def test_a_name_that_is_taken_says_so_and_nothing_typed_is_lost(
    cast: Cast, ada: Client, part: StatusName
) -> None:
    new = reverse("setup:new_status")
    for name in ("Ersatzteil Bestellt", "offen", "wartet auf andere", "solved"):
        answer = ada.post(new, {**SAID, "name_de": name})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Another status is called so." in page
        assert 'value="With the maker"' in page
    for wrong in ({"status": "lost"}, {"position": "x"}, {"name_en": ""}, {"name_en": "x" * 41}):
        assert ada.post(new, {**SAID, **wrong}).status_code == 422
    part.retire()
    assert ada.post(new, {**SAID, "name_de": "Ersatzteil bestellt"}).status_code == 302
    ada.post(reverse("setup:retire_status", args=[part.pk]), {"back": "1"})
    part.refresh_from_db()
    assert part.retired_at is not None  # its name is another one's now


def test_history_keeps_what_was_said(cast: Cast, part: StatusName) -> None:
    ticket = cast.ticket()
    ticket.stand("waiting_others", part, by=cast.anna)
    part.revise(name_en="Part on its way")
    assert Ticket.objects.get(pk=ticket.pk).status_words == "Part on its way"
    assert (
        Event.objects.get(ticket=ticket, kind="moved").sentence == "Anna changed the status to “Part ordered”"
    )
