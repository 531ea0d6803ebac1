"""A checklist: what is to be done on a ticket, line by line, with who did it and when; and lists ready for a cause."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from . import history
from .cause import Cause
from .once import once
from .refused import Refused
from .ticket import Ticket

if TYPE_CHECKING:
    from accounts.person import Person

LONGEST, MOST, LONGEST_NAME = 200, 50, 80


class ChecklistItem(models.Model):
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="checklist")
    words = models.CharField(gettext_lazy("what is to be done"), max_length=LONGEST)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)
    # Made by the sender's form before sending: the same key a second time is the same line.
    key = models.CharField(max_length=64)

    class Meta:
        verbose_name = gettext_lazy("line of a checklist")
        verbose_name_plural = gettext_lazy("lines of a checklist")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "key"], name="checklist_item_once_per_key"),
            models.CheckConstraint(
                name="checklist_item_done_by_somebody",
                condition=models.Q(done_at=None, done_by=None)
                | models.Q(done_at__isnull=False, done_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.words

    @classmethod
    def add(
        cls, ticket: Ticket, words: str, *, by: Person, key: str, at: datetime | None = None
    ) -> ChecklistItem | Refused:
        at = at or timezone.now()
        with transaction.atomic():
            Ticket.objects.hold(ticket.pk)
            rows = cls.objects.filter(ticket=ticket)
            if rows.count() >= MOST and not rows.filter(key=key).exists():
                return Refused("most", _("A checklist has at most %(most)s lines.") % {"most": MOST})
            return once(cls.objects, mine={"ticket": ticket, "key": key}, words=words, by=by, at=at)

    def tick(self, *, by: Person, at: datetime | None = None) -> bool:
        """It is done; False when somebody had said so before."""
        at = at or timezone.now()
        return self._change({"done_at": None}, {"done_at": at, "done_by": by}, history.TICKED_OFF, by, at)

    def untick(self, *, by: Person, at: datetime | None = None) -> bool:
        """It is not done after all."""
        at, undone = at or timezone.now(), {"done_at": None, "done_by": None}
        return self._change({"done_at__isnull": False}, undone, history.TICK_TAKEN_BACK, by, at)

    def take_off(self) -> bool:
        """Nobody needs to do it; what is done stays on the list."""
        gone, _each = ChecklistItem.objects.filter(pk=self.pk, done_at=None).delete()
        return bool(gone)

    def _change(
        self, still: dict[str, Any], said: dict[str, Any], kind: str, by: Person, at: datetime
    ) -> bool:
        with transaction.atomic():
            if not ChecklistItem.objects.filter(pk=self.pk, **still).update(**said):
                return False
            self.ticket.record(kind, by=by, at=at, words=self.words)
        return True


class ReadyListQuerySet(models.QuerySet["ReadyList"]):
    def managed_by(self, person: Person) -> ReadyListQuerySet:
        """Administrators keep all of them, leads those for causes of their teams."""
        return self.all() if person.is_staff else self.filter(cause__team_id__in=person.led_team_ids)


class ReadyList(models.Model):
    """Lines for tickets of one cause, put on a ticket in one click."""

    name = models.CharField(gettext_lazy("name"), max_length=LONGEST_NAME)
    cause = models.ForeignKey(
        Cause, on_delete=models.PROTECT, related_name="ready_lists", verbose_name=gettext_lazy("cause")
    )
    lines = models.JSONField(gettext_lazy("lines"), default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)

    objects = ReadyListQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("ready checklist")
        verbose_name_plural = gettext_lazy("ready checklists")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["by", "key"], name="ready_list_once_per_key")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def write(cls, *, name: str, cause: Cause, lines: Iterable[str], by: Person, key: str) -> ReadyList:
        said = {"name": name, "cause": cause, "lines": list(lines)}
        return once(cls.objects, mine={"by": by, "key": key}, **said)

    def revise(self, *, name: str, cause: Cause, lines: Iterable[str]) -> None:
        """Lists already on tickets stay as they are."""
        self.name, self.cause, self.lines = name, cause, list(lines)
        self.save(update_fields=["name", "cause", "lines"])

    def put_on(self, ticket: Ticket, *, by: Person, at: datetime | None = None) -> Refused | None:
        """Its lines stand on the ticket from now on; each once, however often it is put there. All of them or none."""
        with transaction.atomic():
            for place, words in enumerate(self.lines):
                added = ChecklistItem.add(
                    ticket, words, by=by, key=f"ready:{self.pk}:{place}:{words}"[:64], at=at
                )
                if isinstance(added, Refused):
                    transaction.set_rollback(True)
                    return added
        return None


def open_on(ticket: Ticket) -> list[str]:
    """What a solved ticket would leave undone."""
    left = ChecklistItem.objects.filter(ticket=ticket, done_at=None).count()
    words = ngettext(
        "%(count)s line of the checklist is not done.", "%(count)s lines of the checklist are not done.", left
    )
    return [words % {"count": left}] if left else []
