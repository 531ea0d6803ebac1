"""The inbox of asks: who sees which, what a card says, and answering once."""

from __future__ import annotations

import re

import pytest
from counting import as_often_for_thirty, reading
from django.test import Client
from django.utils import timezone

from policies.facts import Wish
from policies.models import Ask, Budget, Level, Offer, Ruling, Stance
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
INBOX = "/studio/asks/"


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def asked(cast, cents: int = 8000, *, by=None, ticket=None, kind="voucher", **wish) -> Ask:
    by = by or cast.anna
    ticket = ticket or cast.ticket()
    number = Ruling.objects.count()
    return Ruling.request(by, ticket, Wish(kind, cents, **wish), key=f"ask-{number}").ask


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode()).replace("\xa0", " ")


def url(ask: Ask, how: str = "") -> str:
    return f"/studio/asks/{ask.pk}/answer/{how}"


def shown(client) -> list[int]:
    return [card.ask.pk for card in client.get(INBOX).context["cards"]]


def test_a_card_says_everything_one_must_know(cast):
    ask = asked(cast, why="The second birthday without a parcel.")
    page = text_of(signed_in(cast.ben).get(INBOX))
    for said in (
        "<b>Anna</b> asks you",
        "Voucher, €80.00 for Cem",
        "The second birthday without a parcel.",
        "Late delivery",
        "existing customer since March 2019, Cemal &amp; Sons",
        "North, €500.00 left",
        "With this gesture, €80.00 would have been given in this case. Anna decides up to €50.00 alone;",
        "silence means <b>yes</b>, booked under the responsibility of Ben",
        "Grant €80.00",
        f'href="/desk/tickets/{ask.ruling.ticket_id}/"',
    ):
        assert said in page


def test_the_reasons_are_in_todays_language(cast):
    asked(cast)
    cast.ben.language = "de"
    cast.ben.save()
    page = signed_in(cast.ben).get(INBOX)
    assert "Gutschein, 80,00\xa0€" in page.content.decode()
    assert page.headers["Content-Language"] == "de"


def test_how_willing_the_agent_is_stays_with_the_agent(cast):
    ticket = cast.ticket()
    Stance.take(cast.anna, ticket, "not_now")
    ask = asked(cast, 2000, ticket=ticket)
    assert (ask.role, ask.ruling.answer.binding) == ("take_over", ("wollen",))
    page = text_of(signed_in(cast.ben).get(INBOX))
    assert "offers you this case" in page
    assert "it goes back to Anna" in page
    assert "rather not" not in page
    assert "Anna is looking for somebody who takes this case over." in page


@pytest.mark.parametrize(
    ("cents", "kind", "says"),
    [(30_000, "refund", "it goes one step further"), (8000, "voucher", "silence means <b>yes</b>")],
)
def test_what_happens_unanswered(cast, cents, kind, says):
    asked(cast, cents, kind=kind)
    assert says in text_of(signed_in(cast.ben).get(INBOX))


def test_the_last_step_is_said(cast):
    ask = asked(cast, 30_000, kind="refund")
    Ask.objects.filter(pk=ask.pk).update(step=3)
    assert "a lead is reminded" in text_of(signed_in(cast.ben).get(INBOX))


def test_the_pool_carries_what_the_team_has_no_more(cast):
    Budget.objects.filter(pk=cast.budget.pk).update(monthly_cents=1000)
    asked(cast, 8000)
    assert "House, €1,000.00 left" in text_of(signed_in(cast.ben).get(INBOX))


def test_a_peer_who_is_asked_sees_their_own_ask_and_nothing_of_the_studio(cast):
    kim = type(cast.anna).objects.create(email="kim@kulanz.example", name="Kim")
    cast.north.welcome(kim)
    Level.objects.filter(agent=cast.anna).update(level=1)
    Level.objects.create(agent=kim, cause=cast.late, level=3)
    cast.practise(kim)
    ask = asked(cast, 2000)
    assert (ask.asked, ask.role) == (kim, "co_sign")
    others = asked(cast, 80_000)
    client = signed_in(kim)
    assert shown(client) == [ask.pk]
    assert "/studio/limits/" not in text_of(client.get(INBOX))
    assert client.get(url(others)).status_code == (200 if others.asked == kim else 404)
    for page in ("limits/", "budgets/", "rules/"):
        assert client.get(INBOX + page).status_code == 404
    client.post(url(ask), {"answer": "grant"})
    ask.refresh_from_db()
    assert (ask.answer, ask.answered_by) == ("granted", kim)


def test_one_does_not_see_what_one_asked_oneself_nor_other_teams(cast):
    ask = asked(cast)
    assert shown(signed_in(cast.anna)) == []
    assert shown(signed_in(cast.dora)) == []
    for stranger in (cast.anna, cast.dora):
        client = signed_in(stranger)
        foreign, missing = client.get(url(ask)), client.get("/studio/asks/999999/answer/")
        assert (foreign.status_code, missing.status_code) == (404, 404)
        assert foreign.content == missing.content
        assert client.post(url(ask), {"answer": "grant"}).status_code == 404
    ask.refresh_from_db()
    assert ask.is_open


def test_customers_and_strangers_find_no_studio(cast):
    asked(cast)
    assert signed_in(cast.cem.person).get(INBOX).status_code == 404
    assert Client().get(INBOX).status_code == 302
    person = cast.ben
    client = signed_in(person)
    person.is_active = False
    person.save()
    assert client.get(INBOX).status_code == 302


def test_a_number_nobody_can_store_is_not_found(cast):
    assert signed_in(cast.ben).get(f"/studio/asks/{10**30}/answer/").status_code == 404


def test_granting_books_and_says_so(cast):
    ask = asked(cast)
    client = signed_in(cast.ben)
    response = client.post(url(ask), {"answer": "grant", "words": "Gladly."}, follow=True)
    assert "Granted: Voucher, €80.00. Anna and the customer were told." in text_of(response)
    offer = Offer.objects.get()
    assert (offer.cents, offer.approver) == (8000, cast.ben)
    ask.refresh_from_db()
    assert (ask.answer, ask.words) == ("granted", "Gladly.")
    page = text_of(client.get(INBOX))
    assert "Nothing waits for you" in page
    assert "<q>Gladly.</q>" in page


def test_a_double_click_answers_once_and_says_the_same(cast):
    ask = asked(cast)
    client = signed_in(cast.ben)
    answers = [client.post(url(ask), {"answer": "grant"}, follow=True) for _twice in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert all("Granted: Voucher" in text_of(answer) for answer in answers)
    assert Offer.objects.count() == 1


def test_who_is_slower_learns_what_was_said_and_keeps_the_typed_words(cast):
    cast.north.welcome(cast.dora, lead=True)
    ask = asked(cast)
    signed_in(cast.ben).post(url(ask), {"answer": "grant"})
    late = signed_in(cast.dora).post(url(ask), {"answer": "decline", "words": "We send a new one instead."})
    assert late.status_code == 422
    page = text_of(late)
    assert "This question is already answered." in page
    assert "We send a new one instead." in page
    assert Offer.objects.count() == 1


def test_a_bare_no_is_not_enough(cast):
    ask = asked(cast)
    client = signed_in(cast.ben)
    response = client.post(url(ask), {"answer": "decline", "words": " \n "})
    assert response.status_code == 422
    assert "A bare no helps nobody." in text_of(response)
    response = client.post(url(ask), {"answer": "decline", "words": "x" * 501})
    assert response.status_code == 422
    assert "x" * 501 in text_of(response)
    ask.refresh_from_db()
    assert ask.is_open
    client.post(url(ask), {"answer": "decline", "words": "A courier today helps more."})
    ask.refresh_from_db()
    assert (ask.answer, ask.words, ask.answered_by) == ("declined", "A courier today helps more.", cast.ben)


@pytest.mark.parametrize("answer", ["", "maybe", "take", "GRANT"])
def test_neither_yes_nor_no_changes_nothing(cast, answer):
    ask = asked(cast)
    response = signed_in(cast.ben).post(url(ask), {"answer": answer, "words": "Hm."})
    assert response.status_code == 422
    assert "Say yes or no." in text_of(response)
    ask.refresh_from_db()
    assert ask.is_open


def test_above_the_own_limit_the_refusal_stands_at_the_card(cast):
    ask = asked(cast, 30_000)
    response = signed_in(cast.ben).post(url(ask), {"answer": "grant", "words": "Of course."})
    assert response.status_code == 422
    page = text_of(response)
    assert "This is above your own limit too." in page
    assert "Of course." in page
    assert Offer.objects.count() == 0


def test_taking_over_moves_the_ticket(cast):
    Level.objects.filter(agent=cast.anna).update(level=0)
    ask = asked(cast, 2000)
    assert ask.role == "take_over"
    client = signed_in(cast.ben)
    assert "Take over" in text_of(client.get(INBOX))
    client.post(url(ask), {"answer": "grant"})
    assert Ticket.objects.get(pk=ask.ruling.ticket_id).assignee == cast.ben
    ask.refresh_from_db()
    assert ask.answer == "taken"


def test_whose_question_went_on_is_told_so(cast):
    cast.north.welcome(cast.dora, lead=True)
    ask = asked(cast)
    cast.north.dismiss(cast.ben)
    cast.north.welcome(cast.ben)  # no lead any more, still an agent
    Ask.objects.filter(pk=ask.pk).update(asked=cast.dora, asked_before=[cast.ben.pk])
    response = signed_in(cast.ben).post(url(ask), {"answer": "grant"}, follow=True)
    assert "gone on to somebody else" in text_of(response)
    ask.refresh_from_db()
    assert ask.is_open


def test_an_open_page_fetches_its_middle_and_a_dialog_for_words(cast):
    ask = asked(cast)
    client = signed_in(cast.ben)
    whole = client.get(INBOX)
    assert f"live:person-{cast.ben.pk} from:body, live:team-{cast.north.pk} from:body" in text_of(whole)
    middle = client.get(INBOX, headers={"HX-Request": "true"})
    assert middle.content.decode().startswith('<div class="stack stack--wide" id="asks"')
    assert "HX-Request" in middle.headers["Vary"]
    dialog = client.get(url(ask, "?answer=decline"), headers={"HX-Request": "true"})
    assert dialog.content.decode().startswith('<dialog class="dialog"')
    assert 'value="decline"' in text_of(dialog)
    assert 'value="grant"' not in text_of(dialog)


def test_what_people_wrote_is_shown_as_text(cast):
    ticket = cast.ticket("<script>alert(1)</script>")
    ask = asked(cast, ticket=ticket, why="<img src=x onerror=alert(1)>")
    client = signed_in(cast.ben)
    client.post(url(ask), {"answer": "decline", "words": "<b onclick=alert(1)>no</b>"})
    page = text_of(client.get(INBOX))
    assert "<img src=x" not in page
    assert "<b onclick" not in page
    assert "&lt;b onclick=alert(1)&gt;no&lt;/b&gt;" in page


def test_thirty_asks_cost_no_more_queries_than_one(cast):
    client = signed_in(cast.ben)
    as_often_for_thirty(reading(client, INBOX), lambda _number: asked(cast, ticket=cast.ticket()))
    assert len(shown(client)) == 30


def test_thirty_answered_ones_cost_no_more_queries_either(cast):
    def decline(_number: int) -> None:
        asked(cast, ticket=cast.ticket()).decline(by=cast.ben, words="No.", at=timezone.now())

    as_often_for_thirty(reading(signed_in(cast.ben), INBOX), decline)
