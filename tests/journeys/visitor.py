"""Somebody with a browser of their own."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import BrowserContext, Page
from stack import PASSWORD, Stack

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# Words a browser says about a refusal we mean to make, e.g. 422 on a form that comes back.
MEANT = ("422", "404", "403")


class Visitor:
    """Somebody with a browser of their own; what went wrong in it is kept and asked for at the end."""

    def __init__(self, stack: Stack, context: BrowserContext) -> None:
        self.stack, self.context = stack, context
        self.page: Page = context.new_page()
        self.trouble: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.trouble.append(f"script: {error}"))
        self.page.on("request", self._look)
        self.page.set_default_timeout(45_000)  # two cores may be busy with the other half of the suite

    def _hear(self, message) -> None:
        if message.type == "error" and not any(code in message.text for code in MEANT):
            where = message.location.get("url", ""), message.location.get("lineNumber")
            self.trouble.append(f"console on {self.page.url}: {message.text} {where}")

    def _look(self, request) -> None:
        if not request.url.startswith((self.stack.url, "data:", "about:", "blob:")):
            self.trouble.append(f"foreign host: {request.url}")

    def forgive(self, words: str) -> None:
        """What a browser says while we ourselves pull a plug is no trouble."""
        self.trouble[:] = [trouble for trouble in self.trouble if words not in trouble]

    def go(self, path: str) -> int:
        answer = self.page.goto(self.stack.url + path)
        assert answer is not None
        return answer.status

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        """With the password, folded away behind the code."""
        self.go("/accounts/login/")
        self.page.fill("input[name=login]", email)
        self.page.click("details summary")
        self.page.fill("input[name=password]", password)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_url(lambda url: "/accounts/" not in url)

    def sign_in_by_code(self, email: str) -> None:
        before = len(self.stack.mails(email))
        self.go("/accounts/login/code/")
        self.page.fill("input[name=email]", email)
        self.page.press("input[name=email]", "Enter")
        self.page.wait_for_selector("input[name=code]")
        self.page.fill("input[name=code]", self.stack.code(email, after=before))
        self.page.press("input[name=code]", "Enter")
        self.page.wait_for_url(lambda url: "/accounts/" not in url)

    def shoot(self, name: str) -> None:
        if os.environ.get("KULANZ_SHOTS"):
            folder = Path(os.environ["KULANZ_SHOTS"])
            folder.mkdir(parents=True, exist_ok=True)
            # Hiding the caret would be inline style, which no page of ours allows.
            self.page.screenshot(path=folder / f"{name}.png", caret="initial")

    @property
    def overflows(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > innerWidth"))
