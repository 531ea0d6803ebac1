"""Policy: what may be done, by whom, why, for how much. Hears of tickets by listening, never the other way."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tickets import condition, draft_check, open_item, setup_page
from tickets import history as ticket_history
from tickets.automation import step

from . import history

# What it is called and for in the set-up, its icon, and whom it admits.
FIGURES = (
    _("Relationship in figures"),
    _("What winning a customer costs, and how many stay."),
    "heart-handshake",
    setup_page.administers,
)

# The same of the rooms the palette leads to.
ROOMS = (
    (
        "studio:home",
        _("Studio"),
        _("The rules of the house, and what they do."),
        "sliders-horizontal",
        setup_page.leads,
    ),
    (
        "authority:ability",
        _("My ability"),
        _("What I may decide by myself, and how that grows."),
        "sprout",
        setup_page.works,
    ),
    ("authority:kind_words", _("Kind words"), _("What others find good."), "heart", setup_page.works),
)


class PoliciesConfig(AppConfig):
    name = "policies"
    verbose_name = _("Authority")

    def ready(self) -> None:
        # They read nouns, which are only there once the apps are.
        from tickets import correctable, erasure, forgetting, own_data
        from tickets.automation import known
        from tickets.line import offering
        from tickets.search import conditions
        from tickets.sla import alert, besides

        from . import forgotten, gesture_step, left_open, received, routing, settings_in_words, tied  # noqa: F401
        from .asks import alarm
        from .language import discretion
        from .relationship import contract, detail, holding, outreach
        from .rules import vocabulary

        ticket_history.words.update(history.WORDS)
        ticket_history.outside.update(history.OUTSIDE)
        ticket_history.in_short.update(history.IN_SHORT)
        draft_check.checks.append(discretion.check)
        condition.register([contract.FACT])
        besides.readers[contract.FACT.name] = contract.running
        known.readers.append(contract.read)
        conditions.askers[contract.FACT.name] = contract.question
        holding.listeners.append(contract.hear)
        condition.register(vocabulary.FACTS)
        open_item.readers.append(left_open.open_on)
        own_data.parts += [("received", received.by), ("details", detail.own), ("orders", holding.own)]
        own_data.parts += [("drawn_to_be_called", outreach.own)]
        setup_page.rooms.extend(setup_page.SetupPage(*room) for room in ROOMS)
        setup_page.pages.append(setup_page.SetupPage("authority:figures", *FIGURES))
        forgetting.forgetters.append(forgotten.forget)
        erasure.readers.append(forgotten.owed)
        correctable.ties.append(tied.tied)
        step.register([gesture_step.KIND])
        alert.acts["ask_who_takes_over"] = alarm.ACT
        offering.apart.append(routing.apart)
        offering.beside.append(routing.beside)
