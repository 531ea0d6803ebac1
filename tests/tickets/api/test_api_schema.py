"""What programs read about the API: a schema without a warning, and a page to try it on under our own policy."""

from __future__ import annotations

import re

import pytest
import yaml
from django.core.management import call_command
from program import Program

pytestmark = pytest.mark.django_db
PLACES = {
    "/api/v1/me/": {"get"},
    "/api/v1/causes/": {"get"},
    "/api/v1/fields/": {"get"},
    "/api/v1/own-statuses/": {"get"},
    "/api/v1/tickets/{number}/fields/": {"get", "put"},
    "/api/v1/tickets/": {"get", "post"},
    "/api/v1/tickets/{number}/": {"get", "patch"},
    "/api/v1/tickets/{number}/messages/": {"get", "post"},
    "/api/v1/tickets/{number}/assignment/": {"put"},
    "/api/v1/tickets/{number}/status/": {"put"},
    "/api/v1/tickets/{number}/merge/": {"get", "put"},
    "/api/v1/tickets/{number}/snooze/": {"get", "put"},
    "/api/v1/tickets/{number}/tags/": {"get", "put"},
    "/api/v1/tickets/{number}/checklist/": {"get", "post"},
    "/api/v1/tickets/{number}/checklist/{id}/": {"put"},
    "/api/v1/tickets/{number}/ready-checklists/": {"get"},
    "/api/v1/tickets/{number}/ready-checklists/{id}/": {"put"},
    "/api/v1/tickets/{number}/watchers/": {"get", "put"},
    "/api/v1/tickets/{number}/links/": {"get", "post"},
    "/api/v1/tickets/{number}/links/{id}/": set(),
    "/api/v1/tickets/{number}/authority/": {"post"},
    "/api/v1/tickets/{number}/offers/": {"get", "post"},
    "/api/v1/offers/{id}/stages/": {"get", "post"},
    "/api/v1/customers/{id}/destination/": {"put"},
    "/api/v1/holdings/": {"post"},
    "/api/v1/ledger/exports/": {"get", "post"},
    "/api/v1/ledger/exports/{id}/{kind}/": {"get"},
    "/api/v1/payouts/{token}/": {"post"},
    "/api/v1/line/calls/{call_id}": {"get"},
    "/api/v1/line/events": {"post"},
    "/api/v1/tickets/{number}/customer-wish/": {"get", "put"},
    "/api/v1/tickets/{number}/hindrances/": {"get", "post"},
    "/api/v1/tickets/{number}/hindrances/{id}/end/": {"put"},
    "/api/v1/incidents/": {"get", "post"},
    "/api/v1/incidents/{number}/": {"get"},
    "/api/v1/incidents/{number}/affected/": {"get", "post"},
    "/api/v1/asks/": {"get"},
    "/api/v1/asks/{id}/answer/": {"post"},
    "/api/v1/articles/": {"get", "post"},
    "/api/v1/articles/{number}/": {"get", "put"},
    "/api/v1/articles/{number}/versions/": {"get"},
    "/api/v1/articles/{number}/address/": {"put"},
    "/api/v1/articles/{number}/publication/": {"put"},
    "/api/v1/bulk-actions/": {"post"},
    "/api/v1/bulk-actions/rehearsal/": {"post"},
    "/api/v1/bulk-actions/{number}/": {"get"},
    "/api/v1/bulk-actions/{number}/undoing/": {"put"},
    "/api/v1/reviews/": {"get", "post"},
    "/api/v1/reviews/{number}/": {"get"},
    "/api/v1/reviews/{number}/posted/": {"put"},
    "/api/v1/asks/{id}/passing/": {"get", "post"},
    "/api/v1/asks/{id}/withdrawal/": {"put"},
    "/api/v1/challenges/": {"get"},
    "/api/v1/challenges/{id}/answer/": {"put"},
    "/api/v1/extra-authority/": {"get", "post"},
    "/api/v1/extra-authority/{id}/end/": {"put"},
    "/api/v1/tickets/{number}/challenges/": {"post"},
    "/api/v1/tickets/{number}/paid/": {"get", "put"},
}


@pytest.fixture
def schema(tmp_path):
    path = tmp_path / "schema.yml"
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(path))
    return yaml.safe_load(path.read_text())


def test_the_schema_is_valid_and_names_every_place(schema):
    assert {
        path: set(places) & {"get", "post", "put", "patch"} for path, places in schema["paths"].items()
    } == PLACES


def test_every_place_says_what_it_is_for(schema):
    for path, places in schema["paths"].items():
        for method in PLACES[path]:
            assert places[method]["description"].strip(), (method, path)
            # A payer and a telephone system prove themselves by a signature in the body's headers.
            signed = path.startswith(("/api/v1/payouts/{token}/", "/api/v1/line/"))
            assert signed or {"token": []} in places[method]["security"], path


def test_money_and_words_are_sent_under_a_key(schema):
    for path in (
        "/api/v1/tickets/",
        "/api/v1/tickets/{number}/messages/",
        "/api/v1/tickets/{number}/offers/",
    ):
        names = [parameter["name"] for parameter in schema["paths"][path]["post"]["parameters"]]
        assert "Idempotency-Key" in names


def test_the_page_holds_nothing_inline(cast):
    program = Program.of(cast.anna)
    page = program.get("docs/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "'unsafe-inline'" not in page.headers["Content-Security-Policy"]
    assert not re.search(r"<style|<script(?![^>]* src=)|\sstyle=|\son[a-z]+=", text)
    assert all(address.startswith("/") for address in re.findall(r'(?:src|href)="([^"]+)"', text))
    assert Program.of(None).get("docs/").status_code == 401
