"""The facts about a gesture that conditions may ask; those of the ticket are registered by tickets.

No price, churn or willingness-to-pay fact exists here, so no rule can give less because somebody would stay anyway.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tickets.condition import CHOICE, FLAG, GESTURE, MONEY, Fact

from ..forms import MoneyField
from ..weigh.currency import money
from .catalogue import GestureKind
from .rulebook import Rulebook


def _kinds() -> Mapping[str, str]:
    kinds = GestureKind.objects.filter(rulebook__state=Rulebook.State.PUBLISHED)
    return {kind.code: kind.name for kind in kinds}


def _amount(cents: int) -> str:
    return money(cents, settings.CURRENCY)


FACTS = (
    Fact("kind", CHOICE, _("Gesture"), _kinds, about=GESTURE),
    Fact(
        "form",
        CHOICE,
        _("Form"),
        lambda: {value: str(label) for value, label in GestureKind.Form.choices},
        about=GESTURE,
    ),
    Fact("cents", MONEY, _("Amount"), show=_amount, about=GESTURE, field=MoneyField),
    Fact("costs_money", FLAG, _("Costs money"), about=GESTURE),
)
