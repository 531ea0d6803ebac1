"""What one person wants to hear: at once, once a day, not at all; and quiet hours by their own clock."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from cast import MONDAY, Cast
from django.utils import timezone

from tickets.models import KeptNews, NewsWish, Notice, OutgoingMail
from tickets.news import daily_now
from tickets.watcher import Watcher

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")


def heard(cast: Cast, *, at: datetime = MONDAY, subject: str = "Late") -> list[OutgoingMail]:
    """Cem writes again on a ticket Anna works on; the mails to her."""
    ticket = cast.ticket(subject, at=at)
    ticket.assign(cast.anna, by=cast.anna, at=at)
    ticket.hear("And?", by=cast.cem.person, at=at)
    return list(OutgoingMail.objects.filter(to=cast.anna.email))


def test_without_a_wish_it_comes_at_once(cast):
    assert len(heard(cast)) == 1
    assert KeptNews.objects.count() == 0


def test_no_mail_is_none_and_the_day_s_is_one(cast):
    NewsWish.say(cast.anna, own_mail="never")
    assert heard(cast) == []
    NewsWish.say(cast.anna, own_mail="daily")
    assert heard(cast, subject="First") == heard(cast, subject="Second") == []
    due = {kept.due_at for kept in KeptNews.objects.all()}
    assert due == {datetime(2026, 3, 3, 8, 0, tzinfo=BERLIN)}
    assert daily_now(now=MONDAY + timedelta(hours=1)) == 0
    assert [daily_now(now=MONDAY + timedelta(days=1)) for _time in range(2)] == [1, 0]
    mail = OutgoingMail.objects.get(to=cast.anna.email)
    assert mail.subject == "Customers wrote on 2 tickets"
    assert ("First" in mail.text, "Second" in mail.text) == (True, True)


def test_whoever_left_the_team_reads_no_more_of_its_tickets(cast):
    NewsWish.say(cast.anna, own_mail="daily")
    heard(cast)
    cast.north.dismiss(cast.anna)
    assert daily_now(now=MONDAY + timedelta(days=1)) == 0
    assert KeptNews.objects.count() == 0


@pytest.mark.parametrize(
    ("zone", "clock", "until"),
    [
        ("Europe/Berlin", time(23, 30), datetime(2026, 3, 3, 7, 0, tzinfo=BERLIN)),
        ("Europe/Berlin", time(6, 59), datetime(2026, 3, 2, 7, 0, tzinfo=BERLIN)),
        ("Europe/Berlin", time(7, 0), None),
        ("Asia/Tokyo", time(15, 0), datetime(2026, 3, 3, 7, 0, tzinfo=ZoneInfo("Asia/Tokyo"))),
    ],
)
def test_in_quiet_hours_a_mail_waits_for_their_end(cast, zone, clock, until):
    cast.anna.time_zone = zone
    cast.anna.save()
    NewsWish.say(cast.anna, quiet_from=time(22), quiet_until=time(7))
    written = datetime.combine(MONDAY.date(), clock, BERLIN)
    loud = NewsWish.of(cast.anna).loud_at(written)
    assert loud == (until or written)
    assert len(heard(cast, at=written)) == (0 if until else 1)
    assert [kept.due_at for kept in KeptNews.objects.all()] == ([until] if until else [])


def test_what_came_in_quiet_hours_comes_in_one_mail_once_they_end(cast):
    NewsWish.say(cast.anna, quiet_from=time(22), quiet_until=time(7))
    night = datetime(2026, 3, 3, 2, 0, tzinfo=BERLIN)
    heard(cast, at=night, subject="First")
    cast.ticket("Second").note("@Anna, look.", by=cast.ben, at=night)
    assert OutgoingMail.objects.filter(to=cast.anna.email).count() == 0
    assert (daily_now(now=night + timedelta(hours=4)), daily_now(now=night + timedelta(hours=5))) == (0, 1)
    mail = OutgoingMail.objects.get(to=cast.anna.email)
    assert (mail.subject, "Ben mentioned you in an internal note." in mail.text) == (
        "News on 2 tickets",
        True,
    )


def test_a_mention_comes_by_the_ways_one_wished_and_once(cast):
    ticket = cast.ticket()
    ticket.assign(cast.ben, by=cast.ben)
    Watcher.add(ticket, cast.ben, by=cast.ben)
    ticket.note("@Ben, look at this.", by=cast.anna)
    mail = OutgoingMail.objects.get(to=cast.ben.email, key__startswith="mentioned:")
    assert (mail.subject, "look at this" in mail.text) == (
        f"Anna mentioned you: {ticket.subject} [#{ticket.pk}]",
        True,
    )
    told = Notice.objects.filter(person=cast.ben).values_list("event__kind", flat=True)
    assert list(told) == ["mentioned"]
    ticket.note("Nobody is meant.", by=cast.anna)
    assert list(told.order_by("pk")) == ["mentioned", "noted"]
    NewsWish.say(cast.ben, mention_mail="never")
    ticket.note("@Ben, again.", by=cast.anna)
    assert OutgoingMail.objects.filter(to=cast.ben.email, key__startswith="mentioned:").count() == 1


def test_whoever_watches_says_so_for_the_bell_and_the_mail(cast):
    ticket = cast.ticket(at=MONDAY)
    Watcher.add(ticket, cast.ben, by=cast.ben, at=MONDAY)
    NewsWish.say(cast.ben, watched_at_desk=False, watched_mail="never")
    ticket.hear("And?", by=cast.cem.person, at=MONDAY)
    assert not Notice.objects.filter(person=cast.ben).exists()
    assert not OutgoingMail.objects.filter(to=cast.ben.email).exists()


def test_the_page_keeps_what_is_said_and_names_what_is_wrong(cast, client):
    client.force_login(cast.anna)
    sent = {
        "given_mail": "now",
        "own_mail": "daily",
        "watched_mail": "never",
        "mention_mail": "now",
        "team_mail": "never",
        "quiet_from": "22:00",
        "quiet_until": "07:00",
    }
    assert client.post("/desk/notices/wishes/", {**sent, "daily_at": "09:30"}).status_code == 302
    wish = NewsWish.of(cast.anna)
    assert (wish.own_mail, wish.watched_at_desk, wish.quiet_from, wish.daily_at) == (
        "daily",
        False,
        time(22),
        time(9, 30),
    )
    wrong = {**sent, "own_mail": "\0", "quiet_until": "", "daily_at": "２５"}
    errors = client.post("/desk/notices/wishes/", wrong).context["form"].errors
    assert set(errors) == {"own_mail", "daily_at"}
    half = client.post("/desk/notices/wishes/", {**sent, "quiet_until": "", "daily_at": "09:30"})
    assert half.context["form"].errors["quiet_until"] == ["Say both, or neither."]


def test_whoever_reported_a_mail_as_spam_is_told_so_and_can_take_it_back(cast, client):
    mail = OutgoingMail(key="watched:1", to=cast.anna.email, sent_at=MONDAY, unwanted_at=MONDAY)
    mail.save()
    ticket = cast.ticket()
    Watcher.add(ticket, cast.anna, by=cast.anna)
    told = lambda: OutgoingMail.objects.filter(to=cast.anna.email, text__contains="Words").count()  # noqa: E731 - a name
    ticket.hear("Words of now.", by=cast.cem.person)
    client.force_login(cast.anna)
    assert ('name="again"' in client.get("/desk/notices/wishes/").text, told()) == (True, 0)
    assert client.post("/desk/notices/wishes/", {"again": "1"}).status_code == 302
    ticket.hear("Words of then.", by=cast.cem.person)
    assert told() == 1
    assert 'name="again"' not in client.get("/desk/notices/wishes/").text
    OutgoingMail.objects.filter(pk=mail.pk).update(unwanted_at=timezone.now())  # and reported anew
    ticket.hear("Words of later.", by=cast.cem.person)
    assert told() == 1
