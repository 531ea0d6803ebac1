"""The search over every page with settings: in the set-up, in the studio and one's own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tickets.setup_page import works
from tickets.setup_search import LONGEST, find

from .access import only, shown


@require_safe
@only(works)
def search(request: HttpRequest) -> HttpResponse:
    typed = request.GET.get("find", "").replace("\x00", "").strip()[:LONGEST]
    return shown(request, "setup/search.html", {"typed": typed, "found": find(request.user, typed)})
