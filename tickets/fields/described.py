"""What is known of a ticket in custom fields: filling them in, and what is missing before it is solved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets import history
from tickets.refused import Refused
from tickets.sla.policy import held_at
from tickets.sla.terms import ask_fields

from .custom_field import CustomField
from .field_value import FieldValue, Values, gathered
from .in_play import in_play
from .kind import SHOWN, Value

if TYPE_CHECKING:
    from accounts.person import Person
    from tickets.event import Event


class Described(models.Model):
    class Meta:
        abstract = True

    @property
    def custom_values(self) -> Values:
        """What its custom fields hold; rows that were fetched along are not asked for again."""
        if self.pk is None:  # only thought of, to see what would be promised
            return {}
        fetched = getattr(self, "_prefetched_objects_cache", {})
        return gathered(self.field_values.all() if "field_values" in fetched else FieldValue.objects.on(self))

    def describe(
        self, said: Mapping[CustomField, Value | None], *, by: Person | None, at: datetime | None = None
    ) -> bool:
        """Fill in these fields, or empty them with None; False when all stood so already."""
        at = at or timezone.now()
        with transaction.atomic():
            type(self).objects.hold(self.pk)
            now = gathered(FieldValue.objects.on(self))
            changed = {field: value for field, value in said.items() if now.get(field) != value}
            FieldValue.objects.filter(ticket=self, field__in=changed).delete()
            self._fill_in(changed)
            for field, value in changed.items():
                self._tell_change(field, now.get(field), value, by=by, at=at)
            if changed:
                self.touch(at)
                if ask_fields(held_at(at)):
                    self.promise_anew(at=at, by=by, cause="fields")
        return bool(changed)

    def unsolvable(self) -> Refused | None:
        """What has to be filled in before it is solved, whichever door one takes."""
        missing = self._missing()
        words = _("Before this ticket is solved, fill in: %(fields)s.") % {"fields": missing}
        return Refused("fields", words) if missing else None

    def say_what_is_missing(self, *, at: datetime) -> Event | None:
        """Told on the ticket where something was to solve it that nobody watches; None where nothing is missing."""
        if self.is_settled or not self._missing():
            return None
        event: Event = self.record(
            history.NOT_SOLVED, by=None, at=at, field=history.in_each_language(self._missing)
        )
        return event

    def fields_asked(self, held: Values) -> list[CustomField]:
        """The custom fields meant for it that are asked for, by what others of it hold."""
        return in_play(CustomField.objects.on(self), held, on=timezone.localdate())

    def _missing(self) -> str:
        missing = list(CustomField.objects.missing_on(self))
        if any(field.asked_when for field in missing):
            asked = self.fields_asked(self.custom_values)
            missing = [field for field in missing if field in asked]
        return ", ".join(field.name for field in missing)

    def _fill_in(self, said: Mapping[CustomField, Value | None]) -> None:
        """Store the values as rows; nothing of these fields is stored yet."""
        rows = [
            row
            for field, value in said.items()
            if value is not None
            for row in FieldValue.rows_of(self, field, value)
        ]
        if rows:
            FieldValue.objects.bulk_create(rows)

    def _tell_change(
        self,
        field: CustomField,
        before: Value | None,
        now: Value | None,
        *,
        by: Person | None,
        at: datetime,
    ) -> None:
        said = {"field": history.in_each_language(lambda: field.name), "code": field.code}
        if before is not None:
            said["before"] = history.in_each_language(lambda: _cut(field.called(before)))
        if now is not None:
            said["value"] = history.in_each_language(lambda: _cut(field.called(now)))
        kind = history.FIELD_CHANGED if before is not None and now is not None else history.FIELD_SET
        self.record(history.FIELD_EMPTIED if now is None else kind, by=by, at=at, **said)


def _cut(words: str) -> str:
    return words if len(words) <= SHOWN else f"{words[: SHOWN - 1]}…"
