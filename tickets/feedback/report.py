"""What customers answered, by team: each figure with its number, interval, share of answers and dates; no persons."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count

from .eligible import EFFORT, ORDER, RECOMMENDATION, SATISFACTION
from .figures import FEWEST, Figure, effort, mean, recommendation, sample, satisfaction
from .survey import Survey

if TYPE_CHECKING:
    from accounts.team import Team, TeamQuerySet

RANGE, WEEK = timedelta(days=90), timedelta(days=7)
MOST_READ = 8
_FORMULAS = {SATISFACTION: satisfaction, EFFORT: effort, RECOMMENDATION: recommendation}


@dataclass
class Answers:
    """One question of one team: how many were asked, and how often each answer came."""

    kind: str
    asked: int = 0
    scores: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def answered(self) -> int:
        return sum(self.scores.values())

    @property
    def percent_answered(self) -> int:
        return round(100 * self.answered / self.asked) if self.asked else 0

    @property
    def figure(self) -> Figure | None:
        """None for too few: a number out of less than thirty answers would be read as one."""
        return _FORMULAS[self.kind](self.scores) if self.answered >= FEWEST else None

    @property
    def mean(self) -> float:
        return mean(self.scores)


def by_team(teams: TeamQuerySet, *, now: datetime) -> list[tuple[Team, list[Answers]]]:
    """Each team with its three questions, in two queries however many answers there are."""
    found: dict[int, dict[str, Answers]] = defaultdict(lambda: {kind: Answers(kind) for kind in ORDER})
    rows = Survey.objects.asked_in(now - RANGE, now).filter(ticket__team__in=teams)
    for team, kind, score, times in (
        rows.values_list("ticket__team", "kind", "score").annotate(times=Count("pk")).order_by()
    ):
        answers = found[team][kind]
        answers.asked += times
        if score is not None:
            answers.scores[score] += times
    return [(team, list(found[team.pk].values())) for team in teams.order_by("name")]


def words_of_the_week(teams: TeamQuerySet, *, now: datetime) -> list[Survey]:
    """Some of what was said in seven days, by lot; whoever leads reads words, not a ranking of who got them."""
    said = Survey.objects.filter(ticket__team__in=teams, closed_at__gte=now - WEEK, closed_at__lt=now)
    numbers = list(said.exclude(words="").order_by("pk").values_list("pk", flat=True)[:2000])
    drawn = sample(numbers, week=now.strftime("%G-%V"), most=MOST_READ)
    return list(Survey.objects.filter(pk__in=drawn).select_related("ticket").order_by("-closed_at"))
