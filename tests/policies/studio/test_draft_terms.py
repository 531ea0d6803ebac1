"""Windows and loyalty in a draft, set in the studio."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from policies.models import Rulebook, Term

pytestmark = pytest.mark.django_db


@pytest.fixture
def ben(client, cast):
    cast.ben.user_permissions.add(Permission.objects.get(codename="edit_rulebook"))
    client.force_login(cast.ben, "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def draft(cast):
    return Rulebook.draft(by=cast.ben, note="Loyal")


def send(ben, draft, **said):
    return ben.post(
        reverse("studio:draft_term", args=[draft.version]), {"name": "loyalty", "value": "120", **said}
    )


def test_a_term_is_set_changed_and_taken_away(ben, draft):
    send(ben, draft, from_months="24")
    send(ben, draft, from_months="24", value="130")
    row = Term.objects.get(rulebook=draft)
    assert (row.name, row.from_months, row.value) == ("loyalty", 24, 130)
    page = ben.get(reverse("studio:draft", args=[draft.version])).content.decode()
    assert page.count("From 24 months as a customer: 130 % of the plain limit.") == 3
    ben.post(reverse("studio:draft_no_term", args=[draft.version, row.pk]))
    assert Term.objects.filter(rulebook=draft).count() == 0


def test_one_with_an_end_stands_beside_the_standing_one(ben, draft):
    until = timezone.localdate() + timedelta(days=20)
    send(ben, draft, name="case_days", value="30", from_months="7")
    send(ben, draft, name="case_days", value="60", until=f"{until:%Y-%m-%d}", reason="Many slipped in twice")
    assert (
        list(Term.objects.filter(rulebook=draft).values_list("from_months", "value", "valid_until"))
        == [
            (0, 30, None),
            (0, 60, until),
        ]
        or Term.objects.filter(rulebook=draft).count() == 2
    )


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"value": "99"}, "Loyalty never leaves less than the plain limit, nor more than 200 % of it."),
        ({"value": "201"}, "Loyalty never leaves less than the plain limit, nor more than 200 % of it."),
        ({"value": "1097"}, "Ensure this value is less than or equal to 1096."),
        ({"value": "１２０.5"}, "Enter a whole number."),
        ({"from_months": "-1"}, "Ensure this value is greater than or equal to 0."),
        ({"name": "charm"}, "Select a valid choice."),
        ({"until": "2099-01-01"}, "Choose a day within the next year."),
        ({"name": "loyalty\x00"}, "Select a valid choice."),
    ],
)
def test_nonsense_is_refused_at_its_field_and_stays_typed(ben, draft, wrong, words):
    answer = send(ben, draft, **wrong)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Term.objects.count() == 0


def test_narrowing_for_good_is_not_published(ben, draft):
    send(ben, draft, name="case_days", value="60")
    answer = ben.post(reverse("studio:publish", args=[draft.version]))
    assert answer.status_code == 422
    assert "For the same cause, 60 days count instead of 30." in answer.content.decode()
    assert Rulebook.objects.in_force().version == 1


def test_the_rules_in_force_say_their_terms(ben, draft):
    send(ben, draft, from_months="60")
    ben.post(reverse("studio:publish", args=[draft.version]))
    page = ben.get(reverse("studio:rules")).content.decode()
    assert "From 60 months as a customer: 120 % of the plain limit." in page
