"""A value of a custom field on a ticket; of a list, one row for each that was chosen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from .custom_field import CustomField
from .kind import FIRST_DAY, LARGEST, LAST_DAY, Kind, Value

if TYPE_CHECKING:
    from tickets.ticket import Ticket

Values = dict[CustomField, Value]


class FieldValueQuerySet(models.QuerySet["FieldValue"]):
    def on(self, ticket: Ticket) -> FieldValueQuerySet:
        return self.filter(ticket=ticket).select_related("field")


class FieldValue(models.Model):
    """One of the columns holds it, by the kind of the field: texts, a code of the list, a number, a day."""

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.PROTECT, related_name="field_values")
    field = models.ForeignKey(CustomField, on_delete=models.PROTECT, related_name="values")
    text = models.TextField(default="")
    # Small letters, by which a text is found; SQLite by itself knows only those of ASCII.
    folded = models.TextField(default="", editable=False)
    option = models.CharField(max_length=40, default="")
    number = models.BigIntegerField(null=True)
    day = models.DateField(null=True)

    objects = FieldValueQuerySet.as_manager()

    class Meta:
        verbose_name = _("value of a custom field")
        verbose_name_plural = _("values of custom fields")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "field", "option"], name="field_value_once"),
            models.CheckConstraint(
                name="field_value_says_something",
                condition=~models.Q(text="", option="", number=None, day=None),
            ),
            models.CheckConstraint(
                name="field_value_number_in_range",
                condition=models.Q(number=None) | models.Q(number__gte=-LARGEST, number__lte=LARGEST),
            ),
            models.CheckConstraint(
                name="field_value_day_in_range",
                condition=models.Q(day=None) | models.Q(day__gte=FIRST_DAY, day__lte=LAST_DAY),
            ),
        ]
        indexes = [
            models.Index(fields=["field", "option"], name="field_value_option"),
            models.Index(fields=["field", "number"], name="field_value_number"),
            models.Index(fields=["field", "day"], name="field_value_day"),
        ]

    def __str__(self) -> str:
        return f"#{self.ticket_id} {self.field_id}"

    @classmethod
    def rows_of(cls, ticket: Ticket, field: CustomField, value: Value) -> list[FieldValue]:
        """A value as rows, not stored yet."""
        row = cls(ticket=ticket, field=field)
        if isinstance(value, tuple):
            return [cls(ticket=ticket, field=field, option=code) for code in value]
        if isinstance(value, date):
            row.day = value
        elif isinstance(value, int):
            row.number = int(value)  # yes is 1
        elif field.kind == Kind.ONE:
            row.option = value
        else:
            row.text, row.folded = value, value.casefold()
        return [row]

    @property
    def value(self) -> Value:
        """What it says; one of several is said by its code."""
        if self.field.kind == Kind.FLAG:
            return bool(self.number)
        if self.number is not None:
            return self.number
        return self.day or self.option or self.text


def gathered(rows: Iterable[FieldValue]) -> Values:
    """Rows of one ticket as values, in the order of the fields."""
    found: Values = {}
    for row in sorted(rows, key=lambda row: (row.field.position, row.field_id, row.pk or 0)):
        if row.field.kind == Kind.SEVERAL:
            before = found.get(row.field, ())
            found[row.field] = (*before, row.option) if isinstance(before, tuple) else (row.option,)
        else:
            found[row.field] = row.value
    return found
