"""Begun: what people have begun to write on a ticket and not sent. In a merge it goes on where the ticket goes on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from accounts.person import Person
from tickets.composing.staged_file import StagedFile
from tickets.composing.viewer import Viewer

if TYPE_CHECKING:
    from tickets.ticket import Ticket


def carry(source: Ticket, target: Ticket, *, at: datetime) -> list[int]:
    """Drafts and the files chosen for them, of everybody who works there too; gives the numbers of the files."""
    theirs = {"person__in": Person.objects.working_in(target.team).order_by()}
    for draft in source.drafts.filter(**theirs).select_related("person").order_by("pk"):
        draft.join(target, at=at)
    waiting = StagedFile.objects.filter(ticket=source, held=None, **theirs).order_by("pk")
    files = list(waiting.values_list("pk", flat=True))
    StagedFile.objects.filter(pk__in=files).update(ticket=target)
    return files


def bring_back(source: Ticket, target: Ticket, *, files: Sequence[int], since: datetime) -> None:
    """What was not changed there; what was, stays with its files."""
    theirs = {"person__in": Person.objects.working_in(target.team).order_by()}
    drafts = source.drafts.filter(**theirs).select_related("person").order_by("pk")
    stay = {(draft.person_id, draft.kind) for draft in drafts if not draft.part(target, since=since)}
    waiting = StagedFile.objects.filter(pk__in=files, ticket=target, held=None)
    back = [file.pk for file in waiting if (file.person_id, file.kind) not in stay]
    StagedFile.objects.filter(pk__in=back).update(ticket=source)


def writers(ticket: Ticket, *, now: datetime) -> dict[Person, bool]:
    """Who has begun to write on it, by name, and whether they are writing just now."""
    at_it = {viewer.person for viewer in _at_it(ticket, now)}
    drafted = Person.objects.active().filter(drafts__ticket=ticket).distinct()
    return {one: one in at_it for one in sorted({*drafted, *at_it}, key=lambda one: (one.name, one.pk))}


def _at_it(ticket: Ticket, now: datetime) -> Sequence[Viewer]:
    here = Viewer.objects.here(now).filter(ticket=ticket, person__is_active=True)
    return list(here.exclude(writes="").select_related("person"))
