"""A cause: what a ticket is about, in the customer's words, and which team answers for it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.prepared import Prepared
from accounts.team import Team

from .once import once

OTHER = "other"


class Cause(models.Model):
    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_en = models.CharField(_("name (English)"), max_length=80)
    name_de = models.CharField(_("name (German)"), max_length=80)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="causes", verbose_name=_("team"))
    offered = models.BooleanField(_("offered in the portal"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)

    class Meta:
        verbose_name = _("cause")
        verbose_name_plural = _("causes")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def write(cls, *, code: str, **said: Any) -> Cause:
        """A new one; the same words a second time are the same cause. IntegrityError: another one has this code."""
        return once(cls.objects, mine={"code": code, **said})

    def revise(self, **said: Any) -> None:
        """From now on so; the code is what rules and stored decisions name it by, and stays."""
        for name, value in said.items():
            setattr(self, name, value)
        self.save(update_fields=list(said))

    @classmethod
    def for_mail(cls) -> Cause:
        """What a mail is about before anybody has read it; a house not yet set up can take mail too."""
        found: Cause | None = _FOR_MAIL.first(code=OTHER)
        if found is None:
            first = cls.objects.select_related("team").order_by("pk").first()
            team = (
                first.team
                if first
                else Team.objects.get_or_create(slug="service", defaults={"name": "Service"})[0]
            )
            names = {"name_en": "Something else", "name_de": "Etwas anderes", "team": team, "position": 900}
            found, _made = cls.objects.get_or_create(code=OTHER, defaults=names)
        return found

    @property
    def name(self) -> str:
        return self.name_de if (get_language() or "en").startswith("de") else self.name_en


_FOR_MAIL = Prepared(
    lambda code: Cause.objects.filter(code=code).select_related("team").order_by("pk")[:1]
)  # asked for every mail there is
