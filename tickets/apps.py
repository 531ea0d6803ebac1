"""Mechanism: what happens on a service desk. Useful without policies."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TicketsConfig(AppConfig):
    name = "tickets"
    verbose_name = _("Tickets")

    def ready(self) -> None:
        from . import condition, known  # nouns can only be imported once the apps are there

        condition.register(known.FACTS)
