"""On copy, at the portal: a customer lets colleagues of the same organisation get our answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.customer import Customer
from tickets.mail.copied import Copied
from tickets.refused import Refused
from tickets.ticket import Ticket

from .access import LARGEST_ID, find_own


class CopyForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail address of a colleague"),
        max_length=254,
        help_text=gettext_lazy("Of your own organisation. They get our answers by mail."),
    )

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="copy-%s", **kwargs)
        self.ticket = ticket

    def clean_email(self) -> Customer:
        """Anybody else is put on copy by the desk alone: nobody is written to because a stranger says so."""
        firm = self.ticket.customer.organisation_id
        email = self.cleaned_data["email"].lower()
        found = Customer.objects.select_related("person").filter(person__email=email, person__is_active=True)
        colleague = found.filter(organisation=firm).first() if firm else None
        if colleague is None:
            words = _(
                "We know nobody of your organisation by this address. Tell us in a message whom you mean."
            )
            raise forms.ValidationError(words, code="nobody")
        return colleague

    def put(self) -> bool:
        """Whether they are on copy now; what stands against it is said at the field."""
        if not self.is_valid():
            return False
        person = self.cleaned_data["email"].person
        by = self.ticket.customer.person
        added = Copied.add(self.ticket, person.email, name=person.name, by=by)
        if isinstance(added, Refused):
            self.add_error("email", added.words)
        return isinstance(added, Copied)


def context_of(ticket: Ticket, form: CopyForm | None = None) -> dict[str, object]:
    """Nothing where nobody is on copy and there is no organisation to choose from."""
    rows = list(Copied.objects.on(ticket))
    return {"copies": rows, "copy_form": form or CopyForm(ticket=ticket)}


def take_off_copy(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    own = find_own(request, number)
    copied = Copied.objects.on(own).filter(pk=pk).first() if pk <= LARGEST_ID else None
    if copied is None:
        raise Http404
    if request.method != "POST":
        return redirect(own.portal_url())
    copied.remove(by=request.user)
    messages.success(request, _("%(name)s gets no more mails about this request.") % {"name": copied.name})
    return redirect(f"{own.portal_url()}#copies")
