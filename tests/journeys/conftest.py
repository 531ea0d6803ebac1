"""One stack per test process, one browser, and people who come in through the front door."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from full_desk import SETTLED
from playwright.sync_api import Browser, sync_playwright
from stack import Stack, running
from visitor import DESK, Visitor

CHROMIUM = os.environ.get("KULANZ_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FURNISH = "import django; django.setup()\nfrom servicedesk.demo.house import furnish\nfurnish()"
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-gpu", "--disable-dev-shm-usage"]


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(tmp_path_factory.mktemp("journey")) as stack:
        yield stack


@pytest.fixture(scope="session")
def full_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Another one, whose lists have pages; what happens by itself at a time does not happen here."""
    only = ["broker", "web", "worker"]
    with running(tmp_path_factory.mktemp("full"), settle=SETTLED, only=only) as stack:
        yield stack


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The demo's house with a lot in it, where nothing happens by itself."""
    with running(tmp_path_factory.mktemp("every"), settle=FURNISH, only=["broker", "web"]) as stack:
        yield stack


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        reason = "no Chromium on this machine; the browser journeys need one"
        if os.environ.get("REQUIRE_SERVICES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visit(stack: Stack, browser: Browser) -> Iterator[object]:
    visitors: list[Visitor] = []

    def come(*, size: dict[str, int] = DESK, language: str = "en", **how: object) -> Visitor:
        locale = {"en": "en-GB", "de": "de-DE"}[language]
        context = browser.new_context(viewport=size, locale=locale, **how)
        visitors.append(Visitor(stack, context))
        return visitors[-1]

    yield come
    trouble = [found for visitor in visitors for found in visitor.trouble]
    for visitor in visitors:
        visitor.context.close()
    assert trouble == []
