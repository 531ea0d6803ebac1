"""A canned reply: a text one would write again and again, in German and English; for oneself, a team or everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.team import Team
from tickets import placeholder
from tickets.knowledge.blocks import Block, blocks_of
from tickets.once import once

if TYPE_CHECKING:
    from accounts.person import Person
    from tickets.ticket import Ticket

LONGEST = 5000


class CannedReplyQuerySet(models.QuerySet["CannedReply"]):
    def usable_by(self, person: Person) -> CannedReplyQuerySet:
        """The own ones, those of the own teams, and those for everybody."""
        mine = models.Q(scope=CannedReply.Scope.OWN, owner=person)
        teams = models.Q(team_id__in=person.team_ids)
        return self.filter(mine | teams | models.Q(scope=CannedReply.Scope.ALL))

    def managed_by(self, person: Person) -> CannedReplyQuerySet:
        """The own ones, those of the teams one leads, and for administrators those of every team and of all."""
        if not person.is_active:
            return self.none()
        mine = models.Q(scope=CannedReply.Scope.OWN, owner=person)
        others = ~models.Q(scope=CannedReply.Scope.OWN)
        return self.filter(mine | (others if person.is_staff else models.Q(team_id__in=person.led_team_ids)))

    def fitting(self, ticket: Ticket) -> CannedReplyQuerySet:
        """Those of the ticket's team, and those of no team."""
        return self.filter(models.Q(team=None) | models.Q(team_id=ticket.team_id))

    def like(self, typed: str) -> CannedReplyQuerySet:
        """Those with the typed in their name first, then those with it in their text."""
        if not typed:
            return self
        named = models.Q(folded_name__contains=typed.casefold())
        texts = models.Q(folded_texts__contains=typed.casefold())
        first = models.Case(models.When(named, then=0), default=1)
        return self.filter(named | texts).order_by(first, "name", "pk")


class CannedReply(models.Model):
    class Scope(models.TextChoices):
        OWN = "own", _("only me")
        TEAM = "team", _("a team")
        ALL = "all", _("everybody")

    name = models.CharField(_("name"), max_length=80)
    scope = models.CharField(max_length=4, choices=Scope.choices)
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="canned_replies"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="canned_replies"
    )
    text_de = models.TextField(_("in German"), max_length=LONGEST)
    text_en = models.TextField(_("in English"), max_length=LONGEST)
    # To be found by whatever letters: SQLite itself knows only A to Z as small and large.
    folded_name = models.TextField(default="", editable=False)
    folded_texts = models.TextField(default="", editable=False)
    changed_at = models.DateTimeField(default=timezone.now)
    # Made by the form before sending: the same key a second time is the same reply.
    key = models.CharField(max_length=64, unique=True)

    objects = CannedReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("canned reply")
        verbose_name_plural = _("canned replies")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="canned_reply_of_a_team_or_none",
                condition=models.Q(scope="team", team__isnull=False)
                | models.Q(scope__in=["own", "all"], team=None),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def write(cls, *, by: Person, key: str, at: datetime | None = None, **said: object) -> CannedReply:
        """A new one; the same `key` from the same person returns the one already there."""
        mine, said = {"owner": by, "key": key}, {**said, **_folded(**said)}
        return once(cls.objects, mine=mine, **said, changed_at=at or timezone.now())

    def revise(self, *, by: Person, at: datetime | None = None, **said: object) -> None:
        """Who makes it their own is the one it belongs to."""
        if said.get("scope") == self.Scope.OWN:
            said["owner"] = by
        said |= _folded(**{"name": self.name, "text_de": self.text_de, "text_en": self.text_en, **said})
        CannedReply.objects.filter(pk=self.pk).update(**said, changed_at=at or timezone.now())
        self.refresh_from_db()

    @property
    def whose(self) -> str:
        return self.team.name if self.team else str(self.get_scope_display())

    @property
    def examples(self) -> list[tuple[str, list[Block]]]:
        """Both texts as they would read on a made-up matter, each with the code of its language."""
        texts = {"de": self.text_de, "en": self.text_en}
        return [(code, blocks_of(placeholder.example(text, language=code))) for code, text in texts.items()]

    def on(self, ticket: Ticket, *, writer: Person) -> Filled:
        """As its customer would read it on this ticket, in their language; a gap stays visible as its placeholder."""
        return self.fill(ticket, placeholder.values_of(ticket, writer=writer))

    def fill(self, ticket: Ticket, values: dict[str, str]) -> Filled:
        text = self.text_de if ticket.reader_language == "de" else self.text_en
        known = {name: value for name, value in values.items() if value}
        gaps = [f"{{{name}}}" for name in placeholder.empty_in(text, values)]
        return Filled(self, placeholder.fill(text, known), gaps)


def _folded(*, name: object, text_de: object, text_en: object, **_rest: object) -> dict[str, str]:
    """The same words however they are written: small letters decide, and “ß” is “ss”."""
    return {"folded_name": str(name).casefold(), "folded_texts": f"{text_de}\n{text_en}".casefold()}


@dataclass(frozen=True, slots=True)
class Filled:
    """A canned reply with a ticket's names in it, and which of its placeholders have nothing to say there."""

    reply: CannedReply
    text: str
    gaps: list[str]

    @property
    def blocks(self) -> list[Block]:
        return blocks_of(self.text)


def filled(replies: CannedReplyQuerySet, ticket: Ticket, *, writer: Person, most: int) -> list[Filled]:
    """At most so many of them; what the placeholders stand for is looked up once."""
    values = placeholder.values_of(ticket, writer=writer)
    return [reply.fill(ticket, values) for reply in replies.select_related("team")[:most]]
