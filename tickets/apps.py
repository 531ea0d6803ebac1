"""Mechanism: what happens on a service desk. Useful without policies."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TicketsConfig(AppConfig):
    name = "tickets"
    verbose_name = _("Tickets")

    def ready(self) -> None:
        # Nouns can only be imported once the apps are there.
        from . import alert_acts, condition, history, known, open_item, setup_page
        from .automation import effect, reading, step, steps, words
        from .automation import known as moments
        from .promises import pledge, repair
        from .sla import alert

        condition.register(known.FACTS)
        condition.register(moments.FACTS)
        alert.acts.update(alert_acts.ACTS)
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
        for address, label, said, icon, admits in (
            ("policies", _("Promise policies"), _("What we promise to whom."), "clock", setup_page.leads),
            ("calendars", _("Business hours"), _("When promises count."), "calendar-clock", setup_page.leads),
            (
                "recalculations",
                _("Recalculate"),
                _("Bring running promises in line with the policies."),
                "refresh-cw",
                setup_page.administers,
            ),
        ):
            setup_page.pages.append(setup_page.SetupPage(f"setup:{address}", label, said, icon, admits))
