"""Sign-in services of companies in the set-up: entered, tried before they are kept, ended."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.company.service import SignInService, domains_of, issuer_of
from accounts.company.wire import NotUsable, look
from accounts.organisation import Organisation
from accounts.person import Person
from accounts.setup_change import logged
from tickets.setup_page import administers
from tickets.textfields import KeyField, OneLineField, TextField

from .access import LARGEST_ID, only, shown

SAID = ("name", "issuer", "private", "client_id", "client_secret", "organisation", "domains")


class SignInServiceForm(forms.Form):
    """What a company’s administrator hands over. A secret once entered is not shown; left blank, it stays."""

    name = OneLineField(
        label=gettext_lazy("Name"),
        max_length=40,
        help_text=gettext_lazy("As its people call it; it stands on the button."),
    )
    issuer = OneLineField(
        label=gettext_lazy("Address of the service"),
        max_length=300,
        help_text=gettext_lazy("The issuer, like https://login.company.example."),
    )
    private = forms.BooleanField(
        label=gettext_lazy("Stands in our own network"),
        required=False,
        help_text=gettext_lazy(
            "Without it we never go to an address inside a network, whatever the service names."
        ),
    )
    client_id = OneLineField(label=gettext_lazy("Client id"), max_length=190)
    client_secret = forms.CharField(
        label=gettext_lazy("Client secret"),
        max_length=1000,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}, render_value=True),
    )
    domains = TextField(
        label=gettext_lazy("Domains"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "One a line, like company.example. Nobody with another address comes in by it."
        ),
    )
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Organisation"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=gettext_lazy("none: only people who have an account here already"),
        help_text=gettext_lazy(
            "Whoever comes for the first time becomes a customer of it, and nothing more."
        ),
    )
    key = KeyField()

    def __init__(self, *args: Any, by: Person, found: SignInService | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = Organisation.objects.managed_by(by)
        self.kept, self.kept_for = (found.client_secret, found.issuer) if found else ("", "")
        self.fields["client_secret"].required = not self.kept
        if self.kept:
            self.fields["client_secret"].help_text = _("Leave it blank to keep the one you entered before.")

    def clean_issuer(self) -> str:
        return issuer_of(self.cleaned_data["issuer"])

    def clean_client_secret(self) -> str:
        # Entered for one service, it is never handed to another.
        kept = self.kept if self.cleaned_data.get("issuer") == self.kept_for else ""
        secret = self.cleaned_data["client_secret"] or kept
        if not secret:
            raise ValidationError(_("Please enter it: without it the service does not answer us."))
        return str(secret)

    def clean_domains(self) -> list[str]:
        return domains_of(self.cleaned_data["domains"])


@require_safe
@only(administers)
def sign_in_services(request: HttpRequest) -> HttpResponse:
    services = SignInService.objects.managed_by(request.user).open()
    found = services.select_related("organisation").prefetch_related("domains")
    return shown(request, "setup/sign_in_services.html", {"services": found})


@require_http_methods(["GET", "HEAD", "POST"])
@only(administers)
def sign_in_service(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """One service; 0 is a new one. “Test” asks what stands in the form and keeps nothing."""
    found = _find(request, pk) if pk else None
    form = SignInServiceForm(
        request.POST if request.method == "POST" else None,
        by=request.user,
        found=found,
        initial=_initial(found),
    )
    context: dict[str, object] = {"form": form, "service": found, "back": _back(found)}
    if request.method != "POST":
        return shown(request, "setup/sign_in_service.html", context)
    if not form.is_valid():
        return shown(request, "setup/sign_in_service.html", context, status=422)
    if "test" in request.POST:
        return shown(request, "setup/sign_in_service.html", {**context, **_tried(form)})
    said = {name: form.cleaned_data[name] for name in SAID}
    try:
        with logged(found, by=request.user) as watch:
            if found is None:
                key = form.cleaned_data["key"]
                watch.thing = found = SignInService.add(**said, by=request.user, key=key)
            else:
                found.revise(**said)
    except ValidationError as taken:
        form.add_error("domains", taken)
        return shown(request, "setup/sign_in_service.html", context, status=422)
    messages.success(request, _("Saved."))
    return redirect("setup:sign_in_service", pk=found.pk)


@require_POST
@only(administers)
def end_sign_in_service(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    with logged(found, by=request.user):
        found.end()
    messages.success(request, _("Nobody signs in by “%(name)s” any more.") % {"name": found.name})
    return redirect("setup:sign_in_services")


def _initial(found: SignInService | None) -> dict[str, object]:
    if found is None:
        return {}
    said = {name: getattr(found, name) for name in ("name", "issuer", "private", "client_id")}
    return {**said, "organisation": found.organisation_id, "domains": "\n".join(found.own_domains)}


def _back(found: SignInService | None) -> str:
    """The address the company allows its service to send people back to."""
    return settings.BASE_URL + reverse("company_callback", args=[found.code]) if found else ""


def _tried(form: SignInServiceForm) -> dict[str, object]:
    """What can be seen without somebody signing in, in words."""
    try:
        look(form.cleaned_data["issuer"], private=form.cleaned_data["private"])
    except NotUsable as trouble:
        return {"refused": str(trouble)}
    return {
        "reached": _(
            "The service answers and shows its keys. Whether it takes client id and secret, the first sign-in shows."
        )
    }


def _find(request: HttpRequest, pk: int) -> SignInService:
    found = SignInService.objects.managed_by(request.user).open().filter(pk=min(pk, LARGEST_ID)).first()
    if found is None:
        raise Http404
    return found
