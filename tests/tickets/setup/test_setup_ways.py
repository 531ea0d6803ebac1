"""Which ways an administrator finds who works in no team: those of the set-up, and none that ends in nothing."""

from __future__ import annotations

import re

import pytest
from cast import Cast, person
from django.test import Client

pytestmark = pytest.mark.django_db


def test_no_way_of_theirs_ends_in_nothing(cast: Cast, client: Client) -> None:
    client.force_login(person("Ada", is_staff=True, is_superuser=True))
    for start in ("/desk/setup/", "/studio/", "/help/", "/me/"):
        ways = set(re.findall(r'<a [^>]*href="(/[^"#]*)"', client.get(start).content.decode()))
        dead = {way for way in ways if client.get(way, follow=True).status_code == 404}
        assert dead == set(), start


def test_whoever_works_in_a_team_finds_the_desk_from_there(cast: Cast, client: Client) -> None:
    client.force_login(cast.ben)
    page = client.get("/desk/setup/").content.decode()
    for way in ("/desk/", "/desk/line/", "/desk/incidents/", "/desk/notices/"):
        assert f'href="{way}"' in page
    assert 'id="search"' in page
