"""Columns of the lists, as each person at the desk chooses and orders them; custom fields among them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.customer import Customer
from accounts.person import Person
from tickets.fields.custom_field import CustomField
from tickets.fields.field_value import FieldValue, gathered
from tickets.fields.inputs import name_of
from tickets.message import Message
from tickets.solvable import Status
from tickets.tag import Tagging
from tickets.ticket import Ticket

from .access import desk_only

MOST = 6
TAGS = "tags"
LABELS: dict[str, str | Promise] = {
    "customer": gettext_lazy("Customer"),
    "customer_status": gettext_lazy("Relationship"),
    "organisation": gettext_lazy("Organisation"),
    "cause": gettext_lazy("Cause"),
    "team": gettext_lazy("Team"),
    "status": gettext_lazy("Status"),
    "priority": gettext_lazy("Priority"),
    "channel": gettext_lazy("Channel"),
    "opened": gettext_lazy("Opened"),
    "changed": gettext_lazy("Changed"),
    TAGS: gettext_lazy("Tags"),
}
OF_THE_LINE = {"customer", "customer_status", "cause", "team", "status", "changed"}
# What a column needs of the database beside what every line brings.
MORE = {
    "organisation": "customer__organisation__name",
    "priority": "priority",
    "channel": "channel",
    "opened": "created_at",
}


@dataclass(slots=True)
class Columns:
    """The columns of one list: their names and labels, and what was looked up for its lines."""

    names: tuple[str, ...] = ()
    fields: dict[str, CustomField] = field(default_factory=dict)
    found: dict[int, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, person: Person) -> Columns:
        """What this person chose; what is no column any more falls out."""
        chosen = [name for name in person.columns if isinstance(name, str)]
        fields = _fields() if any(name not in LABELS for name in chosen) else {}
        return cls(tuple(name for name in chosen if name in LABELS or name in fields)[:MOST], fields)

    @property
    def labels(self) -> list[str]:
        return [self._label(name) for name in self.names]

    def look_up(self, rows: Iterable[Any], *, by: Person) -> None:
        """What the lines do not bring, of all of them: one question each, and only where a column shows it."""
        numbers = [row.pk for row in rows]
        shown: dict[int, dict[str, str]] = defaultdict(dict)
        more = [name for name in self.names if name in MORE]
        if more:
            tickets = Ticket.objects.worked_by(by).filter(pk__in=numbers).order_by()
            for number, *brought in tickets.values_list("pk", *(MORE[name] for name in more)):
                for name, value in zip(more, brought, strict=True):
                    shown[number][name] = _in_words(name, value)
        if TAGS in self.names:
            for ticket, tag in Tagging.objects.filter(ticket__in=numbers).values_list("ticket", "tag__name"):
                before = shown[ticket].get(TAGS)
                shown[ticket][TAGS] = f"{before}, {tag}" if before else tag
        custom = [self.fields[name] for name in self.names if name in self.fields]
        values: dict[int, list[FieldValue]] = defaultdict(list)
        if custom:
            for one in FieldValue.objects.filter(ticket__in=numbers, field__in=custom).select_related(
                "field"
            ):
                values[one.ticket_id].append(one)
        for ticket, held in values.items():
            shown[ticket] |= {name_of(one): one.called(value) for one, value in gathered(held).items()}
        self.found = shown

    def cells(self, row: Any) -> tuple[tuple[str, str], ...]:
        """Label and words of each column on one line."""
        looked_up = self.found.get(row.pk, {})
        return tuple(
            (self._label(name), _said(name, row) if name in OF_THE_LINE else looked_up.get(name, ""))
            for name in self.names
        )

    def _label(self, name: str) -> str:
        return self.fields[name].name if name in self.fields else str(LABELS[name])


class ColumnsForm(forms.Form):
    """One choice for each place; an empty one is no column."""

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {**LABELS, **{name: one.name for name, one in _fields().items()}}
        held = Columns.of(person).names
        for place in range(MOST):
            self.fields[f"column{place}"] = forms.ChoiceField(
                label=_("Column %(number)s") % {"number": place + 1},
                choices=[("", "–"), *labels.items()],
                required=False,
                initial=held[place] if place < len(held) else "",
            )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        seen: set[str] = set()
        for place in range(MOST):
            name = said.get(f"column{place}", "")
            if name and name in seen:
                self.add_error(f"column{place}", _("This column is there already."))
            seen.add(name)
        return said

    @property
    def said(self) -> list[str]:
        return [name for name in (self.cleaned_data[f"column{place}"] for place in range(MOST)) if name]


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def columns(request: HttpRequest) -> HttpResponse:
    form = ColumnsForm(request.POST if request.method == "POST" else None, person=request.user)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "desk/columns.html", {"form": form}, status=status)
    request.user.choose_columns([] if "usual" in request.POST else form.said)
    messages.success(request, _("Saved."))
    return redirect("desk:tickets")


def _said(name: str, row: Any) -> str:
    """What a line says in one column, in the reader's language and zone."""
    if name == "customer":
        return str(row.customer__person__name)
    if name == "customer_status":
        return str(Customer.Status(row.customer__status).label)
    if name == "cause":
        german = (get_language() or "en").startswith("de")
        return str(row.cause__name_de if german else row.cause__name_en)
    if name == "team":
        return str(row.team__name)
    if name == "status":
        return own_status(row) or str(Status(row.status).label)
    return _moment(row.changed_at)


def own_status(row: Any) -> str:
    """What the house calls where it stands; "" where it has no words of its own for it."""
    german = (get_language() or "en").startswith("de")
    return str((row.status_name__name_de if german else row.status_name__name_en) or "")


def _in_words(name: str, value: Any) -> str:
    """What was looked up for a column, in words."""
    if name == "priority":
        return str(Ticket.Priority(value).label)
    if name == "channel":
        return str(Message.Channel(value).label)
    return _moment(value) if name == "opened" else value or ""


def _moment(at: datetime) -> str:
    return str(date_format(localtime(at), "SHORT_DATETIME_FORMAT"))


def _fields() -> dict[str, CustomField]:
    return {name_of(one): one for one in CustomField.objects.in_use()}
