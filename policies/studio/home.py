"""The studio's first page: what waits for the lead, how the money stands, how the rules work. One look, then on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.person import Person
from policies.asks.ask import Ask
from policies.challenges.challenge import Challenge
from policies.facts import rules_in_force
from policies.insight.field import field_size
from policies.insight.proposal import proposals
from policies.insight.share import FEWEST
from policies.ledger.budget import Budget, BudgetPeriod, month_of
from policies.rules.rulebook import Rulebook
from policies.rules.space import Idea

from .access import may_be_asked, only, sets_rules
from .rules.upkeep import kept

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Money:
    """All budgets one looks after in the house's currency, this month; `short` are those with a tenth left or less."""

    budgets: int
    left_cents: int
    allotted_cents: int
    short: tuple[str, ...]

    @property
    def used_percent(self) -> int:
        used = self.allotted_cents - self.left_cents
        return min(100, 100 * used // self.allotted_cents) if self.allotted_cents else 0


@require_safe
@only(may_be_asked)
def home(request: HttpRequest) -> HttpResponse:
    """For leads and administrators; whoever is only asked now and then goes straight to the questions."""
    if not sets_rules(request.user):
        return redirect("studio:asks")
    now = timezone.now()
    asks = Ask.objects.answerable_by(request.user).open()
    context = {
        "asks": asks.count(),
        "next_asks": asks.with_story().order_by("due_at", "pk")[:SHOWN],
        "money": money_of(request.user, at=now),
        "currency": settings.CURRENCY,
        "field": field_size(at=now),
        "few": FEWEST,
        "drafts": Rulebook.objects.filter(state=Rulebook.State.DRAFT)[:SHOWN],
        "challenges": Challenge.objects.answerable_by(request.user).count(),
        "upkeep": upkeep_of(at=now),
        "ideas": Idea.objects.answerable_by(request.user).waiting().count(),
    }
    return render(request, "studio/home.html", context)


@dataclass(frozen=True, slots=True)
class Upkeep:
    """How many limits could be wider, rules did nothing, and rules nobody has looked at for a year."""

    wider: int
    idle: int
    stale: int


def upkeep_of(*, at: datetime) -> Upkeep | None:
    """None before the first version, and where nothing is to be done."""
    if not Rulebook.objects.filter(state=Rulebook.State.PUBLISHED).exists():
        return None
    rules = rules_in_force()
    rows = kept(rules, at=at)
    found = Upkeep(
        len(proposals(rules, at=at)), sum(row.idle for row in rows), sum(row.stale for row in rows)
    )
    return found if found.wider or found.idle or found.stale else None


def money_of(person: Person, *, at: datetime) -> Money:
    """Two queries; a month nobody booked in yet will open with the full amount."""
    starts, _ends = month_of(at)
    budgets = list(Budget.objects.managed_by(person).filter(currency=settings.CURRENCY).order_by("name"))
    periods = {row.budget_id: row for row in BudgetPeriod.objects.filter(budget__in=budgets, starts=starts)}
    rows = []
    for budget in budgets:
        period = periods.get(budget.pk)
        allotted = period.allotted_cents if period else budget.monthly_cents
        rows.append((budget.name, allotted, period.left_cents if period else budget.monthly_cents))
    return Money(
        budgets=len(rows),
        left_cents=sum(left for _name, _allotted, left in rows),
        allotted_cents=sum(allotted for _name, allotted, _left in rows),
        short=tuple(name for name, allotted, left in rows if left * 10 <= allotted),
    )
