"""A step of a macro that gives something: the same ruling as by hand, and only what needs nobody else's yes."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.person import Person
from tickets.automation.step import Acting, CannotNow, Said, StepKind

from .facts import Wish, rules_in_force
from .forms import MoneyField
from .ledger.transfer import NotEnough
from .referral import NobodyToAsk
from .ruling import BOOKED, Ruling
from .weigh.currency import money
from .weigh.decision import Outcome

NOT_ALONE = gettext_lazy("This you cannot give alone here. The panel says whom to ask.")


def _fields(_person: Person) -> dict[str, forms.Field]:
    kinds = [(kind.code, kind.name) for kind in rules_in_force().listed]
    return {
        "kind": forms.ChoiceField(label=gettext_lazy("Gesture"), choices=kinds),
        "cents": MoneyField(label=gettext_lazy("Amount"), required=False),
    }


def _sentence(said: Said) -> str:
    kind = rules_in_force().kinds.get(str(said.get("kind")))
    name, cents = kind.name if kind else str(said.get("kind")), said.get("cents") or 0
    given = f"{name}, {money(cents, settings.CURRENCY)}" if cents else name
    return _("give: %(gesture)s") % {"gesture": given}


def _trouble(acting: Acting, said: Said, _place: int) -> str:
    """What the panel would say: a rule gives nothing by itself, and a macro asks nobody behind the agent's back."""
    if acting.by is None:
        return _("Only a person gives something: use this in a macro.")
    if str(said.get("kind")) not in rules_in_force().kinds:
        return _("This gesture is not in the catalogue any more.")
    decision = Ruling.weigh(acting.by, acting.ticket, _wish(said), at=acting.at).answer
    if decision.outcome in BOOKED:
        return ""
    return str(NOT_ALONE)


def _give(acting: Acting, said: Said, place: int) -> None:
    """Somebody may have used up the budget since it was looked at: then nothing is given and nobody is asked."""
    if acting.by is None:
        return
    key = f"{acting.key}.{place}"[:64]
    try:
        with transaction.atomic():
            ruling = Ruling.request(acting.by, acting.ticket, _wish(said), key=key, at=acting.at)
            if Outcome(ruling.outcome) not in BOOKED:
                raise CannotNow(NOT_ALONE)
    except (NobodyToAsk, NotEnough):
        raise CannotNow(NOT_ALONE) from None


def _wish(said: Said) -> Wish:
    return Wish(str(said["kind"]), int(said.get("cents") or 0), settings.CURRENCY)


KIND = StepKind("gesture", gettext_lazy("Give something"), _fields, _sentence, _trouble, _give)
