"""A forecast: what somebody was told on arrival, kept beside what it came to be, so that the error is known."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from . import words as on
from .ahead import Seen, seen_from
from .estimate import (
    OWN_KEPT,
    Line,
    Range,
    Shown,
    bucket_of,
    estimate,
    estimators,
    patience_of,
    range_of,
    show,
)
from .heard import USUAL

if TYPE_CHECKING:
    from .place import Place

TALKS: Final = timedelta(hours=4)
USUAL_TALK: Final = 240.0
PATIENCE: Final = timedelta(days=28)
# What weeks of history say moves slowly: a process reads it once in so many seconds. Five hundred people who watch
# their place would otherwise sum up the same thousands of rows again and again.
KNOWN_SECONDS: Final = 30


class Forecast(models.Model):
    place = models.OneToOneField("tickets.Place", on_delete=models.CASCADE, related_name="forecast")
    team = models.ForeignKey("accounts.Team", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    ahead = models.PositiveIntegerField()
    bucket = models.PositiveSmallIntegerField()
    said = models.JSONField(default=dict)  # what each estimator said, in seconds
    least_seconds = models.FloatField()
    likely_seconds = models.FloatField(null=True, blank=True)
    most_seconds = models.FloatField(null=True, blank=True)
    real_seconds = models.FloatField(null=True, blank=True)  # once somebody answered
    shown = models.JSONField(default=dict)  # what stands on their page now, so that it does not dance

    class Meta:
        verbose_name = _("forecast of a wait")
        verbose_name_plural = _("forecasts of waits")
        indexes = [
            models.Index(
                fields=["team", "bucket", "-at"], condition=~Q(real_seconds=None), name="forecast_learnt"
            )
        ]

    def __str__(self) -> str:
        return f"{self.place_id}: {self.least_seconds:.0f}–{self.most_seconds or 0:.0f}"

    @property
    def is_long(self) -> bool:
        """Longer than the hold budget: then a callback is offered at once."""
        return bool(self.said["announced"] > USUAL.callback_after)

    @classmethod
    def make(cls, place: Place, *, at: datetime) -> Forecast:
        """What whoever enters now has to expect; the first one counts, whoever comes back keeps theirs."""
        line = line_now(place, at=at)
        bucket = bucket_of(estimate(line))
        expected = range_of(bucket, own_waits(place.team_id, bucket, at=at))
        forecast, _made = cls.objects.get_or_create(
            place=place,
            defaults={
                "team": place.team,
                "at": at,
                "ahead": line.ahead,
                "bucket": bucket,
                "said": estimators(line),
                "least_seconds": expected.least,
                "likely_seconds": expected.likely,
                "most_seconds": expected.most,
            },
        )
        return forecast

    @classmethod
    def settle(cls, place: Place) -> None:
        """Somebody answered: now the error is known."""
        if place.first_answered_at is not None:
            waited = (place.first_answered_at - place.waits_from).total_seconds()
            cls.objects.filter(place=place, real_seconds=None).update(real_seconds=max(0.0, waited))


class Outlook(NamedTuple):
    """What whoever waits reads now: the range shown, whether an upper end was ever known, and how many are ahead."""

    shown: Shown
    is_known: bool
    ahead: int
    expected: Range


def outlook_of(place: Place, *, at: datetime) -> Outlook:
    """What whoever waits reads now, after what they read before.

    What has just fallen does not rise again within a minute, however often the page looks.
    """
    seen = seen_from(place, at=at)
    line = _line(place, seen, at=at)
    expected = _expected(place, line, at=at)
    before = Shown(**seen.shown) if seen.shown else None
    shown = show(expected, before, at.timestamp())
    if shown != before:
        Forecast.objects.filter(place=place.pk).update(shown=asdict(shown))
    return Outlook(shown, expected.most is not None or before is not None, line.ahead, expected)


def expected_from_now(place: Place, *, at: datetime) -> Range:
    """What still lies before somebody who waits."""
    return _expected(place, line_now(place, at=at), at=at)


def _expected(place: Place, line: Line, *, at: datetime) -> Range:
    bucket = bucket_of(estimate(line))
    waited = (at - place.arrived_at).total_seconds()
    return range_of(bucket, own_waits(place.team_id, bucket, at=at), max(0.0, waited))


def line_now(place: Place, *, at: datetime) -> Line:
    """The line of its team as whoever stands at this place sees it."""
    return _line(place, seen_from(place, at=at), at=at)


def _line(place: Place, seen: Seen, *, at: datetime) -> Line:
    pace = _pace_of(type(place), place.team_id, _moment(at))
    return Line(
        ahead=seen.ahead,
        last_wait=(seen.answered_at - seen.answered_came_at).total_seconds() if seen.answered_at else 0.0,
        head_waited=(at - seen.head_came_at).total_seconds() if seen.head_came_at else 0.0,
        serving=max(1, seen.serving) / pace.talk_seconds,
        patience=pace.patience,
    )


@dataclass(frozen=True, slots=True)
class Pace:
    """How long talks of a team take, and how patient those are who call it."""

    talk_seconds: float
    patience: float


def _moment(at: datetime) -> int:
    return int(at.timestamp()) // KNOWN_SECONDS


@lru_cache(maxsize=256)
def _pace_of(places: type[Place], team: int, moment: int) -> Pace:
    at, theirs = datetime.fromtimestamp(moment * KNOWN_SECONDS, UTC), places.objects.filter(team=team)
    talks = theirs.filter(ended_at__gt=at - TALKS, answered_at__lt=F("ended_at"))
    talk = talks.aggregate(mean=models.Avg(F("ended_at") - F("answered_at")))["mean"]
    left = theirs.filter(phase=on.ABANDONED, booked_at=None, arrived_at__gt=at - PATIENCE)
    gone = left.aggregate(count=models.Count("pk"), waited=models.Sum(F("ended_at") - F("arrived_at")))
    served = Forecast.objects.filter(team=team, at__gt=at - PATIENCE)
    waited = served.aggregate(seconds=models.Sum("real_seconds"))["seconds"] or 0.0
    waited += gone["waited"].total_seconds() if gone["waited"] else 0.0
    return Pace(talk.total_seconds() if talk else USUAL_TALK, patience_of(gone["count"], waited))


def own_waits(team: int, bucket: int, *, at: datetime) -> tuple[float, ...]:
    """The latest waits of this team that began as this one does, sorted."""
    return _own_waits(team, bucket, _moment(at))


@lru_cache(maxsize=1024)
def _own_waits(team: int, bucket: int, _known_in: int) -> tuple[float, ...]:
    learnt = Forecast.objects.filter(team=team, bucket=bucket).exclude(real_seconds=None)
    return tuple(sorted(learnt.order_by("-at").values_list("real_seconds", flat=True)[:OWN_KEPT]))


def forget_pace() -> None:
    """For tests, each of which has a history of its own."""
    _pace_of.cache_clear()
    _own_waits.cache_clear()
