"""How a house begins: three sets of rules and budgets to choose from, so that people may give from the first day.

Everything in them is changed in the studio afterwards, like any other rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.person import Person
from accounts.team import Team
from policies.duerfen import Limit
from policies.koennen import Requirement
from policies.ledger.budget import Budget

from .catalogue import GestureKind
from .guardrail import Condition, Guardrail
from .rulebook import Rulebook

Form = GestureKind.Form


@dataclass(frozen=True, slots=True)
class Extent:
    """How much room: what an agent gives alone and when nobody objects, to one customer a year, a team a month."""

    own_cents: int
    stretch_cents: int
    customer_cents: int
    monthly_cents: int


EXTENTS: Final[Mapping[str, Extent]] = {
    "careful": Extent(1_000, 3_000, 10_000, 20_000),
    "usual": Extent(3_000, 9_000, 20_000, 50_000),
    "generous": Extent(6_000, 15_000, 40_000, 120_000),
}
LEADS_TIMES: Final = 4  # so much more leads may give alone, when nobody objects and to one customer
# Code, names, accounting meaning, usual cents, can be taken back. Attention comes before money.
KINDS: Final = (
    ("call", "Personal call", "Persönlicher Anruf", Form.TIME, 0, True),
    ("note", "Handwritten note", "Handgeschriebene Karte", Form.TIME, 0, True),
    ("voucher", "Voucher", "Gutschein", Form.VOUCHER, 1_500, True),
    ("credit-note", "Credit note", "Gutschrift", Form.CREDIT_NOTE, 1_500, False),
)
CASH: Final = "credit-note"


def begin(extent: str, *, by: Person, at: datetime | None = None) -> bool:
    """Put the chosen set in force, and give each team without a budget one; False where rules are in force already."""
    at, room = at or timezone.now(), EXTENTS[extent]
    in_force = Rulebook.objects.filter(state=Rulebook.State.PUBLISHED)
    try:
        with transaction.atomic():
            book = Rulebook.draft(
                by=by, note=_("The first rules"), at=at
            )  # whoever begins beside us waits here
            if in_force.exists():
                transaction.set_rollback(True)
                return False
            _write(book, room, by=by)
            book.publish(at=at)
            _give_each_team_a_budget(room.monthly_cents)
    except IntegrityError:  # whoever waited in an empty house made a first version too
        if not in_force.exists():
            raise
        return False
    return True


def _give_each_team_a_budget(cents: int) -> None:
    here = Budget.objects.of_goodwill().filter(team__isnull=False, currency=settings.CURRENCY)
    for team in Team.objects.exclude(pk__in=here.values("team")):
        Budget.objects.create(name=team.name, team=team, currency=settings.CURRENCY, monthly_cents=cents)


def _write(book: Rulebook, room: Extent, *, by: Person) -> None:
    GestureKind.offer_all(book, KINDS)
    said = (room.own_cents, room.stretch_cents, room.customer_cents)
    for role, times in ((Limit.Role.AGENT, 1), (Limit.Role.LEAD, LEADS_TIMES)):
        own, stretch, customer = (cents * times for cents in said)
        Limit.objects.create(
            rulebook=book, role=role, own_cents=own, stretch_cents=stretch, customer_cents=customer
        )
    Requirement.objects.create(rulebook=book, level=0)  # nobody has proved anything yet, and all may begin
    rail = Guardrail.objects.create(
        rulebook=book,
        code="nothing-paid-nothing-back",
        owner=by.name,
        reason_en="We give money back only where something was paid, so that those who pay do not carry the rest.",
        reason_de="Wir erstatten nur, was bezahlt wurde – damit nicht die zahlen, die uns treu sind.",
        instead_en="We call in person, or write by hand.",
        instead_de="Wir rufen persönlich an oder schreiben von Hand.",
    )
    Condition.objects.create(guardrail=rail, fact="customer_status", operator="is", value="prospect")
    Condition.objects.create(guardrail=rail, fact="kind", operator="is", value=CASH)
