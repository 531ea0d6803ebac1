"""One ruling explained: every step that spoke, the facts it knew, and the version of the rules it was decided by."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from policies.ruling import Ruling
from policies.weigh.currency import money
from policies.weigh.gesture import Facts
from policies.weigh.words import outcome_name
from tickets import condition

from ..access import LARGEST_ID, may_be_asked, only, sets_rules
from .aftermath import aftermath
from .steps import steps_of


@require_safe
@only(may_be_asked)
def ruling(request: HttpRequest, pk: int) -> HttpResponse:
    """For whoever works the ticket; whether the agent wanted the case is shown to that agent alone."""
    rulings = Ruling.objects.visible_to(request.user).select_related(
        "agent", "rulebook", "ticket__customer__person"
    )
    found = rulings.filter(pk=min(pk, LARGEST_ID)).first()
    if found is None:
        raise Http404
    mine = found.agent_id == request.user.pk
    ask, offer = getattr(found, "ask", None), getattr(found, "offer", None)
    context = {
        "ruling": found,
        "outcome": outcome_name(found.answer.outcome),
        "steps": steps_of(found.answer, who=found.agent.name, mine=mine),
        "facts": _facts(found.weighed),
        "circumstances": _circumstances(found),
        "ask": ask,
        "offer": offer,
        "happened": aftermath(found, ask=ask, offer=offer),
        "sets_rules": sets_rules(request.user),
    }
    return render(request, "studio/asked/ruling.html", context)


def _facts(facts: Facts) -> list[tuple[str, str]]:
    """What was weighed, in the order of the steps; will is left out."""

    def amount(cents: int) -> str:
        return money(cents, facts.currency)

    yes, no = _("yes"), _("no")
    return [
        (_("Amount"), amount(facts.cents)),
        (_("Can be taken back"), yes if facts.reversible else no),
        (_("Owed anyway"), yes if facts.owed else no),
        (_("Guardrails that hit"), ", ".join(facts.guardrails) or _("none")),
        (_("Close to the customer"), yes if facts.conflict else no),
        (_("Given before for this cause"), amount(facts.given_case_cents)),
        (_("Given before to this customer"), amount(facts.given_customer_cents)),
        (_("Own limit"), amount(facts.own_limit_cents)),
        (_("When nobody objects"), amount(facts.stretch_limit_cents)),
        (_("Limit per customer and year"), amount(facts.customer_limit_cents)),
        (_("Left in the own budget"), amount(facts.own_budget_cents)),
        (_("Left in the pool"), amount(facts.pool_budget_cents)),
        (_("Level, and level required"), f"{facts.level} / {facts.required_level}"),
        (_("On trial"), yes if facts.trial else no),
    ]


def _circumstances(ruling: Ruling) -> list[tuple[str, str]]:
    known = condition.vocabulary
    return [
        (str(known[name].label), known[name].called(value))
        for name, value in ruling.circumstances.items()
        if name in known and name != "cents"
    ]
