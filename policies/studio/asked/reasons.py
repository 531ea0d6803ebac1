"""Why a question came to somebody: the rules that spoke to the agent, told to the one who decides.

How willing the agent is to take the case is left out: that is for the agent and the router alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from policies.weigh.currency import money
from policies.weigh.decision import Decision, Dimension, Reason

# The agent's own sentences say “you”; these say who. A code that is missing here says nothing of a person.
SENTENCES: dict[str, Promise] = {
    "conflict-of-interest": _(
        "%(who)s is personally close to this case, so somebody without a stake in it decides."
    ),
    "within-own-limit": _(
        "With this gesture, %(sum)s will have been given in this case. %(who)s decides up to %(own_limit)s alone."
    ),
    "over-own-limit": _(
        "With this gesture, %(sum)s would have been given in this case. %(who)s decides up to %(own_limit)s alone; "
        "up to %(stretch_limit)s asking is enough."
    ),
    "over-stretch-limit": _(
        "With this gesture, %(sum)s would have been given in this case. %(who)s decides up to %(own_limit)s alone; "
        "above %(stretch_limit)s somebody has to say yes expressly."
    ),
    "own-budget-short": _(
        "The budget %(who)s gives from has %(own_budget)s left, and this needs %(amount)s. The pool can carry it."
    ),
    "budgets-short": _(
        "This needs %(amount)s. The budget %(who)s gives from has %(own_budget)s left and the pool "
        "%(pool_budget)s, so neither can carry it alone."
    ),
    "level-reached": _("Cases like this need level %(required)s, and %(who)s is at level %(level)s."),
    "one-level-short": _(
        "Cases like this need level %(required)s. %(who)s is at level %(level)s, so one step is still to go."
    ),
    "levels-short": _("Cases like this need level %(required)s, and %(who)s is at level %(level)s."),
}


@dataclass(frozen=True, slots=True)
class Why:
    """One sentence; `binds` when it is what stands in the agent's way; the step that says it."""

    text: str
    binds: bool
    dimension: str = ""


def told(decision: Decision, *, who: str) -> list[Why]:
    """Every rule that spoke, what binds first, in the reader's language."""
    spoken = [reason for reason in decision.reasons if reason.dimension != Dimension.WOLLEN]
    found = [
        Why(_sentence(reason, who), reason.dimension in decision.binding, reason.dimension)
        for reason in spoken
    ]
    return sorted(found, key=lambda why: not why.binds)


def _sentence(reason: Reason, who: str) -> str:
    template = SENTENCES.get(reason.code)
    if template is None:
        return reason.text
    currency = str(reason.params.get("currency", ""))
    values: dict[str, str | int] = {"who": who}
    for name, value in reason.params.items():
        amount = name.endswith("_cents")
        values[name.removesuffix("_cents")] = money(int(value), currency) if amount else value
    return str(template) % values
