"""An agent's browser, as far as a measurement needs one: keeps its line open and its cookies, reads what comes."""

from __future__ import annotations

import http.client
import re
import time
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

PATIENCE_SECONDS = 30
# A server hangs up on a line nobody used for five seconds: it is dialled anew before that can fall into a request.
KEPT_SECONDS = 4.0


class Unexpected(Exception):
    """A page that did not answer as it should; worded for the person at the terminal."""


class Visitor:
    """One signed-in reader. Raises Unexpected for every status but the ones waited for."""

    def __init__(self, url: str, cookies: dict[str, str] | None = None) -> None:
        parts = urlsplit(url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self.line = kind(parts.hostname or "127.0.0.1", parts.port, timeout=PATIENCE_SECONDS)
        self.used_at = time.monotonic()
        self.cookies = dict(cookies or {})

    def get(self, path: str) -> str:
        return self._ask("GET", path, None, (200,))[1]

    def post(self, path: str, fields: dict[str, str]) -> None:
        token = next((value for name, value in self.cookies.items() if "csrf" in name), "")
        body = urlencode({**fields, "csrfmiddlewaretoken": token})
        self._ask("POST", path, body, (200, 302))

    def sign_in(self, email: str, password: str) -> None:
        """Through the page everybody uses."""
        self.get("/accounts/login/")
        self.post("/accounts/login/", {"login": email, "password": password})
        status, _body, place = self._once("GET", "/desk/", None)
        if status != 200:
            raise Unexpected(
                f"{email} cannot open the desk there (status {status}, sent to {place or 'nowhere'})."
            )

    def timed(self, path: str, fields: dict[str, str] | None = None) -> float:
        """Seconds until the last byte of the answer."""
        began = time.perf_counter()
        if fields is None:
            self.get(path)
        else:
            self.post(path, fields)
        return time.perf_counter() - began

    def a_ticket(self) -> int:
        """The number of the first ticket in the list."""
        found = re.search(r'href="/desk/tickets/(\d+)/', self.get("/desk/"))
        if not found:
            raise Unexpected("This agent's list holds no ticket to measure with.")
        return int(found[1])

    def _ask(self, method: str, path: str, body: str | None, wanted: tuple[int, ...]) -> tuple[int, str]:
        status, text, _place = self._once(method, path, body)
        if status not in wanted:
            raise Unexpected(f"{method} {path} answered with {status}.")
        return status, text

    def _once(self, method: str, path: str, body: str | None) -> tuple[int, str, str]:
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Referer": f"{self.origin}/",
            "Accept-Language": "en",
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if time.monotonic() - self.used_at > KEPT_SECONDS:
            self.line.close()
        try:
            self.line.request(method, path, body, headers)
            answer = self.line.getresponse()
            text = answer.read().decode("utf-8", "replace")
            self.used_at = time.monotonic()
        except (OSError, http.client.HTTPException) as error:
            raise Unexpected(f"{self.origin} does not answer: {type(error).__name__}.") from error
        for said in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(said).items()}
        return answer.status, text, answer.headers.get("Location", "")
