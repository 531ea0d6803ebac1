"""A bulk action: one step on many tickets at once, each on its own; what it did can be taken back for a day.

Each ticket is changed in a transaction together with its line in the row of the action. What fills a page of a list is
done while somebody waits for it; the rest, and what a killed worker left, goes on by itself, batch by batch.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, OperationalError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets import history
from tickets.live import relay
from tickets.nudge import nudge
from tickets.ticket import Ticket, TicketQuerySet

from . import step
from .steps import BACK

if TYPE_CHECKING:
    from accounts.person import Person

KINDS = ("assign", "release", "team", "priority", "move", "tag", "untag")
MOST, UNDONE_WITHIN = 300, timedelta(hours=24)
AT_ONCE, BATCH, LONGEST_SECONDS = 30, 20, 20
# Whoever goes on with it has this long for a batch, before it counts as left by a worker that was killed.
LEFT_AFTER = timedelta(seconds=60)
GOES_ON = "tickets.jobs.go_on_with_many"
Line = dict[str, Any]
logger = logging.getLogger(__name__)


class Bulk(models.Model):
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="bulks")
    at = models.DateTimeField()
    step = models.JSONField(default=dict)
    # For each ticket: whether it was done, why not, and the step that takes it back, sometimes with one more.
    lines = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True, blank=True)
    # When somebody looks after what is left of it; empty once nothing is.
    due_at = models.DateTimeField(null=True, blank=True)
    # Made by the form before sending: the same key a second time is the same action.
    key = models.CharField(max_length=64)

    class Meta:
        verbose_name = gettext_lazy("bulk action")
        verbose_name_plural = gettext_lazy("bulk actions")
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["by", "key"], name="bulk_once_per_key")]
        indexes = [models.Index(fields=["due_at"], condition=~models.Q(due_at=None), name="bulk_due")]

    def __str__(self) -> str:
        return self.sentence

    @property
    def sentence(self) -> str:
        return step.sentences([self.step])[0]

    @property
    def is_undoable(self) -> bool:
        fresh = self.undone_at is None and timezone.now() < self.at + UNDONE_WITHIN
        return fresh and any(line["back"] for line in self.lines)

    @property
    def left(self) -> list[int]:
        """The places of the lines whose turn is still to come: to be done or, once it is taken back, to be undone."""
        if self.undone_at is None:
            return [place for place, line in enumerate(self.lines) if line["is_done"] is None]
        return [place for place, line in enumerate(self.lines) if line["back"] and "kept" not in line]

    @property
    def done(self) -> int:
        return sum(bool(line["is_done"]) for line in self.lines)

    @property
    def turns_had(self) -> int:
        """How many lines had their turn of those that get one: of what was never done, nothing is undone."""
        return self.turns - len(self.left)

    @property
    def turns(self) -> int:
        return len(self.lines) if self.undone_at is None else self.done

    @property
    def share(self) -> int:
        return 100 * self.turns_had // self.turns if self.turns else 100

    @classmethod
    def rehearse(
        cls, tickets: Iterable[Ticket], said: step.Said, *, by: Person, at: datetime | None = None
    ) -> list[tuple[Ticket, step.Done]]:
        """What the step would do to each, and where it could not; nothing of it is done."""
        at, tickets = at or timezone.now(), list(tickets)
        acting = [_acting(one, by, "rehearsal", at) for one in tickets]
        return list(zip(tickets, step.weigh(acting, said), strict=True))

    @classmethod
    def run(
        cls, tickets: Iterable[Ticket], said: step.Said, *, by: Person, key: str, at: datetime | None = None
    ) -> Bulk:
        """Do the step on each ticket that takes it; the others keep a line that says why not.

        The same key again is the same action, which goes on without help.
        """
        at = at or timezone.now()
        lines = [{"ticket": one.pk, "is_done": None, "trouble": {}, "back": None} for one in tickets][:MOST]
        try:
            with transaction.atomic():
                ours = at + LEFT_AFTER
                bulk = cls.objects.create(by=by, at=at, step=dict(said), lines=lines, key=key, due_at=ours)
        except IntegrityError:
            return cls.objects.get(by=by, key=key)
        bulk._begin(at)
        return bulk

    def undo(self, *, at: datetime | None = None) -> bool:
        """Take it back where the ticket still stands as this left it; other lines say so. False: too late.

        Asked for again – the answer may have been lost – it is taken back, and nothing happens a second time.
        """
        at = at or timezone.now()
        mine = Bulk.objects.filter(pk=self.pk, undone_at=None, at__gt=at - UNDONE_WITHIN)
        ours = mine.update(undone_at=at, due_at=at + LEFT_AFTER)
        # As they stand now: the action may have gone on since this was read, or been taken back.
        self.refresh_from_db(fields=["lines", "undone_at", "due_at"])
        if ours:
            self._begin(at)
        return self.undone_at is not None

    def _begin(self, at: datetime) -> None:
        """What somebody waits for; a worker is asked for the rest.

        That it is to be done is written down by now: a database too busy for the first of it is no reason to say
        that nothing happens. The rest is due by itself.
        """
        try:
            self.go_on(most=AT_ONCE, at=at)
        except OperationalError:
            logger.warning("bulk action %s was begun and goes on later", self.pk, exc_info=True)
            self.refresh_from_db(fields=["lines", "undone_at", "due_at"])
        if self.due_at is not None:
            nudge(GOES_ON)

    def go_on(self, *, most: int, at: datetime) -> int:
        """The next lines, each in a transaction of its own; the number of those whose turn came."""
        places = self.left[:most]
        numbers = [self.lines[place]["ticket"] for place in places]
        tickets = self._within_reach().with_people().in_bulk(numbers)
        for place, number in zip(places, numbers, strict=True):
            try:
                self._turn(place, tickets.get(number), at)
            except OperationalError:  # the database is away or busy: the same line has its turn again
                raise
            except Exception:  # whatever one ticket runs into must not stop the next
                logger.exception("bulk action %s could not go on with ticket %s", self.pk, number)
                self._leave(place)
        with transaction.atomic():
            self._hold()
            self.due_at = at if self.left else None
            self.save(update_fields=["due_at"])
            relay.announce(f"person-{self.by_id}")
        return len(places)

    def _turn(self, place: int, ticket: Ticket | None, at: datetime) -> None:
        with transaction.atomic():
            self._hold()
            if place not in self.left:
                return
            if ticket is not None:
                _hold(ticket)
            if self.undone_at is None:
                self._do(self.lines[place], ticket, at)
            else:
                self._take_back(self.lines[place], ticket, at)
            self.save(update_fields=["lines"])

    def _leave(self, place: int) -> None:
        words = history.in_each_language(lambda: _("Something went wrong here; it stays as it is."))
        with transaction.atomic():
            self._hold()
            if place in self.left:
                change = {"is_done": False, "trouble": words} if self.undone_at is None else {"kept": words}
                self.lines[place].update(change)
                self.save(update_fields=["lines"])

    def _hold(self) -> None:
        """The row is ours, and says how far it has come."""
        held = Bulk.objects.select_for_update(of=("self",)).get(pk=self.pk)
        self.lines, self.undone_at = held.lines, held.undone_at

    def _do(self, line: Line, ticket: Ticket | None, at: datetime) -> None:
        if ticket is None or not self._may(ticket):
            words = history.in_each_language(lambda: _("It is with none of your teams any more."))
            line.update(is_done=False, trouble=words)
            return
        back, *also = _inverse(ticket, self.step)
        done = step.perform(_acting(ticket, self.by, f"bulk-{self.pk}", at), [self.step])[0]
        line.update(is_done=done.is_done, trouble=done.trouble, back=back if done.is_done else None)
        if done.is_done and also:
            line["also"] = also

    def _within_reach(self) -> TicketQuerySet:
        """What they work on; and, to be taken back, what they gave out of their hands with this."""
        own = Ticket.objects.worked_by(self.by)
        if self.undone_at is None or self.step["do"] != "team":
            return own
        return Ticket.objects.filter(pk__in=[line["ticket"] for line in self.lines])

    def _may(self, ticket: Ticket) -> bool:
        """Whether its team is still one of theirs: it may have been handed over since it was looked up."""
        return self.by.is_active and ticket.team_id in self.by.team_ids

    def _may_bring_back(self, ticket: Ticket, back: step.Said) -> bool:
        if back["do"] != "team":
            return self._may(ticket)
        return self.by.is_active and back["team"] in {str(team) for team in self.by.team_ids}

    def _take_back(self, line: Line, ticket: Ticket | None, at: datetime) -> None:
        back = [line["back"], *line.get("also", ())]
        if ticket is None or not self._may_bring_back(ticket, back[0]) or not _still(ticket, self.step):
            line["kept"] = history.in_each_language(lambda: _("It was changed since and stays as it is."))
            return
        done = step.perform(_acting(ticket, self.by, f"undo-{self.pk}", at), back)[0]
        line["kept"] = {} if done.is_done else done.trouble


def go_on_now(*, now: datetime | None = None) -> int:
    """Go on with what is left of each, one batch of each in turn; the number of tickets whose turn came."""
    ends, turns = time.monotonic() + LONGEST_SECONDS, 0
    while time.monotonic() < ends:
        at = now or timezone.now()
        bulk = Bulk.objects.filter(due_at__lte=at).select_related("by").order_by("due_at", "pk").first()
        if bulk is None:
            break
        # Claimed: another worker finds it due again only once this one was killed.
        if Bulk.objects.filter(pk=bulk.pk, due_at=bulk.due_at).update(due_at=at + LEFT_AFTER):
            turns += bulk.go_on(most=BATCH, at=at)
    return turns


def _acting(ticket: Ticket, by: Person, name: str, at: datetime) -> step.Acting:
    return step.Acting(ticket, by, by, name, f"{name}-{ticket.pk}", at)


def _hold(ticket: Ticket) -> None:
    """The row is ours, and says what others did meanwhile."""
    type(ticket).objects.hold(ticket.pk)
    ticket.refresh_from_db(fields=["assignee", "priority", "status", "status_name", "solved_at", "team"])


def _inverse(ticket: Ticket, said: step.Said) -> list[step.Said]:
    """The steps that bring back what stands there now."""
    kind, had = said["do"], ticket.assignee_id
    if kind in ("assign", "release"):
        return [{"do": "assign", "person": str(had)} if had else {"do": "release"}]
    if kind == "team":
        hers = [{"do": "assign", "person": str(had)}] if had else []
        return [{"do": "team", "team": str(ticket.team_id)}, *hers]
    if kind == "priority":
        return [{"do": "priority", "priority": ticket.priority}]
    if kind == "move":
        return [{"do": "move", "status": ticket.status_value, BACK: True}]
    return [{"do": "untag" if kind == "tag" else "tag", "tag": said["tag"]}]


def _still(ticket: Ticket, said: step.Said) -> bool:
    """Whether it stands as the step left it; tags say so themselves when they are taken back."""
    stands = {
        "assign": lambda: str(ticket.assignee_id) == str(said.get("person")),
        "release": lambda: ticket.assignee_id is None,
        # Once somebody there has taken it, it is theirs.
        "team": lambda: str(ticket.team_id) == str(said.get("team")) and ticket.assignee_id is None,
        "priority": lambda: ticket.priority == said.get("priority"),
        "move": lambda: ticket.status_value == said.get("status"),
    }
    check = stands.get(str(said["do"]))
    return check is None or check()
