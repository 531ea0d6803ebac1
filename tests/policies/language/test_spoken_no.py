"""Every no can be said aloud: reason and alternative in both languages, as “we”, and nothing of what is inside."""

from __future__ import annotations

import re

import pytest
from cast import MONDAY, Cast
from django.test import Client
from django.utils import translation

from policies.extra import ExtraAuthority
from policies.facts import Wish
from policies.language.discretion import check, check_reason, internals_of
from policies.language.spoken_no import spoken_no
from policies.language.wording import reason_remarks
from policies.models import Ask, Ruling
from servicedesk.demo.rules import GUARDRAILS
from tickets.models import Event, Incident, OutgoingMail

pytestmark = pytest.mark.django_db
REFUND, EIGHTY = Wish("refund", 1000), Wish("voucher", 8000)
WE = {
    "en": re.compile(r"\b(?:we|our|us)\b", re.IGNORECASE),
    "de": re.compile(r"\b(?:wir|uns\w*)\b", re.IGNORECASE),
}


def refused(cast: Cast, language: str) -> tuple[Ruling, list[str]]:
    cast.cem.status = "prospect"
    cast.cem.save(update_fields=["status"])
    type(cast.cem.person).objects.filter(pk=cast.cem.person_id).update(language=language)
    cast.cem.person.refresh_from_db()
    ruling = Ruling.weigh(cast.anna, cast.ticket(at=MONDAY), REFUND, at=MONDAY)
    rails = ruling.rulebook.guardrails.filter(code__in=ruling.weighed.guardrails)
    return ruling, spoken_no(ruling, rails=rails, hears_by=MONDAY)


def test_c42_the_parts_stand_in_their_order_in_english(cast):
    _ruling, said = refused(cast, "en")
    wish, protects, possible, until = said
    assert (
        wish
        == "You wrote to us about “Delivered late, the third time”. Refund would be a way to put it right."
    )
    assert protects == "We give money back only where money was paid."
    assert possible == "What we can do now: Offer a personal call."
    assert until.startswith("You hear from us by ")


def test_c42_the_parts_stand_in_their_order_in_german_whatever_the_agent_reads(cast):
    with translation.override("en"):
        _ruling, said = refused(cast, "de")
    assert said[:3] == [
        "Sie haben uns wegen „Delivered late, the third time“ geschrieben. Erstattung wäre ein Weg, es gutzumachen.",
        "Wir erstatten nur, was bezahlt wurde.",
        "Das können wir jetzt tun: Bieten Sie einen persönlichen Anruf an.",
    ]


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("rail", GUARDRAILS, ids=lambda rail: rail[0])
def test_c42_every_guardrail_of_the_demo_has_a_reason_and_an_alternative_as_we(rail, language):
    _code, _owner, reason_en, reason_de, instead_en, instead_de, _conditions = rail
    reason, instead = (reason_en, instead_en) if language == "en" else (reason_de, instead_de)
    assert (bool(reason), bool(instead)) == (True, True)
    assert WE[language].search(f"{reason} {instead}")
    assert [r.found for r in reason_remarks(f"{reason} {instead}")] == []


def test_c42_a_declined_question_gives_the_words_and_always_something_that_is_possible(cast):
    ask = Ruling.request(cast.anna, cast.ticket(at=MONDAY), EIGHTY, key="k", at=MONDAY).ask
    ask.decline(by=cast.ben, words="Wir geben Gutscheine, wo etwas schiefging.", at=MONDAY)
    said = spoken_no(ask.ruling, words=ask.words)
    assert said[1:] == [
        "Wir geben Gutscheine, wo etwas schiefging.",
        "Das können wir jetzt tun: Wir können es sofort in kleinerem Umfang tun.",
    ]
    assert not re.search(r"\d", " ".join(said))


def test_the_panel_offers_the_words_for_the_reply(cast, client: Client):
    ruling, said = refused(cast, "de")
    client.force_login(cast.anna)
    page = client.get(f"/desk/tickets/{ruling.ticket_id}/authority/?kind=refund&amount=10").content.decode()
    assert 'data-inserts="reply-text"' in page  # what is written already stays
    assert said[1] in page
    assert "Einspruch" not in page  # Anna reads English
    assert "Challenge this rule" in page


# ---- C44: nothing from inside ------------------------------------------------------------------------------------


def outside(cast: Cast, ticket: object) -> str:
    """Everything the customer can read of this ticket: mails and pages."""
    client = Client()
    client.force_login(cast.cem.person)
    pages = [
        client.get(path).content.decode()
        for path in (f"/requests/{ticket.pk}/", f"/requests/{ticket.pk}/gestures/", "/", "/count-on-us/")
    ]
    mails = OutgoingMail.objects.filter(to=cast.cem.person.email).values_list("subject", "text", "html")
    texts = [part for mail in mails for part in mail] + pages
    # Forms carry random keys, and no word of them is read.
    return re.sub(r'value="[\w-]{20,}"', "", "\n".join(texts)).replace("\xa0", " ")


def test_c44_no_limit_no_budget_and_no_decider_reaches_the_customer(cast):
    ticket = cast.ticket()
    ticket.assign(cast.anna, by=cast.anna)
    for number, cents in enumerate((1234, 8000, 9000, 9500)):
        Ruling.request(cast.anna, ticket, Wish("voucher", cents), key=f"{number}")
    granted, declined, _open = Ask.objects.order_by("pk")
    granted.grant(by=cast.ben)
    declined.decline(by=cast.ben, words="Eighty is enough.")
    read = outside(cast, ticket)
    assert "12,34" in read
    for inside in internals_of(ticket, cast.anna):
        assert not re.search(rf"(?<![\w,.]){re.escape(inside)}(?!\w)", read), inside
    for inside in ("Eighty is enough", "Dürfen", "Rahmen", "Budget", "95,00"):
        assert inside not in read


def test_c44_internals_of_a_case_hold_extra_authority_deciders_and_others_it_hit(cast):
    ticket = cast.ticket()
    Ruling.request(cast.anna, ticket, EIGHTY, key="k")
    ExtraAuthority.objects.create(
        person=cast.anna,
        granted_by=cast.ben,
        cents=777,
        currency="EUR",
        reason="Recall",
        starts_at=MONDAY,
        ends_at=MONDAY.replace(year=2099),
        key="k",
    )
    incident = Incident.report(
        name="Van", cause=ticket.cause, team=ticket.team, happened_at=MONDAY, by=cast.anna, key="van"
    )
    incident.link(ticket, by=cast.anna)
    incident.add([cast.eva], by=cast.anna)
    inside = internals_of(ticket, cast.anna)
    assert {"Ben", "Eva", "€57.77", "€50.00", "€107.77"} <= set(inside)
    assert "Anna" not in inside
    ticket.assign(cast.ben, by=cast.ben)
    assert "Ben" not in internals_of(ticket, cast.anna)  # whoever works on it is named as a matter of course
    assert [r.found for r in check(ticket, "Eva hat das auch bekommen.", cast.anna)] == ["Eva"]


# ---- the words of a no are read twice -------------------------------------------------------------------------------


def test_the_words_of_a_no_are_read_twice_and_stand_with_a_reason(cast, client: Client):
    ask = Ruling.request(cast.anna, cast.ticket(), EIGHTY, key="k").ask
    client.force_login(cast.ben)
    sent = {"answer": "decline", "words": "Leider hat das die Zentrale so entschieden."}
    first = client.post(f"/studio/asks/{ask.pk}/answer/", sent)
    page = first.content.decode()
    assert (first.status_code, "Leider hat das die Zentrale" in page) == (422, True)
    assert "<q>die Zentrale</q>" in page
    ask.refresh_from_db()
    assert ask.is_open
    again = client.post(f"/studio/asks/{ask.pk}/answer/", {**sent, "anyway": "Their own name for us"})
    assert again.status_code == 302
    event = Event.objects.get(kind="ask_declined")
    assert (event.data["words"], event.data["anyway"]) == (sent["words"], "Their own name for us")


def test_what_the_agent_may_say_holds_nothing_from_inside(cast):
    ask = Ruling.request(cast.anna, cast.ticket(), EIGHTY, key="k").ask
    found = check_reason(ask.ruling.ticket, "Mehr als 200,00 € geht bei mir nicht.", cast.ben)
    assert [(r.kind, r.found) for r in found] == [("internal", "200,00 €")]


def test_a_gesture_of_ones_own_has_a_name_one_can_say_to_the_customer(cast, client: Client):
    client.force_login(cast.anna)
    ticket = cast.ticket()
    sent = {"kind": "other", "amount": "5", "named": "What our budget is for", "key": "k" * 32}
    refused_ = client.post(f"/desk/tickets/{ticket.pk}/offers/", sent, headers={"HX-Request": "true"})
    assert refused_.status_code in (200, 422)
    assert not Ruling.objects.exists()
    client.post(f"/desk/tickets/{ticket.pk}/offers/", {**sent, "why": "It is the customer’s own word"})
    assert Ruling.objects.get().why == "It is the customer’s own word"


def test_somebody_who_is_asked_says_yes_right_on_the_ticket(cast):
    ask = Ruling.request(cast.anna, cast.ticket(), EIGHTY, key="k").ask
    ben, anna, dora = (Client() for _who in range(3))
    for client, who in ((ben, cast.ben), (anna, cast.anna), (dora, cast.dora)):
        client.force_login(who)
    panel = f"/desk/tickets/{ask.ruling.ticket_id}/authority/"
    say = f"/desk/asks/{ask.pk}/answer/"
    assert (say in ben.get(panel).content.decode(), say in anna.get(panel).content.decode()) == (True, False)
    assert [client.post(say, {"answer": "grant"}).status_code for client in (anna, dora)] == [404, 404]
    assert ben.post(say, {"answer": "grant"}).status_code == 302
    assert ben.post(say, {"answer": "grant"}).status_code == 302
    ask.refresh_from_db()
    assert (ask.answer, ask.answered_by) == ("granted", cast.ben)
