"""Whose: who works on a ticket, who stands in and its team are told what befalls it, once and by the ways they wish."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from cast import MONDAY, Cast, person
from counting import as_often_for_thirty
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.absence import Absence
from accounts.models import Person
from tickets.automation.bulk import Bulk
from tickets.models import KeptNews, NewsWish, Notice, OutgoingMail, Ticket
from tickets.news import daily_now
from tickets.watcher import Watcher

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
WISHES = "/desk/notices/wishes/"


def bell(who: Person) -> list[str]:
    return list(Notice.objects.filter(person=who).order_by("pk").values_list("event__kind", flat=True))


def mails(who: Person) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(to=who.email).order_by("pk"))


def subjects(who: Person) -> list[str]:
    return [mail.subject.rsplit(" [#", 1)[0] for mail in mails(who)]


@pytest.fixture
def finn(cast: Cast) -> Person:
    finn = person("Finn")
    cast.north.welcome(finn)
    return finn


def away(who: Person, by: Person) -> None:
    day = date(2026, 3, 2)
    Absence.announce(who, first=day, last=day, substitute=by, by=who, at=MONDAY)


def test_whom_a_ticket_is_given_is_told_on_the_bell_and_by_mail_after_a_minute(cast: Cast) -> None:
    ticket = cast.ticket("Late", at=MONDAY)
    ticket.assign(cast.anna, by=cast.ben, at=MONDAY)
    assert (bell(cast.anna), bell(cast.ben)) == (["assigned"], [])
    assert daily_now(now=MONDAY + MINUTE / 2) == 0
    assert [daily_now(now=MONDAY + MINUTE) for _twice in (1, 2)] == [1, 0]
    (mail,) = mails(cast.anna)
    assert mail.subject == f"Given to you: Late [#{ticket.pk}]"
    assert "Ben gave this ticket to Anna. It is a request of Cem." in mail.text
    ticket.assign(cast.anna, by=cast.ben, at=MONDAY)  # she has it
    assert (bell(cast.anna), KeptNews.objects.count()) == (["assigned"], 0)


def test_a_rule_tells_as_well_and_nobody_is_told_what_they_did_themselves(cast: Cast) -> None:
    cast.ticket(at=MONDAY).assign(cast.anna, by=cast.anna, at=MONDAY)
    assert (bell(cast.anna), KeptNews.objects.count()) == ([], 0)
    cast.ticket("Late", at=MONDAY).assign(cast.anna, by=None, at=MONDAY)
    assert (bell(cast.anna), daily_now(now=MONDAY + MINUTE), subjects(cast.anna)) == (
        ["assigned"],
        1,
        ["Given to you: Late"],
    )


def test_what_is_given_on_within_the_minute_is_mailed_only_where_it_came_to_rest(cast: Cast) -> None:
    ticket = cast.ticket("Late", at=MONDAY)
    ticket.assign(cast.anna, by=None, at=MONDAY)
    ticket.assign(cast.ben, by=None, at=MONDAY + MINUTE / 2)
    daily_now(now=MONDAY + 2 * MINUTE)
    assert (subjects(cast.anna), subjects(cast.ben)) == ([], ["Given to you: Late"])


def test_many_given_at_once_come_in_one_mail(cast: Cast) -> None:
    tickets = [cast.ticket(name, at=MONDAY) for name in ("First", "Second", "Third")]
    said = {"do": "assign", "person": str(cast.anna.pk)}
    Bulk.run(tickets, said, by=cast.ben, key="many", at=MONDAY)
    assert bell(cast.anna) == ["assigned"] * 3
    assert daily_now(now=MONDAY + MINUTE) == 1
    assert subjects(cast.anna) == ["News on 3 tickets"]
    assert mails(cast.anna)[0].text.count("Ben gave this ticket to Anna.") == 3


def test_it_is_told_by_the_ways_one_wishes_and_waits_for_the_end_of_quiet_hours(cast: Cast) -> None:
    NewsWish.say(cast.anna, given_at_desk=False, given_mail="never")
    cast.ticket(at=MONDAY).assign(cast.anna, by=cast.ben, at=MONDAY)
    assert (bell(cast.anna), KeptNews.objects.count()) == ([], 0)
    NewsWish.say(cast.anna, given_mail="daily")
    cast.ticket(at=MONDAY).assign(cast.anna, by=cast.ben, at=MONDAY)
    assert KeptNews.objects.get().due_at == datetime(2026, 3, 3, 8, 0, tzinfo=BERLIN)
    KeptNews.objects.all().delete()
    NewsWish.say(cast.anna, given_mail="now", quiet_from=time(9), quiet_until=time(12))
    cast.ticket(at=MONDAY).assign(cast.anna, by=cast.ben, at=MONDAY)
    assert KeptNews.objects.get().due_at == datetime(2026, 3, 2, 12, 0, tzinfo=BERLIN)


def test_the_customer_s_words_ring_for_whose_ticket_it_is(cast: Cast) -> None:
    ticket = cast.ticket(at=MONDAY)
    ticket.assign(cast.anna, by=cast.anna, at=MONDAY)
    ticket.hear("And?", by=cast.cem.person, at=MONDAY)
    assert (bell(cast.anna), len(mails(cast.anna))) == (["replied"], 1)
    ticket.hear("Hello?", by=cast.cem.person, channel="chat", at=MONDAY)  # read as it is written
    ticket.reply("Yes.", by=cast.ben, at=MONDAY)
    assert (bell(cast.anna), len(mails(cast.anna))) == (["replied"], 1)
    NewsWish.say(cast.anna, own_at_desk=False)
    ticket.hear("And now?", by=cast.cem.person, at=MONDAY)
    assert (bell(cast.anna), len(mails(cast.anna))) == (["replied"], 2)


def test_who_left_the_team_hears_nothing_more_of_their_ticket(cast: Cast) -> None:
    ticket = cast.ticket(at=MONDAY)
    ticket.assign(cast.anna, by=cast.anna, at=MONDAY)
    cast.north.dismiss(cast.anna)
    Ticket.objects.get(pk=ticket.pk).hear("And?", by=cast.cem.person, at=MONDAY)
    assert (bell(cast.anna), mails(cast.anna)) == ([], [])


def test_while_somebody_is_away_whoever_stands_in_is_told_too(cast: Cast, finn: Person) -> None:
    ticket = cast.ticket("Late", at=MONDAY)
    away(cast.anna, finn)
    ticket.assign(cast.anna, by=cast.ben, at=MONDAY)
    ticket.hear("And?", by=cast.cem.person, at=MONDAY)
    daily_now(now=MONDAY + MINUTE)
    assert bell(cast.anna) == bell(finn) == ["assigned", "replied"]
    assert subjects(cast.anna) == ["Cem wrote again: Late", "Given to you: Late"]
    assert subjects(finn) == ["Cem wrote again: Late", "Given to Anna: Late"]
    said = "You are told because you stand in for Anna."
    assert [said in mail.text for who in (cast.anna, finn) for mail in mails(who)] == [False] * 2 + [True] * 2
    ticket.hear("Tomorrow?", by=cast.cem.person, at=MONDAY + DAY)
    assert (len(mails(cast.anna)), len(mails(finn))) == (3, 2)


def test_who_stands_in_hears_by_their_own_wishes_once_and_only_of_their_teams(
    cast: Cast, finn: Person
) -> None:
    ticket = cast.ticket(at=MONDAY)
    ticket.assign(cast.anna, by=cast.anna, at=MONDAY)
    away(cast.anna, finn)
    Watcher.add(ticket, finn, by=finn, at=MONDAY)
    NewsWish.say(finn, own_mail="daily")
    ticket.hear("And?", by=cast.cem.person, at=MONDAY)
    assert (bell(finn), mails(finn), KeptNews.objects.filter(person=finn).count()) == (["replied"], [], 1)
    away(cast.ben, cast.dora)
    ticket.assign(cast.ben, by=cast.anna, at=MONDAY)
    ticket.hear("And now?", by=cast.cem.person, at=MONDAY)
    assert (bell(cast.dora), mails(cast.dora)) == ([], [])


def test_what_is_new_in_a_team_is_told_to_whoever_wants_it(cast: Cast, finn: Person) -> None:
    cast.ticket("Nobody asked", at=MONDAY)
    assert (Notice.objects.count(), KeptNews.objects.count()) == (0, 0)
    for who in (cast.anna, finn, cast.dora):
        NewsWish.say(who, team_at_desk=True, team_mail="now")
    NewsWish.say(finn, team_at_desk=False)
    ticket = cast.ticket("Late", at=MONDAY)
    cast.ticket("Taken", at=MONDAY).assign(cast.ben, by=cast.ben, at=MONDAY)
    cast.ticket("Called", channel="phone", at=MONDAY)
    cast.ticket("Written down", by=cast.anna, at=MONDAY)
    assert (bell(cast.anna), bell(finn), bell(cast.dora)) == (["opened"] * 2, [], [])
    daily_now(now=MONDAY + MINUTE)
    assert subjects(cast.anna) == ["New in North: Late"]
    assert subjects(finn) == ["News on 2 tickets"]
    assert "I am waiting again." in mails(cast.anna)[0].text
    ticket.hand_over(cast.south, by=cast.ben, at=MONDAY)
    daily_now(now=MONDAY + 2 * MINUTE)
    assert (bell(cast.dora), subjects(cast.dora)) == (["handed_over"], ["New in South: Late"])


def test_of_a_team_one_left_out_nothing_new_is_told(cast: Cast) -> None:
    cast.south.welcome(cast.anna)
    NewsWish.say(cast.anna, left_out=[cast.north], team_at_desk=True)
    cast.ticket("North", at=MONDAY)
    cast.ticket("South", cause=cast.broken, at=MONDAY)
    told = Notice.objects.filter(person=cast.anna).values_list("event__ticket__subject", flat=True)
    assert list(told) == ["South"]


def test_the_same_is_asked_for_one_and_for_thirty_who_want_to_hear(cast: Cast) -> None:
    def wish(number: int) -> None:
        one = person(f"W {number}")
        cast.north.welcome(one)
        NewsWish.say(one, team_at_desk=True, team_mail="now")

    as_often_for_thirty(lambda: cast.ticket("Late"), wish)


def test_the_page_shows_each_row_and_keeps_what_is_chosen(cast: Cast, client: Client) -> None:
    client.force_login(cast.anna)
    sent = {f"{name}_mail": "now" for name in ("given", "own", "mention", "watched", "team")}
    sent |= {"own_at_desk": "on", "team_at_desk": "on", "daily_at": "08:00"}
    page = client.get(WISHES).text
    assert ('name="given_at_desk"' in page, 'name="teams"' in page) == (True, False)
    assert client.post(WISHES, sent).status_code == 302
    wish = NewsWish.of(cast.anna)
    assert (wish.given_at_desk, wish.own_at_desk, wish.team_at_desk, wish.team_mail) == (
        False,
        True,
        True,
        "now",
    )
    cast.south.welcome(cast.anna)
    assert client.get(WISHES).text.count('name="teams"') == 2
    assert client.post(WISHES, {**sent, "teams": [cast.south.pk]}).status_code == 302
    assert list(NewsWish.of(cast.anna).left_out.all()) == [cast.north]
    wrong = client.post(WISHES, {**sent, "given_mail": "x", "teams": ["\x00"]})
    assert (wrong.status_code, set(wrong.context["form"].errors)) == (422, {"given_mail", "teams"})
    assert wrong.text.count('class="field__error"') == 2


def test_beside_the_window_it_says_that_it_was_given(cast: Cast, client: Client) -> None:
    client.force_login(cast.anna)
    begins = client.get("/desk/notices/fresh/").json()["after"]
    cast.ticket().assign(cast.anna, by=cast.ben)
    (shown,) = client.get("/desk/notices/fresh/", {"after": begins}).json()["notices"]
    assert shown["text"] == "It was given to you"


def test_who_stands_in_has_a_view_of_what_lies_with_whoever_is_away(
    cast: Cast, client: Client, finn: Person
) -> None:
    mine, other = cast.ticket("Left behind"), cast.ticket("Nobody’s")
    mine.assign(cast.anna, by=cast.anna)
    client.force_login(finn)
    place = f"{reverse('desk:tickets')}?view=instead"
    assert "For whom I stand in" not in client.get(place).text
    today = timezone.localdate()
    Absence.announce(cast.anna, first=today, last=today, substitute=finn, by=cast.anna)
    page = client.get(place)
    assert ("For whom I stand in" in page.text, [line.pk for line in page.context["page"].rows]) == (
        True,
        [mine.pk],
    )
    assert client.get(other.desk_url()).status_code == 200  # the list beside it is that view
    assert mine.subject in client.get(other.desk_url()).text
