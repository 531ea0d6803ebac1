"""C01 and C16: both sides of the counter are measured, leads hear when existing customers waited longer, and whether a
talk settled its matter is told by nobody coming back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, Cast

from tickets.line.fair_wait import LongerWait, longer_waits, tell_now
from tickets.line.lasting import judge_now, lasting
from tickets.models import OutgoingMail, Place

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def came(cast: Cast, status: str, *, wait: float, count: int = 30, channel: str = "phone", **more) -> None:
    for number in range(count):
        start = MONDAY + timedelta(minutes=number)
        answered = start + timedelta(seconds=wait)
        Place.objects.create(
            team=cast.north,
            status=status,
            channel=channel,
            arrived_at=start,
            phase="ended",
            first_answered_at=answered,
            ended_at=answered,
            agent=cast.anna,
            ended_by="customer",
            **more,
        )


def test_c01_leads_hear_once_when_existing_customers_waited_longer_and_agents_never(cast: Cast):
    came(cast, "established", wait=90)
    came(cast, "prospect", wait=20)
    tomorrow = MONDAY + DAY
    assert [tell_now(now=tomorrow), tell_now(now=tomorrow)] == [1, 1]
    mail = OutgoingMail.objects.get()
    assert (mail.to, "existing customers 90 s in the median" in mail.text.replace("\xa0", " ")) == (
        cast.ben.email,
        True,
    )


def test_c01_it_is_compared_by_channel_on_the_same_day_and_only_with_enough_of_both(cast: Cast):
    came(cast, "established", wait=90, channel="chat")
    came(cast, "prospect", wait=20, channel="phone")
    came(cast, "established", wait=90, count=29, channel="portal")
    came(cast, "prospect", wait=20, channel="portal")
    assert longer_waits(since=MONDAY - DAY, until=MONDAY + DAY) == []
    came(cast, "new", wait=90, count=1, channel="portal")
    found = longer_waits(since=MONDAY - DAY, until=MONDAY + DAY)
    assert found == [LongerWait("portal", (90.0, 90.0), (20.0, 20.0))]


def test_c01_newcomers_who_wait_longer_are_shown_but_break_nothing(cast: Cast):
    came(cast, "established", wait=20)
    came(cast, "prospect", wait=90)
    assert tell_now(now=MONDAY + DAY) == 0


def test_c03_no_bound_of_the_line_knows_a_status():
    named = {field.name for field in Place._meta.get_fields()}
    assert not [name for name in named if "limit" in name or "longest" in name or name.startswith("max")]


def test_c16_the_repeat_rate_is_what_the_log_says(cast: Cast):
    """Reckoned a second time from nothing but who came when about what."""
    log = [("cem", 0), ("eva", 0), ("cem", 3), ("eva", 8), ("cem", 30), ("cem", 31), ("eva", 40)]
    people = {"cem": cast.cem, "eva": cast.eva}
    for name, day in log:
        start = MONDAY + day * DAY
        Place.objects.create(
            team=cast.north,
            customer=people[name],
            cause=cast.late,
            phase="ended",
            arrived_at=start,
            first_answered_at=start + timedelta(seconds=9),
            agent=cast.anna,
        )
    at = MONDAY + 45 * DAY
    old = [(name, day) for name, day in log if day + 7 < 45]
    back = [1 for name, day in old if any(who == name and 0 < then - day <= 7 for who, then in log)]
    assert [judge_now(now=at), judge_now(now=at)] == [6, 0]
    found = lasting([cast.north], since=MONDAY, until=at)
    assert (found.contacts, found.came_back) == (len(old), len(back)) == (6, 2)
    assert round(found.repeat_rate, 4) == round(2 / 6, 4)
    judged = Place.objects.order_by("arrived_at", "pk").values_list("came_back", flat=True)
    assert list(judged) == [True, False, False, False, True, False, None]  # the last one’s week is not over
    assert found.too_few
