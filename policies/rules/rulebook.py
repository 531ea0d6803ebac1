"""A rulebook: one version of all rules. One is in force; each decision names its version."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.person import Person


class RulebookQuerySet(models.QuerySet["Rulebook"]):
    def in_force(self) -> Rulebook:
        """The published one. Raises Rulebook.DoesNotExist before the first was published."""
        return self.get(state=Rulebook.State.PUBLISHED)


class Rulebook(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("in force")
        RETIRED = "retired", _("retired")

    version = models.PositiveIntegerField(_("version"), unique=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    note = models.CharField(_("what changed and why"), max_length=300)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    publish_at = models.DateTimeField(_("publish at"), null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = RulebookQuerySet.as_manager()

    class Meta:
        verbose_name = _("rulebook")
        verbose_name_plural = _("rulebooks")
        ordering = ["-version"]
        permissions = [("edit_rulebook", _("Edits the rulebook"))]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="published"), name="one_rulebook_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.version}"

    @classmethod
    @contextmanager
    def amend(cls, *, by: Person | None, note: str, at: datetime | None = None) -> Iterator[Rulebook]:
        """Change the rules: yields a copy to edit and puts it in force when the block ends; all or nothing.

        A published version is never edited, so what was decided by it stays explainable.
        """
        at = at or timezone.now()
        with transaction.atomic():
            draft = cls.draft(by=by, note=note, at=at)
            yield draft
            draft.publish(at=at)

    @classmethod
    def draft(
        cls, *, by: Person | None, note: str, like: Rulebook | None = None, at: datetime | None = None
    ) -> Rulebook:
        """A copy of the version in force – or of `like`, to roll back to it – that can be edited at leisure."""
        at = at or timezone.now()
        with transaction.atomic():
            # Two editors at once would both copy the same version. The oldest row is the gate they pass one by one:
            # a lock on the one in force would, after the wait, hold a row that is in force no more.
            cls.objects.select_for_update().order_by("pk").first()
            current = cls.objects.filter(state=cls.State.PUBLISHED).first()
            latest = cls.objects.aggregate(latest=models.Max("version"))["latest"] or 0
            draft = cls.objects.create(version=latest + 1, note=note, made_by=by, made_at=at)
            source = like or current
            if source:
                source.copy_rules_to(draft)
        return draft

    @classmethod
    def roll_back(cls, to: Rulebook, *, by: Person, why: str = "", at: datetime | None = None) -> Rulebook:
        """Put the rules of an older version in force again, as a new version: history is not rewritten."""
        at = at or timezone.now()
        note = str(_("Back to version %(version)s") % {"version": to.version})
        note = f"{note} – {why}"[:300] if why else note
        with transaction.atomic():
            draft = cls.draft(by=by, note=note, like=to, at=at)
            draft.publish(at=at)
        return draft

    def publish(self, *, at: datetime) -> None:
        """Put this version in force; the one before retires in the same moment."""
        with transaction.atomic():
            Rulebook.objects.filter(state=self.State.PUBLISHED).update(
                state=self.State.RETIRED, retired_at=at
            )
            Rulebook.objects.filter(pk=self.pk).update(state=self.State.PUBLISHED, published_at=at)
            self.state, self.published_at = self.State.PUBLISHED, at

    def copy_rules_to(self, other: Rulebook) -> None:
        """Every row that belongs to this version again, as a row of `other`."""
        for rows in _rows_of(self):
            for row in rows.all():
                _copy(row, rulebook=other)
        for guardrail in self.guardrails.prefetch_related("conditions"):
            conditions = list(guardrail.conditions.all())
            copy = _copy(guardrail, rulebook=other)
            for condition in conditions:
                _copy(condition, guardrail=copy)


def _rows_of(book: Rulebook) -> tuple[models.Manager, ...]:
    """Everything of a version that stands by itself; guardrails bring their conditions along."""
    return (
        book.gesture_kinds,
        book.limits,
        book.requirements,
        book.standards,
        book.terms,
        book.needed_facts,
    )


def _copy(row: models.Model, **changed: models.Model) -> models.Model:
    fields = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key
    }
    return type(row).objects.create(
        **{**fields, **{f"{name}_id": value.pk for name, value in changed.items()}}
    )
