"""A bulk action: one step on many tickets at once, each on its own; what it did can be taken back for a day.

Each ticket is changed in a transaction together with its line in the row of the action: whoever sends the same key
again goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets import history

from . import step

if TYPE_CHECKING:
    from accounts.person import Person
    from tickets.ticket import Ticket

KINDS = ("assign", "release", "priority", "move", "tag", "untag")
MOST, UNDONE_WITHIN = 100, timedelta(hours=24)
Line = dict[str, Any]


class Bulk(models.Model):
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="bulks")
    at = models.DateTimeField()
    step = models.JSONField(default=dict)
    # For each ticket: whether it was done, why not, and the step that takes it back.
    lines = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True, blank=True)
    # Made by the form before sending: the same key a second time is the same action.
    key = models.CharField(max_length=64)

    class Meta:
        verbose_name = gettext_lazy("bulk action")
        verbose_name_plural = gettext_lazy("bulk actions")
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["by", "key"], name="bulk_once_per_key")]

    def __str__(self) -> str:
        return self.sentence

    @property
    def sentence(self) -> str:
        return step.sentences([self.step])[0]

    @property
    def is_undoable(self) -> bool:
        fresh = self.undone_at is None and timezone.now() < self.at + UNDONE_WITHIN
        return fresh and any(line["back"] for line in self.lines)

    @classmethod
    def rehearse(
        cls, tickets: Iterable[Ticket], said: step.Said, *, by: Person, at: datetime | None = None
    ) -> list[tuple[Ticket, step.Done]]:
        """What the step would do to each, and where it could not; nothing of it is done."""
        at = at or timezone.now()
        return [(one, step.rehearse(_acting(one, by, "rehearsal", at), [said])[0]) for one in tickets]

    @classmethod
    def run(
        cls, tickets: Iterable[Ticket], said: step.Said, *, by: Person, key: str, at: datetime | None = None
    ) -> Bulk:
        """Do the step on each ticket that takes it; the others keep a line that says why not."""
        at, tickets = at or timezone.now(), list(tickets)[:MOST]
        lines = [{"ticket": one.pk, "is_done": None, "trouble": {}, "back": None} for one in tickets]
        try:
            with transaction.atomic():
                bulk = cls.objects.create(by=by, at=at, step=dict(said), lines=lines, key=key)
        except IntegrityError:
            bulk = cls.objects.get(by=by, key=key)
        found = {one.pk: one for one in tickets}
        for place, line in enumerate(bulk.lines):
            if line["is_done"] is None and line["ticket"] in found:
                bulk._do(place, found[line["ticket"]], at)
        return bulk

    def undo(self, tickets: Mapping[int, Ticket], *, at: datetime | None = None) -> bool:
        """Take it back where the ticket still stands as this left it; other lines say so. False: too late, or done."""
        at = at or timezone.now()
        mine = Bulk.objects.filter(pk=self.pk, undone_at=None, at__gt=at - UNDONE_WITHIN)
        with transaction.atomic():
            if not mine.update(undone_at=at):
                return False
            # As they stand now: the action may have gone on since this was read. By number, as others hold tickets.
            self.refresh_from_db(fields=["lines", "undone_at"])
            for line in sorted(self.lines, key=lambda line: line["ticket"]):
                if line["back"]:
                    self._take_back(line, tickets.get(line["ticket"]), at)
            self.save(update_fields=["lines"])
        return True

    def _do(self, place: int, ticket: Ticket, at: datetime) -> None:
        with transaction.atomic():
            held = Bulk.objects.select_for_update(of=("self",)).get(pk=self.pk)
            self.lines = held.lines
            line = self.lines[place]
            if line["is_done"] is not None or held.undone_at is not None:
                return
            _hold(ticket)
            if not self._may(ticket):
                line["is_done"] = False
                self.save(update_fields=["lines"])
                return
            back = _inverse(ticket, self.step)
            done = step.perform(_acting(ticket, self.by, f"bulk-{self.pk}", at), [self.step])[0]
            line.update(is_done=done.is_done, trouble=done.trouble, back=back if done.is_done else None)
            self.save(update_fields=["lines"])

    def _may(self, ticket: Ticket) -> bool:
        """Whether its team is still one of theirs: it may have been handed over since it was looked up."""
        return ticket.team_id in self.by.team_ids

    def _take_back(self, line: Line, ticket: Ticket | None, at: datetime) -> None:
        if ticket is not None:
            _hold(ticket)
        if ticket is None or not self._may(ticket) or not _still(ticket, self.step):
            line["kept"] = history.in_each_language(lambda: _("It was changed since and stays as it is."))
            return
        done = step.perform(_acting(ticket, self.by, f"undo-{self.pk}", at), [line["back"]])[0]
        line["kept"] = {} if done.is_done else done.trouble


def _acting(ticket: Ticket, by: Person, name: str, at: datetime) -> step.Acting:
    return step.Acting(ticket, by, by, name, f"{name}-{ticket.pk}", at)


def _hold(ticket: Ticket) -> None:
    """The row is ours, and says what others did meanwhile."""
    type(ticket).objects.hold(ticket.pk)
    ticket.refresh_from_db(fields=["assignee", "priority", "status", "solved_at", "team"])


def _inverse(ticket: Ticket, said: step.Said) -> Line:
    """The step that brings back what stands there now."""
    kind = said["do"]
    if kind in ("assign", "release"):
        was = ticket.assignee_id
        return {"do": "assign", "person": str(was)} if was else {"do": "release"}
    if kind == "priority":
        return {"do": "priority", "priority": ticket.priority}
    if kind == "move":
        return {"do": "move", "status": ticket.status}
    return {"do": "untag" if kind == "tag" else "tag", "tag": said["tag"]}


def _still(ticket: Ticket, said: step.Said) -> bool:
    """Whether it stands as the step left it; tags say so themselves when they are taken back."""
    stands = {
        "assign": lambda: str(ticket.assignee_id) == str(said.get("person")),
        "release": lambda: ticket.assignee_id is None,
        "priority": lambda: ticket.priority == said.get("priority"),
        "move": lambda: ticket.status == said.get("status"),
    }
    check = stands.get(str(said["do"]))
    return check is None or check()
