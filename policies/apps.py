"""Policy: what may be done, by whom, why, for how much. Hears of tickets by listening, never the other way."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tickets import condition, draft_check
from tickets import history as ticket_history

from . import history


class PoliciesConfig(AppConfig):
    name = "policies"
    verbose_name = _("Authority")

    def ready(self) -> None:
        from .language import discretion  # they read nouns, which are only there once the apps are
        from .rules import vocabulary  # they read nouns, which are only there once the apps are

        ticket_history.words.update(history.WORDS)
        ticket_history.outside.update(history.OUTSIDE)
        draft_check.checks.append(discretion.check)
        condition.register(vocabulary.FACTS)
