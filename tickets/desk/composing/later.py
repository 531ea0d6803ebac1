"""A later moment to send at, as the clocks of the customer show it: what is offered, and what was typed."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.composing.held_reply import LONGEST_AHEAD
from tickets.sla.promise import moment_as_label
from tickets.ticket import Ticket

ASK, AT = "ask", "at"
FORMAT = "%Y-%m-%dT%H:%M"
SOONEST = timedelta(minutes=1)
MORNING = time(8)
SATURDAY = 5


def moment_of(typed: str, ticket: Ticket, *, now: datetime) -> datetime:
    """The moment meant by a customer's clock; ValidationError in words for what is none, past or too far ahead."""
    field = forms.DateTimeField(input_formats=[FORMAT, "%Y-%m-%dT%H:%M:%S"])
    with timezone.override(ticket.customer.person.zone):
        moment = field.clean(typed)
    if moment < now + SOONEST:
        raise forms.ValidationError(_("This moment has passed already."))
    if moment > now + LONGEST_AHEAD:
        raise forms.ValidationError(_("That is too far ahead: at most three months."))
    return moment


def choices_of(ticket: Ticket, *, now: datetime) -> tuple[tuple[str, str], ...]:
    """The next mornings worth offering: tomorrow's and the next working day's, each as sent and as read."""
    zone = ticket.customer.person.zone
    today = now.astimezone(zone).date()
    tomorrow = today + timedelta(days=1)
    monday = today + timedelta(days=7 - today.weekday())
    days = {monday} if tomorrow.weekday() >= SATURDAY else {tomorrow, monday}
    found = [datetime.combine(day, MORNING, tzinfo=zone) for day in sorted(days)]
    return tuple((moment.strftime(FORMAT), moment_as_label(moment, zone=zone, now=now)) for moment in found)
