"""Too much at once is no fault of ours and none of yours: who waited in vain for a lock is asked to come again."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.defaults import server_error

# PostgreSQL: a lock not given in time, two that waited for one another, no connection left, a database that just goes
# down or comes up; SQLite says it in words.
SQL_STATES = ("55P03", "40P01", "40001", "53300", "57P01", "57P02", "57P03")
SQLITE = ("database is locked", "database table is locked")
POOL_EMPTY = "PoolTimeout"
COME_AGAIN_SECONDS = 3
logger = logging.getLogger(__name__)


class BusyMiddleware:
    """Answers 503 with Retry-After; what is sent again then counts once, by the key of its form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return come_again(request, error) if is_busy(error) else None


def come_again(request: HttpRequest, error: BaseException) -> HttpResponse:
    logger.warning("too busy for %s %s: %s", request.method, request.path, error)
    words = _("Very much is happening here at this moment. Please try again in a few seconds.")
    if request.path.startswith("/api/"):
        response: HttpResponse = JsonResponse({"detail": words}, status=503)
    else:
        # Of the request the page shows nothing: finding out who asks would ask the same database once more.
        response = HttpResponse(render_to_string("503.html", {"words": words}), status=503)
    response.headers["Retry-After"] = str(COME_AGAIN_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response


def broken(request: HttpRequest) -> HttpResponse:
    """What nobody caught: outside of a view – reading who asks, keeping a session – it may be too busy as well."""
    error = sys.exc_info()[1]
    return come_again(request, error) if error is not None and is_busy(error) else server_error(request)


def is_busy(error: BaseException | None) -> bool:
    """Whether the database was too busy, rather than broken or asked wrongly."""
    if not isinstance(error, OperationalError):
        return False
    cause = error.__cause__
    state = getattr(cause, "sqlstate", None)
    return (
        state in SQL_STATES
        or type(cause).__name__ == POOL_EMPTY
        or any(word in str(error) for word in SQLITE)
    )
