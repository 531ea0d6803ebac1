"""What the rules do: how large the field is, what stands in the way; of requests and rules, never of persons."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.person import Person
from policies.case.hindrance import Hindrance
from policies.insight.bottleneck import BINDING, Bottleneck, bottleneck
from policies.insight.contact import GAIN_ALLOWED, UNPROMPTED_WANTED, prompting
from policies.insight.field import WINDOW, FieldSize, by_cause, field_size
from policies.insight.lost import AFTER_NO, GAVE_UP, OPEN_REQUEST, UNANSWERED, Month, won_and_lost
from policies.insight.met import rules_met
from policies.insight.share import FEWEST, FEWEST_PEOPLE, lines
from policies.weigh.decision import Dimension

from .access import only, sets_rules

WIDTH, HEIGHT, LABELS = 640, 160, 5  # of the chart, in its own units; how many weeks of it are named
THREE = (Dimension.KOENNEN, Dimension.WOLLEN, Dimension.DUERFEN)
NAMES = {
    Dimension.KOENNEN: _("Können: the practice for it was missing"),
    Dimension.WOLLEN: _("Wollen: somebody else should take it"),
    Dimension.DUERFEN: _("Dürfen: limit or budget did not reach"),
    Dimension.GUARDRAIL: _("A guardrail forbids it"),
    Dimension.CONFLICT: _("Too close to the customer"),
}
LOST = {
    GAVE_UP: _("gave up waiting on the line and were not reached that day"),
    UNANSWERED: _("left a chat nobody had taken"),
    OPEN_REQUEST: _("ended their contract while a request was open"),
    AFTER_NO: _("ended their contract within 90 days after a no"),
}


@require_safe
@only(sets_rules)
def insight(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    field = field_size(at=now)
    context = {
        "field": field,
        "chart": chart(field),
        "weeks": field.weeks[::-1],
        "causes": by_cause(_teams_of(request.user), at=now),
        "few": FEWEST,
        "few_people": FEWEST_PEOPLE,
        **in_the_way(bottleneck(at=now)),
        "hindrances": hindrances(at=now),
        "prompting": prompting(at=now),
        "gain_allowed": GAIN_ALLOWED,
        "unprompted_wanted": UNPROMPTED_WANTED,
        "met": rules_met(at=now),
        **front_and_back(won_and_lost(at=now)),
    }
    return render(request, "studio/insight.html", context)


def front_and_back(months: list[Month]) -> dict[str, object]:
    """Won and lost side by side, in one unit and on one scale; there is no way to show one without the other."""
    most = max((max(month.won, month.lost) for month in months), default=0) or 1
    bars = [(month, 100 * month.won // most, 100 * month.lost // most) for month in reversed(months)]
    return {"months": bars, "lost_by": [(name, _in_months(why, months)) for why, name in LOST.items()]}


def _in_months(why: str, months: list[Month]) -> int:
    return sum(month.by_reason[why] for month in months)


def chart(field: FieldSize) -> dict[str, object]:
    """Where the line goes and which weeks are named below it."""
    weeks = field.weeks
    step = WIDTH / (len(weeks) - 1)
    every = (len(weeks) - 1) // LABELS
    return {
        "lines": lines([week.share for week in weeks], width=WIDTH, height=HEIGHT),
        "marks": [(percent, HEIGHT - HEIGHT * percent // 100) for percent in (0, 25, 50, 75, 100)],
        "days": [(round(number * step), weeks[number].ends) for number in range(0, len(weeks), every)],
        "width": WIDTH,
        "height": HEIGHT,
    }


def hindrances(*, at: datetime) -> list[tuple[str, int]]:
    """What was in the way besides the rules, and on how many cases: nothing a wider limit makes good."""
    counted = Hindrance.objects.since(at - timedelta(days=WINDOW)).counted()
    return [(Hindrance.What(what).label, number) for what, number in counted.items() if number]


def in_the_way(found: Bottleneck) -> dict[str, object]:
    """The three dimensions always, the two steps before them where they were ever in the way."""
    shown = [
        (NAMES[name], found.percents.get(name, 0))
        for name in BINDING
        if name in THREE or found.percents.get(name)
    ]
    return {"bottleneck": found, "in_the_way": shown}


def _teams_of(person: Person) -> frozenset[int] | None:
    return None if person.is_staff else frozenset(person.led_team_ids)
