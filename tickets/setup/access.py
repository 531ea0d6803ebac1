"""Who may set something up: people of the desk and administrators; everybody else finds nothing here."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.person import Person
from tickets.setup_page import pages_for, works

View = Callable[..., HttpResponse]
LARGEST_ID = 2**63 - 1


def only(admits: Callable[[Person], bool]) -> Callable[[View], View]:
    """Admit whom `admits` says; everybody else gets the answer of a page that does not exist."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not admits(request.user):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return guard


def shown(
    request: HttpRequest, template: str, context: dict[str, object], *, status: int = 200
) -> HttpResponse:
    """A page of the set-up, with the pages beside it."""
    return render(request, template, {**context, "setup_pages": pages_for(request.user)}, status=status)


@require_safe
@only(works)
def index(request: HttpRequest) -> HttpResponse:
    return shown(request, "setup/index.html", {})
