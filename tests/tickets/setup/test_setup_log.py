"""The log of the set-up: old and new of everything one can set up, who and when; secrets never, and nothing twice."""

from __future__ import annotations

import pytest
from cast import person
from django.test import Client
from django.utils import translation

from accounts.models import Person, SetupChange
from tickets.models import CannedReply, Mailbox, Policy, Rule, TeamHours, Webhook

pytestmark = pytest.mark.django_db
CHANGED = SetupChange.Done.CHANGED


@pytest.fixture
def ada(cast, client) -> Client:
    client.force_login(person("Ada", is_staff=True, is_superuser=True))
    return client


def said(change: SetupChange, language: str = "en") -> list[tuple[str, str, str]]:
    with translation.override(language):
        return change.said


def test_a_calendar_says_its_week_before_and_after_in_both_languages(ada, cast):
    sent = {"name": "Office", "tz": "Europe/Berlin", "mon": "08:00–12:00", "tue": "09:00–17:00"}
    assert ada.post(f"/desk/setup/hours/{cast.hours.pk}/", sent).status_code == 302
    change = SetupChange.objects.get()
    assert (change.part, change.thing, change.called, change.done) == (
        "tickets.businesshours",
        cast.hours.pk,
        "Office",
        CHANGED,
    )
    assert change.by.name == "Ada"
    every_day = "\n".join(f"{day} 09:00–17:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri"))
    assert said(change) == [("Week", every_day, "Mon 08:00–12:00\nTue 09:00–17:00")]
    assert said(change, "de")[0][2] == "Mo 08:00–12:00\nDi 09:00–17:00"
    assert ada.post(f"/desk/setup/hours/{cast.hours.pk}/", sent).status_code == 302
    assert SetupChange.objects.count() == 1  # the same again changes nothing


def test_what_is_refused_leaves_no_trace(ada, cast):
    sent = {"name": "Office", "tz": "Nowhere/At all", "mon": "08:00–12:00"}
    assert ada.post(f"/desk/setup/hours/{cast.hours.pk}/", sent).status_code == 422
    policy = Policy.objects.get(name__startswith="North")
    assert ada.post(f"/desk/setup/policies/{policy.pk}/rank/", {"way": "up"}).status_code == 302
    assert ada.post("/desk/setup/webhooks/", {"name": "Till", "url": "ftp://till"}).status_code == 422
    assert SetupChange.objects.count() == 0


def test_a_policy_says_its_promises_and_its_place(ada, cast):
    policy = Policy.objects.get(name__startswith="North")
    sent = {
        "name": policy.name,
        "note": "Faster",
        "when-0-fact": "team",
        "when-0-operator": "in",
        "when-0-value": "north",
    }
    sent |= {"length_first_response": "2", "hours_first_response": cast.hours.pk}
    sent |= {"length_solution": "24", "hours_solution": cast.hours.pk}
    ada.post(f"/desk/setup/policies/{policy.pk}/", sent)
    lines = {label: (old, new) for label, old, new in said(SetupChange.objects.get())}
    solution = "solution: within 24 hours (Office)"
    assert lines["Promises"] == (
        f"first response: within 4 hours (Office)\n{solution}",
        f"first response: within 2 hours (Office)\n{solution}",
    )
    assert lines["What changes, and why"] == ("", "Faster")
    ada.post(f"/desk/setup/policies/{policy.pk}/rank/", {"way": "down"})
    assert said(SetupChange.objects.first()) == [("Rank", "1", "2")]
    ada.post(f"/desk/setup/policies/{policy.pk}/retirement/")
    assert ("Retired", "no", "yes") in said(SetupChange.objects.first())


def test_a_secret_is_never_written_down_only_that_it_is_another(ada, cast):
    sent = {"address": "help@firm.example", "cause": cast.late.pk, "host": "imap.firm.example", "port": "993"}
    sent |= {"security": "tls", "folder": "INBOX", "username": "help", "way": "password"}
    ada.post("/desk/setup/mailboxes/new/", {**sent, "secret": "first-secret"})
    box = Mailbox.objects.get()
    ada.post(f"/desk/setup/mailboxes/{box.pk}/", {**sent, "secret": "second-secret"})
    ada.post(f"/desk/setup/mailboxes/{box.pk}/", sent)  # left blank, it stays
    ada.post(f"/desk/setup/mailboxes/{box.pk}/end/")
    ended, another, made = SetupChange.objects.all()
    secret = "Password, app password or refresh token"
    assert (secret, "", "not shown") in said(made)
    assert said(another) == [(secret, "not shown", "not shown (another one)")]
    assert said(ended) == [(secret, "not shown", ""), ("Ended", "no", "yes")]
    ada.post("/desk/setup/webhooks/", {"name": "Till", "url": "https://93.184.216.34/kulanz"})
    page = ada.get("/desk/setup/log/").content.decode()
    assert "help@firm.example" in page
    hook = Webhook.objects.get()
    for hidden in ("first-secret", "second-secret", hook.secret):
        assert hidden not in page
        assert not SetupChange.objects.filter(lines__icontains=hidden).exists()


def test_sent_twice_is_written_down_once_and_ones_own_is_not_the_houses(ada, cast):
    reply = {"name": "Thanks", "whose": "all", "text_de": "Danke", "text_en": "Thank you", "key": "k1"}
    for _time in range(2):
        ada.post("/desk/setup/canned-replies/new/", reply)
    kept = CannedReply.objects.get()
    assert [change.done for change in SetupChange.objects.all()] == ["added"]
    ada.post(f"/desk/setup/canned-replies/{kept.pk}/", {**reply, "text_en": "Many thanks"})
    assert said(SetupChange.objects.first()) == [("In English", "Thank you", "Many thanks")]
    ada.post(f"/desk/setup/canned-replies/{kept.pk}/removal/")
    gone = SetupChange.objects.first()
    assert (gone.done, gone.called, said(gone)[0]) == ("removed", "Thanks", ("Name", "Thanks", ""))
    ada.post("/desk/setup/canned-replies/new/", {**reply, "whose": "own", "key": "k2"})
    assert SetupChange.objects.count() == 3


def test_rules_duty_and_the_administration_write_down_too(ada, cast):
    rule = Rule.write(
        by=cast.ben, key="r", name="Look", team=cast.north, trigger="wrote", steps=[{"do": "release"}]
    )
    ada.post(f"/desk/setup/rules/{rule.pk}/mode/", {"mode": "dry"})
    assert said(SetupChange.objects.first()) == [("State", "off", "only writes down what it would do")]
    ada.post(f"/desk/setup/duty/{cast.north.pk}/hours/", {"hours": ""})
    assert not TeamHours.objects.filter(team=cast.north).exists()
    assert said(SetupChange.objects.first()) == [("Business hours", "Office", "")]
    team = {"name": "Northern", "slug": "north", "members": [], "leads": [cast.ben.pk]}
    assert ada.post(f"/admin/accounts/team/{cast.north.pk}/change/", team).status_code == 302
    change = SetupChange.objects.first()
    assert change.part_in_words == "Team"
    assert said(change) == [("Name", "North", "Northern"), ("Members", "Anna", "")]


def test_the_page_finds_by_part_person_and_words_and_counts_its_queries(
    ada, cast, django_assert_max_num_queries
):
    ben = Person.objects.get(name="Ben")
    for number in range(35):
        said = [{"label": {"en": "Name"}, "old": {"en": "A"}, "new": {"en": "B"}}]
        who = ben if number % 2 else None
        SetupChange.objects.create(
            part="accounts.team", thing=number, called=f"T{number}", done="changed", by=who, lines=said
        )
    with django_assert_max_num_queries(9):
        page = ada.get("/desk/setup/log/")
    assert (len(page.context["page"]), page.context["page"].paginator.count) == (30, 35)
    found = ada.get("/desk/setup/log/", {"part": "accounts.team", "by": ben.pk, "q": "t3"})
    assert [change.called for change in found.context["page"]] == ["T33", "T31", "T3"]
    for wrong in ({"part": "nothing"}, {"by": "9" * 30}, {"by": "a\0b"}, {"q": "\0" * 3, "part": "\0"}):
        assert ada.get("/desk/setup/log/", wrong).status_code == 422
    ada.force_login(ben)
    assert ada.get("/desk/setup/log/").status_code == 404
