"""Custom fields on the desk: what they say beside a conversation, and the form in which they are filled in."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html_join
from django.views.decorators.http import require_http_methods

from tickets.desk.access import desk_only, find
from tickets.fields.custom_field import CustomField
from tickets.fields.field_value import Values
from tickets.fields.inputs import answers, inputs, name_of
from tickets.fields.kind import Kind, Value
from tickets.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Detail:
    """A field as it stands on a ticket; `words` is empty where nothing was filled in."""

    field: CustomField
    words: str


class DetailsForm(forms.Form):
    """Only what its writer changed is written: it may have stood open while somebody else wrote."""

    def __init__(self, *args: object, fields: list[CustomField], held: Values, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.asked = fields
        self.fields.update(inputs(fields, held=held, seen=True))

    @property
    def ticked_before(self) -> str:
        """What was ticked when the form was shown: boxes are drawn one by one, and no box brings this along.

        A form sent and shown again says it as it came, or as little.
        """
        boxes = [self[name_of(field)] for field in self.asked if field.kind == Kind.SEVERAL]
        told = [box for box in boxes if not self.is_bound or box.html_initial_name in self.data]
        return format_html_join("", "{}", ((box.as_hidden(only_initial=True),) for box in told))

    @property
    def changed(self) -> dict[CustomField, Value | None]:
        return answers(self, [field for field in self.asked if name_of(field) in self.changed_data])


def of(ticket: Ticket) -> list[Detail]:
    """Those meant for this ticket, and what was filled in when others were."""
    held = ticket.custom_values
    fitting = list(CustomField.objects.on(ticket))
    others = [field for field in held if field not in fitting]
    return [Detail(field, _words(field, held)) for field in (*fitting, *others)]


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def details(request: HttpRequest, number: int) -> HttpResponse:
    """Filling them in: in the piece itself, or without scripts on a page of its own."""
    ticket = find(request, number)
    said = request.POST if request.method == "POST" else None
    form = DetailsForm(said, fields=list(CustomField.objects.on(ticket)), held=ticket.custom_values)
    if not form.is_valid():
        template = "desk/beside/_details_form.html" if request.htmx else "desk/details.html"
        status = 422 if form.is_bound else 200
        return render(request, template, {"ticket": ticket, "form": form}, status=status)
    ticket.describe(form.changed, by=request.user)
    if request.htmx:
        return render(request, "desk/beside/_details.html", {"ticket": ticket, "details": of(ticket)})
    return redirect(ticket.desk_url())


def _words(field: CustomField, held: Values) -> str:
    return field.called(held[field]) if field in held else ""
