"""Being forgotten: what is deleted and what stays, in plain words; asked for, proven by a code, taken back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tickets.erasure import WAIT, Erasure

from .access import customer_of
from .widget_forms import CodeForm


@require_http_methods(["GET", "HEAD", "POST"])
def deletion(request: HttpRequest) -> HttpResponse:
    customer = customer_of(request)
    if request.method == "POST":
        Erasure.ask(customer)
        return redirect("portal:deletion")
    return _page(request, Erasure.of(customer), CodeForm())


@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    erasure, form = Erasure.of(customer_of(request)), CodeForm(request.POST)
    if erasure is None or erasure.confirmed_at is not None:
        return redirect("portal:deletion")
    if not form.is_valid():
        return _page(request, erasure, form, status=422)
    if not erasure.confirm(form.cleaned_data["code"].replace(" ", ""), by=request.user, at=timezone.now()):
        form.add_error("code", _("This code does not fit. Please look at the newest mail from us."))
        return _page(request, erasure, form, status=422)
    return redirect("portal:deletion")


@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    erasure = Erasure.of(customer_of(request))
    if erasure is not None and erasure.withdraw(by=request.user):
        messages.success(request, _("Nothing is deleted. Everything stays as it is."))
    return redirect("portal:deletion")


def _page(
    request: HttpRequest, erasure: Erasure | None, form: CodeForm, *, status: int = 200
) -> HttpResponse:
    context = {"erasure": erasure, "form": form, "days": WAIT.days}
    return render(request, "portal/deletion.html", context, status=status)
