"""Every answer is guarded alike: pages, redirects, errors of every kind, files and what is static."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cast import Cast
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path, reverse

from servicedesk.urls import urlpatterns as ours
from tickets.models import Attachment

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent


def breaks(_request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a fault nobody foresaw")


breaks.login_required = False  # type: ignore[attr-defined]
# The product with one broken page, so that the answer to our own faults can be looked at.
urlpatterns = [*ours, path("broken/", breaks)]


@pytest.fixture
def browser(cast: Cast) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(cast.anna)
    return client


def page(client: Client, cast: Cast) -> HttpResponse:
    return client.get(reverse("desk:ticket", args=[cast.ticket().pk]))


def stranger(client: Client, _cast: Cast) -> HttpResponse:
    client.logout()
    return client.get("/")


def sent_away(client: Client, _cast: Cast) -> HttpResponse:
    client.logout()
    return client.get("/desk/")


def not_taken(client: Client, cast: Cast) -> HttpResponse:
    return client.post(reverse("desk:reply", args=[cast.ticket().pk]), {"text": ""})


def file(client: Client, cast: Cast) -> HttpResponse:
    upload = SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 30)
    cast.ticket(files=[upload])
    return client.get(reverse("file", args=[Attachment.objects.get().token]))


def without_csrf(client: Client, cast: Cast) -> HttpResponse:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.anna)
    return strict.post(reverse("desk:note", args=[cast.ticket().pk]), {"text": "x"})


def too_large(client: Client, cast: Cast) -> HttpResponse:
    return client.post(reverse("desk:note", args=[cast.ticket().pk]), {"text": "x" * 3_000_000})


KINDS: dict[str, tuple[int, Callable[[Client, Cast], HttpResponse]]] = {
    "page": (200, page),
    "stranger": (200, stranger),
    "sign-in": (200, lambda client, cast: stranger(client, cast) and client.get(reverse("account_login"))),
    "redirect": (302, sent_away),
    "missing": (404, lambda client, _cast: client.get("/desk/tickets/999/")),
    "no such page": (404, lambda client, _cast: client.get("/nowhere/")),
    "wrong method": (405, lambda client, _cast: client.post("/desk/")),
    "not taken": (422, not_taken),
    "without csrf": (403, without_csrf),
    "too large": (400, too_large),
    "foreign host": (400, lambda client, _cast: client.get("/", headers={"host": "evil.example"})),
    "our fault": (500, lambda client, _cast: client.get("/broken/")),
    "health": (503, lambda client, _cast: client.get("/healthz")),
    "static": (200, lambda client, _cast: client.get("/static/css/base.css")),
    "no static": (404, lambda client, _cast: client.get("/static/css/none.css")),
    "api": (200, lambda client, _cast: client.get(reverse("api-schema"))),
    "file": (200, file),
}


def answer(kind: str, client: Client, cast: Cast) -> HttpResponse:
    status, get = KINDS[kind]
    with override_settings(ROOT_URLCONF=__name__):
        response = get(client, cast)
    assert response.status_code == status
    return response


@pytest.fixture(autouse=True)
def _apart(settings: object, tmp_path: Path, caplog: object) -> None:
    settings.MEDIA_ROOT = tmp_path
    caplog.set_level("CRITICAL", "django.request")


@pytest.mark.parametrize("kind", KINDS)
def test_every_answer_is_guarded(kind: str, browser: Client, cast: Cast) -> None:
    response = answer(kind, browser, cast)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    policy = policy_of(response)
    assert policy["default-src"] == ["'none'"]
    if kind != "file":
        assert policy["script-src"] == ["'self'"]
        assert policy["frame-ancestors"] == ["'none'"]
    assert re.findall("unsafe|https?:|\\*", response["Content-Security-Policy"]) == []
    assert "Server" not in response


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "static"])
def test_nothing_personal_stays_in_a_cache(kind: str, browser: Client, cast: Cast) -> None:
    assert "no-store" in answer(kind, browser, cast)["Cache-Control"]


def test_static_files_may_be_kept(browser: Client, cast: Cast) -> None:
    assert "max-age" in answer("static", browser, cast)["Cache-Control"]


def test_a_file_can_do_nothing_in_a_browser(browser: Client, cast: Cast) -> None:
    response = answer("file", browser, cast)
    assert policy_of(response) == {"sandbox": [], "default-src": ["'none'"]}
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["Cache-Control"] == "private, no-store"


def policy_of(response: HttpResponse) -> dict[str, list[str]]:
    parts = [part.split() for part in response["Content-Security-Policy"].split(";") if part.strip()]
    return {name: sources for name, *sources in parts}


@pytest.mark.parametrize("kind", ["our fault", "missing", "too large", "foreign host", "without csrf"])
def test_errors_are_words_and_tell_nothing_of_the_inside(kind: str, browser: Client, cast: Cast) -> None:
    body = answer(kind, browser, cast).content.decode()
    assert "<h1>" in body
    assert "To the start" in body
    for word in (
        "Traceback",
        "RuntimeError",
        "a fault nobody foresaw",
        "Django",
        "settings.",
        "ALLOWED_HOSTS",
        ".py",
    ):
        assert word not in body


def test_cookies_are_kept_from_scripts_and_other_sites(client: Client) -> None:
    csrf = client.get(reverse("account_login")).cookies["kulanz-csrf"]
    assert (csrf["httponly"], csrf["samesite"]) == (True, "Lax")
    assert (settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_SAMESITE) == (True, "Lax")


@pytest.fixture(scope="module")
def behind_https() -> dict[str, str]:
    """What the product says about itself when it stands under an address with https."""
    script = (
        "import django; django.setup()\n"
        "from django.conf import settings as s\n"
        "from django.core.management import call_command\n"
        "from django.test import Client\n"
        "call_command('check', deploy=True, fail_level='WARNING')\n"
        "print('cookies:', s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)\n"
        "answer = Client().get('/healthz', headers={'host': 'desk.example'})\n"
        "print('plain:', answer.status_code, answer['Location'])\n"
        "answer = Client().get('/static/css/base.css', headers={'host': 'desk.example'}, secure=True)\n"
        "print('hsts:', answer['Strict-Transport-Security'])\n"
        "answer = Client().get('/', headers={'host': 'evil.example'}, secure=True)\n"
        "print('foreign:', answer.status_code, answer['X-Content-Type-Options'])\n"
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "servicedesk.settings",
        "BASE_URL": "https://desk.example",
        "ALLOWED_HOSTS": "desk.example",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "LOG_LEVEL": "CRITICAL",
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = dict(
        line.split(": ", 1) for line in done.stdout.splitlines() if ": " in line and line[0].islower()
    )
    return {**said, "check": done.stdout + done.stderr}


def test_the_deploy_check_has_nothing_to_say(behind_https: dict[str, str]) -> None:
    assert "System check identified no issues" in behind_https["check"]


def test_behind_https_everything_is_tied_to_it(behind_https: dict[str, str]) -> None:
    assert behind_https["cookies"] == "__Host-kulanz __Host-kulanz-csrf True True"
    assert behind_https["plain"] == "301 https://desk.example/healthz"
    assert behind_https["hsts"] == "max-age=31536000; includeSubDomains; preload"
    assert behind_https["foreign"] == "400 nosniff"
