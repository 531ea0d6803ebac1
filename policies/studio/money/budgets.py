"""Budgets: what a month was given, what of it is reserved and spent, what it comes to, and changing its size."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.db.models import Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.person import Person
from accounts.setup_change import logged
from policies.forms import symbol
from policies.ledger.allotment import resize, set_aside
from policies.ledger.budget import Budget, BudgetPeriod, BudgetQuerySet, house_day, month_of
from policies.ledger.burndown import Burndown, burndown
from policies.ledger.expectation import expected_cents, runs_out_on
from policies.ledger.sizing import pool_cents
from policies.ledger.transfer import AVAILABLE, Step, Transfer
from policies.offer import Offer
from policies.weigh.currency import money
from tickets.ticket import Ticket

from ..access import LARGEST_ID, manages_money, only
from .forms import PotForm, SizeForm

SHOWN_ENTRIES = 50
TAKES = (Step.CUT, Step.RESERVE, Step.CARRY)
SUGGESTED_BY = timedelta(days=90)


def leads_a_team(person: Person) -> bool:
    return bool(person.led_team_ids)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One budget in one month; amounts in cents of its currency."""

    budget: Budget
    period: BudgetPeriod
    today: date

    @property
    def spent_share(self) -> int:
        return self._share(self.period.spent_cents)

    @property
    def held_share(self) -> int:
        return self._share(self.period.used_cents) - self.spent_share

    @property
    def expected_cents(self) -> int:
        return expected_cents(
            self.period.used_cents, starts=self.period.starts, ends=self.period.ends, today=self.today
        )

    @property
    def expected_left_cents(self) -> int:
        return max(self.period.allotted_cents - self.expected_cents, 0)

    @property
    def runs_out_on(self) -> date | None:
        used, given = self.period.used_cents, self.period.allotted_cents
        return runs_out_on(used, given, starts=self.period.starts, ends=self.period.ends, today=self.today)

    @property
    def day(self) -> int:
        return (self.today - self.period.starts).days + 1

    @property
    def nearly_used(self) -> bool:
        return self.period.used_cents * 10 >= self.period.allotted_cents * 9 > 0

    def _share(self, cents: int) -> int:
        """Whole per cents of the bar; what is there at all is seen."""
        share = 100 * cents // max(self.period.allotted_cents, 1)
        return min(100, max(share, 1 if cents else 0))


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the ledger: what it did to what is left, and the ticket it belongs to where one may open it."""

    transfer: Transfer
    amount: str
    ticket: Ticket | None

    @property
    def of_house(self) -> bool:
        """Whether somebody changed the size; who gave what is told with the ticket, not here."""
        return self.transfer.step in (Step.ALLOT, Step.CUT, Step.CARRY, Step.CARRIED)


@require_safe
@only(manages_money)
def budgets(request: HttpRequest) -> HttpResponse:
    return _list(request, PotForm(lead=request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@only(leads_a_team)
def pots(request: HttpRequest) -> HttpResponse:
    """A pot of small surprises for a team one leads; without a form, back to the budgets."""
    if request.method != "POST":
        return redirect("studio:budgets")
    form = PotForm(request.POST, lead=request.user)
    if not form.is_valid():
        return _list(request, form, status=422)
    said = form.cleaned_data
    with logged(None, by=request.user) as watch:
        pot, new = set_aside(said["team"], monthly_cents=said["monthly"], each_cents=said["each"])
        watch.thing = pot
    words = _("%(name)s: set aside.") if new else _("%(name)s is there already. It is changed here.")
    messages.success(request, words % {"name": pot.name})
    return redirect("studio:budget", pk=pot.pk)


def _list(request: HttpRequest, form: PotForm, *, status: int = 200) -> HttpResponse:
    sheets = _sheets(Budget.objects.managed_by(request.user), at=timezone.now())
    in_house = [sheet for sheet in sheets if sheet.budget.currency == settings.CURRENCY]
    context = {
        "sheets": sheets,
        "starts": month_of(timezone.now())[0],
        "left": money(sum(sheet.period.left_cents for sheet in in_house), settings.CURRENCY),
        "given": money(sum(sheet.period.allotted_cents for sheet in in_house), settings.CURRENCY),
        "expected": money(sum(sheet.expected_cents for sheet in in_house), settings.CURRENCY),
        "sums": len(in_house) > 1,
        "pot_form": form,
        "symbol": symbol(settings.CURRENCY),
    }
    return render(request, "studio/money/budgets.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@only(manages_money)
def budget(request: HttpRequest, pk: int) -> HttpResponse:
    """One budget with its ledger; its monthly amount is changed here, in this month and for the next ones."""
    found = Budget.objects.managed_by(request.user).filter(pk=min(pk, LARGEST_ID)).first()
    if found is None:
        raise Http404
    if request.method != "POST":
        return _page(request, found, SizeForm(budget=found))
    form = SizeForm(request.POST, budget=found)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    cents = form.cleaned_data["monthly"]
    with logged(found, by=request.user):
        each = form.cleaned_data.get("each")
        refusal = resize(found, cents, each_cents=each, by=request.user, key=form.cleaned_data["key"])
    if refusal:
        form.add_error("monthly", str(refusal.text))
        return _page(request, found, form, status=422)
    words = _("%(name)s now has %(amount)s a month.")
    messages.success(request, words % {"name": found.name, "amount": money(cents, found.currency)})
    return redirect("studio:budget", pk=found.pk)


def _page(request: HttpRequest, budget: Budget, form: SizeForm, *, status: int = 200) -> HttpResponse:
    sheet = _sheets(Budget.objects.filter(pk=budget.pk), at=timezone.now())[0]
    entries = _entries(sheet.period, request.user) if sheet.period.pk else []
    context = {"sheet": sheet, "form": form, "entries": entries, "most_entries": SHOWN_ENTRIES}
    context |= {"symbol": symbol(budget.currency), "burndown": _burndown(sheet)}
    context["suggested"] = _suggested(budget, at=timezone.now())
    return render(request, "studio/money/budget.html", context, status=status)


def _burndown(sheet: Sheet) -> Burndown | None:
    if not sheet.period.pk:
        return None
    booked = sheet.period.transfers.filter(Q(debit=AVAILABLE) | Q(credit=AVAILABLE))
    rows = booked.values_list("at", "credit", "cents").iterator()
    return burndown(
        ((house_day(at), cents if credit == AVAILABLE else -cents) for at, credit, cents in rows),
        starts=sheet.period.starts,
        ends=sheet.period.ends,
        today=sheet.today,
        ends_with=sheet.expected_left_cents,
    )


def _suggested(budget: Budget, *, at: datetime) -> int:
    """What the cases of the last 90 days suggest for a month; 0 where there were none, and for surprises."""
    if budget.is_pot:
        return 0
    since = at - SUGGESTED_BY
    cases = Ticket.objects.filter(created_at__gt=since)
    if budget.team_id:
        cases = cases.filter(team_id=budget.team_id)
    elif budget.person_id:
        cases = cases.filter(assignee_id=budget.person_id)
    given = Offer.objects.counting().filter(period__budget=budget, at__gt=since)
    of_case = given.order_by().values_list("ticket").annotate(sum=Sum("cents"))
    return pool_cents(cases.count(), [cents for _ticket, cents in of_case])


def _sheets(budgets: BudgetQuerySet, *, at: datetime) -> list[Sheet]:
    """Two queries for all; a month nobody booked in yet has no row and will open with the full amount."""
    starts, ends = month_of(at)
    today = at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    found = list(budgets.order_by("name", "pk"))
    periods = {row.budget_id: row for row in BudgetPeriod.objects.filter(budget__in=found, starts=starts)}
    return [Sheet(row, periods.get(row.pk) or _unopened(row, starts, ends), today) for row in found]


def _unopened(budget: Budget, starts: date, ends: date) -> BudgetPeriod:
    return BudgetPeriod(budget=budget, starts=starts, ends=ends, allotted_cents=budget.monthly_cents)


def _entries(period: BudgetPeriod, person: Person) -> list[Entry]:
    transfers = list(period.transfers.select_related("by").order_by("-pk")[:SHOWN_ENTRIES])
    tickets = _tickets(transfers, person)
    return [
        Entry(transfer, _amount(transfer, period.budget), tickets.get(_ruling(transfer)))
        for transfer in transfers
    ]


def _tickets(transfers: Iterable[Transfer], person: Person) -> dict[int | None, Ticket]:
    """By ruling: the tickets this person may open. A house pool is fed into by teams one does not work in."""
    rulings = {_ruling(transfer) for transfer in transfers} - {None}
    offers = Offer.objects.filter(ruling_id__in=rulings, ticket__in=Ticket.objects.worked_by(person))
    return {offer.ruling_id: offer.ticket for offer in offers.select_related("ticket")}


def _ruling(transfer: Transfer) -> int | None:
    """A booking's key says what it means, e.g. `ruling:17:reserve`."""
    kind, _sep, rest = transfer.key.partition(":")
    number = rest.partition(":")[0]
    return int(number) if kind == "ruling" and number.isdecimal() else None


def _amount(transfer: Transfer, budget: Budget) -> str:
    """With the sign of what it does to what is left; a confirmation moves only from reserved to spent."""
    sign = "" if transfer.step == Step.CONFIRM else "−" if transfer.step in TAKES else "+"
    return sign + money(transfer.cents, budget.currency)
