"""The ways through the studio: grouped, complete, and only those one may go."""

from __future__ import annotations

import re

import pytest
from cast import Cast
from django.test import Client
from django.urls import NoReverseMatch, reverse

from policies.studio.navigation import GROUPS, groups_for
from policies.studio.urls import urlpatterns

pytestmark = pytest.mark.django_db
WAYS = [way for group in GROUPS for way in group.ways]


def names(person: object) -> list[str]:
    return [way.name for group in groups_for(person) for way in group.ways]


def test_every_page_one_can_look_at_without_more_is_on_the_way_or_behind_one() -> None:
    known = {name for way in WAYS for name in (way.name, *way.others)}
    pages = set()
    for pattern in urlpatterns:
        try:
            reverse(f"studio:{pattern.name}")
        except NoReverseMatch:
            continue
        pages.add(pattern.name)
    # Posted to, or a piece of another page.
    assert pages - known == {"challenge_record", "check_books"}
    assert known <= {pattern.name for pattern in urlpatterns}
    assert len(known) == sum(1 + len(way.others) for way in WAYS)


def test_each_finds_what_they_may_go(cast: Cast) -> None:
    assert names(cast.ben) == [way.name for way in WAYS]
    assert names(cast.anna) == ["asks", "questions", "challenges"]
    assert names(cast.cem.person) == []


@pytest.mark.parametrize("name", ["home", "asks", "insight"])
def test_a_page_says_where_one_is(client: Client, cast: Cast, name: str) -> None:
    client.force_login(cast.ben, "django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse(f"studio:{name}")).content.decode()
    side = page[page.index('class="sidebar"') : page.index("</nav>", page.index('class="sidebar"'))]
    assert re.findall(r'href="([^"]+)" aria-current="page"', side) == [reverse(f"studio:{name}")]
    assert [len(re.findall(f"<{tag}[ >]", side)) for tag in ("h2", "a")] == [len(GROUPS), len(WAYS)]
