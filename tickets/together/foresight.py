"""Foresight: what a merge would do, in sentences, before anybody does it; asked of the same functions as the deed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.person import Person
from tickets.attachment import Attachment
from tickets.composing import held_reply
from tickets.message import Message
from tickets.open_item import open_on
from tickets.promises import pledge
from tickets.promising import earlier_response
from tickets.sla.clock import Clock
from tickets.sla.promise import moment_in_words
from tickets.sla.target import MOVING, RESPONSES
from tickets.snooze import Snooze
from tickets.solvable import Status

from . import begun

if TYPE_CHECKING:
    from tickets.ticket import Ticket


def of_merge(source: Ticket, target: Ticket, *, by: Person, now: datetime) -> list[str]:
    """What would happen, each in one sentence, the most telling first."""
    numbers = {"source": f"#{source.pk}", "target": f"#{target.pk}", "name": source.customer.person.name}
    return [
        _what_moves(source, numbers),
        _("What %(name)s still writes to %(source)s, by mail or in the portal, lands in %(target)s.")
        % numbers,
        *_promises(source, target, numbers, now),
        *_by_word(source, numbers),
        *_begun(source, target, numbers, by, now),
        *_planned(source, numbers),
        *_sleep(source, numbers),
        _("%(source)s is closed and points to %(target)s.") % numbers,
        *_who_reads(source, target, numbers),
        *_left(source, numbers),
    ]


def of_undoing(source: Ticket, target: Ticket) -> str:
    return _(
        "For 24 hours they can be taken apart again: #%(source)s then stands as it stands now; "
        "what is written until then stays in #%(target)s."
    ) % {"source": source.pk, "target": target.pk}


def _what_moves(source: Ticket, numbers: dict[str, str]) -> str:
    said = Message.objects.filter(ticket=source)
    count, files = said.count(), Attachment.objects.filter(message__in=said).count()
    words = ngettext(
        "%(count)s message of %(source)s stands in %(target)s from then on, in the order of time",
        "%(count)s messages of %(source)s stand in %(target)s from then on, in the order of time",
        count,
    ) % {**numbers, "count": count}
    if not files:
        return f"{words}."
    with_files = ngettext("%(words)s, with %(files)s file.", "%(words)s, with %(files)s files.", files)
    return with_files % {"words": words, "files": files}


def _promises(source: Ticket, target: Ticket, numbers: dict[str, str], now: datetime) -> list[str]:
    theirs = list(Clock.objects.open().filter(ticket=source).exclude(kind__in=MOVING))
    own = Clock.objects.open().filter(ticket=target).of_kind(*RESPONSES).order_by("due_at").first()
    earlier, said = earlier_response(theirs, own), []
    if earlier is not None and earlier.due_at is not None:
        moment = moment_in_words(earlier.due_at, zone=timezone.get_current_timezone(), now=now)
        words = _("The answer promised in %(source)s is owed in %(target)s: by %(moment)s.")
        said.append(words % {**numbers, "moment": moment})
        if target.status == Status.WAITING_CUSTOMER:
            said.append(_("%(target)s no longer waits for %(name)s and is open again.") % numbers)
    ending = [str(clock.get_kind_display()) for clock in theirs if clock != earlier]
    if ending:
        words = _("These promises of %(source)s end, because those of %(target)s hold: %(kinds)s.")
        said.append(words % {**numbers, "kinds": ", ".join(ending)})
    return said


def _by_word(source: Ticket, numbers: dict[str, str]) -> list[str]:
    words = _("“%(words)s” stays promised until the same moment, in %(target)s.")
    open_pledges = pledge.Pledge.objects.open().filter(ticket=source)
    return [words % {**numbers, "words": one.words} for one in open_pledges]


def _begun(source: Ticket, target: Ticket, numbers: dict[str, str], by: Person, now: datetime) -> list[str]:
    """Who has begun to write there: that they do, never what."""
    both = begun.writers(target, now=now)
    reads = set(Person.objects.working_in(target.team).values_list("pk", flat=True))
    said = []
    for one, is_at_it in begun.writers(source, now=now).items():
        if one == by:
            words = _("What you have begun to write in %(source)s then stands in your draft in %(target)s.")
        elif one.pk not in reads:
            words = _("What %(writer)s has begun to write stays in %(source)s: they do not work in %(team)s.")
        elif is_at_it:
            words = _(
                "%(writer)s is writing in %(source)s just now; it goes on in their draft in %(target)s."
            )
        else:
            words = _("%(writer)s has begun to write in %(source)s; it goes on in their draft in %(target)s.")
        below = _("It stands below what was begun there.") if one in both and one.pk in reads else ""
        said.append(f"{words % {**numbers, 'writer': one.name, 'team': target.team.name}} {below}".strip())
    return said


def _planned(source: Ticket, numbers: dict[str, str]) -> list[str]:
    words = _("It goes out in %(target)s, and does not solve that: %(item)s")
    return [words % {**numbers, "item": item} for item in held_reply.planned_on(source)]


def _sleep(source: Ticket, numbers: dict[str, str]) -> list[str]:
    """Whoever let the closed one sleep waited for something: that is not forgotten unsaid."""
    if not Snooze.objects.open().filter(ticket=source).exists():
        return []
    return [
        _("%(source)s is snoozed; that ends with the merge, and %(target)s is not snoozed in its place.")
        % numbers
    ]


def _who_reads(source: Ticket, target: Ticket, numbers: dict[str, str]) -> list[str]:
    if source.team_id == target.team_id:
        return []
    return [_("The team %(team)s reads it all from then on.") % {"team": target.team.name}]


def _left(source: Ticket, numbers: dict[str, str]) -> list[str]:
    """What belongs to the closed ticket and does not move."""
    moved = [*pledge.open_on(source), *held_reply.planned_on(source)]
    words = _("This stays with %(source)s: %(item)s")
    return [words % {**numbers, "item": item} for item in open_on(source) if item not in moved]
