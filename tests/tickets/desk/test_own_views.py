"""Views people put together: whose they are, what they hold, and that nobody sees more by one."""

from __future__ import annotations

import pytest
from cast import Cast
from django.test import Client
from django.urls import reverse

from tickets.models import SavedView, Ticket
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
    assert counts == {"All": 2, "Done": None, "Unanswered": None}


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
