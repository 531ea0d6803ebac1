"""The last hand on every answer: nothing personal stays in a cache, and errors are as guarded as pages."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# Django's own middleware sets these too, but not on what it answers itself: a foreign Host, an upload too large.
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": settings.X_FRAME_OPTIONS,
    "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
    "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
}
# A page is fetched again when one goes back: after signing out there is nothing left to look at.
PRIVATE = "private, no-store"


class HeadersMiddleware:
    """Stands outside of everything else, so that no answer passes it by. What a view says itself holds."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        framed = getattr(response, "xframe_options_exempt", False)  # its own policy names who may
        for name, value in ALWAYS.items():
            if not (framed and name == "X-Frame-Options"):
                response.setdefault(name, value)
        response.setdefault("Cache-Control", PRIVATE)
        return response
