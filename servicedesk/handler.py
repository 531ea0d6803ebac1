"""How the server hands a request to the pages: one thread answers it from the first middleware to the last."""

from __future__ import annotations

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class PagesHandler(ASGIHandler):
    """Django's own goes from the event loop to a thread and back for the view and for each middleware that looks at it.

    Each of these ten ways waits for the other thread to let go of the interpreter. None of ours waits anywhere but in
    its thread.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = await sync_to_async(self.get_response, thread_sensitive=True)(request)
        return response
