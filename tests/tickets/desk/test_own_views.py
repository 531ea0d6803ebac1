"""Views people put together: whose they are, what they hold, and that nobody sees more by one."""

from __future__ import annotations

import pytest
from cast import MONDAY, Cast
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tickets.models import SavedView, Ticket, Watcher
from tickets.search.saved_view import MOST

pytestmark = pytest.mark.django_db
NEW = "/desk/views/new/"


def said(name: str, *rows: tuple[str, str, str], team: str = "", key: str = "") -> dict[str, str]:
    """A form as the page sends it: all rows in the first group."""
    form = {"name": name, "team": team, "key": key or f"key-{name}", "outer-join": "all"}
    form |= {f"group{number}-join": "all" for number in range(3)}
    for place, (fact, operator, value) in enumerate(rows):
        at = f"group0-{place}"
        form |= {f"{at}-fact": fact, f"{at}-operator": operator, f"{at}-value": value}
    return form


def shown(client: Client, view: SavedView) -> set[str]:
    return {ticket.subject for ticket in client.get(view.desk_url()).context["page"].rows}


@pytest.fixture
def tickets(cast: Cast) -> dict[str, Ticket]:
    made = {name: cast.ticket(name) for name in ("late", "urgent", "done")}
    made["urgent"].move("waiting_customer", by=cast.anna)
    Ticket.objects.filter(pk=made["urgent"].pk).update(priority=4)
    made["done"].move("solved", by=cast.anna)
    made["south"] = cast.ticket("south", cause=cast.broken)
    return made


def test_a_view_holds_what_its_conditions_say_and_is_counted(
    cast: Cast, client: Client, tickets: dict[str, Ticket]
) -> None:
    client.force_login(cast.anna)
    for _twice in range(2):
        assert client.post(NEW, said("Pressing", ("priority", "at_least", "3"))).status_code == 302
    view = SavedView.objects.get()
    assert (view.owner, view.sentence) == (cast.anna, "Priority: at least high")
    page = client.get(view.desk_url())
    assert [ticket.subject for ticket in page.context["page"].rows] == ["urgent"]
    assert {v.slug: v.count for v in page.context["views"]}[view.slug] == 1
    assert "Priority: at least high" in page.content.decode()
    form = client.get(reverse("desk:view", args=[view.pk])).context["conditions"].groups[0][1].rows[0]
    assert form["value"].value() == 3
    client.post(reverse("desk:view", args=[view.pk]), said("Calm", ("priority", "at_most", "2")))
    view.refresh_from_db()
    assert (view.name, shown(client, view)) == ("Calm", {"late"})


def test_what_is_solved_is_in_a_view_only_where_a_condition_names_the_status(
    cast: Cast, client: Client, tickets: dict[str, Ticket]
) -> None:
    client.force_login(cast.anna)
    client.post(NEW, said("All", ("cause", "in", "late-delivery")))
    client.post(NEW, said("Done", ("status", "in", "solved")))
    client.post(NEW, said("Unanswered", ("unanswered", "is", "yes")))
    views = {view.name: shown(client, view) for view in SavedView.objects.all()}
    assert views == {"All": {"late", "urgent"}, "Done": {"done"}, "Unanswered": {"late", "urgent"}}
    counts = {view.name: view.count for view in client.get("/desk/").context["views"] if view.saved}
    assert counts == {"All": 2, "Done": 1, "Unanswered": 2}


def test_counts_of_every_kind_cost_the_same_however_many_views_and_tickets(
    cast: Cast, client: Client, tickets: dict[str, Ticket]
) -> None:
    client.force_login(cast.anna)
    rows = [("cause", "in", ["late-delivery"]), ("unanswered", "is", True), ("status", "in", ["solved"])]
    rows += [("hours_in_status", "at_most", 10), ("assignee", "in", ["me", "nobody"])]

    def write(number: int) -> None:
        fact, operator, value = rows[number % len(rows)]
        said = {"join": "all", "parts": [{"fact": fact, "operator": operator, "value": value}]}
        SavedView.write(by=cast.anna, key=f"k{number}", name=f"View {number:02}", conditions=said)

    def seen() -> tuple[int, list[int | None]]:
        with CaptureQueriesContext(connection) as asked:
            page = client.get("/desk/")
        return len(asked), [view.count for view in page.context["views"] if view.saved]

    without, _none = seen()
    for number in (0, 1):
        write(number)
    cost, counts = seen()
    assert (cost - without, counts) == (2, [2, 2])
    for number in range(2, 10):
        write(number)
    for number in range(27):
        cast.ticket(f"more {number}").assign(cast.anna, by=cast.anna)
    assert seen() == (cost, [29, 29, 1, 29, 29] * 2)


def test_nobody_counts_what_is_done_to_its_end(
    cast: Cast, client: Client, tickets: dict[str, Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tickets.desk.view.MOST_COUNTED", 1)
    client.force_login(cast.anna)
    client.post(NEW, said("Any", ("status", "in", "open"), ("assigned", "is", "no")))
    client.post(NEW, said("Every", ("status", "in", "solved")))
    cast.ticket("more")
    any_of, _every = SavedView.objects.order_by("name")
    page = client.get(any_of.desk_url())
    assert {v.name: v.counted for v in page.context["views"] if v.saved} == {"Any": "1+", "Every": "1"}
    assert "more than 1 tickets" in page.content.decode()


def test_a_shared_view_of_mine_is_each_readers_own(
    cast: Cast, client: Client, tickets: dict[str, Ticket]
) -> None:
    client.force_login(cast.ben)
    tickets["late"].assign(cast.anna, by=cast.ben)
    tickets["urgent"].assign(cast.ben, by=cast.ben)
    Watcher.add(tickets["late"], cast.ben, by=cast.ben)
    form = said("Ours", ("assignee", "in", "me"), team=str(cast.north.pk))
    assert client.post(NEW, form).status_code == 302
    client.post(NEW, said("Watched", ("watched", "is", "yes"), team=str(cast.north.pk)))
    ours, watched = SavedView.objects.order_by("name")
    assert (ours.sentence, watched.sentence) == ("Assignee: me", "Watched by me: yes")

    def counted() -> dict[str, int | None]:
        return {v.name: v.count for v in client.get("/desk/").context["views"] if v.saved}

    assert (shown(client, ours), shown(client, watched)) == ({"urgent"}, {"late"})
    assert counted() == {"Ours": 1, "Watched": 1}
    client.force_login(cast.anna)
    assert (shown(client, ours), shown(client, watched)) == ({"late"}, set())
    assert counted() == {"Ours": 1, "Watched": 0}


def test_views_by_person_customer_organisation_day_and_words(
    cast: Cast, client: Client, tickets: dict[str, Ticket]
) -> None:
    client.force_login(cast.anna)
    tickets["late"].assign(cast.ben, by=cast.anna)
    eva = cast.ticket("Two lamps", customer=cast.eva, by=cast.eva.person)
    Ticket.objects.filter(pk=eva.pk).update(created_at=MONDAY, asleep_since=MONDAY)
    day, named = "2026-03-02", "Name or e-mail of the customer"
    rows = {
        "Ben’s": ("assignee", "in", str(cast.ben.pk), {"late"}, "Assignee: Ben"),
        "Eva’s": (
            "customer",
            "contains",
            "eva@",
            {"Two lamps"},
            f"{named} contains “eva@”",
        ),
        "Number": (
            "customer",
            "is",
            f"#{cast.eva.pk}",
            {"Two lamps"},
            f"{named}: #{cast.eva.pk}",
        ),
        "Firm": ("organisation", "contains", "cemal", {"late", "urgent"}, "Organisation contains “cemal”"),
        "Day": ("opened_on", "at_most", day, {"Two lamps"}, "Day it was opened: until 2 Mar 2026"),
        "Asleep": ("snoozed", "is", "yes", {"Two lamps"}, "Snoozed: yes"),
        "Words": ("subject", "contains", "LAMPS two", {"Two lamps"}, "Subject contains “LAMPS two”"),
        "Not": ("subject", "contains_not", "lamps", {"late", "urgent"}, "Subject does not contain “lamps”"),
    }
    for name, (fact, operator, value, *_expected) in rows.items():
        assert client.post(NEW, said(name, (fact, operator, value))).status_code == 302, name
    made = {view.name: view for view in SavedView.objects.all()}
    found = {name: (shown(client, view), view.sentence) for name, view in made.items()}
    assert found == {name: (row[3], row[4]) for name, row in rows.items()}
    form = client.get(reverse("desk:view", args=[made["Day"].pk])).content.decode()
    assert f'value="{day}"' in form
    assert "on this day or before" in form


def test_people_are_chosen_among_those_one_works_with_and_who_was_named_stays(
    cast: Cast, client: Client
) -> None:
    client.force_login(cast.anna)
    rows = [{"fact": "assignee", "operator": "is", "value": str(cast.dora.pk)}]
    view = SavedView.write(by=cast.anna, key="k", name="Dora’s", conditions={"join": "all", "parts": rows})

    def offered(address: str) -> list[str]:
        typed = {"group1-0-fact": "assignee", "group1-0-operator": "in"}
        conditions = client.post(address, {**typed, "drop_condition": "none"}).context["conditions"]
        return [label for _value, label in conditions.groups[1][1].rows[0].fields["value"].choices]

    assert offered(NEW) == ["me", "nobody", "Anna", "Ben"]
    assert offered(reverse("desk:view", args=[view.pk])) == ["me", "nobody", "Anna", "Ben", "Dora"]
    client.force_login(cast.ben)
    assert offered("/desk/setup/rules/new/") == ["nobody", "Anna", "Ben"]
    assert client.post(NEW, said("Hers", ("assignee", "in", str(cast.dora.pk)))).status_code == 422


def test_a_shared_view_is_the_teams_and_its_lead_changes_it(
    cast: Cast, client: Client, tickets: dict[str, Ticket]
) -> None:
    client.force_login(cast.ben)
    client.post(NEW, said("Ours", team=str(cast.north.pk)))
    client.post(NEW, said("Mine"))
    ours, mine = SavedView.objects.order_by("-name")
    assert (ours.team, mine.team) == (cast.north, None)
    client.force_login(cast.anna)
    assert [v.name for v in client.get("/desk/").context["views"] if v.saved] == ["Ours"]
    assert shown(client, ours) == {"late", "urgent"}
    for view in (ours, mine):
        assert client.get(reverse("desk:view", args=[view.pk])).status_code == 404
        assert client.post(reverse("desk:remove_view", args=[view.pk])).status_code == 404
    client.force_login(cast.dora)
    assert [v.name for v in client.get("/desk/").context["views"] if v.saved] == []
    client.force_login(cast.ben)
    client.post(reverse("desk:remove_view", args=[ours.pk]))
    assert list(SavedView.objects.all()) == [mine]


def test_nobody_sees_another_teams_tickets_by_a_view(
    cast: Cast, client: Client, tickets: dict[str, Ticket]
) -> None:
    client.force_login(cast.anna)
    client.post(NEW, said("Theirs", ("team", "in", "south")))
    assert shown(client, SavedView.objects.get()) == set()


@pytest.mark.parametrize(
    "rows",
    [
        [("priority", "at_least", "１")],
        [("cause", "is", "\x00")],
        [("cents", "is", "1")],
        [("team", "at_least", "1")],
        [("opened_on", "is", "31.02.2026")],
        [("opened_on", "at_least", "0001-01-01")],
        [("opened_on", "contains", "2026-01-01")],
        [("subject", "contains", " \u200b ")],
        [("subject", "contains", "a" * 121)],
        [("customer", "at_least", "1")],
        [("assignee", "in", "９")],
        [("assignee", "in", "")],
        [("watched", "is", "maybe")],
    ],
)
def test_a_condition_that_cannot_be_is_refused_and_what_was_typed_is_kept(
    cast: Cast, client: Client, rows: list[tuple[str, str, str]]
) -> None:
    client.force_login(cast.anna)
    answer = client.post(NEW, said("Strange", *rows))
    assert answer.status_code == 422
    assert 'value="Strange"' in answer.content.decode()
    assert not SavedView.objects.exists()


def test_only_leads_share_and_nobody_collects_without_end(cast: Cast, client: Client) -> None:
    client.force_login(cast.anna)
    assert client.post(NEW, said("Shared", team=str(cast.north.pk))).status_code == 422
    for number in range(MOST):
        SavedView.write(by=cast.anna, key=f"k{number}", name=f"View {number}")
    assert client.post(NEW, said("More")).status_code == 422
    assert SavedView.objects.count() == MOST
