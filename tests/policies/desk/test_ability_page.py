"""The page “My ability”, and the lead's page about the people of a team."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import Cast, person
from counting import as_often_for_thirty, reading
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from policies.learning.evidence import Evidence
from policies.models import LearningSlot, Level, TrainingItem

pytestmark = pytest.mark.django_db
PAGE = reverse("authority:ability")
STUDIO = reverse("studio:ability")


def signed_in(client: Client, who: object) -> Client:
    client.force_login(who, "django.contrib.auth.backends.ModelBackend")
    return client


def test_one_reads_ones_own_levels_with_what_they_stand_on(client: Client, cast: Cast) -> None:
    Evidence.confirm(cast.anna, cast.late, words="Calm and right", by=cast.ben)
    page = signed_in(client, cast.anna).get(PAGE).content.decode()
    assert "2 – alone, routine" in page
    assert "Calm and right" in page
    assert "0 of 20 own cases." in page
    assert "A word about a colleague" not in page


def test_what_was_learnt_is_noted(client: Client, cast: Cast) -> None:
    item = TrainingItem.need(cast.anna, cast.broken, "gap", at=timezone.now())
    anna, url = signed_in(client, cast.anna), reverse("authority:learnt", args=[item.pk])
    assert anna.post(url, {"words": " \n"}).status_code == 422
    assert anna.post(url, {"words": "How to unpack"}).status_code == 302
    assert anna.post(url, {"words": "Twice"}).status_code == 302
    assert list(Evidence.objects.values_list("kind", "words")) == [("training", "How to unpack")]
    assert anna.post(reverse("authority:learnt", args=[2**70]), {"words": "x"}).status_code == 404


def tomorrow(hour: int = 10) -> str:
    day = timezone.localtime() + timedelta(days=1)
    return day.replace(hour=hour, minute=0).strftime("%Y-%m-%dT%H:%M")


def test_time_to_learn_is_kept_and_given_back(client: Client, cast: Cast) -> None:
    anna = signed_in(client, cast.anna)
    assert anna.post(reverse("authority:slot"), {"starts": tomorrow(), "minutes": "90"}).status_code == 302
    slot = LearningSlot.objects.get()
    assert (slot.ends - slot.starts, slot.planned_by) == (timedelta(minutes=90), cast.anna)
    overlapping = anna.post(reverse("authority:slot"), {"starts": tomorrow(), "minutes": "60"})
    assert overlapping.status_code == 422
    assert "There is another learning slot at this time." in overlapping.content.decode()
    anna.post(reverse("authority:no_slot", args=[slot.pk]))
    assert LearningSlot.objects.kept().count() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"starts": ""},
        {"starts": "12.13.\x002026"},
        {"minutes": "９０"},
        {"minutes": "10000"},
        {"item": "x\x00"},
    ],
)
def test_nonsense_is_refused_at_its_field(client: Client, cast: Cast, wrong: dict[str, str]) -> None:
    said = {"starts": tomorrow(), "minutes": "60", **wrong}
    assert signed_in(client, cast.anna).post(reverse("authority:slot"), said).status_code == 422
    assert LearningSlot.objects.count() == 0


def test_whoever_knows_a_cause_well_says_a_word(client: Client, cast: Cast) -> None:
    ben = signed_in(client, cast.ben)
    assert "A word about a colleague" in ben.get(PAGE).content.decode()
    said = {"agent": cast.anna.pk, "cause": cast.late.pk, "words": "Calm"}
    assert ben.post(reverse("authority:confirm"), said).status_code == 302
    assert ben.post(reverse("authority:confirm"), said | {"agent": cast.dora.pk}).status_code == 422
    assert ben.post(reverse("authority:confirm"), said | {"cause": cast.broken.pk}).status_code == 422
    assert ben.post(reverse("authority:confirm"), said | {"agent": "1e309"}).status_code == 422
    assert Evidence.objects.count() == 1


def test_a_lead_reads_the_own_people_by_name(client: Client, cast: Cast) -> None:
    zoe = person("Zoe")
    cast.north.welcome(zoe)
    Level.objects.create(agent=zoe, cause=cast.late, level=4)
    page = signed_in(client, cast.ben).get(STUDIO).content.decode()
    assert 0 < page.index("<h2>Anna</h2>") < page.index("<h2>Zoe</h2>")
    assert "<h2>Dora</h2>" not in page
    assert "<h2>Ben</h2>" not in page


def test_a_talk_is_noted(client: Client, cast: Cast) -> None:
    ben = signed_in(client, cast.ben)
    said = {"agent": cast.anna.pk, "cause": cast.late.pk, "level": "3", "words": "Ready for more"}
    assert ben.post(reverse("studio:talk"), said).status_code == 302
    assert Level.objects.get(agent=cast.anna).level == 3
    for wrong in ({"words": ""}, {"level": "5"}, {"agent": cast.dora.pk}, {"cause": "\x00"}):
        assert ben.post(reverse("studio:talk"), said | wrong).status_code == 422
    assert Evidence.objects.count() == 1


def test_a_lead_keeps_time_free_for_somebody(client: Client, cast: Cast) -> None:
    item = TrainingItem.need(cast.anna, cast.late, "gap", at=timezone.now())
    ben = signed_in(client, cast.ben)
    said = {"agent": cast.anna.pk, "starts": tomorrow(), "minutes": "60", "item": item.pk}
    assert ben.post(reverse("studio:slot"), said).status_code == 302
    assert LearningSlot.objects.get().item == item
    assert ben.post(reverse("studio:slot"), said | {"agent": cast.dora.pk}).status_code == 422


def test_the_lead_s_page_asks_no_more_for_thirty_than_for_one(client: Client, cast: Cast) -> None:
    def come(number: int) -> None:
        who = person(f"Agent {number}")
        cast.north.welcome(who)
        Level.objects.create(agent=who, cause=cast.late, level=2)
        Evidence.confirm(who, cast.late, words="Good", by=cast.ben)
        TrainingItem.need(who, cast.late, "gap", at=timezone.now())

    as_often_for_thirty(reading(signed_in(client, cast.ben), STUDIO), come)
