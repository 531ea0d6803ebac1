"""The people of the house: invited once, found, called right, blocked and let in again; never the last one."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from cast import person
from django.test import Client
from django.utils import timezone

from accounts.models import ApiToken, Person, SetupChange
from tickets.models import OutgoingMail, Ticket

pytestmark = pytest.mark.django_db
PEOPLE = "/desk/setup/people/"


@pytest.fixture
def ada(cast) -> Person:
    return person("Ada", is_staff=True, is_superuser=True, language="en")


@pytest.fixture
def desk(ada, client) -> Client:
    client.force_login(ada)
    return client


def sent(cast, **said: object) -> dict[str, object]:
    teams = [cast.north.pk, cast.south.pk]
    return {
        "name": "Nina New",
        "email": "Nina@firm.example",
        "teams": teams,
        "role": "agent",
        "key": "k1",
        **said,
    }


def test_somebody_is_invited_once_into_two_teams_with_one_letter(desk, cast):
    for _time in range(2):
        assert desk.post(f"{PEOPLE}new/", sent(cast)).status_code == 302
    nina = Person.objects.get(email="nina@firm.example")
    assert (nina.name, nina.team_ids, nina.led_team_ids) == (
        "Nina New",
        {cast.north.pk, cast.south.pk},
        set(),
    )
    letter = OutgoingMail.objects.get(to=nina.email)
    assert "North, South" in letter.text
    parts = sorted((change.part, change.done) for change in SetupChange.objects.all())
    assert parts == [("accounts.person", "added"), *[("accounts.team", "changed")] * 2]
    for key in ("again", "again", "once-more"):
        assert desk.post(f"{PEOPLE}{nina.pk}/invitation/", {"key": key}).status_code == 302
    assert OutgoingMail.objects.filter(to=nina.email).count() == 3
    Person.objects.filter(pk=nina.pk).update(last_login=timezone.now())
    desk.post(f"{PEOPLE}{nina.pk}/invitation/", {"key": "late"})
    assert OutgoingMail.objects.filter(to=nina.email).count() == 3


def test_who_is_known_is_let_in_as_they_are(desk, cast):
    desk.post(f"{PEOPLE}new/", sent(cast, email=cast.anna.email, teams=[cast.south.pk], role="lead"))
    anna = Person.objects.get(pk=cast.anna.pk)
    assert (anna.name, anna.led_team_ids) == ("Anna", {cast.south.pk})


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"email": "nobody"}, "email"),
        ({"email": f"{'x' * 250}@firm.example"}, "email"),
        ({"email": "dora@kulanz.example"}, "email"),
        ({"teams": []}, "teams"),
        ({"teams": ["9" * 30]}, "teams"),
        ({"teams": ["a\0b"]}, "teams"),
        ({"role": "king"}, "role"),
    ],
)
def test_a_wrong_invitation_says_so_at_its_field(desk, cast, wrong, field):
    Person.objects.filter(pk=cast.dora.pk).update(is_active=False)
    answer = desk.post(f"{PEOPLE}new/", sent(cast, **wrong))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert "Nina" in answer.content.decode()
    assert not OutgoingMail.objects.exists()


def test_name_and_language_are_put_right_with_old_and_new(desk, cast):
    page = f"{PEOPLE}{cast.anna.pk}/"
    assert desk.post(page, {"name": "Anna Petersen", "language": "de"}).url == page
    lines = SetupChange.objects.get().said
    assert lines == [("Name", "Anna", "Anna Petersen"), ("Language", "as my browser says", "German")]
    for wrong, field in (
        ({"name": "", "language": ""}, "name"),
        ({"name": "A", "language": "xx"}, "language"),
    ):
        answer = desk.post(page, wrong)
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_blocking_ends_sessions_and_keys_and_shows_what_is_open(desk, cast, ada):
    mine = cast.ticket()
    mine.assign(cast.anna, by=cast.anna)
    hers = Client()
    hers.force_login(cast.anna)
    _token, secret = ApiToken.issue(cast.anna, "Till")
    Authenticator.objects.create(user=cast.anna, type=Authenticator.Type.WEBAUTHN, data={})
    SocialAccount.objects.create(user=cast.anna, provider="firm", uid="17")
    assert desk.post(f"{PEOPLE}{cast.anna.pk}/block/").status_code == 302
    page = desk.get(f"{PEOPLE}{cast.anna.pk}/").content.decode()
    assert "North 1" in page
    assert "Give them to others" not in page  # an administrator of no team works on none
    assert hers.get("/desk/").status_code == 302
    assert SetupChange.objects.get().said == [("Active", "yes", "no")]
    desk.post(f"{PEOPLE}{cast.anna.pk}/block/", {"back": "1"})
    assert Person.objects.get(pk=cast.anna.pk).is_active
    assert hers.get("/desk/").status_code == 302  # what was open stays ended
    assert not Authenticator.objects.filter(user=cast.anna).exists()
    assert not SocialAccount.objects.filter(user=cast.anna).exists()
    assert ApiToken.holder_of(secret) is None
    assert Ticket.objects.get(pk=mine.pk).assignee == cast.anna
    cast.north.welcome(ada)
    assert f"/desk/bulk/?ticket={mine.pk}" in desk.get(f"{PEOPLE}{cast.anna.pk}/").content.decode()
    assert desk.post(f"{PEOPLE}{cast.anna.pk}/tickets/").status_code == 302
    assert Ticket.objects.get(pk=mine.pk).assignee is None


def test_nobody_blocks_themselves_or_the_last_administrator(desk, cast, ada):
    own = f"{PEOPLE}{ada.pk}/"
    for way in ("block/", "house/"):
        answer = desk.post(f"{own}{way}", {"end": "1"} if way == "house/" else {}, follow=True)
        assert "Nobody does this to themselves" in answer.content.decode()
    assert ada.block(by=cast.ben) == ada.leave_house_to_others(by=cast.ben)
    assert ada.block(by=cast.ben).startswith("Nobody else looks after the house.")
    eve = person("Eve", is_staff=True)
    assert ada.block(by=eve).startswith("Nobody else has every right.")
    assert Person.objects.get(pk=ada.pk).is_active
    assert SetupChange.objects.count() == 0


def test_only_every_right_hands_out_rights_and_changes_who_has_them(desk, cast, ada, client):
    assert desk.post(f"{PEOPLE}{cast.anna.pk}/house/").status_code == 302
    assert Person.objects.get(pk=cast.anna.pk).is_staff
    eve = person("Eve", is_staff=True)
    client.force_login(eve)
    assert "by somebody with every right" in client.get(f"{PEOPLE}{ada.pk}/").content.decode()
    said = {"name": "Mine", "language": "de"}
    assert client.post(f"{PEOPLE}{ada.pk}/", said).status_code == 404
    assert client.post(f"{PEOPLE}{ada.pk}/block/").status_code == 404
    assert client.post(f"{PEOPLE}{cast.ben.pk}/house/").status_code == 404
    assert client.post(f"{PEOPLE}{cast.ben.pk}/block/").status_code == 302
    client.force_login(ada)
    assert client.post(f"{PEOPLE}{eve.pk}/house/", {"end": "1"}).url == PEOPLE
    assert not Person.objects.get(pk=eve.pk).is_staff


def test_customers_are_nobody_here_and_words_find(desk, cast):
    names = [who.name for who, _teams in desk.get(PEOPLE).context["rows"]]
    assert names == ["Ada", "Anna", "Ben", "Dora"]
    assert desk.get(f"{PEOPLE}{cast.cem.person_id}/").status_code == 404
    assert [who.name for who, _teams in desk.get(PEOPLE, {"q": "BEN@"}).context["rows"]] == ["Ben"]
    for typed in ("%", "\0", "x" * 200):
        assert desk.get(PEOPLE, {"q": typed, "page": "9" * 30}).status_code in (200, 422)


def test_the_list_of_people_asks_as_often_for_one_as_for_thirty(desk, cast, django_assert_num_queries):
    with django_assert_num_queries(6):
        desk.get(PEOPLE, {"q": "anna"})
    for number in range(35):
        cast.north.welcome(person(f"Zoe {number}"), lead=True)
    with django_assert_num_queries(6):
        page = desk.get(PEOPLE)
    assert (len(page.context["rows"]), page.context["page"].paginator.count) == (30, 39)
