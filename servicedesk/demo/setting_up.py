"""What Sam set up lately, so that the log of the set-up has something to say: the firm, a short day, a reply."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import House
from accounts.setup_change import logged
from tickets.models import CannedReply, Stationery

from .calendars import SHORT_DAY, BusinessHours
from .people import NORTH, Cast

FOOTERS = {
    "de": "Haldenwerk GmbH · Haldenstraße 12 · 44791 Bochum\nAmtsgericht Bochum, HRB 17012",
    "en": "Haldenwerk GmbH · Haldenstraße 12 · 44791 Bochum, Germany\nBochum local court, HRB 17012",
}
FIRM = {"name": "Haldenwerk", "language": "de", "time_zone": "Europe/Berlin"}


def set_up(cast: Cast, hours: dict[str, BusinessHours], *, now: datetime) -> None:
    sam, calendar = cast.desk["sam"], hours[NORTH]
    with logged(None, by=sam, at=now - timedelta(days=200)) as watch:
        watch.thing = House.say(**FIRM)
    _keep_stationery(cast, now=now)
    party = now.date() + timedelta(days=9)
    party += timedelta(days=2 if party.weekday() > 4 else 0)  # on a workday, whatever day it is
    with logged(calendar, by=sam, at=now - timedelta(days=2)):
        overrides = {**calendar.overrides, party.isoformat(): SHORT_DAY}
        calendar.amend(name=calendar.name, tz=calendar.tz, weekly=calendar.weekly, overrides=overrides)
    reply = CannedReply.objects.filter(team=cast.teams[NORTH]).order_by("pk").first()
    if reply is not None:
        with logged(reply, by=cast.desk["birgit"], at=now - timedelta(days=1)):
            reply.revise(by=cast.desk["birgit"], text_en=f"{reply.text_en}\n\nThank you for your patience.")


def _keep_stationery(cast: Cast, *, now: datetime) -> None:
    """What the law asks for stands under every mail; the northern team signs in its own way."""
    for language, footer in FOOTERS.items():
        with logged(None, by=cast.desk["sam"], at=now - timedelta(days=190)) as watch:
            watch.thing = Stationery.say(None, language, footer=footer)
    with logged(None, by=cast.desk["birgit"], at=now - timedelta(days=40)) as watch:
        signature = "Viele Grüße aus Bochum\n{agent}, Team {team}"
        watch.thing = Stationery.say(cast.teams[NORTH], "de", signature=signature)
