"""Stationery: what our mails to customers begin and end with, for a team or the whole house, in one language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.prepared import Prepared
from accounts.team import Team
from tickets import placeholder

if TYPE_CHECKING:
    from accounts.person import Person
    from tickets.ticket import Ticket

LONGEST: Final = 2000
PARTS: Final = ("greeting", "signature", "footer")


@dataclass(frozen=True, slots=True)
class Paper:
    """What one mail is written on. An empty part is as it always was; an empty footer is none."""

    greeting: str = ""
    signature: str = ""
    footer: str = ""
    greets_replies: bool = False
    values: Mapping[str, str] = field(default_factory=dict)

    def begun(self) -> str:
        return _filled(self.greeting, self.values)

    def signed(self, writer: object) -> str:
        """By whoever writes; nobody in particular is the service team."""
        name = getattr(writer, "name", "") or _("Your service team")
        return _filled(self.signature, {**self.values, "agent": name})

    def ended(self) -> str:
        return _filled(self.footer, self.values)

    @property
    def names_the_writer(self) -> bool:
        return "agent" in placeholder.known_in(self.signature)


class StationeryQuerySet(models.QuerySet["Stationery"]):
    def managed_by(self, person: Person) -> StationeryQuerySet:
        """Leads keep that of their teams, administrators that of every team and of the house."""
        teams = Team.objects.steered_by(person)
        mine = models.Q(team__in=teams)
        return self.filter(mine | models.Q(team=None)) if person.is_staff else self.filter(mine)


class Stationery(models.Model):
    # None is the house: what a team leaves empty.
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="stationery")
    language = models.CharField(gettext_lazy("language"), max_length=2, choices=settings.LANGUAGES)
    greeting = models.TextField(gettext_lazy("greeting"), max_length=LONGEST, blank=True, default="")
    signature = models.TextField(gettext_lazy("signature"), max_length=LONGEST, blank=True, default="")
    footer = models.TextField(gettext_lazy("footer"), max_length=LONGEST, blank=True, default="")
    greets_replies = models.BooleanField(gettext_lazy("greet in replies too"), default=False)

    objects = StationeryQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("stationery")
        verbose_name_plural = gettext_lazy("stationery")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["team", "language"], name="stationery_once_per_team"),
            models.UniqueConstraint(
                fields=["language"], condition=models.Q(team=None), name="stationery_once_for_the_house"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team.name if self.team else _('the whole house')}, {self.get_language_display()}"

    @classmethod
    def say(cls, team: Team | None, language: str, **said: object) -> Stationery:
        """From now on so."""
        return cls.objects.update_or_create(team=team, language=language, defaults=said)[0]

    @property
    def paper(self) -> Paper:
        parts = {name: getattr(self, name) for name in PARTS}
        return Paper(**parts, greets_replies=self.greets_replies)


def paper_for(ticket: Ticket, person: Person, *, language: str) -> Paper:
    """What a mail about this ticket to this person is written on: the team's, where it is empty the house's."""
    papers = [row.paper for row in _KEPT.rows(team=ticket.team_id, language=language[:2])]
    if not papers:
        return Paper()
    return replace(_over(papers), values=placeholder.values_of(ticket, writer=None, reader=person))


def _kept(*, team: int, language: str) -> StationeryQuerySet:
    """The team's own first."""
    found = Stationery.objects.filter(models.Q(team=None) | models.Q(team=team), language=language)
    return found.order_by(models.F("team").asc(nulls_last=True))


_KEPT = Prepared(_kept)  # asked for every letter there is


def paper_of_the_house(name: str, *, language: str) -> Paper:
    """For a mail about no ticket: nobody's greeting and signature, but the footer of the house."""
    row = Stationery.objects.filter(language=language[:2], team=None).first()
    values = dict.fromkeys(placeholder.MEANINGS, "") | {"customer": name}
    return Paper(footer=row.footer, values=values) if row else Paper()


def _over(papers: list[Paper]) -> Paper:
    """Of each part the first that says something."""
    parts = {name: next((text for one in papers if (text := getattr(one, name))), "") for name in PARTS}
    greets = next((one.greets_replies for one in papers if one.greeting), False)
    return Paper(**parts, greets_replies=greets)


def _filled(text: str, values: Mapping[str, str]) -> str:
    """With its names in it; a line whose placeholder has nothing to say here is left out."""
    kept = [line for line in text.split("\n") if not placeholder.empty_in(line, values)]
    return re.sub(r"\n{3,}", "\n\n", placeholder.fill("\n".join(kept), values)).strip()
