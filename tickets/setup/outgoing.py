"""How mails leave, in the set-up: a mail server or a provider, tried before it is kept, and what stands still."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.setup_change import logged
from tickets.mail.carrier import HERE, Carrier
from tickets.mail.outbox import OutgoingMail
from tickets.mail.provider import PROVIDERS
from tickets.setup_page import administers
from tickets.textfields import OneLineField

from .access import only, shown

KEPT = ("secret", "signing_key")


class CarrierForm(forms.ModelForm):
    """What a mail server or a provider asks for. A key once entered is not shown; left blank, it stays."""

    host = OneLineField(
        label=gettext_lazy("Server"), max_length=120, required=False, help_text="smtp.example.com"
    )
    username = OneLineField(
        label=gettext_lazy("User name"),
        max_length=254,
        required=False,
        help_text=gettext_lazy("With Mailjet the API key; the secret key stands below. Others ask for none."),
    )
    secret = forms.CharField(
        label=gettext_lazy("Password or key"),
        max_length=4000,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}, render_value=True),
    )
    domain = OneLineField(
        label=gettext_lazy("Domain (Mailgun)"),
        max_length=253,
        required=False,
        help_text=gettext_lazy("Only where it is another one than that of your address."),
    )
    signing_key = forms.CharField(
        label=gettext_lazy("Key it signs reports with (Mailgun)"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("“HTTP webhook signing key”. Without it no report is taken."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}, render_value=True),
    )

    class Meta:
        model = Carrier
        fields = (
            *("kind", "host", "port", "security", "username", "secret"),
            *("domain", "is_european", "signing_key"),
        )
        labels = {"is_european": gettext_lazy("The account is kept in the European Union")}
        help_texts = {
            "is_european": gettext_lazy("Mailgun and SparkPost have an address of their own for it.")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What was typed comes back after a test; what is stored is never shown.
        self.initial |= dict.fromkeys(KEPT, "")
        self.kept = {name: getattr(self.instance, name) for name in KEPT}
        self.kept_for = _goes_to(self.instance.kind, self.instance.host) if self.instance.pk else None
        if self.kept["secret"]:
            self.fields["secret"].help_text = _("Leave it blank to keep the one you entered before.")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        # A key entered for one provider, or one server, is never handed to another.
        if _goes_to(said.get("kind"), said.get("host")) == self.kept_for:
            for name in KEPT:
                said[name] = said.get(name) or self.kept[name]
        for name in ("secret", "signing_key", "username", "domain"):
            if not str(
                said.get(name) or ""
            ).isascii():  # it goes into the head of a request, or to a server as ASCII
                self.add_error(name, _("A key or password holds no letters like these."))
        if said.get("kind") == Carrier.Kind.SMTP:
            self._check_server(said)
        elif "kind" in said:
            self._check_provider(said)
        return said

    def _check_server(self, said: dict[str, Any]) -> None:
        if not said.get("host") and "host" not in self.errors:
            self.add_error("host", _("Please enter the name of the server."))
        if said.get("username") and not said.get("secret") and "secret" not in self.errors:
            self.add_error("secret", _("Please enter the password for this user name."))
        if said.get("security") == Carrier.Security.NONE and said.get("host") not in HERE:
            self.add_error(
                "security", _("Without encryption mails are handed only to a server on this machine.")
            )

    def _check_provider(self, said: dict[str, Any]) -> None:
        provider = PROVIDERS[said["kind"]]
        if not said.get("secret") and "secret" not in self.errors:
            words = _("Please enter the key that %(provider)s gave you.")
            self.add_error("secret", words % {"provider": provider.label})
        if provider.name and not said.get("username") and "username" not in self.errors:
            self.add_error("username", _("Please enter the API key here, and the secret key below."))


@require_http_methods(["GET", "HEAD", "POST"])
@only(administers)
def outgoing(request: HttpRequest) -> HttpResponse:
    """“Test” sends a mail to whoever asks, by what stands in the form, and keeps nothing."""
    carrier = Carrier.known() or Carrier()
    form = CarrierForm(request.POST if request.method == "POST" else None, instance=carrier)
    if request.method != "POST":
        return _page(request, form, {})
    if not form.is_valid():
        return _page(request, form, {}, status=422)
    said = form.save(commit=False)
    if "test" in request.POST:
        return _page(request, form, _tried(said, request))
    with logged(said, by=request.user) as watch:
        said.keep(by=request.user)
        watch.thing = said
    messages.success(request, _("Saved. Mails leave this way from now on."))
    return redirect("setup:outgoing")


@require_POST
@only(administers)
def end_outgoing(request: HttpRequest) -> HttpResponse:
    found = Carrier.in_use()
    if found is not None:
        with logged(found, by=request.user):
            found.end()
        messages.success(request, _("Mails leave again as the environment of the program says."))
    return redirect("setup:outgoing")


def _goes_to(kind: str | None, host: str | None) -> tuple[str | None, str]:
    """To whom a key is handed: a provider, or the server somebody names."""
    return kind, (host or "").lower() if kind == Carrier.Kind.SMTP else ""


def _tried(said: Carrier, request: HttpRequest) -> dict[str, object]:
    to = request.user.email
    subject = _("A test: mails leave this way")
    text = _("This mail left by %(carrier)s. Nothing is to be done.") % {"carrier": said}
    trouble = said.try_out(to=to, subject=subject, text=f"{text}\n")
    if trouble:
        return {"refused": trouble}
    return {"reached": _("It was taken. A mail is on its way to %(to)s.") % {"to": to}}


def _page(
    request: HttpRequest, form: CarrierForm, said: dict[str, object], *, status: int = 200
) -> HttpResponse:
    used = Carrier.in_use()
    stuck = OutgoingMail.objects.stuck().order_by("-due_at", "-pk")
    context = {
        "form": form,
        "used": used,
        "sender": settings.DEFAULT_FROM_EMAIL,
        "stuck": stuck.count(),
        "trouble": stuck.values_list("trouble", flat=True).first(),
        **said,
    }
    return shown(request, "setup/outgoing.html", context, status=status)
