"""What goes over the wire, in bytes: first pages at the first visit and after it, and what is not touched."""

from __future__ import annotations

import gzip
import re

import pytest
from cast import Cast
from django.test import Client

pytestmark = pytest.mark.django_db
ASKED = {"accept-encoding": "gzip"}
FIRST_VISIT, LATER = 60_000, 15_000
PORTAL = 30_000


def taken(client: Client, path: str) -> tuple[int, str]:
    """The bytes on the way, and the text they hold."""
    answer = client.get(path, headers=ASKED)
    assert answer["Content-Encoding"] == "gzip"
    packed = answer.getvalue()
    return len(packed), gzip.decompress(packed).decode()


def test_a_list_is_light_and_lighter_once_its_styles_are_known(cast: Cast, client: Client) -> None:
    for number in range(30):
        cast.ticket(f"Where is parcel {number}?")
    client.force_login(cast.anna)
    page, text = taken(client, "/desk/")
    paths = sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"', text)))
    beside = sum(taken(client, path)[0] for path in paths)
    assert len(paths) > 1
    assert (page <= LATER, page + beside <= FIRST_VISIT) == (True, True), (page, beside)


@pytest.mark.parametrize("who", ["a stranger", "cem"])
def test_the_first_page_of_the_portal_is_light_with_all_it_brings_along(
    cast: Cast, client: Client, who: str
) -> None:
    for number in range(30):
        cast.ticket(f"Where is parcel {number}?")
    if who == "cem":
        client.force_login(cast.cem.person)
    page, text = taken(client, "/")
    paths = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', text))
    scripts = {path for path in paths if path.endswith("js/first.js")}
    paths |= {f"/static/js/{name}" for path in scripts for name in brought_along(client, path)}
    beside = {path: taken(client, path)[0] for path in sorted(paths)}
    assert (len(scripts), "htmx" in " ".join(paths)) == (1, False)
    assert page + sum(beside.values()) <= PORTAL, (page, beside)


def brought_along(client: Client, path: str) -> list[str]:
    """What a script imports, which imports nothing itself."""
    found = re.findall(r'^import "\./([^"]+)"', taken(client, path)[1], re.MULTILINE)
    inner = [
        name for name in found if re.search(r"^import ", taken(client, f"/static/js/{name}")[1], re.MULTILINE)
    ]
    assert inner == []
    return found


def test_what_somebody_sent_and_who_asks_for_nothing_gets_it_as_it_is(cast: Cast, client: Client) -> None:
    client.force_login(cast.cem.person)
    data = client.get("/own-data/", headers=ASKED)
    plain = client.get("/")
    assert data.has_header("Content-Encoding") is plain.has_header("Content-Encoding") is False
