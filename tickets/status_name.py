"""An own status: what a house calls where its tickets stand. Each belongs to one fixed status, which alone decides what
runs and what pauses; a ticket carries at most one, and loses it with that status."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.prepared import Prepared

from .history import in_each_language
from .once import once
from .solvable import Status

if TYPE_CHECKING:
    from accounts.person import Person

LONGEST, LONGEST_CODE, MOST_IN_USE = 40, 50, 40


class Offered(NamedTuple):
    """One line where a status is chosen: its value in a form, its words, and whether it is the house's own."""

    value: str
    label: str
    is_own: bool


class StatusNameQuerySet(models.QuerySet["StatusName"]):
    def managed_by(self, person: Person) -> StatusNameQuerySet:
        """Those this person may set up: an administrator all of them, for they hold for the whole house."""
        return self.all() if person.is_staff else self.none()

    def in_use(self) -> StatusNameQuerySet:
        return self.filter(retired_at=None)


class StatusName(models.Model):
    # By what forms, conditions and programs know it; it never changes.
    code = models.CharField(gettext_lazy("key"), max_length=LONGEST_CODE, unique=True)
    name_en = models.CharField(gettext_lazy("name (English)"), max_length=LONGEST)
    name_de = models.CharField(gettext_lazy("name (German)"), max_length=LONGEST)
    # It never changes either: the tickets that carry it stand there.
    status = models.CharField(gettext_lazy("status"), max_length=16, choices=Status.choices)
    seen_by_customer = models.BooleanField(gettext_lazy("customers see it"), default=False)
    position = models.PositiveSmallIntegerField(gettext_lazy("position"), default=100)
    retired_at = models.DateTimeField(gettext_lazy("retired"), null=True, blank=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Made by the form before sending: the same key a second time is the same own status.
    key = models.CharField(max_length=64)

    objects = StatusNameQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("own status")
        verbose_name_plural = gettext_lazy("own statuses")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "key"], name="status_name_once_per_key"),
            models.CheckConstraint(
                name="status_name_of_a_status", condition=models.Q(status__in=Status.values)
            ),
            models.CheckConstraint(
                name="status_name_is_its_own", condition=~models.Q(code__in=["", *Status.values])
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_de if _is_german() else self.name_en

    @classmethod
    def write(cls, *, by: Person, key: str, **said: object) -> StatusName:
        """A new one; the same `key` returns the one already there."""
        code = _free_code(str(said["name_en"]))
        return once(cls.objects, mine={"by": by, "key": key}, code=code, **said)

    def revise(self, **said: object) -> None:
        """Tickets that carry it are called as it is called now; what was told before stays as it was told."""
        StatusName.objects.filter(pk=self.pk).update(**said)
        self.refresh_from_db()

    def retire(self, *, at: datetime | None = None) -> bool:
        """Nobody chooses it any more; tickets that carry it go on doing so. False when it was retired before."""
        return bool(StatusName.objects.in_use().filter(pk=self.pk).update(retired_at=at or timezone.now()))

    def bring_back(self) -> bool:
        return bool(StatusName.objects.filter(pk=self.pk, retired_at__isnull=False).update(retired_at=None))


def offered() -> tuple[Offered, ...]:
    """Where a ticket can be put, in order: each fixed status, and behind it what the house calls it."""
    own: list[StatusName] = _IN_USE.rows()
    lines: list[Offered] = []
    for status in Status:
        lines.append(Offered(status.value, str(status.label), is_own=False))
        lines += [Offered(one.code, one.name, is_own=True) for one in own if one.status == status]
    return tuple(lines)


def choices() -> list[tuple[str, str]]:
    """The same for a list one picks from, where each line stands alone."""
    fixed = {status.value: str(status.label) for status in Status}
    found, under = [], ""
    for line in offered():
        under = under if line.is_own else fixed[line.value]
        found.append((line.value, f"{under}: {line.label}" if line.is_own else line.label))
    return found


def chosen(value: object, *, retired: bool = False) -> tuple[Status, StatusName | None] | None:
    """What a form or a step means by a value: a fixed status, with one of its own names or none; None for neither.

    `retired`: what a ticket comes back to may be offered no more.
    """
    if value in Status.values:
        return Status(value), None
    names = StatusName.objects.all() if retired else StatusName.objects.in_use()
    named = names.filter(code=str(value)).first()
    return (Status(named.status), named) if named else None


def called(value: object) -> str:
    """What a value is called, retired or not."""
    if value in Status.values:
        return str(Status(value).label)
    named = StatusName.objects.filter(code=str(value)).first()
    return named.name if named else str(value)


def by_code() -> dict[str, str]:
    """Every own status for a condition: one nobody can choose any more says so."""
    found = sorted(StatusName.objects.all(), key=lambda one: one.retired_at is not None)
    return {one.code: _said(one) for one in found}


def found_by(typed: str) -> list[int]:
    """Those one means who types this, in either language: the whole name, else words of it."""
    said = typed.casefold()
    names = {
        one.pk: (one.name_en.casefold(), one.name_de.casefold(), one.code) for one in StatusName.objects.all()
    }
    whole = [pk for pk, words in names.items() if said in words]
    return whole or [pk for pk, words in names.items() if any(said in one for one in words)]


def is_taken(name: str, *, but: Iterable[int] = ()) -> bool:
    """Whether this is what a fixed status is called, or another of ours in use: one would not know which is meant."""
    fixed = in_each_language(lambda: "\n".join(str(status.label) for status in Status)).values()
    if name.casefold() in {*Status.values, *"\n".join(fixed).casefold().split("\n")}:
        return True
    others = StatusName.objects.in_use().exclude(pk__in=list(but))
    return any(name.casefold() in (one.name_en.casefold(), one.name_de.casefold()) for one in others)


def _said(one: StatusName) -> str:
    return _("%(name)s (retired)") % {"name": one.name} if one.retired_at else one.name


def _free_code(name: str) -> str:
    """A code made of the name, with a number behind it where another has it."""
    plain = slugify(name)[: LONGEST_CODE - 5] or "status"
    taken = {
        *Status.values,
        *StatusName.objects.filter(code__startswith=plain).values_list("code", flat=True),
    }
    number, code = 1, plain
    while code in taken:
        number += 1
        code = f"{plain}-{number}"
    return code


def _is_german() -> bool:
    return (get_language() or "en").startswith("de")


_IN_USE = Prepared(lambda: StatusName.objects.in_use())
