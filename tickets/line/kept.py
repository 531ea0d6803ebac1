"""A place that is kept: whoever comes again about the same matter goes on where they were, by whatever way they come.

The same matter is the same cause; where either side names none, the same team, and for whoever was handed on any team:
they dial the number they know. Another matter is another place, and both live. A second call beside one that still
waits is another call: a firm shares one number.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.customer import Customer
from accounts.person import Person
from accounts.team import Team
from tickets.cause import Cause
from tickets.ticket import Ticket

from . import words as on
from .forecast import Forecast

if TYPE_CHECKING:
    from .place import Place

# Whoever comes back within this time goes on where they were; whoever hung up, within this.
SAME_MATTER: Final = timedelta(hours=12)
RINGS_AGAIN: Final = timedelta(minutes=15)
# A telephone system tells of a call some seconds later; they may have written meanwhile.
TOLD_LATE: Final = timedelta(seconds=30)


class Keeping(models.Model):
    class Meta:
        abstract = True

    @classmethod
    def enter(
        cls,
        team: Team,
        *,
        customer: Customer | None = None,
        caller: str = "",
        channel: str = "phone",
        at: datetime | None = None,
        call: str = "",
        event_key: str | None = None,
        queued: bool | None = None,
        **about: Any,
    ) -> Any:
        """Somebody wants us now. Who is still in line, just hung up, or was dropped today, goes on where they were."""
        at = at or timezone.now()
        with transaction.atomic():
            if customer is not None:
                _take_turns(customer)
            place = cls.kept_for(
                customer, caller, team=team, cause=about.get("cause"), channel=channel, at=at
            )
            is_new = place is None
            if place is None:
                status = customer.status if customer else ""
                who = {"team": team, "customer": customer, "caller": caller, "status": status}
                place = cls._default_manager.create(**who, **{"channel": channel, "arrived_at": at, **about})
            else:
                place.go_on_by(channel, caller=caller, **about)
            # Whoever is known and wants to be called says that next: until then they stand where they stood.
            if is_new or channel != place.Channel.PORTAL:
                is_long = Forecast.make(place, at=at).is_long
                place.hear(on.ENTERED, at=at, call=call, key=event_key, queued=queued, is_long=is_long)
        return place

    @classmethod
    def kept_for(
        cls,
        customer: Customer | None,
        caller: str,
        *,
        team: Team,
        cause: Cause | None = None,
        channel: str = "phone",
        at: datetime,
    ) -> Place | None:
        """The place somebody still has in this matter."""
        if customer is None and not caller:
            return None
        who = Q(customer=customer) if customer else Q(customer=None, caller=caller)
        lately = Q(arrived_at__gt=at - SAME_MATTER, arrived_at__lte=at + TOLD_LATE)
        kept = cls._default_manager.filter(
            who & lately & _still_wanted(channel, at) & _of_matter(team, cause)
        )
        return kept.order_by("arrived_at", "pk").first()

    def go_on_by(self, channel: str, *, caller: str = "", **about: Any) -> None:
        """Whoever comes again goes on at this place; what was written in a chat stays where they call now."""
        if self.ticket_id is not None:
            Ticket.objects.hold(self.ticket_id)  # before the place, as whoever writes on it holds both
        portal, phone = self.Channel.PORTAL, self.Channel.PHONE
        said: dict[str, Any] = {}
        if channel == portal or (channel == phone and self.channel == self.Channel.CHAT):
            said["channel"] = (
                channel  # that of a chat is changed by the chat; who is to be called sees it in the portal
            )
        if caller and (channel == portal or not self.caller):
            said["caller"] = caller  # the number they chose to be called on
        if about.get("matter") and channel != phone:  # in their own words; of a call somebody else says it
            said["matter"] = about["matter"]
        said |= {
            name: about[name] for name in ("cause", "key") if about.get(name) and not getattr(self, name)
        }
        if said:
            type(self)._default_manager.filter(pk=self.pk).update(**said)
            self.refresh_from_db()


def _take_turns(customer: Customer) -> None:
    """The lock: of a telephone system and the portal at once, the second finds what the first took. It comes after the
    ticket of a chat that wakes, so it is not the customer's row, which comes before tickets."""
    list(Person.objects.select_for_update(no_key=True).filter(pk=customer.person_id).values_list("pk"))


def _still_wanted(channel: str, at: datetime) -> Q:
    """In line or about to be called, gone from the page before anybody was there, hung up just now, not reached, or
    dropped."""
    waits = Q(phase=on.WAITING)
    if channel == "phone":
        waits &= ~Q(channel="phone")
    elif channel == "chat":
        waits &= ~Q(channel="chat")
    goes_on = Q(ticket=None) | Q(ticket__in=Ticket.objects.unsettled())
    rang = Q(phase=on.ABANDONED, channel="phone", ended_at__gt=at - RINGS_AGAIN) & goes_on
    left = Q(phase=on.ASLEEP, talks=0) if channel != "chat" else Q(pk__in=[])
    owed = Q(phase__in=(*on.OWED_A_CALL, on.UNREACHED))
    return waits | owed | left | rang | Q(comes_first=True, phase__in=on.OVER)


def _of_matter(team: Team, cause: Cause | None) -> Q:
    by_team = Q(team=team) | Q(transfers__gt=0)
    if cause is None:
        return by_team
    return Q(cause=cause) | (Q(cause=None) & by_team)
