"""Settings are found by name, field and other words, in either language, and only by who may change them."""

from __future__ import annotations

import pytest
from cast import person
from django.test import Client
from django.utils import translation

from accounts.models import Person
from servicedesk import urls  # noqa: F401 – which says whose settings are searched
from tickets.setup_search import find, places_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(cast) -> Person:
    return person("Ada", is_staff=True, is_superuser=True, language="en")


def found(who: Person, typed: str) -> list[tuple[str, str]]:
    with translation.override("en"):
        return [(str(one.place.label), one.field) for one in find(who, typed)]


def test_every_page_is_found_by_its_own_name_in_both_languages(ada):
    places = places_for(ada)
    assert len(places) > 30
    assert len({place.url for place in places}) == len(places)
    for language in ("en", "de"):
        with translation.override(language):
            names = [(str(place.label), place.url) for place in places]
        for name, url in names:
            assert url in [one.place.url for one in find(ada, name)], name


def test_fields_and_other_words_lead_to_the_page_whatever_language_is_read(ada):
    assert found(ada, "refresh token") == [("Mailboxes", "Password, app password or refresh token")]
    assert ("Business hours", "") in found(ada, "Feiertage")
    assert ("Business hours", "") in found(ada, "offnungszeiten")
    assert found(ada, "SLA")[0] == ("Promise policies", "")
    assert found(ada, "DATEV") == [("Books", "")]
    assert [name for name, _field in found(ada, "budget")][:1] == ["Budgets"]
    assert found(ada, "zzz") == found(ada, "  ") == found(ada, "…") == []


def test_nobody_finds_what_they_may_not_open(cast, ada):
    assert ("Mailboxes", "") in found(ada, "imap")
    for who in (cast.ben, cast.anna, cast.cem.person):
        assert found(who, "imap") == []
    assert found(cast.anna, "limits") == []
    assert found(cast.cem.person, "language") == []
    assert ("My settings", "") in found(cast.anna, "language")


def test_the_page_and_the_palette_find_alike_and_take_anything(cast, ada):
    client = Client()
    client.force_login(ada)
    page = client.get("/desk/setup/search/", {"find": "refresh token"}).content.decode()
    assert 'href="/desk/setup/mailboxes/"' in page
    assert "Has the field “Password, app password or refresh token”." in page
    for typed in ("\0", "１２", "x" * 5000, "<b>", "%"):
        assert client.get("/desk/setup/search/", {"find": typed}).status_code == 200
    client.force_login(cast.ben)
    choices = client.get("/desk/palette/", {"q": "sla"}).content.decode()
    assert 'href="/desk/setup/policies/"' in choices
    once = client.get("/desk/palette/", {"q": "canned"}).content.decode()
    assert once.count('href="/desk/setup/canned-replies/"') == 1
