"""Rules: woken once by each event or time, done with their author's rights, and never by what they did themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cast import MONDAY, Cast, person, promised
from django.core import mail
from django.utils import timezone

from tickets.automation import carry, reading, timing
from tickets.automation.preview import preview
from tickets.automation.reading import SETTLES
from tickets.mail.delivery import deliver_now
from tickets.models import (
    Bookmark,
    Clock,
    Effect,
    Event,
    Message,
    Notice,
    OutgoingMail,
    Place,
    Reading,
    Rule,
    RuleVersion,
    Run,
    Ticket,
)

pytestmark = pytest.mark.django_db
ANY: dict[str, object] = {"join": "all", "parts": []}
URGENT = [{"do": "priority", "priority": 4}]


def row(fact: str, value: object, operator: str = "is") -> dict[str, object]:
    return {"fact": fact, "operator": operator, "value": value}


def all_of(*parts: dict[str, object]) -> dict[str, object]:
    return {"join": "all", "parts": list(parts)}


def rule(cast: Cast, trigger: str = "opened", **said: object) -> Rule:
    """Ben's rule for North, switched on before anything happens."""
    by = said.pop("by", cast.ben)
    said = {"name": "Urgent", "team": cast.north, "conditions": ANY, "steps": URGENT, **said}
    made = Rule.write(by=by, key=f"{said['name']}-{trigger}", trigger=trigger, **said)
    made.switch("on", by=by)
    reading.read_now()
    return made


def automate(rounds: int = 1, now: datetime | None = None) -> None:
    for _round in range(rounds):
        carry.automate_now(now=now)


def outcomes() -> list[tuple[str, str]]:
    return list(Run.objects.order_by("pk").values_list("outcome", "why"))


def test_a_rule_is_woken_once_by_each_event(cast: Cast) -> None:
    rule(cast)
    ticket = cast.ticket()
    automate(3)
    ticket.refresh_from_db()
    assert ticket.priority == 4
    assert outcomes() == [("done", "")]
    assert ticket.events.filter(kind="prioritised", by=None).count() == 1
    assert ticket.events.get(kind="rule_ran").sentence == "The rule “Urgent” acted"


def test_what_happened_before_a_rule_was_there_wakes_it_not(cast: Cast) -> None:
    cast.ticket()
    rule(cast)
    automate()
    assert not Run.objects.exists()


def test_an_event_that_was_committed_late_is_read_all_the_same(cast: Cast) -> None:
    """A later number may be seen first; the bookmark waits until nobody can still be writing."""
    rule(cast)
    first, second = cast.ticket("First"), cast.ticket("Second")
    late = first.events.get(kind="opened")
    Reading.objects.bulk_create(Reading(event=event) for event in Event.objects.exclude(pk=late.pk))
    automate()
    assert [run.ticket_id for run in Run.objects.all()] == [first.pk]
    automate(now=timezone.now() + SETTLES)
    automate(now=timezone.now() + SETTLES * 2)
    assert Bookmark.objects.get().floor >= Event.objects.filter(ticket=second).latest("pk").pk
    assert not Reading.objects.exists()
    assert Run.objects.count() == 1


def test_a_call_is_no_opened_ticket_unless_a_condition_asks_for_calls(cast: Cast) -> None:
    """Whoever just called is not thanked by mail for having written; a rule that asks for calls has them."""
    promised(cast.north, cast.hours, answer=60)
    thanks = {"text_en": "Thank you, we read it soon.", "text_de": "Danke, wir lesen es bald."}
    written = rule(cast, name="Thanks", steps=[{"do": "reply", **thanks}])
    rule(cast, name="Calls", conditions=all_of(row("channel", ["phone", "chat"], "in")))
    call = Place.enter(cast.north, customer=cast.cem).ticket
    automate()
    call.refresh_from_db()
    assert (call.priority, list(Run.objects.values_list("rule__name", flat=True))) == (4, ["Calls"])
    assert (OutgoingMail.objects.count(), preview(written, reader=cast.ben).count) == (0, 0)
    cast.ticket()
    automate()
    assert Run.objects.filter(rule=written, outcome="done").count() == 1


def test_nested_conditions_decide(cast: Cast) -> None:
    either = {"join": "any", "parts": [row("language", "de"), row("priority", 3, "at_least")]}
    rule(cast, conditions=all_of(row("cause", "late-delivery"), either))
    german = cast.ticket("German")
    english = cast.ticket("English", customer=cast.eva, by=cast.eva.person)
    high = cast.ticket("High", customer=cast.eva, by=cast.eva.person, priority=3)
    automate()
    hit = set(Run.objects.values_list("ticket_id", flat=True))
    assert hit == {german.pk, high.pk}
    assert english.pk not in hit
    said = Rule.objects.get().when
    assert (
        said
        == "When a ticket is opened, and Cause: Late delivery and (Language: German or Priority: at least high)"
    )


def test_the_customers_word_and_ours_are_two_occasions(cast: Cast) -> None:
    rule(cast, "wrote", name="Wrote")
    rule(cast, "answered", name="Answered", steps=[{"do": "priority", "priority": 1}])
    ticket = cast.ticket()
    ticket.reply("We look.", by=cast.anna)
    automate()
    ticket.refresh_from_db()
    assert ticket.priority == 1
    ticket.hear("And?", by=cast.cem.person)
    automate()
    ticket.refresh_from_db()
    assert ticket.priority == 4


def test_an_automatic_text_is_in_the_customers_language_and_meets_no_promise(cast: Cast) -> None:
    texts = {"text_en": "Thank you, {customer}.", "text_de": "Danke, {customer}: {number} ist da."}
    rule(cast, steps=[{"do": "reply", **texts}])
    ticket = cast.ticket()
    automate()
    message = ticket.messages.latest("pk")
    assert (message.text, message.author, message.channel) == (
        f"Danke, Cem: #{ticket.pk} ist da.",
        None,
        "auto",
    )
    assert ticket.is_unanswered
    assert Clock.objects.get(ticket=ticket, kind="first_response").met_at is None
    sent = OutgoingMail.objects.get(key=f"answer:{message.pk}")
    assert "Diese Nachricht wurde automatisch versendet." in sent.text
    deliver_now(now=timezone.now() + timedelta(seconds=1))
    headers = next(one for one in mail.outbox if message.text in one.body).extra_headers
    assert headers["Auto-Submitted"] == "auto-generated"


def test_placeholders_are_a_closed_list_and_are_read_once(cast: Cast) -> None:
    """A subject that looks like a placeholder, or like a template, is only text."""
    rule(cast, steps=[{"do": "note", "text": "{subject} {customer.person} {{ 7|add:7 }} {0}"}])
    ticket = cast.ticket("{customer} {% now 'Y' %}")
    automate()
    note = ticket.messages.get(kind="internal")
    assert note.text == "{customer} {% now 'Y' %} {customer.person} {{ 7|add:7 }} {0}"


def test_a_text_with_a_gap_does_not_go_out(cast: Cast) -> None:
    rule(cast, steps=[{"do": "reply", "text_en": "Yours, {agent}", "text_de": "Ihr {agent}"}])
    ticket = cast.ticket()
    automate()
    assert outcomes() == [("skipped", "nothing")]
    assert (
        Run.objects.get().said[0][1]
        == "{agent} has nothing to say here, and a text with a gap does not go out."
    )
    assert ticket.messages.count() == 1


def test_C31_nothing_is_closed_over_a_question_nobody_answered(cast: Cast) -> None:
    """No rule lowers what the customer gets to make us faster."""
    rule(cast, steps=[{"do": "move", "status": "closed"}])
    ticket = cast.ticket()
    automate()
    ticket.refresh_from_db()
    assert ticket.status == "open"
    assert outcomes() == [("skipped", "nothing")]
    rule(cast, "answered", name="Close", steps=[{"do": "move", "status": "closed"}])
    ticket.reply("Done.", by=cast.anna)
    automate()
    ticket.refresh_from_db()
    assert ticket.status == "closed"


def test_an_automatic_text_is_no_answer_that_lets_a_ticket_be_closed(cast: Cast) -> None:
    steps = [{"do": "reply", "text_en": "Soon.", "text_de": "Bald."}, {"do": "move", "status": "solved"}]
    rule(cast, steps=steps)
    ticket = cast.ticket()
    automate()
    ticket.refresh_from_db()
    assert ticket.status == "open"
    assert [bool(why) for _said, why in Run.objects.get().said] == [False, True]


def test_a_rule_on_time_waits_by_the_clock(cast: Cast) -> None:
    conditions = all_of(row("status", "waiting_customer"))
    how = {"after": 5, "unit": "days", "anchor": "status", "conditions": conditions}
    rule(cast, "time", steps=[{"do": "move", "status": "open"}], **how)
    ticket = cast.ticket(at=MONDAY)
    ticket.reply("Which colour?", by=cast.anna, at=MONDAY)
    ticket.move("waiting_customer", by=cast.anna, at=MONDAY)
    almost, then = MONDAY + timedelta(days=5, seconds=-1), MONDAY + timedelta(days=5)
    assert timing.time_now(now=almost) == 0
    assert timing.time_now(now=then) == 1
    assert timing.time_now(now=then) == 0
    assert carry.carry_now(now=then) == 1
    ticket.refresh_from_db()
    assert ticket.status == "open"
    assert (Run.objects.get().occasion, Run.objects.get().outcome) == (MONDAY, "done")


@pytest.mark.parametrize(
    ("unit", "after", "due"),
    [
        ("hours", 10, datetime(2026, 3, 2, 19, 0, tzinfo=UTC)),
        ("working_hours", 10, datetime(2026, 3, 3, 11, 0, tzinfo=UTC)),
        ("working_days", 5, datetime(2026, 3, 9, 16, 0, tzinfo=UTC)),
    ],
)
def test_time_of_work_is_counted_in_the_teams_calendar(
    cast: Cast, unit: str, after: int, due: datetime
) -> None:
    made = rule(cast, "time", after=after, unit=unit, anchor="opened")
    ticket = cast.ticket(at=MONDAY)
    timing.time_now(now=due)
    assert Run.objects.get().due_at == due
    assert carry.carry_now(now=due - timedelta(seconds=1)) == 0
    assert carry.carry_now(now=due) == 1
    ticket.refresh_from_db()
    assert ticket.priority == 4
    assert made.wait in ("10 hours", "10 working hours", "5 working days")


def test_a_time_that_began_anew_lets_the_old_one_pass(cast: Cast) -> None:
    rule(cast, "time", after=8, unit="working_hours", anchor="customer")
    ticket = cast.ticket(at=MONDAY)
    timing.time_now(now=MONDAY + timedelta(hours=20))
    ticket.hear("Still there?", by=cast.cem.person, at=MONDAY + timedelta(hours=21))
    carry.carry_now(now=MONDAY + timedelta(hours=30))
    assert outcomes() == [("skipped", "occasion")]
    timing.time_now(now=MONDAY + timedelta(hours=47))
    carry.carry_now(now=MONDAY + timedelta(hours=47))
    assert outcomes() == [("skipped", "occasion"), ("done", "")]


def test_no_rule_is_woken_by_what_it_did_itself(cast: Cast) -> None:
    """Not directly, and not by way of another rule."""
    rule(
        cast,
        "moved",
        name="To and",
        steps=[{"do": "move", "status": "waiting_others"}],
        conditions=all_of(row("status", "open")),
    )
    rule(
        cast,
        "moved",
        name="fro",
        steps=[{"do": "move", "status": "open"}],
        conditions=all_of(row("status", "waiting_others")),
    )
    ticket = cast.ticket()
    ticket.move("waiting_others", by=cast.anna)
    automate(10)
    ticket.refresh_from_db()
    assert list(Run.objects.order_by("pk").values_list("rule__name", "outcome")) == [
        ("fro", "done"),
        ("To and", "done"),
    ]
    assert ticket.status == "waiting_others"
    assert set(Effect.objects.values_list("event__kind", flat=True)) == {"moved", "rule_ran"}


def test_a_rule_fires_three_times_an_hour_on_one_ticket_and_no_more(cast: Cast) -> None:
    rule(cast, "wrote", steps=[{"do": "note", "text": "Look."}])
    ticket = cast.ticket()
    for _time in range(5):
        ticket.hear("And?", by=cast.cem.person)
        automate()
    assert outcomes() == [("done", "")] * 3 + [("skipped", "ticket_cap")] * 2


def test_a_rule_that_fires_too_often_is_paused_and_its_owner_told(cast: Cast) -> None:
    made = rule(cast, most_per_hour=2)
    for _time in range(4):
        cast.ticket()
    automate()
    made.refresh_from_db()
    assert outcomes() == [("done", ""), ("done", ""), ("skipped", "rule_cap"), ("skipped", "off")]
    assert (made.mode, made.paused_why) == ("off", "rule_cap")
    told = Notice.objects.get(person=cast.ben, event__kind="rule_paused")
    assert (
        told.event.sentence
        == "The rule “Urgent” was paused: It had fired too often within an hour and was paused."
    )
    assert OutgoingMail.objects.filter(to=cast.ben.email, key__startswith="paused:").count() == 1


def test_a_rule_has_the_rights_its_author_has_when_it_runs(cast: Cast) -> None:
    """K13: who leads no more, or has left, leaves no hand behind."""
    made = rule(cast)
    cast.north.dismiss(cast.ben)
    ticket = cast.ticket()
    automate()
    ticket.refresh_from_db()
    made.refresh_from_db()
    assert (ticket.priority, outcomes(), made.mode) == (2, [("skipped", "rights")], "off")


def test_a_rule_for_the_house_ends_with_the_administrator(cast: Cast) -> None:
    ada = person("Ada", is_staff=True)
    rule(cast, team=None, by=ada)
    ticket = cast.ticket()
    automate()
    type(ada).objects.filter(pk=ada.pk).update(is_staff=False)
    other = cast.ticket()
    automate()
    assert outcomes() == [("done", ""), ("skipped", "rights")]
    assert [Ticket.objects.get(pk=one.pk).priority for one in (ticket, other)] == [4, 2]


def test_a_teams_rule_touches_no_other_teams_tickets(cast: Cast) -> None:
    rule(cast)
    souths = cast.ticket(cause=cast.broken)
    automate()
    assert not Run.objects.filter(ticket=souths).exists()


def test_only_who_works_there_gets_a_ticket_or_a_word(cast: Cast) -> None:
    steps = [
        {"do": "assign", "person": str(cast.dora.pk)},
        {"do": "tell", "whom": f"person-{cast.dora.pk}", "words": "Look"},
        {"do": "assign", "person": str(cast.anna.pk)},
        {"do": "tell", "whom": "leads", "words": "Look"},
    ]
    rule(cast, steps=steps)
    ticket = cast.ticket()
    automate()
    ticket.refresh_from_db()
    assert [why for _said, why in Run.objects.get().said] == [
        "Dora does not work in the ticket’s team.",
        "There is nobody to tell.",
        "",
        "",
    ]
    assert ticket.assignee == cast.anna
    assert list(Notice.objects.filter(event__kind="rule_told").values_list("person__name", flat=True)) == [
        "Ben"
    ]


def test_what_went_astray_is_given_to_a_team_its_author_does_not_work_in(cast: Cast) -> None:
    rule(cast, steps=[{"do": "team", "team": str(cast.south.pk)}])
    ticket = cast.ticket()
    automate()
    ticket.refresh_from_db()
    assert (ticket.team, Run.objects.get().said[0][1]) == (cast.south, "")


def test_a_dry_rule_only_writes_down_what_it_would_do(cast: Cast) -> None:
    made = rule(cast)
    made.switch("dry", by=cast.ben)
    ticket = cast.ticket()
    before = (Message.objects.count(), Event.objects.count())
    automate()
    ticket.refresh_from_db()
    assert (ticket.priority, Message.objects.count(), Event.objects.count()) == (2, *before)
    run = Run.objects.get()
    assert (run.outcome, run.said) == ("would", [("set the priority to “urgent”", "")])


def test_every_change_of_a_rule_is_kept_and_two_editors_do_not_overwrite_each_other(cast: Cast) -> None:
    made = rule(cast)
    seen = made.version
    assert made.revise(by=cast.ben, seen=seen, name="Later")
    assert not Rule.objects.get().revise(by=cast.ben, seen=seen, name="Too late")
    assert Rule.objects.get().name == "Later"
    kept = RuleVersion.objects.order_by("version").values_list("version", "name", "mode")
    assert list(kept) == [(1, "Urgent", "off"), (2, "Urgent", "on"), (3, "Later", "on")]


def test_a_bad_run_waits_and_lets_its_neighbours_go_on(cast: Cast) -> None:
    rule(cast, steps=[{"do": "note", "text": 5}, {"do": "nonsense"}])
    first, second = cast.ticket(), cast.ticket()
    reading.read_now()
    Run.objects.filter(ticket=first).update(steps=[])
    Ticket.objects.filter(pk=first.pk).update(language="xx")
    carry.carry_now()
    assert Run.objects.get(ticket=second).outcome == "done"
    assert [why for _said, why in Run.objects.get(ticket=second).said][
        1
    ] == "Nobody here knows how to do this any more."


def test_the_same_rule_sent_twice_is_one(cast: Cast) -> None:
    first = Rule.write(
        by=cast.ben, key="same", name="A", team=cast.north, trigger="opened", conditions=ANY, steps=URGENT
    )
    again = Rule.write(
        by=cast.ben, key="same", name="A", team=cast.north, trigger="opened", conditions=ANY, steps=URGENT
    )
    assert (first.pk, Rule.objects.count(), RuleVersion.objects.count()) == (again.pk, 1, 1)
