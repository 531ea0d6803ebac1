"""One step on many tickets: looked at first, done where it can be, said why where not, and taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cast import MONDAY, Cast
from counting import queries
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tickets.automation import bulk as module
from tickets.automation.bulk import LEFT_AFTER, Bulk, go_on_now
from tickets.desk import bulk as door
from tickets.models import Event, Merge, Tag
from tickets.ticket import Ticket

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def three(cast: Cast) -> list[Ticket]:
    tickets = [cast.ticket(name, at=MONDAY) for name in ("One", "Two", "Three")]
    tickets[0].assign(cast.anna, by=cast.anna, at=MONDAY)
    return tickets


def whose(tickets: list[Ticket]) -> list[object]:
    return [Ticket.objects.get(pk=ticket.pk).assignee for ticket in tickets]


def by_number(tickets: list[Ticket]) -> dict[int, Ticket]:
    return {ticket.pk: Ticket.objects.get(pk=ticket.pk) for ticket in tickets}


def test_a_rehearsal_says_which_take_it_and_does_nothing(cast: Cast, three: list[Ticket]) -> None:
    said = {"do": "assign", "person": str(cast.anna.pk)}
    rows = Bulk.rehearse(three, said, by=cast.ben)
    assert [(ticket, done.trouble["en"]) for ticket, done in rows] == [
        (three[0], "Anna has it already."),
        (three[1], ""),
        (three[2], ""),
    ]
    assert whose(three) == [cast.anna, None, None]
    assert Event.objects.filter(kind="assigned").count() == 0


def test_it_is_done_once_and_taken_back_where_nobody_changed_it(cast: Cast, three: list[Ticket]) -> None:
    said = {"do": "assign", "person": str(cast.ben.pk)}
    bulk = Bulk.run(three, said, by=cast.anna, key="k", at=MONDAY)
    assert Bulk.run(three, said, by=cast.anna, key="k", at=MONDAY) == bulk
    assert whose(three) == [cast.ben] * 3
    assert Event.objects.filter(kind="assigned").count() == 3
    Ticket.objects.get(pk=three[2].pk).assign(cast.anna, by=cast.anna)
    assert bulk.undo(at=MONDAY + DAY / 2) is True
    assert whose(three) == [cast.anna, None, cast.anna]
    assert ["kept" in line and bool(line["kept"]) for line in bulk.lines] == [False, False, True]
    told = Event.objects.count()
    assert (bulk.undo(at=MONDAY + DAY * 2), Event.objects.count()) == (True, told)


@pytest.mark.parametrize(
    ("said", "field", "was", "then"),
    [
        ({"do": "priority", "priority": 4}, "priority", 2, 4),
        ({"do": "move", "status": "waiting_others"}, "status", "open", "waiting_others"),
    ],
)
def test_each_step_has_its_way_back(
    cast: Cast, three: list[Ticket], said: dict[str, object], field: str, was: object, then: object
) -> None:
    bulk = Bulk.run(three, said, by=cast.anna, key="k", at=MONDAY)
    assert {getattr(ticket, field) for ticket in by_number(three).values()} == {then}
    bulk.undo(at=MONDAY)
    assert {getattr(ticket, field) for ticket in by_number(three).values()} == {was}


def test_tags_are_put_on_and_taken_off_again(cast: Cast, three: list[Ticket]) -> None:
    Tag.put("Van", three[0], by=cast.ben)
    bulk = Bulk.run(three, {"do": "tag", "tag": "van"}, by=cast.anna, key="k", at=MONDAY)
    assert [line["is_done"] for line in bulk.lines] == [False, True, True]
    bulk.undo(at=MONDAY)
    assert [Tag.objects.on(ticket).count() for ticket in three] == [1, 0, 0]


def test_what_is_unanswered_is_not_solved_in_a_heap(cast: Cast, three: list[Ticket]) -> None:
    three[1].reply("Done.", by=cast.anna)
    bulk = Bulk.run(three, {"do": "move", "status": "solved"}, by=cast.anna, key="k")
    assert [line["is_done"] for line in bulk.lines] == [False, True, False]
    assert bulk.lines[0]["trouble"]["en"] == "The customer’s last message is not answered yet."


def broken_off(cast: Cast, tickets: list[Ticket], *, after: int) -> Bulk:
    """As it stands when whoever did it was killed after the first few."""
    bulk = Bulk.run(
        tickets[:after], {"do": "assign", "person": str(cast.ben.pk)}, by=cast.anna, key="k", at=MONDAY
    )
    bulk.lines += [
        {"ticket": one.pk, "is_done": None, "trouble": {}, "back": None} for one in tickets[after:]
    ]
    bulk.due_at = MONDAY + LEFT_AFTER
    bulk.save()
    return bulk


def test_what_a_killed_worker_left_goes_on_by_itself_once_it_is_due(cast: Cast, three: list[Ticket]) -> None:
    bulk = broken_off(cast, three, after=1)
    assert (go_on_now(now=MONDAY), whose(three)) == (0, [cast.ben, None, None])
    assert go_on_now(now=MONDAY + LEFT_AFTER) == 2
    assert (go_on_now(now=MONDAY + DAY / 2), whose(three)) == (0, [cast.ben] * 3)
    assert Event.objects.filter(kind="assigned").count() == 3
    bulk.refresh_from_db()
    assert (bulk.due_at, bulk.left, bulk.share) == (None, [], 100)


def test_more_than_a_page_goes_on_batch_by_batch_and_back_again(
    cast: Cast, three: list[Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 1)
    monkeypatch.setattr(module, "BATCH", 1)
    bulk = Bulk.run(three, {"do": "assign", "person": str(cast.ben.pk)}, by=cast.anna, key="k", at=MONDAY)
    assert (whose(three), bulk.left, bulk.share) == ([cast.ben, None, None], [1, 2], 33)
    assert (go_on_now(now=MONDAY), whose(three)) == (2, [cast.ben] * 3)
    assert bulk.undo(at=MONDAY) is True
    assert (whose(three), bulk.left, bulk.share) == ([cast.anna, cast.ben, cast.ben], [1, 2], 33)
    assert (go_on_now(now=MONDAY), whose(three)) == (2, [cast.anna, None, None])


def test_taken_back_it_does_not_go_on_where_it_was_broken_off(cast: Cast, three: list[Ticket]) -> None:
    bulk = broken_off(cast, three, after=2)
    assert bulk.undo(at=MONDAY) is True
    assert (go_on_now(now=MONDAY + DAY / 2), whose(three)) == (0, [cast.anna, None, None])
    assert [line["is_done"] for line in Bulk.objects.get().lines] == [True, True, None]


def test_what_one_ticket_runs_into_does_not_stop_the_others(
    cast: Cast, three: list[Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    inverse = module._inverse

    def broken(ticket: Ticket, said: dict[str, object]) -> dict[str, object]:
        if ticket == three[1]:
            raise ValueError("broken")
        return inverse(ticket, said)

    monkeypatch.setattr(module, "_inverse", broken)
    bulk = Bulk.run(three, {"do": "priority", "priority": 4}, by=cast.anna, key="k", at=MONDAY)
    assert [line["is_done"] for line in bulk.lines] == [True, False, True]
    assert bulk.lines[1]["trouble"]["en"] == "Something went wrong here; it stays as it is."


def test_a_database_too_busy_for_the_first_of_it_does_not_hide_that_it_goes_on(
    cast: Cast, three: list[Ticket], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    inverse, waits = module._inverse, iter(range(3))

    def busy(ticket: Ticket, said: dict[str, object]) -> dict[str, object]:
        if next(waits, None) == 1:
            raise OperationalError("database is locked")
        return inverse(ticket, said)

    monkeypatch.setattr(module, "_inverse", busy)
    client.force_login(cast.anna)
    sent = {"ticket": [one.pk for one in three], "do": "priority", "priority": 4, "key": "k", "go": "1"}
    page = client.post(reverse("desk:bulk"), sent, follow=True).content.decode()
    assert ("1 of 3 have had their turn. It goes on by itself" in page, len(Bulk.objects.get().left)) == (
        True,
        2,
    )
    assert (go_on_now(now=timezone.now() + LEFT_AFTER), Bulk.objects.get().left) == (2, [])


def test_looking_what_would_happen_to_thirty_asks_little_more_than_to_one(cast: Cast) -> None:
    """A tag is looked for on each of them: twice a ticket, and nothing else is."""
    tickets = [cast.ticket(f"One of many {number}", at=MONDAY) for number in range(30)]
    for said, most in (({"do": "priority", "priority": 4}, 0), ({"do": "tag", "tag": "van"}, 2)):
        for some in (tickets[:1], tickets):
            asked = queries(lambda some=some, said=said: Bulk.rehearse(some, said, by=cast.anna))
            assert len(asked) <= most * len(some)


def test_giving_many_to_somebody_is_weighed_with_the_questions_of_one(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    tickets = [cast.ticket(f"One of many {number}", at=MONDAY) for number in range(30)]
    tickets[1].assign(cast.ben, by=cast.ben)
    said = {"do": "assign", "person": str(cast.ben.pk)}
    with django_assert_num_queries(3):  # what they are called, who it is, where they work
        Bulk.rehearse(tickets[:1], said, by=cast.anna)
    with django_assert_num_queries(3):
        rows = Bulk.rehearse(tickets, said, by=cast.anna)
    assert [ticket for ticket, done in rows if not done.is_done] == [tickets[1]]


def test_what_was_merged_is_not_said_to_be_open_again(cast: Cast, three: list[Ticket]) -> None:
    Merge.make(three[0], three[1], by=cast.anna)
    said = {"do": "move", "status": "open"}
    bulk = Bulk.run([Ticket.objects.get(pk=three[0].pk)], said, by=cast.anna, key="k")
    assert bulk.lines[0]["trouble"]["en"] == "It goes on in another ticket."


def test_what_was_handed_over_meanwhile_is_left_alone(cast: Cast, three: list[Ticket]) -> None:
    said = {"do": "priority", "priority": 4}
    read_early = [Ticket.objects.get(pk=ticket.pk) for ticket in three]
    three[2].hand_over(cast.south, by=cast.anna)
    bulk = Bulk.run(read_early, said, by=cast.anna, key="k", at=MONDAY)
    three[1].refresh_from_db()
    three[1].hand_over(cast.south, by=cast.anna)
    bulk.undo(at=MONDAY)
    assert [line["is_done"] for line in bulk.lines] == [True, True, False]
    assert bulk.lines[2]["trouble"]["en"] == "It is with none of your teams any more."
    assert [ticket.priority for ticket in by_number(three).values()] == [2, 4, 2]


def test_given_to_another_team_they_come_back_to_whoever_had_them_unless_somebody_there_began(
    cast: Cast, three: list[Ticket], client: Client
) -> None:
    bulk = Bulk.run(three, {"do": "team", "team": str(cast.south.pk)}, by=cast.anna, key="k")
    assert [one.team for one in by_number(three).values()] == [cast.south] * 3
    client.force_login(cast.anna)
    page = client.get(reverse("desk:bulk_run", args=[bulk.pk])).content.decode()
    assert page.count("It is no longer with your teams.") == 3
    Ticket.objects.get(pk=three[2].pk).assign(cast.dora, by=cast.dora)
    bulk.undo()
    assert [one.team for one in by_number(three).values()] == [cast.north, cast.north, cast.south]
    assert whose(three) == [cast.anna, None, cast.dora]
    assert [bool(line["kept"]) for line in bulk.lines] == [False, False, True]


def test_what_was_handed_over_is_not_fetched_back_into_a_team_one_has_left(
    cast: Cast, three: list[Ticket]
) -> None:
    bulk = Bulk.run(three, {"do": "team", "team": str(cast.south.pk)}, by=cast.anna, key="k")
    cast.anna.teamuserobjectpermission_set.all().delete()
    again = Bulk.objects.get(pk=bulk.pk)
    again.undo()
    assert [one.team for one in by_number(three).values()] == [cast.south] * 3


def test_what_is_done_stays_with_its_team_and_as_urgent_as_it_was(cast: Cast, three: list[Ticket]) -> None:
    three[1].move("solved", by=cast.anna)
    for said in ({"do": "team", "team": str(cast.south.pk)}, {"do": "priority", "priority": 4}):
        rows = Bulk.rehearse([Ticket.objects.get(pk=one.pk) for one in three], said, by=cast.anna)
        assert [done.is_done for _ticket, done in rows] == [True, False, True]
        assert rows[1][1].trouble["en"].startswith("This ticket is done.")


def test_giving_many_to_a_team_is_weighed_with_the_questions_of_one(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    tickets = [cast.ticket(f"One of many {number}", at=MONDAY) for number in range(30)]
    said = {"do": "team", "team": str(cast.south.pk)}
    for some in (tickets[:1], tickets):
        with django_assert_num_queries(2):  # what it is called, which it is
            assert all(done.is_done for _ticket, done in Bulk.rehearse(some, said, by=cast.anna))


def test_after_a_day_it_stays(cast: Cast, three: list[Ticket]) -> None:
    bulk = Bulk.run(three, {"do": "release"}, by=cast.anna, key="k", at=MONDAY)
    assert [line["is_done"] for line in bulk.lines] == [True, False, False]
    assert bulk.undo(at=MONDAY + DAY) is False


def test_on_the_desk_one_ticks_looks_does_and_takes_back(
    cast: Cast, three: list[Ticket], client: Client
) -> None:
    client.force_login(cast.anna)
    assert 'form="bulk"' in client.get("/desk/?view=open").content.decode()
    souths = cast.ticket("Broken", cause=cast.broken)
    ticked = {"ticket": [*(ticket.pk for ticket in three[1:]), souths.pk, "x", "9" * 30]}
    assert client.get(reverse("desk:bulk"), ticked).context["tickets"] == three[1:]
    sent = {**ticked, "do": "assign", "person": str(cast.anna.pk), "key": "k"}
    looked = client.post(reverse("desk:bulk"), sent)
    assert (looked.context["fitting"], whose(three)) == (2, [cast.anna, None, None])
    done = client.post(reverse("desk:bulk"), {**sent, "go": "1"})
    again = client.post(reverse("desk:bulk"), {**sent, "go": "1"})
    assert (again["Location"], Event.objects.filter(kind="taken").count()) == (done["Location"], 3)
    page = client.get(done["Location"]).content.decode()
    assert ("Done on 2 of 2" in page, "hx-trigger" in page.split('id="bulk-run"')[1].split(">")[0]) == (
        True,
        False,
    )
    client.post(done["Location"] + "undoing/")
    assert whose(three) == [cast.anna, None, None]
    client.force_login(cast.ben)
    assert client.get(done["Location"]).status_code == 404


def test_the_whole_list_is_what_the_list_shows(cast: Cast, three: list[Ticket], client: Client) -> None:
    client.force_login(cast.anna)
    whole = {"all": "1", "ticket": three[0].pk}
    shown = client.get(reverse("desk:bulk"), {**whole, "view": "nobody"}).context["tickets"]
    found = client.get(reverse("desk:bulk"), {**whole, "q": "subject:two\x00"}).context["tickets"]
    assert (sorted(shown, key=lambda ticket: ticket.pk), found) == (three[1:], [three[1]])
    assert client.get(reverse("desk:bulk"), {**whole, "view": "gone"}).status_code == 302


def test_of_a_list_too_long_for_once_it_says_how_much_is_meant(
    cast: Cast, three: list[Ticket], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(cast.anna)
    for most, is_cut in ((3, False), (2, True)):
        monkeypatch.setattr(door, "MOST", most)
        page = client.get(reverse("desk:bulk"), {"all": "1", "view": "open"})
        assert len(page.context["tickets"]) == most
        assert (f"These are the first {most} of the list." in page.content.decode()) is is_cut


def test_while_it_goes_on_its_page_says_how_far_it_is(
    cast: Cast, three: list[Ticket], client: Client
) -> None:
    client.force_login(cast.anna)
    bulk = broken_off(cast, three, after=1)
    page = client.get(reverse("desk:bulk_now", args=[bulk.pk])).content.decode()
    assert ("1 of 3 have had their turn." in page, 'width="33"' in page, page.count("still to come")) == (
        True,
        True,
        2,
    )


def test_who_goes_back_and_chooses_anew_does_something_new(
    cast: Cast, three: list[Ticket], client: Client
) -> None:
    client.force_login(cast.anna)
    sent = {"ticket": [three[1].pk], "do": "priority", "key": "k" * 32, "go": "1"}
    places = [client.post(reverse("desk:bulk"), {**sent, "priority": one})["Location"] for one in (3, 4, 4)]
    assert (places[0] != places[1], places[1] == places[2]) == (True, True)


@pytest.mark.parametrize(
    "sent", [{"do": "assign", "person": "x"}, {"do": "tag", "tag": "\x00"}, {"do": "priority"}]
)
def test_what_is_missing_is_an_error_at_its_field(
    cast: Cast, three: list[Ticket], client: Client, sent: dict[str, str]
) -> None:
    client.force_login(cast.anna)
    page = client.post(reverse("desk:bulk"), {**sent, "ticket": three[0].pk})
    assert (page.status_code, "field__error" in page.content.decode()) == (422, True)


def test_its_pages_ask_the_same_however_many_tickets_it_has(
    cast: Cast, three: list[Ticket], client: Client, django_assert_max_num_queries: Any
) -> None:
    client.force_login(cast.anna)
    said = {"do": "priority", "priority": 4}
    few, many = (
        Bulk.run(part, said, by=cast.anna, key=key) for part, key in ((three[:1], "f"), (three, "m"))
    )
    for name in ("desk:bulk_run", "desk:bulk_now"):
        client.get(reverse(name, args=[few.pk]))
        with django_assert_max_num_queries(60) as asked:
            client.get(reverse(name, args=[few.pk]))
        with django_assert_max_num_queries(len(asked)):
            client.get(reverse(name, args=[many.pk]))
