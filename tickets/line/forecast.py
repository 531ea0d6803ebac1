"""A forecast: what somebody was told on arrival, kept beside what it came to be, so that the error is known."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from . import course as on
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
    from accounts.team import Team

    from .place import Place

TALKS: Final = timedelta(hours=4)
USUAL_TALK: Final = 240.0
PATIENCE: Final = timedelta(days=28)


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
        line = line_now(place.team, at=at, ahead_of=place)
        bucket = bucket_of(estimate(line))
        expected = range_of(bucket, own_waits(place.team, bucket))
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
            waited = (place.first_answered_at - place.arrived_at).total_seconds()
            cls.objects.filter(place=place, real_seconds=None).update(real_seconds=max(0.0, waited))


def expected_from_now(place: Place, *, at: datetime) -> Range:
    """What still lies before somebody who waits."""
    line = line_now(place.team, at=at, ahead_of=place)
    bucket = bucket_of(estimate(line))
    waited = (at - place.arrived_at).total_seconds()
    return range_of(bucket, own_waits(place.team, bucket), max(0.0, waited))


def show_now(place: Place, *, at: datetime, expected: Range | None = None) -> tuple[Shown, bool]:
    """What whoever waits reads now, after what they read before; and whether an upper end was ever known.

    What has just fallen does not rise again within a minute, however often the page looks.
    """
    expected = expected or expected_from_now(place, at=at)
    row = Forecast.objects.filter(place=place).first()
    before = Shown(**row.shown) if row and row.shown else None
    shown = show(expected, before, at.timestamp())
    if row and shown != before:
        Forecast.objects.filter(pk=row.pk).update(shown=asdict(shown))
    return shown, expected.most is not None or before is not None


def own_waits(team: Team, bucket: int) -> list[float]:
    """The latest waits of this team that began as this one does, sorted."""
    learnt = Forecast.objects.filter(team=team, bucket=bucket).exclude(real_seconds=None)
    return sorted(learnt.order_by("-at").values_list("real_seconds", flat=True)[:OWN_KEPT])


def line_now(team: Team, *, at: datetime, ahead_of: Place) -> Line:
    """The line of a team as whoever stands at this place sees it."""
    places = type(ahead_of).objects.filter(team=team)
    ahead = places.in_line().filter(arrived_at__lte=at).exclude(pk=ahead_of.pk)
    ahead = ahead.filter(Q(arrived_at__lt=ahead_of.arrived_at) | Q(priority__gt=ahead_of.priority))
    head = ahead.filter(phase=on.WAITING).order_by("arrived_at").values_list("arrived_at", flat=True).first()
    latest = places.filter(queued=True, first_answered_at__lte=at).order_by("-first_answered_at").first()
    talks = places.filter(ended_at__gt=at - TALKS, answered_at__lt=F("ended_at"))
    mean_talk = talks.aggregate(mean=models.Avg(F("ended_at") - F("answered_at")))["mean"]
    left = places.filter(phase=on.ABANDONED, arrived_at__gt=at - PATIENCE)
    waited = Forecast.objects.filter(team=team, at__gt=at - PATIENCE).aggregate(s=models.Sum("real_seconds"))[
        "s"
    ]
    gone = left.aggregate(n=models.Count("pk"), s=models.Sum(F("ended_at") - F("arrived_at")))
    waited_by_gone = gone["s"].total_seconds() if gone["s"] else 0.0
    return Line(
        ahead=ahead.count(),
        last_wait=(latest.first_answered_at - latest.arrived_at).total_seconds() if latest else 0.0,
        head_waited=(at - head).total_seconds() if head else 0.0,
        serving=max(1, places.with_agent().count())
        / (mean_talk.total_seconds() if mean_talk else USUAL_TALK),
        patience=patience_of(gone["n"], (waited or 0.0) + waited_by_gone),
    )
