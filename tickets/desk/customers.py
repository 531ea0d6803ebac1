"""A customer on the desk: who it is, what they wrote about, what is promised to them; with the way to a new ticket."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.contact_change import ContactChange, may_be_corrected
from accounts.customer import Customer
from tickets.promises.pledge import Pledge
from tickets.search.customers import known_to, servable_by
from tickets.textfields import OneLineField
from tickets.ticket import Ticket

from .access import LARGEST_ID, desk_only
from .paging import page_of

SHOWN, SHOWN_CHANGES = 20, 5


class ContactForm(forms.Form):
    """Only what its writer changed is changed: it may have stood open while somebody else changed the rest."""

    name = OneLineField(label=gettext_lazy("Name"), max_length=120, show_hidden_initial=True)
    phone = OneLineField(label=gettext_lazy("Phone"), required=False, max_length=40, show_hidden_initial=True)
    address = OneLineField(
        label=gettext_lazy("Postal address"), required=False, max_length=300, show_hidden_initial=True
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        required=False,
        choices=[("", gettext_lazy("the one they write in")), *settings.LANGUAGES],
        help_text=gettext_lazy("In it they get our mails and see the portal."),
        show_hidden_initial=True,
    )

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        person = customer.person
        now_is = {"name": person.name, "language": person.language}
        now_is |= {"phone": customer.phone, "address": customer.address}
        super().__init__(*args, initial=now_is, **kwargs)

    @property
    def said(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in self.changed_data}


@require_safe
@desk_only
def customer(request: HttpRequest, pk: int) -> HttpResponse:
    found = known(request, pk)
    theirs = Ticket.objects.worked_by(request.user).filter(customer=found)
    rows = theirs.select_related("team", "assignee", "cause", "status_name")
    promised = Pledge.objects.open().filter(ticket__in=theirs).select_related("ticket", "owner", "clock")
    context = {
        "customer": found,
        "page": page_of(rows, after=request.GET.get("after", "")),
        "count": theirs.count(),
        "promised": promised.order_by("due_at", "pk")[:SHOWN],
        "addresses": _other_addresses(found),
        "may_write": servable_by(request.user).filter(pk=found.pk).exists(),
        "may_edit": may_be_corrected(found),
        "changes": found.contact_changes.select_related("by")[:SHOWN_CHANGES],
        **_colleagues(request, found),
    }
    return render(request, "desk/customer.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, phone, postal address and language put right; who it was and what stood there before stays known."""
    found = known(request, pk)
    if not may_be_corrected(found):
        raise Http404
    form = ContactForm(request.POST if request.method == "POST" else None, customer=found)
    if not form.is_valid():
        context = {"customer": found, "form": form}
        return render(request, "desk/contact.html", context, status=422 if form.is_bound else 200)
    if ContactChange.make(found, form.said, by=request.user):
        messages.success(request, _("Saved."))
    return redirect(url_of(found))


def known(request: HttpRequest, pk: int) -> Customer:
    """The customer, if this person works on a ticket of theirs; Http404 otherwise, whatever the reason."""
    found = known_to(request.user).filter(pk=pk).first() if pk <= LARGEST_ID else None
    if found is None:
        raise Http404
    return found


def url_of(customer: Customer) -> str:
    return reverse("desk:customer", args=[customer.pk])


def _other_addresses(customer: Customer) -> list[str]:
    """Proven, beside the one they are known by."""
    proven = EmailAddress.objects.filter(user=customer.person, verified=True)
    others = proven.exclude(email__iexact=customer.person.email).order_by("email")
    return list(others.values_list("email", flat=True)[:SHOWN])


def _colleagues(request: HttpRequest, customer: Customer) -> dict[str, object]:
    """Others of the same organisation whom the reader knows as well."""
    if customer.organisation_id is None:
        return {}
    others = known_to(request.user).filter(organisation=customer.organisation_id).exclude(pk=customer.pk)
    return {"colleagues": others.order_by("person__name", "pk")[:SHOWN]}
