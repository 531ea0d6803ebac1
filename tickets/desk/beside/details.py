"""Custom fields on the desk: what they say beside a conversation, and the form in which they are filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html_join
from django.views.decorators.http import require_http_methods

from tickets.desk.access import desk_only, find
from tickets.fields.custom_field import CustomField
from tickets.fields.field_value import Values
from tickets.fields.in_play import in_play
from tickets.fields.inputs import answers, deciding, inputs, name_of, typed_so_far
from tickets.fields.kind import Kind, Value
from tickets.ticket import Ticket

LOOK = "look"


@dataclass(frozen=True, slots=True)
class Detail:
    """A field as it stands on a ticket; `words` is empty where nothing was filled in."""

    field: CustomField
    words: str


class DetailsForm(forms.Form):
    """Only what its writer changed is written: it may have stood open while somebody else wrote.

    What is asked for hangs on what is typed; `look` shows that anew and says of nothing yet that it is wrong.
    """

    def __init__(self, data: QueryDict | None, *, ticket: Ticket, look: bool = False) -> None:
        fitting, held = list(CustomField.objects.on(ticket)), ticket.custom_values
        typed = typed_so_far(fitting, data) if data is not None else {}
        self.asked = in_play(fitting, {**held, **typed}, on=timezone.localdate())
        self.deciding = deciding(fitting)
        asked = inputs(self.asked, held=held, seen=True)
        super().__init__(_with_held(data, asked) if data is not None and look else data)
        self.fields.update(asked)
        if look:
            self.errors.clear()

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
    """Those asked for on this ticket, and what was filled in when others were."""
    held = ticket.custom_values
    asked = ticket.fields_asked(held)
    others = [field for field in held if field not in asked]
    return [Detail(field, _words(field, held)) for field in (*asked, *others)]


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def details(request: HttpRequest, number: int) -> HttpResponse:
    """Filling them in: in the piece itself, or without scripts on a page of its own."""
    ticket = find(request, number)
    look = LOOK in request.GET
    form = DetailsForm(request.POST if request.method == "POST" else None, ticket=ticket, look=look)
    if look or not form.is_valid():
        template = "desk/beside/_details_form.html" if request.htmx else "desk/details.html"
        status = 422 if form.is_bound and not look else 200
        return render(request, template, {"ticket": ticket, "form": form}, status=status)
    ticket.describe(form.changed, by=request.user)
    if request.htmx:
        return render(request, "desk/beside/_details.html", {"ticket": ticket, "details": of(ticket)})
    return redirect(ticket.desk_url())


def _with_held(data: QueryDict, asked: Mapping[str, forms.Field]) -> QueryDict:
    """What was typed, and of what was not asked for until now what stands there."""
    data = data.copy()
    for name, field in asked.items():
        if name not in data and f"initial-{name}" not in data and field.initial is not None:
            said = field.prepare_value(field.initial)
            data.setlist(name, said if isinstance(said, list) else [said])
            data.setlist(f"initial-{name}", data.getlist(name))
    return data


def _words(field: CustomField, held: Values) -> str:
    return field.called(held[field]) if field in held else ""
