"""A place in line: one live contact – a call, a chat, a callback – from its first arrival to its end.

The row is what the fold of its events says; every verb locks it, folds, looks whether the event makes sense, and writes
event, row and deadlines in one transaction. So it does not matter who speaks first, and an event told late is put where
it belongs.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import models
from django.db.models import Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.customer import Customer
from accounts.team import Team
from tickets.cause import Cause

from . import words as on
from .ahead import how_many_ahead
from .call_ticket import PHONE, Ticketed
from .callback import Callbackable
from .conversation import Conversational
from .follow_up import Followable
from .heard import USUAL
from .hearing import Hearing
from .kept import SAME_MATTER, Keeping
from .order import MOST_OVERTAKEN, Turn

if TYPE_CHECKING:
    from accounts.person import Person

WHO: Final = [(word, word) for word in on.ENDED_BY if word]


class PlaceQuerySet(models.QuerySet["Place"]):
    def in_line(self) -> PlaceQuerySet:
        """Who waits for somebody, on the line or for our call."""
        return self.filter(phase__in=on.IN_LINE)

    def servable(self, now: datetime) -> PlaceQuerySet:
        """Who could be offered to somebody now: not on offer, not booked for later."""
        later = models.Q(not_before__gt=now)
        return self.in_line().filter(offered_to=None).exclude(later)

    def at_the_head(self, most: int) -> PlaceQuerySet:
        """Of each team's line so many: whom we dropped, then whoever came first."""
        order = ("-comes_first", "arrived_at", "pk")
        number = Window(RowNumber(), partition_by="team", order_by=order)
        return (
            self.annotate(nth=number)
            .filter(nth__lte=most)
            .select_related("customer")
            .order_by("arrived_at", "pk")
        )

    def with_agent(self) -> PlaceQuerySet:
        return self.filter(phase__in=on.WITH_AGENT)

    def talking_since(self, moment: datetime) -> PlaceQuerySet:
        """Whoever has been talking to somebody since then or longer."""
        return self.filter(phase__in=(on.TALKING, on.HELD), answered_at__lte=moment)

    def unsettled(self) -> PlaceQuerySet:
        return self.exclude(phase__in=on.OVER)

    def waited(self) -> PlaceQuerySet:
        """Whose first wait is over: answered, though we may owe them another call, asleep, or gone."""
        return self.filter(models.Q(phase__in=(*on.OVER, on.ASLEEP)) | ~models.Q(first_answered_at=None))

    def worked_by(self, person: Person) -> PlaceQuerySet:
        """The own teams' contacts and those that overflowed to everybody; never one's own."""
        if not person.is_agent:
            return self.none()
        own = models.Q(team__among=person.team_ids) | models.Q(agent=person) | models.Q(offered_to=person)
        return self.filter(own | models.Q(escalated=True)).exclude(customer__person=person)

    def owned_by(self, person: Person) -> PlaceQuerySet:
        return self.filter(customer__person=person) if person.is_active else self.none()

    def left_to_leads(self) -> PlaceQuerySet:
        """Whom we do not know and could not call, until somebody says what came of it."""
        return self.filter(phase=on.UNREACHED, has_outcome=False)

    def called_late(self, now: datetime) -> PlaceQuerySet:
        """Whose call is late: half an hour after it was wanted, or after the time they chose."""
        since = now - timedelta(seconds=USUAL.called_within)
        theirs = self.filter(phase__in=on.OWED_A_CALL, waiting_since__lte=since)
        return theirs.exclude(not_before__gt=since)

    def in_trouble(self) -> PlaceQuerySet:
        """For whom something the house owes them could not be done."""
        return self.exclude(trouble="")

    def given_up_before(self, place: Place) -> PlaceQuerySet:
        """Calls with a ticket of their own which the same customer gave up shortly before, the last one first."""
        since = place.arrived_at - SAME_MATTER
        theirs = self.filter(customer=place.customer_id, phase=on.ABANDONED, ticket__channel=PHONE)
        theirs = theirs.filter(arrived_at__gt=since, arrived_at__lte=place.arrived_at).exclude(pk=place.pk)
        return theirs.order_by("-arrived_at")

    def with_people(self) -> PlaceQuerySet:
        return self.select_related("customer__person", "team", "agent", "offered_to", "cause")


class Place(Keeping, Hearing, Ticketed, Conversational, Callbackable, Followable, models.Model):
    class Channel(models.TextChoices):
        PHONE = "phone", _("phone")
        CHAT = "chat", _("chat")
        PORTAL = "portal", _("portal")

    class Phase(models.TextChoices):
        NEW = on.NEW, _("new")
        WAITING = on.WAITING, _("waits on the line")
        CALLBACK = on.CALLBACK, _("waits for our call")
        RESERVED = on.RESERVED, _("about to be called")
        DIALLING = on.DIALLING, _("being called")
        TALKING = on.TALKING, _("talking")
        HELD = on.HELD, _("on hold")
        ASLEEP = on.ASLEEP, _("asleep")
        ABANDONED = on.ABANDONED, _("gave up")
        ENDED = on.ENDED, _("ended")
        PROMISED = on.PROMISED, _("promised as a ticket")
        UNREACHED = on.UNREACHED, _("not reached")

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="places", verbose_name=_("team"))
    customer = models.ForeignKey(
        Customer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="places",
        verbose_name=_("customer"),
    )
    caller = models.CharField(_("caller’s number"), max_length=40, blank=True, default="")
    status = models.CharField(  # at arrival, so that both sides can be compared later
        _("customer status"), max_length=12, blank=True, default="", choices=Customer.Status.choices
    )
    cause = models.ForeignKey(
        Cause, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("cause")
    )
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices, default=Channel.PHONE)
    matter = models.CharField(_("matter"), max_length=200, blank=True, default="")
    outcome = models.CharField(_("outcome"), max_length=200, blank=True, default="")
    priority = models.PositiveSmallIntegerField(_("priority"), default=0)
    overtaken = models.PositiveSmallIntegerField(default=0)
    needs_time = models.BooleanField(default=False)  # an agent said so; it does not count as work in hand
    escalated = models.BooleanField(default=False)  # offered to every team from then on
    ticket = models.ForeignKey(
        "tickets.Ticket", on_delete=models.PROTECT, null=True, blank=True, related_name="places"
    )
    follow_up_at = models.DateTimeField(null=True, blank=True)  # when a call given up was looked after
    key = models.CharField(max_length=64, null=True, blank=True)
    trouble = models.CharField(
        _("trouble"), max_length=200, blank=True, default=""
    )  # why care failed, until it works or they move on
    # From here on the row repeats what the fold of its events says.
    phase = models.CharField(_("phase"), max_length=10, choices=Phase.choices, default=Phase.NEW)
    arrived_at = models.DateTimeField(_("first arrival"), default=timezone.now)
    queued = models.BooleanField(default=False)
    stretch = models.PositiveSmallIntegerField(default=0)
    waiting_since = models.DateTimeField(null=True, blank=True)
    offers = models.PositiveSmallIntegerField(default=0)
    offered_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="offered_places",
    )
    offered_at = models.DateTimeField(null=True, blank=True)
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="held_places"
    )
    talks = models.PositiveSmallIntegerField(default=0)
    answered_at = models.DateTimeField(null=True, blank=True)
    first_answered_at = models.DateTimeField(null=True, blank=True)
    holds = models.PositiveSmallIntegerField(default=0)
    held_since = models.DateTimeField(null=True, blank=True)
    transfers = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True, blank=True)
    comes_first = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=10, blank=True, default="", choices=WHO)
    drop = models.CharField(max_length=12, blank=True, default="")
    drops = models.PositiveSmallIntegerField(default=0)  # stays when we have called back
    offer_told = models.CharField(max_length=80, blank=True, default="")  # stretch and word
    talked_seconds = models.FloatField(null=True)  # over all talks; None: not summed yet
    booked_at = models.DateTimeField(null=True, blank=True)
    has_outcome = models.BooleanField(default=False)
    # Whether they were back with the same cause within a week of our answer; not known before, nor without a cause.
    came_back = models.BooleanField(null=True, editable=False)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place in line")
        verbose_name_plural = _("places in line")
        constraints = [
            models.UniqueConstraint(fields=["customer", "key"], name="place_once_per_key"),
            models.CheckConstraint(
                name="place_ended_by_people", condition=models.Q(ended_by__in=on.ENDED_BY)
            ),
            models.CheckConstraint(
                name="place_overtaken_bounded", condition=models.Q(overtaken__lte=MOST_OVERTAKEN)
            ),
            models.CheckConstraint(name="place_priority_bounded", condition=models.Q(priority__lte=9)),
        ]
        indexes = [
            models.Index(fields=["team", "phase", "arrived_at"], name="place_in_line"),
            models.Index(fields=["customer", "-arrived_at"], name="place_of_customer"),
            models.Index(fields=["agent", "phase"], name="place_of_agent"),
            models.Index(
                fields=["team", "-first_answered_at"], condition=models.Q(queued=True), name="place_served"
            ),
            models.Index(fields=["team", "ended_at"], name="place_ended"),
            models.Index(fields=["arrived_at"], name="place_arrived"),
            models.Index(fields=["team"], condition=~models.Q(trouble=""), name="place_in_trouble"),
            models.Index(
                fields=["first_answered_at"],
                condition=models.Q(
                    came_back=None,
                    first_answered_at__isnull=False,
                    customer__isnull=False,
                    cause__isnull=False,
                ),
                name="place_not_judged",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.phase}"

    @property
    def turn(self) -> Turn:
        """As the order of the line sees it."""
        return Turn(self.pk, self.arrived_at, self.priority, self.comes_first, self.overtaken)

    @property
    def waits_from(self) -> datetime:
        """Before the time they chose to be called nobody waits."""
        return max(self.arrived_at, self.booked_at or self.arrived_at)

    @property
    def is_in_line(self) -> bool:
        return self.phase in on.IN_LINE

    @property
    def name(self) -> str:
        """Who it is, as far as we know."""
        return self.customer.person.name if self.customer else self.caller or str(_("unknown caller"))

    def ahead(self) -> int:
        """How many are served before this one, if nobody else comes."""
        return how_many_ahead(self)
