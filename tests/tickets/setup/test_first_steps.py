"""An empty house and its first administrator: page by page to a desk that works; skipped, resumed, refused in words."""

from __future__ import annotations

import pytest
from cast import person
from django.test import Client
from django.utils import timezone

from accounts.models import House, Person, SetupChange, Team
from policies.models import Budget, Rulebook
from servicedesk import urls  # noqa: F401 – which names the steps
from tickets.first_steps import stands
from tickets.models import BusinessHours, Cause, OutgoingMail, Policy, TeamHours

pytestmark = pytest.mark.django_db
FIRST = "/desk/setup/first/"


@pytest.fixture
def ada(client) -> Client:
    client.force_login(person("Ada", is_staff=True, is_superuser=True, language="en"))
    return client


def left() -> list[str]:
    return [stand.step.name for stand in stands() if stand.is_left]


def test_an_empty_house_is_set_up_page_by_page(ada):
    assert ada.get("/").url == FIRST
    assert ada.get(FIRST).context["onward"].url == f"{FIRST}firm/"
    firm = {"name": "Haldenwerk", "language": "de", "time_zone": "Europe/Vienna"}
    assert ada.post(f"{FIRST}firm/", firm).url == f"{FIRST}open/"
    hours = {"name": "Office", "days": ["mon", "sat"], "opens": "08:00", "closes": "16:30", "region": "DE-BY"}
    assert ada.post(f"{FIRST}open/", hours).url == f"{FIRST}team/"
    calendar = BusinessHours.objects.get()
    assert (calendar.tz, calendar.weekly) == (
        "Europe/Vienna",
        {"mon": [["08:00", "16:30"]], "sat": [["08:00", "16:30"]]},
    )
    assert f"{timezone.localdate().year}-01-06" in calendar.holidays  # Epiphany, kept in Bavaria
    team = {"name": "Service", "joins": "on", "leads": "Ben Lead <Ben@firm.example>"}
    team["agents"] = "anna.petersen@firm.example\nben@firm.example"
    assert ada.post(f"{FIRST}team/", team).url == f"{FIRST}mail/"
    assert ada.post(f"{FIRST}later/", {"step": "mail"}).url == f"{FIRST}promises/"
    latitude = "/studio/rules/beginning/"
    assert ada.post(f"{FIRST}promises/", {"pace": "brisk"}).url == latitude
    assert ada.post(latitude, {"extent": "all of it"}).status_code == 422
    for _time in range(2):
        assert ada.post(latitude, {"extent": "careful"}).url == FIRST
    assert left() == []
    book = Rulebook.objects.get()
    assert [(limit.role, limit.own_cents) for limit in book.limits.all()] == [("agent", 1000), ("lead", 4000)]
    assert book.guardrails.get().conditions.count() == 2
    assert [(budget.name, budget.monthly_cents) for budget in Budget.objects.all()] == [("Service", 20_000)]
    service = Team.objects.get()
    assert TeamHours.of(service) == calendar
    assert [one.name for one in Person.objects.working_in(service)] == ["Ada", "Anna Petersen", "Ben Lead"]
    assert [one.name for one in Person.objects.leading(service)] == ["Ada", "Ben Lead"]
    anna = Person.objects.get(email="anna.petersen@firm.example")
    assert (anna.language, anna.time_zone, Cause.objects.get().team) == ("de", "Europe/Vienna", service)
    letters = OutgoingMail.objects.order_by("to")
    assert [mail.to for mail in letters] == ["anna.petersen@firm.example", "ben@firm.example"]
    assert letters[0].subject == "Ada lädt Sie an die Service-Theke von Haldenwerk ein"
    targets = Policy.objects.get().versions.get().targets.order_by("pk")
    assert [(one.kind, one.seconds) for one in targets] == [
        ("first_response", 3600),
        ("next_response", 7200),
        ("solution", 8 * 3600),
    ]
    parts = {change.part for change in SetupChange.objects.all()}
    assert parts == {"accounts.house", "accounts.team", "tickets.businesshours", "tickets.policy"}
    page = ada.get(FIRST).content.decode()
    assert "Everything is set or can wait." in page


def test_each_step_can_wait_and_is_resumed_where_one_stopped(ada):
    assert ada.post(f"{FIRST}later/", {"step": "firm"}).url == f"{FIRST}open/"
    assert ada.post(f"{FIRST}later/", {"step": "firm"}).url == f"{FIRST}open/"
    assert left() == ["open", "team", "mail", "promises", "latitude"]
    assert ada.get(f"{FIRST}promises/").context["ready"] is False
    assert ada.post(f"{FIRST}promises/", {"pace": "usual"}).status_code == 200
    assert Policy.objects.count() == 0
    assert ada.get(f"{FIRST}mail/").context["ready"] is False
    for wrong in ("", "nothing", "a\0b"):
        assert ada.post(f"{FIRST}later/", {"step": wrong}).status_code == 404


@pytest.mark.parametrize(
    ("where", "said", "field", "words"),
    [
        ("firm", {"name": " ", "language": "de", "time_zone": "UTC"}, "name", "This field is required."),
        ("firm", {"name": "A", "language": "xx", "time_zone": "Mars/One"}, "time_zone", "not one of the"),
        (
            "open",
            {"name": "A", "days": ["mon"], "opens": "１２", "closes": "9"},
            "opens",
            "Enter a valid time.",
        ),
        (
            "open",
            {"name": "A", "days": ["mon"], "opens": "09:00", "closes": "09:00"},
            "closes",
            "It closes before it opens.",
        ),
        (
            "open",
            {"name": "A", "days": ["mon"], "opens": "09:00:10", "closes": "09:00:50"},
            "closes",
            "It closes before it opens.",
        ),
        ("open", {"name": "A", "days": ["x"], "opens": "09:00", "closes": "10:00"}, "days", "x"),
        ("team", {"name": "A", "agents": "no address"}, "agents", "“no address” is no e-mail address."),
        ("team", {"name": "A", "joins": ""}, "leads", "Somebody has to lead it"),
        ("team", {"name": "A", "leads": "a@b.example\n" * 51}, "leads", "At most 50 at once."),
        (
            "team",
            {"name": "A", "leads": f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.de"},
            "leads",
            "no e-mail",
        ),
        ("promises", {"pace": "\0"}, "pace", "not one of the"),
    ],
)
def test_bad_input_is_said_at_its_field_and_nothing_typed_is_lost(ada, where, said, field, words):
    BusinessHours.objects.create(name="Office", weekly={"mon": [["09:00", "17:00"]]})
    answer = ada.post(f"{FIRST}{where}/", said)
    assert answer.status_code == 422
    assert words in " ".join(answer.context["form"].errors[field])
    assert answer.context["form"].data["name" if "name" in said else "pace"] == next(iter(said.values()))
    assert (Team.objects.count(), House.objects.count(), Policy.objects.count()) == (0, 0, 0)


def test_a_retired_policy_keeps_its_name_and_is_in_nobody_s_way(ada):
    BusinessHours.objects.create(name="Office", weekly={"mon": [["09:00", "17:00"]]})
    for _time in range(2):
        assert ada.post(f"{FIRST}promises/", {"pace": "calm"}).status_code == 302
        Policy.objects.kept().get().retire()
    assert set(Policy.objects.values_list("name", flat=True)) == {"For everybody", "For everybody 2"}


def test_founding_twice_is_once_and_who_is_known_is_let_in_as_they_are(ada, cast):
    sent = {"name": "East", "joins": "on", "leads": "", "agents": f"{cast.anna.email}\nnew@firm.example"}
    assert ada.post(f"{FIRST}team/", sent).status_code == 302
    again = ada.post(f"{FIRST}team/", sent)
    assert again.context["form"].errors["name"] == ["There is a team of this name already."]
    east = Team.objects.get(name="East")
    assert Person.objects.working_in(east).count() == 3
    assert Person.objects.get(pk=cast.anna.pk).name == "Anna"
    assert OutgoingMail.objects.count() == 2
