"""Going out: the answers of colleagues that were sent and have not gone yet – before somebody answers a second time."""

from __future__ import annotations

from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tickets.sla.promise import moment_in_words

from .held_reply import HeldReply

if TYPE_CHECKING:
    from accounts.person import Person
    from tickets.ticket import Ticket


def others_on(ticket: Ticket, by: Person) -> list[HeldReply]:
    """What others have on its way to the customer, the next first."""
    return list(HeldReply.objects.of_ticket(ticket).exclude(author=by).select_related("author"))


def in_words(held: HeldReply, *, now: datetime) -> str:
    said = {"name": held.author.name}
    if held.is_planned:
        zone = timezone.get_current_timezone()
        said["moment"] = moment_in_words(held.goes_at, zone=zone, now=now)
        return _("%(name)s’s answer goes out %(moment)s. Please read it before yours goes out.") % said
    seconds = max(1, ceil((held.goes_at - now).total_seconds()))
    words = ngettext(
        "%(name)s’s answer goes out in %(seconds)s second. Please read it before yours goes out.",
        "%(name)s’s answer goes out in %(seconds)s seconds. Please read it before yours goes out.",
        seconds,
    )
    return words % {**said, "seconds": seconds}
