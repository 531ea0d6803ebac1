"""Mechanism: what happens on a service desk. Useful without policies."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TicketsConfig(AppConfig):
    name = "tickets"
    verbose_name = _("Tickets")

    def ready(self) -> None:
        # Nouns can only be imported once the apps are there.
        from . import condition, history, known, open_item, setup_page
        from .automation import effect, reading, step, steps, words
        from .automation import known as moments
        from .promises import pledge, repair

        condition.register(known.FACTS)
        condition.register(moments.FACTS)
        step.register((*steps.KINDS, *words.KINDS))
        history.listeners += [effect.notice, reading.wake, repair.hear]
        open_item.readers.append(pledge.open_on)
        setup_page.pages.append(
            setup_page.SetupPage(
                "setup:rules", _("Rules"), _("What the desk does by itself."), "workflow", setup_page.leads
            )
        )
        setup_page.pages.append(
            setup_page.SetupPage(
                "setup:macros",
                _("Macros"),
                _("Several steps at once, on one ticket."),
                "zap",
                setup_page.works,
            )
        )
