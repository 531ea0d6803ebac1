"""What each outcome carries besides its reasons: what happens at its deadline, and the words for the customer."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from policies.weigh.decision import Decision, Outcome

BACK_WITH_YOU = _("If nobody takes it over, it comes back to you.")

# To the agent: what happens when the deadline passes and nobody has acted.
AT_DEADLINE: dict[Outcome, Promise] = {
    Outcome.OWED: _("It is part of the promise to the customer: when that breaks, your lead hears of it."),
    Outcome.NEED_FACTS: _("If there is no answer by then, write once more; after that, call."),
    Outcome.DO_WITH_COLLEAGUE: _(
        "If nobody signs by then, the next colleague is asked, and after that a lead decides."
    ),
    Outcome.ASK_SILENCE_YES: _("If nobody answers by then, silence means yes."),
    Outcome.ASK_SILENCE_ESCALATES: _(
        "If nobody answers by then, the question goes one step further. It is never refused by silence."
    ),
    Outcome.HAND_WARM: _("If nobody takes it over by then, a lead of the team is asked."),
    Outcome.WITH_OTHER: _("If there is no answer by then, the next neutral person is asked."),
}

# To the customer. Nothing of limits, budgets, levels or names: only what they get, and when they hear of it.
_SETTLED: dict[Outcome, Promise] = {
    Outcome.OWED: _("This is your right, and we are seeing to it now."),
    Outcome.DO: _("You get this from us: %(gesture)s."),
    Outcome.DO_AND_TELL: _("You get this from us: %(gesture)s."),
    Outcome.NEVER: _("%(reason)s %(instead)s"),
}
_BY_WHEN: dict[Outcome, Promise] = {
    Outcome.OWED: _("This is your right. You hear from us by %(when)s."),
    Outcome.NEED_FACTS: _("So that we can help you by %(when)s, please tell us: %(facts)s."),
    Outcome.DO_WITH_COLLEAGUE: _(
        "I am settling this together with a colleague. You have our answer by %(when)s."
    ),
    Outcome.HAND_WARM: _(
        "Somebody who knows such cases very well goes on with this; you keep your place and hear from us by "
        "%(when)s."
    ),
}
_PLAIN_FACTS = _("So that we can help you, please tell us: %(facts)s.")
_ANSWER_BY = _("You have our answer by %(when)s.")


def at_deadline(decision: Decision) -> str:
    """What happens at the deadline; "" where nothing waits for one."""
    if decision.outcome is Outcome.HAND_WARM and decision.then:
        return str(BACK_WITH_YOU)
    return str(AT_DEADLINE.get(decision.outcome, ""))


def words_for_customer(outcome: Outcome, *, when: str, **said: str) -> str:
    """What can be said to the customer now, in the language active now; `when` is "" where no time is promised.

    `said` holds gesture, facts, reason and instead, as far as they are known; none is anything internal.
    """
    if outcome is Outcome.NEED_FACTS and not (when and said["facts"]):
        return str(_PLAIN_FACTS) % said if said["facts"] else ""
    if when and outcome in _BY_WHEN:
        return str(_BY_WHEN[outcome]) % {**said, "when": when}
    if outcome in _SETTLED:
        return (str(_SETTLED[outcome]) % said).strip()
    return str(_ANSWER_BY) % {"when": when} if when else ""
