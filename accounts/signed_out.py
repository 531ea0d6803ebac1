"""Signed out in the middle of writing: what was typed comes back on the page, ready to be sent again."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

# Sign-in forms hold passwords and codes, and the administration keeps its own ways.
NEVER_SHOWN = ("/accounts/", "/admin/", "/api/")
NOT_TYPED = "csrfmiddlewaretoken"
Field = tuple[str, str]


class SignedOutMiddleware(LoginRequiredMiddleware):
    """Everything needs somebody signed in; a deed sent too late shows its words instead of dropping them."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        if is_kept(request):
            return kept(request)
        if request.method == "POST" and (page := page_it_came_from(request)):
            return redirect_to_login(page)
        return super().handle_no_permission(request, view_func)


def page_it_came_from(request: HttpRequest) -> str:
    """The address of our page with the button on it, to come back to: that of a deed shows nothing; else nothing."""
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        return ""
    parts = urlsplit(referer)
    return urlunsplit(("", "", parts.path, parts.query, ""))


def is_kept(request: HttpRequest) -> bool:
    """Whether this was sent from one of our own forms and holds what somebody typed.

    Only the browser's word that the form was ours lets a text be shown again: anybody can make a visitor send us
    theirs.
    """
    if request.method != "POST" or request.path.startswith(NEVER_SHOWN) or request.headers.get("HX-Request"):
        return False
    origin = request.headers.get("Origin", "")
    ours = (
        origin == f"{request.scheme}://{request.get_host()}"
        and request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    )
    return ours and any(value.strip() for name, value in typed(request) if name != "key")


def typed(request: HttpRequest) -> list[Field]:
    """Every field that came, in order, without the token that no longer holds."""
    return [(name, value) for name, values in request.POST.lists() if name != NOT_TYPED for value in values]


def kept(request: HttpRequest) -> HttpResponse:
    """The page with what was typed and a button that sends it again, with a token that holds.

    Words are shown and can still be changed; a key, a choice or an amount has no blank in it and goes along unseen.
    """
    fields = typed(request)
    context = {
        "texts": [
            (name, value, 6 if "\n" in value else 2) for name, value in fields if len(value.split()) > 1
        ],
        "others": [(name, value) for name, value in fields if len(value.split()) <= 1],
        "files": any(file.name for file in request.FILES.values()),
        "target": request.get_full_path(),
        "signed_out": not request.user.is_authenticated,
    }
    return render(request, "kept.html", context, status=403)
