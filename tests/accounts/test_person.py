"""Who is signed in is asked for by a prepared question; nobody else is found by it, and nobody too late."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import Cast
from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person

pytestmark = pytest.mark.django_db


def test_a_key_finds_its_person_and_no_other(cast: Cast) -> None:
    assert Person.objects.get(pk=cast.anna.pk) == cast.anna
    for key in (0, -1, 2**63, 2**62):
        with pytest.raises(Person.DoesNotExist):
            Person.objects.get(pk=key)


def test_of_somebodys_people_nobody_else_is_found_by_the_key(cast: Cast) -> None:
    group = Group.objects.create(name="Choir")
    group.user_set.add(cast.anna)
    assert group.user_set.get(pk=cast.anna.pk) == cast.anna
    with pytest.raises(Person.DoesNotExist):
        group.user_set.get(pk=cast.ben.pk)


def test_a_session_ends_at_its_moment(cast: Cast, client: Client) -> None:
    client.force_login(cast.anna)
    page = reverse("desk:tickets")
    assert client.get(page).status_code == 200
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get(page).status_code == 302


def test_a_session_key_no_database_takes_is_no_session(cast: Cast, client: Client) -> None:
    client.cookies[settings.SESSION_COOKIE_NAME] = "twelve-signs\0"
    assert client.get(reverse("desk:tickets")).status_code == 302
