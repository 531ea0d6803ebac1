"""The one question after a ticket: asked, seen without answering, answered once, taken back – and read by leads."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from cast import MONDAY, Cast
from django.test import Client

from accounts.models import Person
from tickets.feedback.report import Answers, by_team, words_of_the_week
from tickets.models import Merge, Notice, OutgoingMail, Rating, Survey, Ticket

pytestmark = pytest.mark.django_db


def solved(cast: Cast, *, at: datetime = MONDAY, **how: object) -> Ticket:
    ticket = cast.ticket(at=at, **how)
    ticket.assign(cast.anna, by=cast.anna, at=at)
    ticket.reply("Done.", by=cast.anna, at=at + timedelta(minutes=1))
    ticket.move("solved", by=cast.anna, at=at + timedelta(minutes=2))
    return ticket


def an_effort_question(cast: Cast) -> Survey:
    solved(cast, at=MONDAY - timedelta(days=40))
    survey = Survey.objects.get(ticket=solved(cast))
    Survey.objects.update(expires_at=MONDAY + timedelta(days=36500))
    assert survey.kind == "effort"
    return survey


def test_a_solved_ticket_asks_one_question_and_the_letter_leads_to_it(cast: Cast) -> None:
    ticket = solved(cast)
    survey = Survey.objects.get(ticket=ticket)
    assert (survey.kind, survey.asked_at) == ("satisfaction", MONDAY + timedelta(minutes=2))
    assert survey.link() in OutgoingMail.objects.get(key__startswith="solved:").text
    again = solved(cast)  # in the same month nobody is asked twice
    assert not Survey.objects.filter(ticket=again).exists()
    assert "/feedback/" not in OutgoingMail.objects.filter(key__startswith="solved:").latest("pk").text


def test_open_again_or_merged_it_is_taken_back_and_solved_again_it_is_asked_again(cast: Cast) -> None:
    ticket = solved(cast)
    ticket.move("open", by=cast.anna, at=MONDAY + timedelta(hours=1))
    assert Survey.objects.get().ending == "withdrawn"
    ticket.move("solved", by=cast.anna, at=MONDAY + timedelta(hours=2))
    survey = Survey.objects.get()
    assert (survey.ending, survey.closed_at, survey.asked_at) == ("", None, MONDAY + timedelta(hours=2))


def test_what_goes_on_in_another_ticket_leaves_the_question_to_that_one(cast: Cast) -> None:
    source, target = cast.ticket(at=MONDAY), cast.ticket(at=MONDAY)
    Merge.make(source, target, by=cast.anna, at=MONDAY + timedelta(minutes=1))
    assert not Survey.objects.exists()
    target.assign(cast.anna, by=cast.anna, at=MONDAY + timedelta(minutes=2))
    target.move("solved", by=cast.anna, at=MONDAY + timedelta(minutes=3))
    assert Survey.objects.get().ticket == target


def test_looking_answers_nothing_and_sending_answers_once(cast: Cast, client: Client) -> None:
    survey = an_effort_question(cast)
    for _scanner in range(2):
        assert client.get(survey.portal_url(), {"score": "7"}).status_code == 200
        assert client.head(survey.portal_url()).status_code == 200
    survey.refresh_from_db()
    assert survey.score is None
    assert client.post(survey.portal_url(), {"score": "8", "words": "kept"}).status_code == 422
    assert client.post(survey.portal_url(), {"score": "７"}).status_code == 422
    client.post(survey.portal_url(), {"score": "2", "words": "Zu viele Formulare\0"})
    client.post(survey.portal_url(), {"score": "7", "words": "another"})
    survey.refresh_from_db()
    assert (survey.score, survey.words, survey.ending) == (2, "Zu viele Formulare", "answered")
    assert Notice.objects.filter(event__kind="praised").count() == 0


@pytest.mark.parametrize("broken", ["cut", "other", "no number", "huge"])
def test_no_other_link_opens_it(cast: Cast, client: Client, broken: str) -> None:
    survey = an_effort_question(cast)
    token = survey.token
    forged = {
        "cut": token[:-1],
        "other": token.replace(str(survey.pk), str(survey.pk - 1), 1),
        "no number": "x-y",
        "huge": "9" * 30 + "-x",
    }
    assert client.get(f"/feedback/{forged[broken]}/").status_code == 404


def test_a_link_dies_with_its_time_its_mailbox_and_its_customer(cast: Cast, client: Client) -> None:
    survey = an_effort_question(cast)
    Survey.objects.update(expires_at=MONDAY)
    client.post(survey.portal_url(), {"score": "5"})
    assert Survey.objects.get(pk=survey.pk).score is None
    Person.objects.filter(pk=cast.cem.person_id).update(email="new@kulanz.example")
    assert client.get(survey.portal_url()).status_code == 404


def test_c52_kind_words_reach_whoever_they_are_about(cast: Cast) -> None:
    an_effort_question(cast).answer(7, words="Anna hat sofort zurückgerufen", at=MONDAY + timedelta(hours=1))
    notice = Notice.objects.get(event__kind="praised")
    assert notice.person == cast.anna
    assert "Anna hat sofort zurückgerufen" in notice.event.sentence


def test_a_satisfaction_answer_and_the_rating_are_one(cast: Cast) -> None:
    first = solved(cast)
    Survey.objects.get(ticket=first).answer(4, words="Gut", at=MONDAY + timedelta(hours=1))
    assert list(Rating.objects.values_list("score", "comment")) == [(4, "Gut")]
    other = solved(cast, customer=cast.eva, by=cast.eva.person)
    other.rate(2, comment="Spät", by=cast.eva.person, at=MONDAY + timedelta(hours=1))
    survey = Survey.objects.get(ticket=other)
    assert (survey.score, survey.words, survey.ending) == (2, "Spät", "answered")


def test_on_the_request_stands_the_one_question_that_is_asked(cast: Cast, client: Client) -> None:
    survey = an_effort_question(cast)
    client.force_login(cast.cem.person)
    page = client.get(survey.ticket.portal_url()).content.decode()
    assert [survey.portal_url() in page, f"{survey.ticket.portal_url()}rating/" in page] == [True, False]


def test_too_few_answers_make_no_number() -> None:
    assert Answers("effort", asked=40, scores={7: 29}).figure is None
    assert round(Answers("satisfaction", asked=40, scores={5: 30}).figure.value) == 100
    assert Answers("effort", asked=40, scores={7: 29}).percent_answered == 72


def test_c15_leads_read_their_teams_and_never_a_person(cast: Cast, client: Client) -> None:
    an_effort_question(cast).answer(6, words="Schnell", at=MONDAY + timedelta(hours=1))
    now, teams = MONDAY + timedelta(days=1), type(cast.north).objects.led_by(cast.ben)
    (team, questions), *others = by_team(teams, now=now)
    assert (team, others) == (cast.north, [])
    assert {one.kind: (one.asked, dict(one.scores)) for one in questions} == {
        "satisfaction": (1, {}),
        "effort": (1, {6: 1}),
        "recommendation": (0, {}),
    }
    assert [one.words for one in words_of_the_week(teams, now=now)] == ["Schnell"]
    client.force_login(cast.ben)
    page = client.get("/desk/feedback/").content.decode()
    assert ["too few" in page, "Anna" in page] == [True, False]
    client.force_login(cast.anna)
    assert client.get("/desk/feedback/").status_code == 404


def test_what_no_letter_brought_was_not_asked(cast: Cast) -> None:
    """Solved quietly nobody reads a question; a letter that came back was read by nobody."""
    quiet = cast.ticket(at=MONDAY)
    quiet.move("solved", by=cast.anna, at=MONDAY, quietly=True)
    assert (Survey.objects.get(ticket=quiet).went_with, Survey.objects.reached().count()) == ("", 0)
    Survey.objects.update(closed_at=MONDAY, ending="lapsed")
    asked = Survey.objects.get(ticket=solved(cast))  # so they may be asked in the same month
    assert list(Survey.objects.reached()) == [asked]
    OutgoingMail.objects.filter(key=asked.went_with).update(bounced_at=MONDAY)
    assert Survey.objects.reached().count() == 0
    Survey.objects.filter(pk=asked.pk).update(ending="answered", score=4, closed_at=MONDAY)
    assert list(Survey.objects.reached()) == [asked]
    own = cast.ticket(at=MONDAY, customer=cast.eva, by=cast.eva.person)
    own.confirm_solved(by=cast.eva.person, at=MONDAY)
    assert Survey.objects.get(ticket=own).went_with == "page"
