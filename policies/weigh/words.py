"""The sentence behind each reason code, as the agent reads it."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from policies.weigh.currency import money

# Codes are stored with decisions, so they are never renamed and never removed; only the wording may change.
SENTENCES: dict[str, Promise] = {
    # Steps that settle the matter before the three dimensions are asked
    "owed": _(
        "We owe this to the customer by law or by contract. Give it now: neither your limits nor the "
        "goodwill budget stand in the way."
    ),
    "guardrail": _(
        "The guardrail “%(guardrail)s” rules this gesture out. It holds for all of us, whatever the amount "
        "and whoever asks."
    ),
    "conflict-of-interest": _(
        "You are personally close to this case, so a colleague without a stake in it decides."
    ),
    "fact-missing": _("One thing has to be known before we can decide: %(fact)s."),
    # Help without money
    "help-needs-no-leave": _(
        "Listening, explaining and apologising cost no budget and touch no limit. You can always do that."
    ),
    "help-needs-no-level": _("You need no particular level to listen, explain and apologise."),
    "help-needs-no-will": _(
        "Listening, explaining and apologising belong to every conversation, whoever takes over the rest."
    ),
    # A small surprise
    "surprise-needs-no-leave": _(
        "Just do it: a small surprise of up to %(most)s needs nobody’s leave and touches no limit. This month’s pot "
        "has %(pot)s left."
    ),
    "surprise-needs-no-level": _("You need no particular level to please somebody."),
    "surprise-needs-no-will": _("Whoever thinks of a small surprise wants to give it."),
    "surprise-beyond-pot": _(
        "As a small surprise it could cost %(most)s at most, and this month’s pot has %(pot)s left. So this counts "
        "like any other gesture."
    ),
    "surprise-without-pot": _(
        "There is no pot for small surprises here, so this counts like any other gesture. Leads set one aside in the "
        "studio."
    ),
    # Dürfen
    "costs-nothing": _("This costs no money, so no limit and no budget is used up."),
    "within-own-limit": _(
        "With this gesture, %(sum)s will have been given in this case. You decide up to %(own_limit)s on "
        "your own."
    ),
    "over-own-limit": _(
        "With this gesture, %(sum)s would have been given in this case. You decide up to %(own_limit)s on "
        "your own; for up to %(stretch_limit)s, asking is enough."
    ),
    "over-stretch-limit": _(
        "With this gesture, %(sum)s would have been given in this case. You decide up to %(own_limit)s on "
        "your own; above %(stretch_limit)s somebody has to say yes expressly."
    ),
    "over-customer-limit": _(
        "With this gesture, %(sum)s would have been given to this customer in all. For one customer, the "
        "limit is %(customer_limit)s."
    ),
    "own-budget-short": _(
        "Your own budget has %(own_budget)s left, and this needs %(amount)s. The team pool can carry it."
    ),
    "budgets-short": _(
        "This needs %(amount)s. Your own budget has %(own_budget)s left and the team pool %(pool_budget)s, "
        "so neither can carry it alone."
    ),
    "limit-on-trial": _(
        "Your limit is on trial, so the team lead hears of it. You need not wait for an answer."
    ),
    # Können
    "level-reached": _("Cases like this need level %(required)s, and you are at level %(level)s."),
    "one-level-short": _(
        "Cases like this need level %(required)s. You are at level %(level)s, so one step is still to go."
    ),
    "levels-short": _(
        "Cases like this need level %(required)s and you are at level %(level)s, so it is better placed with "
        "somebody who knows them well."
    ),
    # Wollen
    "will-want": _("You want to do this yourself."),
    "will-fine": _("It is fine with you to do this yourself."),
    "will-not-now": _(
        "You would rather not do this now, so we offer it to others first. If nobody takes it in time, it "
        "comes back to you."
    ),
    # Asked by an alert
    "promise-ends": _(
        "A promise to the customer ends soon or is broken already. Whoever has the time to keep it takes the case."
    ),
}


# What a rulebook may ask to be known first, by the name it is stored under.
FACT_NAMES: dict[str, Promise] = {
    "fault": _("whose fault it was"),
    "why": _("why, in one line"),
    "wish": _("what the customer wishes"),
    "customer_since": _("since when they have been a customer"),
}

# The same as a customer is asked for it; what only the house can know is missing.
ASKED_OF_CUSTOMER: dict[str, Promise] = {
    "fault": _("how it came about"),
    "wish": _("what would help you now"),
    "customer_since": _("since when you have been with us"),
}


def sentence(code: str, params: Mapping[str, str | int]) -> str:
    """The sentence for a reason in the active language.

    A param `name_cents` fills the placeholder `name` as money in the currency of the param `currency`.
    Raises KeyError for a code that never existed.
    """
    text = str(SENTENCES[code])
    if not params:
        return text
    currency = str(params.get("currency", ""))
    values: dict[str, str | int] = {}
    for name, value in params.items():
        if name.endswith("_cents"):
            values[name.removesuffix("_cents")] = money(int(value), currency)
        elif name == "fact":
            values[name] = str(FACT_NAMES.get(str(value), value))
        else:
            values[name] = value
    return text % values


_OUTCOMES = {
    "OWED": _("owed"),
    "NEED_FACTS": _("one question first"),
    "DO": _("alone, at once"),
    "DO_AND_TELL": _("alone, and the lead is told"),
    "DO_WITH_COLLEAGUE": _("with a colleague"),
    "ASK_SILENCE_YES": _("asked; silence means yes"),
    "ASK_SILENCE_ESCALATES": _("asked; silence goes a step further"),
    "HAND_WARM": _("handed over"),
    "WITH_OTHER": _("somebody neutral decides"),
    "NEVER": _("never"),
}


def outcome_name(outcome: str) -> str:
    """An outcome as people call it, in the language active now."""
    return str(_OUTCOMES[outcome])
