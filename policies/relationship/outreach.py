"""Outreach: a few customers a week who grew quiet, for somebody of the team to call, and as many who are left alone.

Who is on the list is drawn by lot among those who are quiet now, never by what anybody is worth. As many are drawn and
held out: without them nobody could tell whether calling helps, or whether they would have come back anyway.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.customer import Customer
from accounts.person import Person
from accounts.team import Team
from tickets.feedback.silence import Silence
from tickets.feedback.survey import Survey
from tickets.rating import Rating
from tickets.ticket import Ticket

from .holding import Holding
from .quiet import YEAR, Quiet, quiet

MOST_A_WEEK = 5  # for each team on the list, and as many held out
MOST_LOOKED_AT, MOST_CANDIDATES, MOST_COMPARED = 200, 5000, 2000
NOT_AGAIN_WITHIN = timedelta(days=182)
BACK_WITHIN = timedelta(days=91)
LEAST = 30  # of each group, before a share of it says anything


class OutreachQuerySet(models.QuerySet["Outreach"]):
    def led_by(self, person: Person) -> OutreachQuerySet:
        """The lists are the leads'; who is held out stands on none."""
        return self.filter(team__in=person.led_team_ids)

    def listed(self) -> OutreachQuerySet:
        return self.filter(held_out=False)

    def grown(self, on: date) -> OutreachQuerySet:
        """Drawn so long ago that one can say who came back."""
        return self.filter(week__lte=on - BACK_WITHIN)


class Outreach(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    week = models.DateField()  # its Monday
    held_out = models.BooleanField(default=False)
    # What went on in the year before it was drawn, and in the one before that: the reason that stands beside it.
    this_year = models.PositiveIntegerField()
    year_before = models.PositiveIntegerField()
    reached_at = models.DateTimeField(null=True, blank=True)
    reached_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = OutreachQuerySet.as_manager()

    class Meta:
        verbose_name = _("quiet customer of a week")
        verbose_name_plural = _("quiet customers of a week")
        ordering = ["-week", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "week"], name="outreach_once_a_week"),
            models.CheckConstraint(
                name="outreach_reached_by_somebody",
                condition=Q(reached_at=None, reached_by=None)
                | Q(reached_at__isnull=False, reached_by__isnull=False, held_out=False),
            ),
        ]
        indexes = [models.Index(fields=["team", "week"], name="outreach_of_team")]

    def __str__(self) -> str:
        return f"{self.week}: {self.customer_id}"

    @property
    def words(self) -> str:
        """Why it was drawn."""
        return Quiet((), self.this_year, self.year_before).words

    def reach(self, *, by: Person, at: datetime | None = None) -> bool:
        """Somebody spoke with them; False when that was said before."""
        now = at or timezone.now()
        mine = Outreach.objects.listed().filter(pk=self.pk, reached_at=None)
        return bool(mine.update(reached_at=now, reached_by=by))


def own(customer: Customer) -> list[dict[str, object]]:
    """For the customer's own data: when they were drawn, to be called or to be left alone, why, and when somebody spoke
    with them. Who did stays ours, as everywhere."""
    drawn = Outreach.objects.filter(customer=customer).order_by("week", "pk")
    return list(drawn.values("week", "held_out", "this_year", "year_before", "reached_at"))


@dataclass(frozen=True, slots=True)
class Group:
    """Of how many it is known, and how many of them wrote or bought within three months."""

    known: int
    back: int

    @property
    def percent(self) -> int | None:
        """None while it would say more than is known."""
        return round(100 * self.back / self.known) if self.known >= LEAST else None


def draw_now(*, now: datetime | None = None) -> int:
    """Draw this week's list of each team that has none yet; how many were drawn. Drawn twice it is the same."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    week = today - timedelta(days=today.weekday())
    done = Outreach.objects.filter(week=week).values("team")
    return sum(_draw(team, week, now=now) for team in Team.objects.exclude(pk__in=done).order_by("pk"))


def outcome(rows: OutreachQuerySet, *, on: date) -> tuple[Group, Group]:
    """Whoever was on a list, called or not, and whoever was held out: how many came back."""
    drawn = list(rows.grown(on).values_list("customer", "week", "held_out")[:MOST_COMPARED])
    seen = (
        _seen_again({customer for customer, _week, _out in drawn}, since=min(row[1] for row in drawn))
        if drawn
        else {}
    )
    groups = [
        [
            any(week <= day < week + BACK_WITHIN for day in seen.get(customer, ()))
            for customer, week, _out in part
        ]
        for part in ([row for row in drawn if row[2] is held_out] for held_out in (False, True))
    ]
    listed, left = (Group(len(group), sum(group)) for group in groups)
    return listed, left


def _seen_again(customers: set[int], *, since: date) -> dict[int, list[date]]:
    """The days on which each of them wrote or bought."""
    begins = datetime.combine(since, time(), timezone.get_default_timezone())
    wrote = Ticket.objects.filter(customer__among=customers, created_at__gte=begins)
    bought = Holding.objects.filter(customer__among=customers, began_on__gte=since)
    days: dict[int, list[date]] = defaultdict(list)
    for customer, at in wrote.values_list("customer", "created_at"):
        days[customer].append(timezone.localdate(at))
    for customer, day in bought.values_list("customer", "began_on"):
        days[customer].append(day)
    return days


def _draw(team: Team, week: date, *, now: datetime) -> int:
    candidates = sorted(_candidates(team, week, now=now))
    lot = random.Random(f"{team.pk}:{week}")  # noqa: S311 – a lot everybody can draw again, no secret
    lot.shuffle(candidates)
    found: list[tuple[Customer, Quiet]] = []
    people = Customer.objects.in_bulk(candidates[:MOST_LOOKED_AT])
    for pk in candidates[:MOST_LOOKED_AT]:
        read = quiet(people[pk], now=now)
        if read.is_fragile:
            found.append((people[pk], read))
        if len(found) == 2 * MOST_A_WEEK:
            break
    rows = [
        Outreach(
            customer=customer,
            team=team,
            week=week,
            held_out=bool(place % 2),
            this_year=read.this_year,
            year_before=read.year_before,
        )
        for place, (customer, read) in enumerate(found)
    ]
    return len(Outreach.objects.bulk_create(rows, ignore_conflicts=True))


def _candidates(team: Team, week: date, *, now: datetime) -> set[int]:
    """Customers of two years and more who answered in the last one; who was drawn lately, or wishes for no questions,
    has peace."""
    since = now - YEAR
    rated = Rating.objects.filter(ticket__team=team, at__gt=since).values_list("ticket__customer", flat=True)
    answered = Survey.objects.filter(
        ticket__team=team, ending=Survey.Ending.ANSWERED, closed_at__gt=since
    ).values_list("customer", flat=True)
    people = {*_some(rated), *_some(answered)}
    lately = Outreach.objects.filter(week__gt=week - NOT_AGAIN_WITHIN).values("customer")
    long = Customer.objects.filter(
        pk__in=people, status=Customer.Status.ESTABLISHED, since__lte=(now - 2 * YEAR).date()
    )
    silent = Silence.objects.filter(ended_at=None).values("customer")
    return set(long.exclude(pk__in=lately).exclude(pk__in=silent).values_list("pk", flat=True))


def _some(rows: QuerySet[object, int]) -> Iterable[int]:
    return rows.order_by().distinct()[:MOST_CANDIDATES]
