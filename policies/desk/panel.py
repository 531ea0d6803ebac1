"""The authority panel: the three answers, the outcome and what is left, before the click."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from babel.numbers import get_currency_symbol
from django.conf import settings
from django.db.models import Exists, OuterRef, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.person import Person
from accounts.prepared import Prepared
from policies.asks.ask import Ask
from policies.asks.outlook import Outlook, outlook
from policies.case.paid import LIKE_CASH
from policies.case.wish import is_about_money
from policies.extra import running_for
from policies.facts import Rules, Wish, loyalty, rules_in_force
from policies.fairness import like_cases
from policies.language.spoken_no import spoken_no
from policies.ledger.budget import Budget
from policies.ledger.purse import budgets_for, pot_left
from policies.offer import Offer
from policies.payout.order import PayoutOrder
from policies.relationship.renewal import again
from policies.rules.catalogue import GestureKind, as_offered
from policies.rules.guardrail import Guardrail
from policies.rules.term import PLAIN
from policies.ruling import ASKED, BOOKED, Ruling
from policies.weigh.decide import three_answers
from policies.weigh.decision import Decision, Dimension, Outcome
from policies.weigh.gesture import SURPRISE
from policies.weigh.money import typed
from policies.wollen import Stance
from tickets.desk.access import desk_only, find
from tickets.promises.repair import Repair
from tickets.ticket import Ticket

from .access import by_rules
from .budget_bar import bar_of, is_short
from .case import of_case
from .challenges import challengeable
from .forms import GestureForm

SHOWN_ASKS = 5
# What the page calls an outcome; its colours and icons hang on these five.
LOOKS = {
    Outcome.OWED: "owed",
    Outcome.DO: "do",
    Outcome.DO_AND_TELL: "do",
    Outcome.DO_WITH_COLLEAGUE: "with",
    Outcome.ASK_SILENCE_YES: "ask",
    Outcome.ASK_SILENCE_ESCALATES: "ask",
    Outcome.NEED_FACTS: "ask",
    Outcome.HAND_WARM: "hand",
    Outcome.WITH_OTHER: "hand",
    Outcome.NEVER: "never",
}


@dataclass(frozen=True)
class Preview:
    """What the click would do, said before it."""

    decision: Decision
    lights: list[dict[str, object]]
    guardrails: list[Guardrail]
    gesture: str
    outlook: Outlook
    budgets: tuple[Budget | None, Budget | None]
    challengeable: list[tuple[str, str]]
    spoken: list[str]  # a no as one can say it to the customer
    loyalty: int = 0  # per cents by which this customer's years widen the room
    talk: int = 0  # per cents by which a long talk widens it
    like_cash: bool = False
    most_for_paid: int = 0  # cents, where it is known what was paid
    most_percent: int = 0

    @property
    def look(self) -> str:
        return LOOKS[self.decision.outcome]

    @property
    def asked(self) -> Person | None:
        return self.outlook.asked

    @property
    def due_at(self) -> datetime | None:
        return self.outlook.due_at

    @property
    def nobody(self) -> bool:
        return self.outlook.nobody

    @property
    def books(self) -> bool:
        return self.decision.outcome in BOOKED

    @property
    def asks(self) -> bool:
        return self.decision.outcome in ASKED


@require_safe
@desk_only
@by_rules
def authority(request: HttpRequest, number: int) -> HttpResponse:
    """The whole panel; `?kind=…&amount=…` chooses."""
    ticket = find(request, number)
    return panel(request, ticket)


@require_safe
@desk_only
@by_rules
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """Only the answer to what is chosen now; the fields stay under the agent's hands."""
    ticket = find(request, number)
    rules = rules_in_force()
    form = GestureForm(request.GET, rules=rules, ticket=ticket)
    return render(request, "desk/authority/_answer.html", _answer(request, ticket, rules, form))


@require_safe
@desk_only
def goodwill(request: HttpRequest, number: int) -> HttpResponse:
    """What this customer received so far, for the panel about the customer."""
    ticket = find(request, number)
    offers = Offer.objects.counting().filter(customer=ticket.customer)
    context = {
        "offers": offers.select_related("cause")[:6],
        "total": offers.filter(currency=settings.CURRENCY).aggregate(sum=Sum("cents"))["sum"] or 0,
        "currency": settings.CURRENCY,
    }
    return render(request, "desk/authority/_goodwill.html", context)


def panel(
    request: HttpRequest,
    ticket: Ticket,
    *,
    form: GestureForm | None = None,
    status: int = 200,
) -> HttpResponse:
    rules, case = rules_in_force(), of_case(request, ticket)
    money_first = is_about_money(case["customer_wish"])
    form = form or _chosen(request, ticket, rules, as_offered(rules.listed, money_first=money_first))
    context = {
        **_answer(request, ticket, rules, form),
        "offered": [_shown(kind) for kind in as_offered(form.kinds, money_first=money_first)],
        "repairs": _REPAIRS.rows(ticket=ticket.pk),
        "extras": running_for(request.user, ticket.team, at=timezone.now()),
        "asks": _asks(ticket, request.user),
        "offers": _OFFERS.rows(ticket=ticket.pk),
        "leads": ticket.team_id in request.user.led_team_ids,
        "will": Stance.of(request.user, ticket, at=timezone.now()),
        "wills": Stance.Will.choices,
        **case,
    }
    return render(request, "desk/authority/_panel.html", context, status=status)


def _shown(kind: GestureKind) -> tuple[str, str, str, bool]:
    """Its code, its name, its usual amount as one types it, and whether it costs money."""
    usual = typed(kind.usual_cents, settings.CURRENCY) if kind.usual_cents else ""
    return kind.code, kind.name, usual, kind.costs_money


_REPAIRS = Prepared(
    lambda ticket: Repair.objects.open().filter(pledge__ticket=ticket).select_related("pledge")
)
_OFFERS = Prepared(
    lambda ticket: (
        Offer.objects.filter(ticket=ticket)
        .select_related("ruling__rulebook", "approver")
        .annotate(being_paid=Exists(PayoutOrder.objects.open().filter(offer=OuterRef("pk"))))
    )
)
_ASKS = Prepared(
    lambda ticket: Ask.objects.filter(ruling__ticket=ticket).with_story().order_by("-opened_at")[:SHOWN_ASKS]
)


def _asks(ticket: Ticket, person: Person) -> list[tuple[Ask, list[str], bool]]:
    """The questions of this ticket: each with its no as one can say it, and whether this person may answer it."""
    asks: list[Ask] = _ASKS.rows(ticket=ticket.pk)
    if not asks:
        return []
    mine = set(
        Ask.objects.answerable_by(person)
        .open()
        .filter(pk__in=[ask.pk for ask in asks])
        .values_list("pk", flat=True)
    )
    return [
        (
            ask,
            spoken_no(ask.ruling, words=ask.words) if ask.answer == Ask.Answer.DECLINED else [],
            ask.pk in mine,
        )
        for ask in asks
    ]


def _answer(request: HttpRequest, ticket: Ticket, rules: Rules, form: GestureForm) -> dict[str, object]:
    now = timezone.now()
    wish = form.wish if form.is_valid() else None
    preview = _preview(request.user, ticket, rules, wish, at=now) if wish else None
    own, pool = preview.budgets if preview else budgets_for(request.user, ticket, settings.CURRENCY)
    band = like_cases(ticket, wish, at=now) if wish else None
    outside = wish is not None and band is not None and not band.holds(wish.cents)
    missing = preview is not None and preview.decision.outcome is Outcome.NEED_FACTS
    said = [form[name] for name in ("why", "fault")]
    shown = pool if preview and preview.decision.outcome in ASKED and is_short(own, wish, at=now) else own
    return {
        "ticket": ticket,
        "form": form,
        "preview": preview,
        "wish": wish,
        "band": band,
        "outside": outside,
        "again": again(wish, ticket, kinds=rules.listed, ideas=form.ideas, at=now) if wish else None,
        "explains": outside or missing or any(field.value() or field.errors for field in said),
        "budget": bar_of(shown, wish, at=now) if shown else None,
        "currency": settings.CURRENCY,
        "symbol": get_currency_symbol(settings.CURRENCY, locale=(get_language() or "en")[:2]),
    }


def _chosen(request: HttpRequest, ticket: Ticket, rules: Rules, kinds: Sequence[GestureKind]) -> GestureForm:
    """The form as it stands in the page, or with the first of the catalogue and its usual amount."""
    first = next(iter(kinds), None)
    data = {
        name: request.GET[name]
        for name in ("kind", "amount", "owed_by", "named", "why", "fault", "detail")
        if name in request.GET
    }
    if data.get("kind") not in rules.kinds and first:
        data = {
            "kind": first.code,
            "amount": typed(first.usual_cents, settings.CURRENCY) if first.usual_cents else "",
        }
    if data["kind"] == SURPRISE and "amount" not in data:
        pot = pot_left(ticket, settings.CURRENCY, at=timezone.now())
        data["amount"] = typed(min(pot.each_cents, pot.left_cents), settings.CURRENCY)
    return GestureForm(data, rules=rules, ticket=ticket)


def _preview(agent: Person, ticket: Ticket, rules: Rules, wish: Wish, *, at: datetime) -> Preview:
    ruling = Ruling.weigh(agent, ticket, wish, at=at)
    facts, decision = ruling.weighed, ruling.answer
    answers = three_answers(facts)
    lights = [
        {"name": name, "light": light.light.value, "reasons": [reason.text for reason in light.reasons]}
        for name, light in (
            (Dimension.KOENNEN, answers.koennen),
            (Dimension.WOLLEN, answers.wollen),
            (Dimension.DUERFEN, answers.duerfen),
        )
    ]
    rails = [rail for rail in rules.guardrails if rail.code in facts.guardrails]
    wider_counts = facts.cents and not (facts.owed or facts.is_surprise)
    wider = loyalty(rules, ticket, at=at) - PLAIN if wider_counts else 0
    talk = (
        rules.terms_at(at).talk_percent - PLAIN if wider_counts and "long_talk" in ruling.circumstances else 0
    )
    look = outlook(ruling, asks=decision.outcome in ASKED, at=at)
    spoken = spoken_no(ruling, rails=rails) if decision.outcome is Outcome.NEVER else []
    doubtful = challengeable(decision, ticket, rails)
    paid, terms = ruling.circumstances.get("paid_cents", 0), rules.terms_at(at)
    return Preview(
        decision,
        lights,
        rails,
        ruling.gesture,
        look,
        ruling.budgets,
        doubtful,
        spoken,
        wider,
        talk=talk if talk > wider else 0,  # of both the wider one holds
        like_cash=ruling.form in LIKE_CASH and not facts.owed,
        most_for_paid=terms.most_for(paid),
        most_percent=terms.paid_percent,
    )
