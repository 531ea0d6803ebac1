"""Which rule is meant: named so that it is the same rule in every version of the rulebook, and in words for people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.cause import Cause
from tickets.history import in_each_language

from ..duerfen import Latitude
from ..rules.guardrail import Guardrail
from ..weigh.decision import Reason
from ..weigh.gesture import MOST_CENTS


class Kind(models.TextChoices):
    GUARDRAIL = "guardrail", _("guardrail")
    OWN = "own", _("limit: what is decided alone")
    STRETCH = "stretch", _("limit: what silence can grant")
    CUSTOMER = "customer", _("limit per customer and year")
    LEVEL = "level", _("required level")


@dataclass(frozen=True, slots=True)
class Rule:
    """`code` is the guardrail's, for a required level the cause's; a limit is the one of the team that asks."""

    kind: Kind
    code: str = ""

    @property
    def is_soft(self) -> bool:
        return self.kind != Kind.GUARDRAIL

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.code}"

    @classmethod
    def named(cls, name: str) -> Rule | None:
        kind, _sep, code = name.partition(":")
        return cls(Kind(kind), code) if kind in Kind.values else None

    def can_speak_about(self, cause: Cause) -> bool:
        """Whether a case of this cause can meet a rule of this name at all."""
        fits = {Kind.GUARDRAIL: self.code, Kind.LEVEL: cause.code}
        return self.code == fits.get(self.kind, "")


_SPOKE_BY = {
    "over-own-limit": Kind.OWN,
    "over-stretch-limit": Kind.STRETCH,
    "over-customer-limit": Kind.CUSTOMER,
    "one-level-short": Kind.LEVEL,
    "levels-short": Kind.LEVEL,
    "guardrail": Kind.GUARDRAIL,
}


def rules_in(reasons: Iterable[Reason], cause: Cause) -> list[Rule]:
    """The rules that stood in the way here, each once; an empty budget is none, nor is a lack of will."""
    found: dict[Rule, None] = {}
    for reason in reasons:
        kind = _SPOKE_BY.get(reason.code)
        if kind == Kind.GUARDRAIL:
            found[Rule(kind, str(reason.params["guardrail"]))] = None
        elif kind is not None:
            found[Rule(kind, cause.code if kind == Kind.LEVEL else "")] = None
    return list(found)


def in_words(rule: Rule, cause: Cause, guardrail: Guardrail | None) -> dict[str, str]:
    """What the rule is called, in every language."""
    if guardrail is not None:
        return {"en": guardrail.reason_en, "de": guardrail.reason_de}
    if rule.kind == Kind.LEVEL:
        return in_each_language(
            lambda: _("%(rule)s for %(cause)s") % {"rule": rule.kind.label, "cause": cause.name}
        )
    return in_each_language(lambda: rule.kind.label)


def without(room: Latitude, suspended: Iterable[Rule]) -> Latitude:
    """The room where these limits do not hold for now: the next border takes their place, and budgets hold anyway."""
    kinds = {rule.kind for rule in suspended}
    customer = MOST_CENTS if Kind.CUSTOMER in kinds else room.customer_cents
    stretch = max(room.stretch_cents, room.customer_cents) if Kind.STRETCH in kinds else room.stretch_cents
    own = max(room.own_cents, room.stretch_cents) if Kind.OWN in kinds else room.own_cents
    return replace(room, own_cents=own, stretch_cents=stretch, customer_cents=customer)
