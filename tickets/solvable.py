"""Where a ticket stands: open, waiting, solved or closed, and what that does to its promises."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import history
from .mail import letters
from .rating import Rating
from .sla.pause import Pause

if TYPE_CHECKING:
    from accounts.person import Person

    from .status_name import StatusName


class Status(models.TextChoices):
    OPEN = "open", _("open")
    WAITING_CUSTOMER = "waiting_customer", _("waiting for customer")
    WAITING_OTHERS = "waiting_others", _("waiting for others")
    SOLVED = "solved", _("solved")
    CLOSED = "closed", _("closed")


SETTLED = (Status.SOLVED, Status.CLOSED)


class Solvable(models.Model):
    class Meta:
        abstract = True

    @property
    def is_settled(self) -> bool:
        return self.status in SETTLED

    @property
    def status_words(self) -> str:
        """Where it stands, as the desk calls it: by the own status it carries, else by the fixed one."""
        return str(self.status_name.name if self.status_name_id else self.get_status_display())

    @property
    def status_value(self) -> str:
        """The same as forms and steps know it."""
        return str(self.status_name.code if self.status_name_id else self.status)

    @property
    def status_shown_outside(self) -> str:
        """The own status it carries, where customers see that; else ""."""
        named = self.status_name if self.status_name_id else None
        return named.name if named and named.seen_by_customer else ""

    @property
    def question_link(self) -> str:
        """The address of the one question open about how it went, or ""."""
        survey = getattr(self, "survey", None)
        return survey.link() if survey and survey.closed_at is None else ""

    def move(
        self,
        status: str,
        *,
        by: Person | None,
        at: datetime | None = None,
        quietly: bool = False,
        named: StatusName | None = None,
    ) -> bool:
        """Bring the ticket to `status`; False when it stood there already, went on in another ticket, or lacks what
        has to be filled in before it is solved.

        `quietly` writes no letter about it. It is called `named` from then on, an own status of that one, or as that
        one is: what it was called before went with where it stood.

        Waiting for the customer pauses the solution clock, for a reason and until a day; waiting for others never
        does: hand-overs inside the house are no pause for the customer. Solving first ends a pause, then measures.
        """
        at = at or timezone.now()
        status = Status(status)
        with transaction.atomic():
            if self.is_settled and status not in SETTLED and self.merge is not None:
                return False  # it goes on in another ticket
            if not quietly and self._lacks_something(status, by=by):
                return False
            fields = {"status": status, "changed_at": at, "solved_at": self._solved_at(status, at)}
            fields["status_name"] = _fitting(named, status)
            # A claim, not a read: of two people moving it at once, only real changes leave a trace.
            if not type(self).objects.filter(pk=self.pk).exclude(status=status).update(**fields):
                return False
            was, self.status, self.solved_at = Status(self.status), status, fields["solved_at"]
            self.status_name = named
            self._pause(status, was, by=by, at=at)
            self._stand_clocks(status, at=at, by=by, was=was)
            self.refresh_promise()
            words = history.in_each_language(lambda: self.status_words)
            self.record(history.MOVED, by=by, at=at, status=words, to=status.value, was=was.value)
            if status is Status.SOLVED and by != self.customer.person and not quietly:
                self._say_solved()
        return True

    def _pause(self, status: Status, was: Status, *, by: Person | None, at: datetime) -> None:
        if status is Status.WAITING_CUSTOMER:
            Pause.begin(self, by=by, at=at)
        elif was is Status.WAITING_CUSTOMER:
            Pause.end_of(self, at=at)

    def _say_solved(self) -> None:
        letter = letters.solved(self, feedback=self.question_link)
        if self.question_link:
            self.survey.carried_by(letter)

    def stand(
        self, status: str, named: StatusName | None, *, by: Person | None, at: datetime | None = None
    ) -> bool:
        """Somebody chose where it stands and what that is called: `move`, and where it stands there already, only the
        name changes – no clock, no letter. False when it is called so already, or for what `move` says."""
        at = at or timezone.now()
        with transaction.atomic():
            return self.move(status, by=by, at=at, named=named) or self._call(status, named, by=by, at=at)

    def _call(self, status: str, named: StatusName | None, *, by: Person | None, at: datetime) -> bool:
        same = type(self).objects.filter(pk=self.pk, status=status)
        renamed = same.exclude(status_name=_fitting(named, status))
        if not renamed.update(status_name=named, changed_at=at):
            return False
        self.status_name = named
        words = history.in_each_language(lambda: self.status_words)
        self.record(history.STATUS_CALLED, by=by, at=at, status=words, to=str(status))
        return True

    def _lacks_something(self, status: Status, *, by: Person | None) -> bool:
        """Whether a field is empty without which we solve nothing. Its customer may say so at any time, and a ticket
        that goes on in another is not solved."""
        if status not in SETTLED or self.is_settled or self.is_served_to(by) or self.merge is not None:
            return False
        return self.unsolvable() is not None

    def confirm_solved(self, *, by: Person, at: datetime | None = None) -> bool:
        """The customer says it is solved; that closes the file."""
        return self.move(Status.CLOSED, by=by, at=at)

    def rate(self, score: int, *, comment: str = "", by: Person, at: datetime | None = None) -> Rating:
        """The customer's rating, 1 to 5; a second one replaces the first."""
        at = at or timezone.now()
        with transaction.atomic():
            rating, _made = Rating.objects.update_or_create(
                ticket=self, defaults={"score": score, "comment": comment, "at": at}
            )
            self.record(history.RATED, by=by, at=at, score=score)
        return rating

    def _solved_at(self, status: Status, at: datetime) -> datetime | None:
        return (self.solved_at or at) if status in SETTLED else None


def _fitting(named: StatusName | None, status: str) -> StatusName | None:
    if named is not None and named.status != status:
        raise ValueError(f"“{named.code}” belongs to another status than {status}.")
    return named
