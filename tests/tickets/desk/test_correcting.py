"""Putting a ticket right on the desk: each change once and in words, and what cannot be says why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, OF_OLD, Cast, person
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from program import Program

from accounts.models import Customer, Team
from policies.facts import Wish
from policies.models import Ruling
from tickets.forgetting import forget
from tickets.models import Cause, CustomField, FieldValue, OutgoingMail, Policy, PolicyVersion, Ticket
from tickets.promises.pledge import Pledge
from tickets.sla.policy import Terms
from tickets.together.merge import Merge

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(cast: Cast, client: Client) -> Client:
    client.force_login(cast.anna)
    return client


def page(ticket: Ticket) -> str:
    return reverse("desk:correct", args=[ticket.pk])


def shown(client: Client, ticket: Ticket) -> dict[str, object]:
    """What a browser would send of the form as it stands there, untouched."""
    form = client.get(page(ticket)).context["form"]
    said = {name: form[name].value() or "" for name in form.fields}
    seen = {f"initial-{name}": said[name] for name, one in form.fields.items() if one.show_hidden_initial}
    return {**said, **seen}


def save(client: Client, ticket: Ticket, **changes: object) -> HttpResponse:
    return client.post(page(ticket), {**shown(client, ticket), **changes})


def history_of(ticket: Ticket) -> list[str]:
    return [event.sentence for event in ticket.events.exclude(kind="opened").order_by("pk")]


def test_what_is_changed_is_changed_once_and_the_history_says_what_was(cast: Cast, anna: Client) -> None:
    ticket, lost = (
        cast.ticket("Lamp"),
        Cause.objects.create(code="lost", name_en="Lost", name_de="Verloren", team=cast.north),
    )
    said = {**shown(anna, ticket), "subject": "Lamp is late", "cause": lost.pk, "priority": 3}
    for _twice in range(2):
        answer = anna.post(page(ticket), said)
        assert (answer.status_code, answer["Location"]) == (302, ticket.desk_url())
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.cause, ticket.priority, ticket.team) == (
        "Lamp is late",
        lost,
        3,
        cast.north,
    )
    assert history_of(ticket) == [
        "Anna changed the subject from “Lamp” to “Lamp is late”",
        "Anna changed the cause from “Late delivery” to “Lost”",
        "Anna changed the priority from “normal” to “high”",
    ]
    with translation.override("de"):
        assert "„Verspätete Lieferung“ in „Verloren“" in history_of(ticket)[1]
    assert [one.pk for one in Ticket.objects.filter(words__words__contains="late")] == [ticket.pk]


def test_the_form_as_it_stood_changes_nothing_and_what_others_changed_meanwhile_stays(
    cast: Cast, anna: Client
) -> None:
    ticket = cast.ticket("Lamp")
    stood = shown(anna, ticket)
    anna.post(page(ticket), stood)
    assert history_of(ticket) == []
    ticket.prioritise(4, by=cast.ben)
    anna.post(page(ticket), {**stood, "subject": "Lamp is late"})
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.priority) == ("Lamp is late", 4)


def test_another_team_gets_it_with_a_word_why_and_nobody_of_ours_has_it_any_more(
    cast: Cast, anna: Client
) -> None:
    ticket = cast.ticket()
    ticket.assign(cast.anna, by=cast.anna)
    due = ticket.next_due_at
    answer = save(anna, ticket, team=cast.south.pk, why="")
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["why"])
    answer = save(anna, ticket, team=cast.south.pk, why="The lamp is broken, not late")
    assert (answer.status_code, answer["Location"]) == (302, reverse("desk:tickets"))
    assert f"#{ticket.pk} is with the team South now." in anna.get("/desk/").content.decode()
    ticket.refresh_from_db()
    assert (ticket.team, ticket.assignee, ticket.next_due_at) == (cast.south, None, due)
    assert history_of(ticket)[-1] == (
        "Anna gave this ticket from the team North to the team South: The lamp is broken, not late"
    )
    assert anna.get(page(ticket)).status_code == 404
    assert not OutgoingMail.objects.exclude(key__startswith="confirm:").exists()


def test_a_new_cause_only_ever_makes_a_promise_earlier_and_keeps_what_was_filled_in(cast: Cast) -> None:
    quick = Cause.objects.create(code="quick", name_en="Quick", name_de="Eilig", team=cast.north)
    ticket = cast.ticket(at=MONDAY)
    field = CustomField.write(
        by=cast.ben, key="f", code="serial", name_en="Serial", name_de="Serie", kind="line",
        causes=[cast.late], teams=[],
    )  # fmt: skip
    ticket.describe({field: "4711"}, by=cast.anna)
    policy, terms = Policy.found("Quick", rank=1), {"first_response": 3600, "solution": 48 * 3600}
    targets = [Terms(kind, seconds, cast.hours) for kind, seconds in terms.items()]
    said = {"conditions": [("cause", "is", "quick")], "targets": targets, "valid_from": OF_OLD, "at": OF_OLD}
    assert isinstance(policy.publish(**said, by=None), PolicyVersion)
    before = {clock.kind: clock.due_at for clock in ticket.clocks.all()}
    assert ticket.reclassify(quick, by=cast.anna, at=MONDAY + timedelta(minutes=10)) is True
    after = {clock.kind: clock.due_at for clock in ticket.clocks.all()}
    assert after["first_response"] == MONDAY + timedelta(hours=1) < before["first_response"]
    assert after["solution"] == before["solution"]
    assert FieldValue.objects.get(ticket=ticket).text == "4711"
    assert ticket.reclassify(quick, by=cast.anna) is False


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"subject": "  "}, ["subject"]),
        ({"subject": "x" * 201}, ["subject"]),
        ({"cause": "99999999"}, ["cause"]),
        ({"cause": "x\x00"}, ["cause"]),
        ({"team": "99999999"}, ["team", "why"]),
        ({"priority": "9"}, ["priority"]),
        ({"priority": ""}, ["priority"]),
    ],
)
def test_what_cannot_be_read_is_said_at_its_place_and_nothing_is_lost(
    cast: Cast, anna: Client, changes: dict[str, str], wrong: list[str]
) -> None:
    ticket = cast.ticket("Lamp")
    answer = save(anna, ticket, **{"subject": "A better name", **changes})
    assert (answer.status_code, [*answer.context["form"].errors][:1]) == (422, wrong[:1])
    assert "subject" in changes or 'value="A better name"' in answer.content.decode()
    assert history_of(ticket) == []


def test_a_merged_ticket_is_left_as_it_is_and_says_where_it_goes_on(cast: Cast, anna: Client) -> None:
    one, other = cast.ticket("Lamp"), cast.ticket("Lamp again")
    Merge.make(one, other, by=cast.anna)
    words = f"This ticket goes on in #{other.pk}. Change that one instead."
    assert words in anna.get(page(one)).content.decode()
    answer = save(anna, one, subject="Another name")
    assert (answer.status_code, answer.context["form"].non_field_errors()) == (422, [words])
    anna.post(reverse("desk:release", args=[one.pk]))
    one.refresh_from_db()
    assert one.subject == "Lamp"


def test_of_what_is_done_only_subject_and_cause_are_put_right(cast: Cast, anna: Client) -> None:
    ticket = cast.ticket("Lamp")
    ticket.move("solved", by=cast.anna)
    assert save(anna, ticket, subject="Lamp is late").status_code == 302
    for changes in ({"team": cast.south.pk, "why": "Yours"}, {"priority": 4}):
        answer = save(anna, ticket, **changes)
        assert (answer.status_code, len(answer.context["form"].non_field_errors())) == (422, 1)
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.team, ticket.priority) == ("Lamp is late", cast.north, 2)


def test_it_is_given_back_to_the_team_once(cast: Cast, anna: Client) -> None:
    ticket = cast.ticket()
    ticket.assign(cast.ben, by=cast.ben)
    for _twice in range(2):
        assert anna.post(reverse("desk:release", args=[ticket.pk])).status_code == 302
    ticket.refresh_from_db()
    assert ticket.assignee is None
    assert history_of(ticket)[1:] == ["Anna gave this ticket back to the team; Ben had it"]


def test_many_teams_and_causes_cost_what_few_cost(cast: Cast, anna: Client) -> None:
    ticket = cast.ticket()

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert anna.get(page(ticket)).status_code == 200
        return len(queries)

    asked()
    few = asked()
    for n in range(30):
        team = Team.objects.create(name=f"Team {n}", slug=f"team-{n}")
        Cause.objects.create(code=f"cause-{n}", name_en=f"Cause {n}", name_de=f"Anlass {n}", team=team)
    assert asked() == few


# ---- the wrong customer ------------------------------------------------------------------------------------------


def test_a_ticket_for_the_wrong_person_becomes_the_right_ones_and_nobody_is_written_to(
    cast: Cast, anna: Client
) -> None:
    ticket = cast.ticket("Lamp")
    mails = OutgoingMail.objects.count()
    said = {**shown(anna, ticket), "customer": "eva@kulanz.example"}
    for _twice in range(2):
        assert anna.post(page(ticket), said)["Location"] == ticket.desk_url()
    ticket.refresh_from_db()
    assert (ticket.customer, ticket.organisation) == (cast.eva, None)
    assert history_of(ticket) == ["Anna changed the customer from Cem to Eva"]
    assert OutgoingMail.objects.count() == mails
    assert [one.pk for one in Ticket.objects.filter(words__words__contains="eva")] == [ticket.pk]
    read = {}
    for customer in (cast.cem, cast.eva):
        anna.force_login(customer.person)
        read[customer.person.name] = anna.get(ticket.portal_url()).status_code
    assert read == {"Cem": 404, "Eva": 200}


def test_the_promise_is_the_kinder_of_both_customers(cast: Cast) -> None:
    new = Customer.objects.create(person=person("Nina"), status="new")
    ticket = cast.ticket("Lamp", customer=new, by=new.person, at=MONDAY)
    policy = Policy.found("Old friends", rank=1)
    said = {"conditions": [("customer_status", "is", "established")], "valid_from": OF_OLD, "at": OF_OLD}
    terms = [Terms("first_response", 3600, cast.hours), Terms("solution", 3600 * 24, cast.hours)]
    assert isinstance(policy.publish(**said, targets=terms, by=None), PolicyVersion)
    before = {clock.kind: clock.due_at for clock in ticket.clocks.all()}
    assert ticket.belong_to(cast.eva, by=cast.anna, at=MONDAY + timedelta(minutes=5)) is True
    after = {clock.kind: clock.due_at for clock in ticket.clocks.all()}
    assert after == {**before, "first_response": MONDAY + timedelta(hours=1)}
    assert ticket.belong_to(cast.eva, by=cast.anna) is False


@pytest.mark.parametrize("typed", ["kulanz.example", "nobody", "x\x00", "dora@kulanz.example", "9" * 30])
def test_a_customer_who_is_not_named_clearly_is_asked_for_again(cast: Cast, anna: Client, typed: str) -> None:
    ticket = cast.ticket("Lamp")
    answer = save(anna, ticket, customer=typed, subject="Lamp is late")
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["customer"])
    assert 'value="Lamp is late"' in answer.content.decode()
    assert history_of(ticket) == []


def test_what_was_begun_with_a_customer_stays_theirs(cast: Cast, anna: Client) -> None:
    promised_to, asked, decided = cast.ticket("One"), cast.ticket("Two"), cast.ticket("Three")
    Pledge.give(
        promised_to, words="I call you", until=timezone.now() + timedelta(days=1), by=cast.anna, key="p"
    )
    asked.rate(5, by=cast.cem.person)
    Ruling.request(cast.anna, decided, Wish("voucher", 1000), key="r")
    for ticket in (promised_to, asked, decided):
        answer = save(anna, ticket, customer="Eva")
        assert (answer.status_code, len(answer.context["form"].non_field_errors())) == (422, 1), ticket
        ticket.refresh_from_db()
        assert ticket.customer == cast.cem


def test_somebody_who_is_forgotten_is_named_on_no_ticket_that_was_once_theirs(cast: Cast) -> None:
    ticket = cast.ticket("Lamp")
    ticket.belong_to(cast.eva, by=cast.anna)
    forget(cast.cem, at=timezone.now(), keep="")
    assert "Cem" not in history_of(ticket)[0]
    ticket.refresh_from_db()
    assert ticket.subject == "Lamp"


def test_programs_name_a_customer_they_serve(cast: Cast) -> None:
    ticket, anna = cast.ticket("Lamp"), Program.of(cast.anna)
    at = f"tickets/{ticket.pk}/"
    assert anna.patch(at, {"customer": cast.eva.pk}).json().keys() == {"customer"}
    cast.ticket("Hers", customer=cast.eva, by=cast.eva.person)
    for _twice in range(2):
        assert anna.patch(at, {"customer": cast.eva.pk}).json()["customer"]["name"] == "Eva"
    assert history_of(ticket) == ["Anna changed the customer from Cem to Eva"]


# ---- programs -----------------------------------------------------------------------------------------------


def test_programs_put_a_ticket_right_by_the_same_rules(cast: Cast) -> None:
    ticket, anna = cast.ticket("Lamp"), Program.of(cast.anna)
    at = f"tickets/{ticket.pk}/"
    for _twice in range(2):
        answer = anna.patch(at, {"subject": "Lamp is late", "priority": 3, "cause": "broken"})
        assert (answer.status_code, answer.json()["subject"]) == (200, "Lamp is late")
    assert len(history_of(ticket)) == 3
    assert anna.patch(at, {"team": cast.south.pk}).json().keys() == {"why"}
    for wrong in ({"team": 10**9, "why": "x"}, {"cause": "nothing"}, {"status": "solved"}, {"subject": ""}):
        assert anna.patch(at, wrong).status_code == 400
    assert anna.patch(at, {"team": cast.south.pk, "why": "Broken"}).status_code == 204
    assert anna.patch(at, {"subject": "Mine"}).status_code == 404
    assert Program.of(cast.cem.person).patch(at, {"subject": "Mine"}).status_code == 404
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.team) == ("Lamp is late", cast.south)


def test_programs_hear_why_it_cannot_be_and_give_back(cast: Cast) -> None:
    ticket, anna = cast.ticket(), Program.of(cast.anna)
    ticket.assign(cast.anna, by=cast.anna)
    for _twice in range(2):
        assert anna.delete(f"tickets/{ticket.pk}/assignment/").status_code == 204
    ticket.move("closed", by=cast.anna)
    answer = anna.patch(f"tickets/{ticket.pk}/", {"priority": 4})
    assert (answer.status_code, "Open it again" in answer.json()["detail"]) == (409, True)
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.priority) == (None, 2)
