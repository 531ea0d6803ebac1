"""One decision explained: every step, what was known, the version, and what came of it."""

import pytest
from django.urls import reverse

from policies.facts import Wish
from policies.models import Ruling

pytestmark = pytest.mark.django_db


def explained(client, person, ruling):
    client.force_login(person, "django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse("studio:ruling", args=[ruling.pk]))
    return answer.status_code, answer.content.decode().replace("\xa0", " ")


def test_every_step_is_told_also_those_that_had_nothing_to_say(client, cast):
    ruling = Ruling.request(cast.anna, cast.ticket(), Wish("voucher", 8000), key="k")
    status, page = explained(client, cast.ben, ruling)
    assert status == 200
    asked = [
        "Is it owed anyway?",
        "Does a guardrail forbid it?",
        "Dürfen: limits and budget",
        "Können: ability",
    ]
    assert [page.index(words) for words in asked] == sorted(page.index(words) for words in asked)
    assert "Anna decides up to €50.00 alone" in page
    assert "No, so it is goodwill." in page


def test_what_came_of_it_is_told_with_its_entries(client, cast):
    ruling = Ruling.request(cast.anna, cast.ticket(), Wish("voucher", 1000), key="k")
    ruling.offer.reverse(by=cast.anna, why="Given twice")
    page = explained(client, cast.ben, ruling)[1]
    told = [
        "Anna gave Voucher, €10.00",
        "€10.00 reserved",
        "Anna took back Voucher, €10.00: Given twice",
        "€10.00 released",
    ]
    assert [words in page for words in told] == [True] * 4


def test_the_question_and_its_answer_are_told(client, cast):
    ruling = Ruling.request(cast.anna, cast.ticket(), Wish("voucher", 8000), key="k")
    assert "Ben is asked, until" in explained(client, cast.anna, ruling)[1]
    ruling.ask.decline(by=cast.ben, words="A new one instead")
    assert "Ben said no to Voucher, €80.00: A new one instead" in explained(client, cast.anna, ruling)[1]


def test_will_is_read_by_the_agent_alone(client, cast):
    ruling = Ruling.request(cast.anna, cast.ticket(), Wish("voucher", 1000), key="k")
    assert "Wollen: will" in explained(client, cast.anna, ruling)[1]
    assert "Wollen: will" not in explained(client, cast.ben, ruling)[1]


def test_neither_customers_nor_other_teams_read_it(client, cast):
    ruling = Ruling.request(cast.anna, cast.ticket(), Wish("voucher", 1000), key="k")
    assert explained(client, cast.cem.person, ruling)[0] == 404
    assert explained(client, cast.dora, ruling)[0] == 404


def test_the_panel_leads_to_it(client, cast):
    ticket = cast.ticket()
    ruling = Ruling.request(cast.anna, ticket, Wish("voucher", 1000), key="k")
    client.force_login(cast.anna, "django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("authority:panel", args=[ticket.pk])).content.decode()
    assert reverse("studio:ruling", args=[ruling.pk]) in page


def test_leads_find_the_version_agents_do_not(client, cast):
    ruling = Ruling.request(cast.anna, cast.ticket(), Wish("voucher", 1000), key="k")
    link = reverse("studio:version", args=[ruling.rulebook.version])
    assert link in explained(client, cast.ben, ruling)[1]
    assert link not in explained(client, cast.anna, ruling)[1]
