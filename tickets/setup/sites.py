"""Web sites that may hold our chat: an administrator names each with the addresses of its pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.setup_change import logged
from tickets.line.site import Site, origins_of
from tickets.setup_page import administers
from tickets.textfields import KeyField, OneLineField, TextField

from .access import LARGEST_ID, only, shown


class SiteForm(forms.Form):
    name = OneLineField(label=gettext_lazy("Name"), max_length=80)
    origins = TextField(
        label=gettext_lazy("Addresses"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=gettext_lazy("One a line, like https://shop.example. On no other page does the chat open."),
    )
    key = KeyField()

    def clean_origins(self) -> list[str]:
        return origins_of(self.cleaned_data["origins"])


@require_safe
@only(administers)
def sites(request: HttpRequest) -> HttpResponse:
    return shown(request, "setup/sites.html", {"sites": Site.objects.managed_by(request.user).open()})


@require_http_methods(["GET", "HEAD", "POST"])
@only(administers)
def site(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """One web site and the line of text for its pages; 0 is a new one."""
    found = _find(request, pk) if pk else None
    initial: dict[str, Any] = {"name": found.name, "origins": "\n".join(found.origins)} if found else {}
    form = SiteForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return shown(request, "setup/site.html", {"form": form, "site": found}, status=status)
    said = {"name": form.cleaned_data["name"], "origins": form.cleaned_data["origins"]}
    with logged(found, by=request.user) as watch:
        if found is None:
            watch.thing = found = Site.add(**said, by=request.user, key=form.cleaned_data["key"])
        else:
            found.revise(**said)
    messages.success(request, _("Saved."))
    return redirect("setup:site", pk=found.pk)


@require_POST
@only(administers)
def end_site(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    with logged(found, by=request.user):
        found.end()
    messages.success(request, _("The chat does not open on “%(name)s” any more.") % {"name": found.name})
    return redirect("setup:sites")


def _find(request: HttpRequest, pk: int) -> Site:
    found = Site.objects.managed_by(request.user).open().filter(pk=min(pk, LARGEST_ID)).first()
    if found is None:
        raise Http404
    return found
