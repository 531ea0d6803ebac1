"""Webhooks in the set-up: which systems an alert calls, and what came of it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.outside.address import LONGEST
from accounts.setup_change import logged
from tickets.setup_page import administers
from tickets.textfields import OneLineField
from tickets.webhook.call import WebhookCall
from tickets.webhook.hook import WORDS, Webhook

from .access import LARGEST_ID, only, shown

SHOWN = 20


class WebhookForm(forms.Form):
    """Where the other system stands. Its secret is made by us."""

    name = OneLineField(label=gettext_lazy("Name"), max_length=80)
    url = OneLineField(
        label=gettext_lazy("Address"), max_length=LONGEST, widget=forms.TextInput(attrs={"inputmode": "url"})
    )
    private = forms.BooleanField(
        label=gettext_lazy("It stands in our own network"),
        required=False,
        help_text=gettext_lazy("Only then may the address lie inside a network, and be without encryption."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@only(administers)
def webhooks(request: HttpRequest) -> HttpResponse:
    """All of them; a new one's secret is shown this one time."""
    if request.method != "POST":
        return _page(request, WebhookForm())
    form = WebhookForm(request.POST)
    if form.is_valid():
        with logged(None, by=request.user) as watch:
            made = Webhook.set_up(**form.cleaned_data, by=request.user)
            watch.thing = made if isinstance(made, Webhook) else None
        if isinstance(made, Webhook):
            return shown(request, "setup/webhook.html", {"hook": made}, status=201)
        form.add_error("url", WORDS[made])
    return _page(request, form, status=422)


@require_POST
@only(administers)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(pk)
    with logged(found, by=request.user):
        found.end()
    messages.success(request, _("It is called no more."))
    return redirect("setup:webhooks")


@require_POST
@only(administers)
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(pk)
    with logged(found, by=request.user):
        found.resume()
    messages.success(request, _("It is called again."))
    return redirect("setup:webhooks")


def _page(request: HttpRequest, form: WebhookForm, *, status: int = 200) -> HttpResponse:
    calls = WebhookCall.objects.select_related("hook").order_by("-pk")[:SHOWN]
    context = {"form": form, "hooks": Webhook.objects.kept(), "calls": calls}
    return shown(request, "setup/webhooks.html", context, status=status)


def _find(pk: int) -> Webhook:
    found = Webhook.objects.kept().filter(pk=pk).first() if pk <= LARGEST_ID else None
    if found is None:
        raise Http404
    return found
