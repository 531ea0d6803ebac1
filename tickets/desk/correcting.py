"""Putting a ticket right on the desk: one form for what it is called and about, how urgent it is, and whose it is."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.customer import Customer
from accounts.person import Person
from accounts.team import Team
from tickets.affected_list import number_in
from tickets.cause import Cause
from tickets.search.customers import customers_like, servable_by
from tickets.textfields import OneLineField
from tickets.ticket import Ticket

from .access import desk_only, find

LONGEST_WHY, MOST_NAMED = 200, 4
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class CorrectForm(forms.Form):
    """Only what its writer changed is changed: it may have stood open while somebody else changed the rest."""

    subject = OneLineField(label=gettext_lazy("Subject"), max_length=200, show_hidden_initial=True)
    cause = forms.ModelChoiceField(
        label=gettext_lazy("Cause"),
        queryset=Cause.objects.order_by("position", "code"),
        empty_label=None,
        show_hidden_initial=True,
    )
    customer = OneLineField(label=gettext_lazy("Another customer"), required=False, max_length=200)
    priority = forms.TypedChoiceField(
        label=gettext_lazy("Priority"), choices=Ticket.Priority.choices, coerce=int, show_hidden_initial=True
    )
    team = forms.ModelChoiceField(
        label=gettext_lazy("Team"),
        queryset=Team.objects.order_by("name"),
        empty_label=None,
        show_hidden_initial=True,
    )
    why = OneLineField(
        label=gettext_lazy("Why the other team gets it"),
        required=False,
        max_length=LONGEST_WHY,
        help_text=gettext_lazy(
            "Only when the team changes: a word to the colleagues there. It stands in the history."
        ),
    )

    def __init__(self, *args: Any, ticket: Ticket, by: Person, **kwargs: Any) -> None:
        now_is = {
            "subject": ticket.subject,
            "cause": ticket.cause_id,
            "priority": ticket.priority,
            "team": ticket.team_id,
        }
        super().__init__(*args, initial=now_is, **kwargs)
        self.ticket, self.by = ticket, by
        now_is_of = {"name": ticket.customer.person.name}
        self.fields["customer"].help_text = (
            _(
                "It is %(name)s’s now. Type name, e-mail address or number of whose it is: they then read in the "
                "portal what was said openly, %(name)s no longer. Nobody is written to."
            )
            % now_is_of
        )

    def clean_customer(self) -> Customer | None:
        """The one customer meant. A number or a whole address names one, never somebody whose name or address holds it:
        they would read what is not theirs."""
        typed = self.cleaned_data["customer"]
        if not typed:
            return None
        number, may_be = number_in(typed), servable_by(self.by)
        if number is not None:
            may_be = may_be.filter(pk=number)
        elif _ADDRESS.fullmatch(typed):
            may_be = may_be.filter(person__email=typed.lower())
        else:
            may_be = customers_like(typed) & may_be
        found = list(may_be[:MOST_NAMED])
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError(_("No customer is found by that."))
        names = ", ".join(f"{one.person.name} <{one.person.email}>" for one in found)
        raise forms.ValidationError(_("Several fit: %(names)s. Type the address.") % {"names": names})

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "team" in self.said and not said.get("why") and "why" not in self.errors:
            self.add_error("why", _("Say in a few words why the other team gets it."))
        return said

    @property
    def said(self) -> dict[str, Any]:
        """What was changed, and can be read."""
        return {
            name: self.cleaned_data[name]
            for name in self.changed_data
            if name != "why" and self.cleaned_data.get(name) is not None
        }


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def correct(request: HttpRequest, number: int) -> HttpResponse:
    ticket = find(request, number)
    form = CorrectForm(request.POST if request.method == "POST" else None, ticket=ticket, by=request.user)
    if not form.is_bound or not form.is_valid():
        return _page(request, ticket, form, status=422 if form.is_bound else 200)
    refused = ticket.put_right(form.said, by=request.user, why=form.cleaned_data["why"])
    if refused is not None:
        form.add_error(None, refused.words)
        return _page(request, ticket, form, status=422)
    if form.said:
        messages.success(request, _said(ticket, form))
    own = Ticket.objects.worked_by(request.user).filter(pk=ticket.pk).exists()
    return redirect(ticket.desk_url() if own else "desk:tickets")


@require_POST
@desk_only
def release(request: HttpRequest, number: int) -> HttpResponse:
    """Back to the team: nobody has it any more."""
    ticket = find(request, number)
    refused = ticket.uncorrectable()
    if refused is not None:
        messages.error(request, refused.words)
    else:
        ticket.release(by=request.user)
    return redirect(ticket.desk_url())


def _said(ticket: Ticket, form: CorrectForm) -> str:
    if "team" not in form.said:
        return _("Saved.")
    said = {"number": ticket.pk, "team": ticket.team.name}
    return _("#%(number)s is with the team %(team)s now.") % said


def _page(request: HttpRequest, ticket: Ticket, form: CorrectForm, *, status: int = 200) -> HttpResponse:
    why_not = None if form.is_bound else ticket.uncorrectable() or ticket.uncorrectable(["team"])
    context = {"ticket": ticket, "form": form, "why_not": why_not.words if why_not else ""}
    return render(request, "desk/correct.html", context, status=status)
