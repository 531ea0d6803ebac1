"""A program that speaks for a person: every request carries their token, every body is JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test import Client

from accounts.models import ApiToken, Person

ROOT = "/api/v1/"


@dataclass
class Program:
    client: Client
    headers: dict[str, str]

    @classmethod
    def of(cls, person: Person | None, **headers: str) -> Program:
        """With a token of this person; without one for None."""
        sent = {"Accept-Language": "en", **headers}
        if person is not None:
            _token, secret = ApiToken.issue(person, "test")
            sent["Authorization"] = f"Bearer {secret}"
        return cls(Client(raise_request_exception=True), sent)

    def get(self, path: str, query: Any = None, **headers: str) -> HttpResponse:
        return self.client.get(ROOT + path, query, headers={**self.headers, **headers})

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self._send("post", path, body, headers)

    def put(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self._send("put", path, body, headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self._send("patch", path, body, headers)

    def delete(self, path: str, **headers: str) -> HttpResponse:
        return self._send("delete", path, None, headers)

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> HttpResponse:
        raw = body if isinstance(body, str | bytes) else json.dumps({} if body is None else body)
        return getattr(self.client, method)(
            ROOT + path, raw, content_type="application/json", headers={**self.headers, **headers}
        )
