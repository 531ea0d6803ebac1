"""An erasure: a customer asks that we forget them, proves it with a code, and may take it back for two weeks.

Then an administrator carries it out; what is forgotten and what must stay says `forgetting.py`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.customer import Customer

from .cause import Cause
from .forgetting import bring_out, forget
from .mail import letters
from .refused import Refused
from .solvable import Status
from .ticket import Ticket

if TYPE_CHECKING:
    from accounts.person import Person

SALT: Final = "kulanz.erasure"
CODE_LASTS: Final = timedelta(minutes=15)
# Whoever got into somebody's mailbox for an hour cannot destroy what is theirs unnoticed.
WAIT: Final = timedelta(days=14)
MOST_TRIES: Final = 5
PAUSE_BETWEEN_CODES: Final = timedelta(minutes=1)
# Who else has a reason why somebody cannot be forgotten yet: each gives the reasons, in words.
readers: list[Callable[[Customer], list[str]]] = []


class ErasureQuerySet(models.QuerySet["Erasure"]):
    def open(self) -> ErasureQuerySet:
        return self.filter(withdrawn_at=None, done_at=None)

    def waiting(self) -> ErasureQuerySet:
        """Proven, and neither taken back nor carried out."""
        return self.open().filter(confirmed_at__isnull=False)

    def managed_by(self, person: Person) -> ErasureQuerySet:
        """Administrators carry them out."""
        return self if person.is_active and person.is_staff else self.none()


class Erasure(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="erasures")
    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    digest = models.CharField(max_length=64)  # of the code; the code itself is in their mail and nowhere else
    tries = models.PositiveSmallIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ErasureQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("erasure")
        verbose_name_plural = gettext_lazy("erasures")
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=models.Q(withdrawn_at=None, done_at=None),
                name="one_open_erasure_each",
            ),
            models.CheckConstraint(
                name="erasure_done_was_confirmed",
                condition=models.Q(done_at=None) | models.Q(confirmed_at__isnull=False, withdrawn_at=None),
            ),
            models.CheckConstraint(name="erasure_tries_bounded", condition=models.Q(tries__lte=MOST_TRIES)),
        ]

    def __str__(self) -> str:
        return f"{self.pk} #{self.ticket_id}"

    @classmethod
    def of(cls, customer: Customer) -> Erasure | None:
        """The one that is under way."""
        return cls.objects.open().select_related("ticket").filter(customer=customer).first()

    @classmethod
    def ask(cls, customer: Customer, *, at: datetime | None = None) -> Erasure:
        """Begin, and send the code; asking again sends a new one, at most one a minute."""
        at, code = at or timezone.now(), f"{secrets.randbelow(1_000_000):06d}"
        try:
            with transaction.atomic():
                erasure = cls.objects.create(
                    customer=customer, asked_at=at, digest=_digest(customer.pk, code)
                )
                erasure._send(code)
                return erasure
        except IntegrityError:
            erasure = cls.objects.open().get(customer=customer)
        with transaction.atomic():
            again = cls.objects.open().filter(
                pk=erasure.pk, confirmed_at=None, asked_at__lt=at - PAUSE_BETWEEN_CODES
            )
            if again.update(asked_at=at, tries=0, digest=_digest(customer.pk, code)):
                erasure.refresh_from_db()
                erasure._send(code)
        return erasure

    def confirm(self, code: str, *, by: Person, at: datetime | None = None) -> bool:
        """The code from the mail: the two weeks begin, and a ticket says so to the desk."""
        at = at or timezone.now()
        mine = Erasure.objects.open().filter(pk=self.pk, confirmed_at=None)
        # A try is counted before it is looked at: of many at once none is free.
        tried = mine.filter(tries__lt=MOST_TRIES, asked_at__gt=at - CODE_LASTS)
        if not tried.update(tries=models.F("tries") + 1):
            return False
        if not constant_time_compare(self.digest, _digest(self.customer_id, code)):
            return False
        with transaction.atomic():
            if not mine.update(confirmed_at=at, due_at=at + WAIT):
                return False
            self.refresh_from_db()
            day = date_format(timezone.localtime(self.due_at), "DATE_FORMAT")
            ticket = Ticket.open(
                self.customer,
                subject=_("Delete my data"),
                text=_("I ask you to delete my data. I can take this back until %(day)s.") % {"day": day},
                cause=Cause.for_mail(),
                by=by,
                key=f"erasure:{self.pk}",
                at=at,
            )
            # Their own matter, and not their organisation's: nobody there reads that they ask.
            Ticket.objects.filter(pk=ticket.pk).update(organisation=None)
            ticket.organisation = None
            Erasure.objects.filter(pk=self.pk).update(ticket=ticket)
            self.ticket = ticket
        return True

    def withdraw(self, *, by: Person, at: datetime | None = None) -> bool:
        """Everything stays as it is; False when it was taken back or carried out before."""
        at = at or timezone.now()
        with transaction.atomic():
            if not Erasure.objects.open().filter(pk=self.pk).update(withdrawn_at=at):
                return False
            if self.ticket is not None:
                self.ticket.hear(_("I take this back: please delete nothing."), by=by, at=at)
                self.ticket.move(Status.CLOSED, by=by, at=at)
        return True

    def hindrance(self, *, at: datetime) -> Refused | None:
        """Why it cannot be carried out now; the page asks the same as the deed."""
        if self.withdrawn_at or self.done_at or self.confirmed_at is None or self.due_at is None:
            return Refused("closed", _("This was taken back or carried out meanwhile."))
        if at < self.due_at:
            day = date_format(timezone.localtime(self.due_at), "DATE_FORMAT")
            return Refused("early", _("Until %(day)s it can be taken back.") % {"day": day})
        person = self.customer.person
        if person.is_agent or person.is_staff:
            return Refused("works_here", _("This person works here, too. Take away those rights first."))
        still = self.customer.tickets.unsettled().exclude(pk=self.ticket_id)
        numbers = ", ".join(f"#{pk}" for pk in still.order_by("pk").values_list("pk", flat=True)[:20])
        if numbers:
            words = _("Finish first what is still open, or nobody could be answered: %(numbers)s.")
            return Refused("open", words % {"numbers": numbers})
        reasons = [words for reader in readers for words in reader(self.customer)]
        return Refused("owed", " ".join(reasons)) if reasons else None

    def carry_out(self, *, by: Person, at: datetime | None = None) -> Refused | None:
        """Forget the customer, once and for good; None when it was done."""
        at = at or timezone.now()
        with transaction.atomic():
            if not Erasure.objects.waiting().filter(pk=self.pk).update(done_at=at, done_by=by):
                return Refused("closed", _("This was taken back or carried out meanwhile."))
            refusal = self.hindrance(at=at)
            if refusal is not None:
                transaction.set_rollback(True)
                return refusal
            self.done_at, person = at, self.customer.person
            if self.ticket is not None:
                self.ticket.move(Status.CLOSED, by=by, at=at, quietly=True)
            letters.to_person(person, key=f"erased:{self.pk}", name="erased", url="/", secret=True)
            files = forget(self.customer, at=at, keep=f"erased:{self.pk}")
            transaction.on_commit(lambda: bring_out(files))
        return None

    def _send(self, code: str) -> None:
        key = f"erasure-code:{self.pk}:{self.asked_at.timestamp():.0f}"
        url = reverse("portal:deletion")
        letters.to_person(self.customer.person, key=key, name="erasure_code", url=url, secret=True, code=code)


def _digest(customer_id: int, code: str) -> str:
    return salted_hmac(SALT, f"{customer_id}:{code}", algorithm="sha256").hexdigest()
