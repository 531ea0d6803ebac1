"""Mailboxes in the set-up: entered, tried before they are kept, ended."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.setup_change import logged
from tickets.cause import Cause
from tickets.mail.fetching import NotReached, opened
from tickets.mail.mailbox import Mailbox
from tickets.setup_page import administers
from tickets.textfields import OneLineField

from .access import LARGEST_ID, only, shown

KEPT = ("secret", "client_secret")


class MailboxForm(forms.ModelForm):
    """What is needed to look into a mailbox. A password once entered is not shown; left blank, it stays."""

    host = OneLineField(label=gettext_lazy("Server"), max_length=120, help_text="imap.example.com")
    username = OneLineField(label=gettext_lazy("User name"), max_length=254)
    folder = OneLineField(label=gettext_lazy("Folder"), max_length=120, initial="INBOX")
    secret = forms.CharField(
        label=gettext_lazy("Password, app password or refresh token"),
        max_length=4000,
        required=False,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}, render_value=True),
    )
    token_url = forms.URLField(
        label=gettext_lazy("Address for keys (OAuth 2)"),
        required=False,
        max_length=300,
        assume_scheme="https",
    )
    client_id = OneLineField(label=gettext_lazy("Client id (OAuth 2)"), required=False, max_length=300)
    client_secret = forms.CharField(
        label=gettext_lazy("Client secret (OAuth 2)"),
        required=False,
        max_length=300,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}, render_value=True),
    )

    class Meta:
        model = Mailbox
        fields = (
            *("address", "cause", "host", "port", "security", "folder", "username", "way", "secret"),
            *("token_url", "client_id", "client_secret"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What was typed comes back after a test; what is stored is never shown.
        self.initial |= dict.fromkeys(KEPT, "")
        self.kept = {name: getattr(self.instance, name) for name in KEPT}
        box = self.instance
        self.kept_for = _goes_to(box.way, box.host, box.token_url) if box.pk else None
        self.fields["cause"].queryset = Cause.objects.select_related("team")
        if self.kept["secret"]:
            self.fields["secret"].help_text = _("Leave it blank to keep the one you entered before.")

    def clean_address(self) -> str:
        return str(self.cleaned_data["address"]).lower()

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        # A password entered for one server is never handed to another.
        if _goes_to(said.get("way"), said.get("host"), said.get("token_url")) == self.kept_for:
            for name in KEPT:
                said[name] = said.get(name) or self.kept[name]
        if not said["secret"] and "secret" not in self.errors:
            self.add_error("secret", _("Please enter it: without it the mailbox stays shut."))
        oauth = said.get("way") == Mailbox.Way.OAUTH
        if oauth and not str(said.get("token_url") or "").startswith("https://"):
            self.add_error("token_url", _("Please enter an address that begins with https://."))
        return said


def _goes_to(way: object, host: object, token_url: object) -> tuple[object, ...]:
    """Where the secrets of a mailbox are sent."""
    return (way, host, token_url) if way == Mailbox.Way.OAUTH else (way, host)


@require_safe
@only(administers)
def mailboxes(request: HttpRequest) -> HttpResponse:
    found = Mailbox.objects.managed_by(request.user).select_related("cause__team")
    return shown(request, "setup/mailboxes.html", {"mailboxes": found})


@require_http_methods(["GET", "HEAD", "POST"])
@only(administers)
def mailbox(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """One mailbox; 0 is a new one. “Test” tries what stands in the form and keeps nothing."""
    found = _find(request, pk) if pk else Mailbox(made_by=request.user)
    form = MailboxForm(request.POST if request.method == "POST" else None, instance=found)
    context: dict[str, object] = {"form": form, "mailbox": found}
    if request.method != "POST":
        return shown(request, "setup/mailbox.html", context)
    if not form.is_valid():
        return shown(request, "setup/mailbox.html", context, status=422)
    box = form.save(commit=False)
    box.access, box.access_until = (
        "",
        None,
    )  # what stands in the form is to be tried, not the key of an hour ago
    if "test" in request.POST:
        return shown(request, "setup/mailbox.html", {**context, **_tried(box)})
    box.next_at, box.ended_at, box.trouble, box.troubles = timezone.now(), None, "", 0
    with logged(box, by=request.user):
        box.save()
    messages.success(request, _("Saved. We look into it within a minute."))
    return redirect("setup:mailboxes")


@require_POST
@only(administers)
def end_mailbox(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    with logged(found, by=request.user):
        found.end()
    messages.success(request, _("We do not look into it any more. What came from it stays."))
    return redirect("setup:mailboxes")


def _tried(box: Mailbox) -> dict[str, object]:
    """Whether one gets in, in words; nothing is fetched."""
    box.is_kept = False
    try:
        with opened(box, at=timezone.now()) as found:
            number = len(found.uids())
    except NotReached as error:
        return {"refused": str(error)}
    except Exception:
        return {"refused": _("The server broke off.")}
    return {"reached": _("It works. Mails in this folder: %(number)s") % {"number": number}}


def _find(request: HttpRequest, pk: int) -> Mailbox:
    mine = Mailbox.objects.managed_by(request.user)
    found = mine.filter(pk=pk).first() if pk <= LARGEST_ID else None
    if found is None:
        raise Http404
    return found
