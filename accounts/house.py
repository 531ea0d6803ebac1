"""The house: the firm this desk belongs to, and the language and time zone its people begin with. One row."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .setup_change import settings_of


class House(models.Model):
    name = models.CharField(_("name of the firm"), max_length=120)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    time_zone = models.CharField(_("time zone"), max_length=64)

    class Meta:
        verbose_name = _("house")
        verbose_name_plural = _("houses")
        constraints = [models.CheckConstraint(name="house_stands_once", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def known(cls) -> House | None:
        """As somebody said it; None while nobody has."""
        return cls.objects.filter(pk=1).first()

    @classmethod
    def say(cls, *, name: str, language: str, time_zone: str) -> House:
        """From now on so; people who are here already keep what they chose."""
        said = {"name": name, "language": language, "time_zone": time_zone}
        return cls.objects.update_or_create(pk=1, defaults=said)[0]


@settings_of.register
def _settings(house: House) -> Iterable[tuple[str, object]]:
    return [
        (gettext("Name of the firm"), house.name),
        (gettext("Language"), house.get_language_display()),
        (gettext("Time zone"), house.time_zone),
    ]
