"""Putting a ticket right: what it is called and about, how urgent it is and who works on it, changed by hand."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from . import history
from .live import relay
from .refused import Refused
from .search.words import TicketWords

if TYPE_CHECKING:
    from accounts.customer import Customer
    from accounts.person import Person

    from .cause import Cause
    from .ticket import Ticket

# What only somebody who still works on it can want to change; what it was about, one learns afterwards too.
OF_THE_WORK: Final = frozenset({"team", "priority"})
# What else ties a ticket to the customer it has; whoever knows something adds a reader when ready.
ties: list[Callable[[Ticket], Refused | None]] = []


class Correctable(models.Model):
    class Meta:
        abstract = True

    def put_right(
        self, said: Mapping[str, Any], *, by: Person, why: str = "", at: datetime | None = None
    ) -> Refused | None:
        """Change subject, cause, customer, priority or team, as many as are named, together or not at all.

        What stands so already is no change and leaves no trace. `why` is for the team that gets it.
        """
        at = at or timezone.now()
        with transaction.atomic():
            type(self).objects.hold(self.pk)
            self.refresh_from_db(
                fields=[
                    *("subject", "cause", "customer", "organisation", "priority", "team"),
                    *("assignee", "status", "solved_at", "key"),
                ]
            )
            refused = self.uncorrectable(said) or _not_theirs(said.get("customer"), by)
            if refused is not None:
                return refused
            if "customer" in said:
                self.belong_to(said["customer"], by=by, at=at)
            if "subject" in said:
                self.rename(said["subject"], by=by, at=at)
            if "cause" in said:
                self.reclassify(said["cause"], by=by, at=at)
            if "priority" in said:
                self.prioritise(said["priority"], by=by, at=at)
            if "team" in said:
                self.hand_over(said["team"], by=by, at=at, because=why)
        return None

    def uncorrectable(self, names: Collection[str] = ()) -> Refused | None:
        """Why these facts cannot be changed; the page asks the same as the deed."""
        merge = self.merge if self.is_settled else None
        if merge is not None:
            words = _("This ticket goes on in #%(number)s. Change that one instead.")
            return Refused("merged", words % {"number": merge.target_id})
        if self.is_settled and OF_THE_WORK & set(names):
            words = _("This ticket is done. Open it again before you change its team or priority.")
            return Refused("settled", words)
        return self._tied() if "customer" in names else None

    def belong_to(self, customer: Customer, *, by: Person | None, at: datetime | None = None) -> bool:
        """It was written down for the wrong person; False when it was this customer's already.

        What was said openly is theirs to read from now on, and the one before reads it no longer; nobody is written
        to. Every running promise becomes the kinder of what was and what is now promised.
        """
        at = at or timezone.now()
        with transaction.atomic():
            others = type(self).objects.filter(pk=self.pk).exclude(customer=customer)
            taken = type(self).objects.filter(customer=customer, key=self.key).exists() if self.key else False
            now_is = {"customer": customer, "organisation": customer.organisation} | (
                {"key": None} if taken else {}
            )
            if not others.update(**now_is, changed_at=at):
                return False
            was, firm = self.customer, self.organisation_id
            for name, value in now_is.items():
                setattr(self, name, value)
            if self.assignee_id == customer.person_id:  # nobody works on their own request
                self.release(by=by, at=at)
            TicketWords.gather(self)
            self.promise_anew(at=at, by=by, cause="customer")
            link = getattr(self, "incident_link", None)
            if link is not None and by is not None:
                link.incident.add([customer], by=by, at=at)
            relay.announce(f"customer-{was.pk}", *([f"organisation-{firm}"] if firm else []))
            names = {"customer": customer.person.name, "from_customer": was.person.name}
            self.record(history.CUSTOMER_CHANGED, by=by, at=at, was=was.pk, becomes=customer.pk, **names)
        return True

    def _tied(self) -> Refused | None:
        """What was promised, asked or begun with the customer it has, and cannot be somebody else’s."""
        if self.places.exists() or hasattr(self, "chat"):
            return Refused(
                "contact", _("A call or a chat belongs to it, so it stays with who called or wrote.")
            )
        if self.held_replies.exists():
            return Refused("held", _("A reply is about to go out. Take it back first."))
        if self.pledges.exists():
            return Refused("promised", _("Somebody gave this customer their word on it, so it stays theirs."))
        if hasattr(self, "survey") or hasattr(self, "rating"):
            return Refused("asked", _("The customer was asked how it went, so it stays theirs."))
        if self.merged_in.undoable(timezone.now()).exists():
            return Refused("merged_in", _("Another ticket went on in this one. Take it apart first."))
        return next(filter(None, (tie(self) for tie in ties)), None)

    def rename(self, subject: str, *, by: Person | None, at: datetime | None = None) -> bool:
        """Call it what it is about; False when it was called so already. The customer reads the new subject too."""
        at = at or timezone.now()
        with transaction.atomic():
            others = type(self).objects.filter(pk=self.pk).exclude(subject=subject)
            if not others.update(subject=subject, changed_at=at):
                return False
            was, self.subject = self.subject, subject
            TicketWords.gather(self)
            self.record(history.RENAMED, by=by, at=at, subject=subject, from_subject=was)
        return True

    def reclassify(self, cause: Cause, *, by: Person | None, at: datetime | None = None) -> bool:
        """It is about something else; False when it was about that already.

        The team stays, and so does all that was filled in. Every running promise becomes the kinder of what was and
        what is now promised.
        """
        at = at or timezone.now()
        with transaction.atomic():
            others = type(self).objects.filter(pk=self.pk).exclude(cause=cause)
            if not others.update(cause=cause, changed_at=at):
                return False
            was, self.cause = self.cause, cause
            self.promise_anew(at=at, by=by, cause="cause")
            said = {"cause": history.in_each_language(lambda: cause.name)}
            said["from_cause"] = history.in_each_language(lambda: was.name)
            self.record(history.RECLASSIFIED, by=by, at=at, **said)
        return True


def _not_theirs(customer: Customer | None, by: Person) -> Refused | None:
    if customer is not None and customer.person_id == by.pk:
        return Refused("own", _("That is you. Nobody gives a ticket to themselves as a customer."))
    return None
