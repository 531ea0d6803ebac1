"""Who: people, teams, customers, organisations. Knows no tickets."""

from django.apps import AppConfig
from django.db.models import Field, ForeignKey
from django.utils.translation import gettext_lazy as _

from .among import Among


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        Field.register_lookup(Among)
        ForeignKey.register_lookup(Among)  # which does not take over what fields can
