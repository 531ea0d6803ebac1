"""A link: how one ticket stands to another – part of it, blocked by it, a duplicate, its cause, or simply related.

Stored once, read from both ends. What is done is told where it was waited for. The customer sees nothing of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tickets import history
from tickets.notice import Notice
from tickets.refused import Refused
from tickets.solvable import SETTLED
from tickets.ticket import Ticket

from .merge import Merge

if TYPE_CHECKING:
    from accounts.person import Person
    from tickets.event import Event

MOST, LONGEST_CHAIN = 50, 50


class Role(models.TextChoices):
    """How the ticket one looks at stands to the other."""

    RELATES = "relates", gettext_lazy("relates to")
    BLOCKS = "blocks", gettext_lazy("blocks")
    BLOCKED = "blocked", gettext_lazy("is blocked by")
    PARENT = "parent", gettext_lazy("has the sub-ticket")
    CHILD = "child", gettext_lazy("is a sub-ticket of")
    DUPLICATE = "duplicate", gettext_lazy("is a duplicate of")
    ORIGINAL = "original", gettext_lazy("has the duplicate")
    CAUSE = "cause", gettext_lazy("is the cause of")
    EFFECT = "effect", gettext_lazy("was caused by")


# By what is stored, read from the first ticket: how it reads from the second.
SEEN_FROM_THERE = {
    Role.RELATES: Role.RELATES,
    Role.BLOCKS: Role.BLOCKED,
    Role.PARENT: Role.CHILD,
    Role.DUPLICATE: Role.ORIGINAL,
    Role.CAUSE: Role.EFFECT,
}
TURNED = {there: here for here, there in SEEN_FROM_THERE.items() if here != there}


class LinkQuerySet(models.QuerySet["Link"]):
    def of(self, ticket: Ticket) -> LinkQuerySet:
        return self.filter(Q(one=ticket) | Q(other=ticket))

    def seen_by(self, person: Person, ticket: Ticket) -> LinkQuerySet:
        """Those whose other end this person works on too; of the rest one learns nothing."""
        own = Ticket.objects.worked_by(person).values("pk")
        seen = Q(one=ticket, other__in=own) | Q(other=ticket, one__in=own)
        return (
            self.filter(seen).select_related("one__status_name", "other__status_name").order_by("kind", "pk")
        )


class Link(models.Model):
    one = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+")
    # How the first stands to the second: one of the roles that are read from there.
    kind = models.CharField(max_length=10, choices=Role.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("link between tickets")
        verbose_name_plural = gettext_lazy("links between tickets")
        constraints = [
            models.UniqueConstraint(fields=["one", "other", "kind"], name="linked_once"),
            models.CheckConstraint(name="linked_to_another", condition=~Q(one=models.F("other"))),
            models.UniqueConstraint(
                fields=["other"], condition=Q(kind="parent"), name="part_of_one_ticket_at_most"
            ),
            models.CheckConstraint(
                name="link_kind_known",
                condition=Q(kind__in=["relates", "blocks", "parent", "duplicate", "cause"]),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.one_id} {self.kind} #{self.other_id}"

    def role_of(self, ticket: Ticket) -> Role:
        kind = Role(self.kind)
        return kind if ticket.pk == self.one_id else SEEN_FROM_THERE[kind]

    def other_than(self, ticket: Ticket) -> Ticket:
        return self.other if ticket.pk == self.one_id else self.one

    @classmethod
    def make(
        cls, ticket: Ticket, role: str, other: Ticket, *, by: Person | None, at: datetime | None = None
    ) -> Link | Refused:
        """From now on `ticket` stands so to `other`; said twice, or from the other end, it is said once."""
        at = at or timezone.now()
        first, kind, second = _stored(ticket, Role(role), other)
        with transaction.atomic():
            Ticket.objects.hold(first.pk, second.pk)
            known = cls.objects.filter(one=first, other=second, kind=kind).first()
            if known is not None:
                return known
            why = hindrance(first, kind, second)
            if why is not None:
                return why
            link = cls.objects.create(one=first, other=second, kind=kind, by=by, at=at)
            link._record(history.LINKED, by=by, at=at)
        return link

    def end(self, *, by: Person | None, at: datetime | None = None) -> bool:
        """They stand no longer so to each other; False when somebody ended it before."""
        at = at or timezone.now()
        with transaction.atomic():
            Ticket.objects.hold(self.one_id, self.other_id)
            gone, _each = Link.objects.filter(pk=self.pk).delete()
            if gone:
                self._record(history.UNLINKED, by=by, at=at)
        return bool(gone)

    def _record(self, kind: str, *, by: Person | None, at: datetime) -> None:
        """On both ends, by number alone: who reads the one may not read the other."""
        for here in (self.one, self.other):
            role = self.role_of(here)
            words = history.in_each_language(lambda role=role: role.label)  # type: ignore[misc]
            here.record(kind, by=by, at=at, how=words, number=self.other_than(here).pk, role=role.value)


def _stored(ticket: Ticket, role: Role, other: Ticket) -> tuple[Ticket, Role, Ticket]:
    """One row however it was said: turned to the end it is stored from, what has no direction by number."""
    if role in TURNED:
        return other, TURNED[role], ticket
    if role == Role.RELATES and other.pk < ticket.pk:
        return other, role, ticket
    return ticket, role, other


def hindrance(one: Ticket, kind: Role, other: Ticket) -> Refused | None:
    """Why these two cannot be linked so."""
    if one.pk == other.pk:
        return Refused("same", _("A ticket cannot be linked to itself."))
    if kind == Role.PARENT and Link.objects.filter(other=other, kind=kind).exists():
        words = _("#%(number)s is a sub-ticket of another ticket already.")
        return Refused("part", words % {"number": other.pk})
    if kind != Role.RELATES and _reaches(other.pk, kind, one.pk):
        words = _("They are linked the other way round already, so this would go round in a circle.")
        return Refused("circle", words)
    if any(Link.objects.of(ticket).count() >= MOST for ticket in (one, other)):
        return Refused("most", _("A ticket has at most %(most)s links.") % {"most": MOST})
    return None


def _reaches(start: int, kind: Role, goal: int) -> bool:
    """Whether links of this kind lead from the one to the other, however many lie between."""
    seen, nearer = {start}, {start}
    for _step in range(LONGEST_CHAIN):
        nearer = set(Link.objects.filter(one__in=nearer, kind=kind).values_list("other", flat=True)) - seen
        if goal in nearer or not nearer:
            return goal in nearer
        seen |= nearer
    return True  # a chain nobody follows any more: better no link than an endless one


def open_on(ticket: Ticket) -> list[str]:
    """What a solved ticket would leave behind of its parts; numbers of others' tickets are not told."""
    parts = Link.objects.filter(one=ticket, kind=Role.PARENT).exclude(other__status__in=SETTLED).count()
    words = ngettext(
        "%(count)s sub-ticket is not done yet.", "%(count)s sub-tickets are not done yet.", parts
    )
    return [words % {"count": parts}] if parts else []


def hear(event: Event) -> None:
    """Listens to every event: what is done is told where it was waited for; links go along into a merge, and back."""
    if event.kind == history.MERGED:
        _go_along(event)
    if event.kind == history.TAKEN_APART:
        _go_back(event)
    if event.kind != history.MOVED or event.data.get("to") not in SETTLED or event.data.get("was") in SETTLED:
        return
    waited = Q(other=event.ticket_id, kind=Role.PARENT) | Q(one=event.ticket_id, kind=Role.BLOCKS)
    links = list(Link.objects.filter(waited).select_related("one__assignee", "other__assignee"))
    if links and event.ticket.merge is not None:
        return  # it is not done: it goes on in another ticket, and so does the waiting
    for link in links:
        waits = link.other_than(event.ticket)
        if waits.is_settled:
            continue
        kind = history.PART_DONE if link.kind == Role.PARENT else history.UNBLOCKED
        said = waits.record(kind, by=event.by, at=event.at, number=event.ticket_id)
        if waits.assignee is not None and waits.assignee_id != event.by_id:
            Notice.tell(waits.assignee, said)


def _go_along(event: Event) -> None:
    """A ticket goes on in another, which stands to others as it did, where nothing speaks against it."""
    target = Ticket.objects.with_people().get(pk=event.data["into"])
    for link in list(Link.objects.of(event.ticket).select_related("one", "other")):
        far = link.other_than(event.ticket)
        if far.pk == target.pk:
            continue
        if link.kind == Role.PARENT:  # one is part of one ticket; the one that goes on takes its place
            link.end(by=event.by, at=event.at)
        Link.make(target, link.role_of(event.ticket), far, by=event.by, at=event.at)


def _go_back(event: Event) -> None:
    """Taken apart, each stands to others as it did: what went along with the merge, in its moment, goes back."""
    merge = Merge.objects.filter(source=event.ticket_id, target=event.data["into"]).latest("pk")
    target = Ticket.objects.with_people().get(pk=merge.target_id)
    for link in list(Link.objects.of(target).filter(at=merge.at).select_related("one", "other")):
        far, role = link.other_than(target), link.role_of(target)
        link.end(by=event.by, at=event.at)
        Link.make(event.ticket, role, far, by=event.by, at=event.at)
