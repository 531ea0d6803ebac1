"""The administrators' door: one way in, every page opens under the strict policy, and the past cannot be touched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Model
from django.test import Client, override_settings
from django.urls import reverse

from accounts import customer
from accounts.models import ApiToken, Customer, Organisation, Person, SetupChange, Team
from policies.models import (
    AnswerLink,
    Ask,
    Budget,
    BudgetPeriod,
    Challenge,
    ExtraAuthority,
    Level,
    Offer,
    Paid,
    Rulebook,
    Ruling,
    Stance,
    Thresholds,
    Transfer,
    Treatment,
)
from servicedesk.demo.house import furnish
from tickets.models import (
    Attachment,
    BusinessHours,
    CalendarVersion,
    Cause,
    Clock,
    ClockEntry,
    Event,
    Heartbeat,
    Mark,
    Message,
    OutgoingMail,
    Place,
    PolicyVersion,
    Rating,
    TeamHours,
    Ticket,
)

pytestmark = pytest.mark.django_db

EDITED = (
    Person,
    Customer,
    Organisation,
    Team,
    Cause,
    BusinessHours,
    TeamHours,
    Budget,
    Level,
    Thresholds,
    Treatment,
)
LOOKED_AT = (
    *(
        Ticket,
        Message,
        Event,
        CalendarVersion,
        Clock,
        ClockEntry,
        PolicyVersion,
        Mark,
        Rating,
        Attachment,
        OutgoingMail,
        Heartbeat,
        Place,
    ),
    *(Transfer, Ruling, Offer, Ask, AnswerLink, Challenge, ExtraAuthority, Paid, Rulebook, ApiToken),
)
NEVER_DELETED = (Person, Customer, Organisation, Team, Cause, Budget, Thresholds, *LOOKED_AT)
SAM = "sam.whitfield@haldenwerk.example"


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[None]:
    """The demo, so that every page has something of every kind to show."""
    folder = tmp_path_factory.mktemp("files")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=folder), transaction.atomic():
        furnish(now=datetime(2026, 11, 24, 10, 20, tzinfo=UTC))
        Heartbeat.beat("worker")
        ApiToken.issue(Person.objects.get(name="Anna Petersen"), "Export")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def sam(house, db) -> Client:
    return signed_in(Person.objects.get(email=SAM))


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def clerk(*permissions: str) -> Person:
    """Staff with some rights, not all."""
    person = Person.objects.create(email="clerk@kulanz.example", name="Clerk", is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return person


def url(model: type[Model], page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def named(models: tuple[type[Model], ...]) -> list[object]:
    return [pytest.param(model, id=model.__name__) for model in models]


# ---- the way in ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/", "/admin/tickets/ticket/", "/admin/nowhere/"])
def test_strangers_are_led_to_our_own_sign_in(client, path):
    answer = client.get(path, follow=True)
    assert answer.redirect_chain[-1][0].startswith(f"{reverse('account_login')}?next=")
    assert 'name="username"' not in answer.content.decode()


def test_signing_in_leads_back(client):
    answer = client.get("/admin/tickets/ticket/", follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/login/?next=/admin/tickets/ticket/"


def test_djangos_own_form_takes_no_password(cast, client):
    cast.anna.set_password("a long enough secret")
    cast.anna.is_staff = True
    cast.anna.save()
    answer = client.post("/admin/login/", {"username": cast.anna.email, "password": "a long enough secret"})
    assert answer.status_code == 302
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("who", ["anna", "ben", "cem"])
def test_who_is_no_administrator_stays_outside(cast, who):
    answer = signed_in(cast.people[who]).get("/admin/", follow=True)
    assert answer.status_code == 403
    assert "Site administration" not in answer.content.decode()


def test_an_inactive_administrator_is_a_stranger(cast):
    person = clerk("view_ticket")
    client = signed_in(person)
    assert client.get("/admin/").status_code == 200
    Person.objects.filter(pk=person.pk).update(is_active=False)
    assert client.get("/admin/").status_code == 302


def test_the_own_password_is_changed_where_everybody_does(sam):
    assert sam.get("/admin/password_change/").url == reverse("account_change_password")


# ---- every page ----------------------------------------------------------------------------------------------------


def test_what_is_registered_is_edited_or_looked_at():
    ours = {
        model
        for model in admin.site._registry
        if model.__module__.split(".")[0] in ("accounts", "tickets", "policies")
    }
    assert ours == {*EDITED, *LOOKED_AT}
    assert Stance not in admin.site._registry


def test_every_page_opens_and_keeps_the_strict_policy(sam):
    pages = [reverse("admin:index")]
    pages += [reverse("admin:app_list", args=[label]) for label in ("accounts", "tickets", "policies")]
    for model, registered in admin.site._registry.items():
        pages.append(url(model, "changelist"))
        pages += [f"{url(model, 'changelist')}?q=1"] if registered.search_fields else []
        pages += [url(model, "add")] if registered.has_add_permission(_request(sam)) else []
        rows = list(model._default_manager.order_by("pk")[:2])
        assert rows or model not in (*EDITED, *LOOKED_AT), model
        for row in rows:
            pages += [url(model, "change", row.pk), url(model, "history", row.pk)]
    pages.append(url(Person, "change", Person.objects.get(email=SAM).pk).replace("change", "password"))
    assert len(pages) > 90
    for page in pages:
        answer = sam.get(page)
        assert answer.status_code == 200, page
        assert_no_inline(answer.content.decode(), page)


def assert_no_inline(page: str, name: str) -> None:
    """Nothing the policy `script-src 'self'; style-src 'self'` would refuse."""
    page = re.sub(r"<(textarea|option)\b.*?</\1>", "", page, flags=re.DOTALL)
    for tag in re.findall(r"<[a-z][^>]*>", page, flags=re.IGNORECASE):
        assert not re.search(r"\s(style|on[a-z]+)\s*=", tag, flags=re.IGNORECASE), (name, tag)
        assert "javascript:" not in tag.lower(), (name, tag)
    for attributes in re.findall(r"<script\b([^>]*)>", page):
        assert "src=" in attributes or "application/json" in attributes, (name, attributes)
    assert "<style" not in page, name


def test_lists_ask_the_database_the_same_number_of_times_for_one_row_and_many(
    sam, django_assert_max_num_queries
):
    for model in (*EDITED, *LOOKED_AT):
        with django_assert_max_num_queries(22):
            assert sam.get(url(model, "changelist")).status_code == 200


# ---- what happened stays -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", named(LOOKED_AT))
def test_what_happened_is_neither_added_nor_changed_nor_deleted(sam, model):
    row = model._default_manager.order_by("pk").first()
    before = model._default_manager.filter(pk=row.pk).values().get()
    assert sam.get(url(model, "add")).status_code == 403
    assert sam.post(url(model, "add"), {}).status_code == 403
    assert sam.post(url(model, "change", row.pk), {"text": "x"}).status_code == 403
    assert sam.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert model._default_manager.filter(pk=row.pk).values().get() == before


@pytest.mark.parametrize("model", named(NEVER_DELETED))
def test_what_the_past_speaks_of_is_never_deleted(sam, model):
    row = model._default_manager.order_by("pk").first()
    assert sam.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    sam.post(
        url(model, "changelist"), {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}
    )
    assert model._default_manager.filter(pk=row.pk).exists()


def test_nobody_reads_a_code_meant_for_somebody_else(sam):
    OutgoingMail.write(
        key="account:1", to="eva@post.example", subject="Your code QXZT", text="QXZT-77", secret=True
    )
    mail = OutgoingMail.objects.get(key="account:1")
    for page in (url(OutgoingMail, "changelist"), url(OutgoingMail, "change", mail.pk)):
        shown = sam.get(page).content.decode()
        assert "eva@post.example" in shown
        assert "QXZT" not in shown


def test_nobody_reads_how_gladly_somebody_took_a_case(sam):
    for ruling in Ruling.objects.all()[:5]:
        shown = sam.get(url(Ruling, "change", ruling.pk)).content.decode()
        assert ruling.answer.reasons[0].text.split(".")[0][:40] in shown
        assert "with you to do this yourself" not in shown


def test_secrets_of_tokens_are_not_shown_and_can_be_revoked(sam):
    token = ApiToken.objects.get()
    assert token.digest not in sam.get(url(ApiToken, "change", token.pk)).content.decode()
    chosen = {"action": "revoke", "_selected_action": token.pk}
    answer = sam.post(url(ApiToken, "changelist"), chosen, follow=True)
    assert "1 token revoked." in answer.content.decode()
    token.refresh_from_db()
    assert token.revoked_at is not None


# ---- what is edited ------------------------------------------------------------------------------------------------


def form_of(client: Client, page: str) -> dict[str, object]:
    """What the page's form would send if nothing was typed."""
    context = client.get(page).context
    inlines = [inline.formset for inline in context["inline_admin_formsets"]]
    forms = [context["adminform"].form]
    forms += [formset.management_form for formset in inlines]
    forms += [form for formset in inlines for form in formset.initial_forms]
    values = {field.html_name: field.value() for form in forms for field in form}
    return {name: value for name, value in values.items() if value is not None and value is not False}


def test_a_team_is_given_members_and_leads(sam):
    team, page = Team.objects.get(slug="nord"), url(Team, "change", Team.objects.get(slug="nord").pk)
    people = {
        person.name.split()[0]: person
        for person in Person.objects.filter(email__endswith="haldenwerk.example")
    }
    sent = form_of(sam, page)
    assert sorted(sent["members"]) == sorted(people[name].pk for name in ("Anna", "Mehmet", "Emily"))
    assert sent["leads"] == [people["Birgit"].pk]
    sent |= {
        "members": [people["Anna"].pk, people["Birgit"].pk, people["Priya"].pk],
        "leads": [people["Emily"].pk],
    }
    assert sam.post(page, sent).status_code == 302
    working = Person.objects.working_in(team)
    assert {person.name.split()[0] for person in working} == {"Anna", "Birgit", "Priya", "Emily"}
    assert [person.name.split()[0] for person in Person.objects.leading(team)] == ["Emily"]
    assert Person.objects.get(pk=people["Mehmet"].pk).team_ids == frozenset()
    assert Person.objects.get(pk=people["Birgit"].pk).is_lead is False
    assert len(Person.objects.get(pk=people["Priya"].pk).team_ids) == 2


def test_people_are_found_by_name_for_a_team(sam):
    sought = {
        "app_label": "accounts",
        "model_name": "teamuserobjectpermission",
        "field_name": "user",
        "term": "peter",
    }
    found = sam.get(reverse("admin:autocomplete"), sought).json()["results"]
    assert {row["text"] for row in found} == {"Anna Petersen", "Peter Hoffmann"}


def test_a_new_person_can_sign_in_and_addresses_are_written_small(sam):
    sent = {
        "email": " Rita.Roth@Kulanz.example",
        "name": "Rita Roth",
        "language": "de",
        "time_zone": "Europe/Berlin",
    }
    sent |= {
        "usable_password": "true",
        "password1": "a long enough secret",
        "password2": "a long enough secret",
    }
    assert sam.post(url(Person, "add"), sent).status_code == 302
    rita = Person.objects.get(email="rita.roth@kulanz.example")
    assert rita.check_password("a long enough secret")


def test_a_changed_address_closes_the_old_one(sam):
    page = url(Person, "change", Person.objects.get(name="Jonas Huber").pk)
    assert sam.post(page, form_of(sam, page) | {"email": "Jonas@Haldenwerk.example"}).status_code == 302
    jonas = Person.objects.get(name="Jonas Huber")
    assert jonas.email == "jonas@haldenwerk.example"
    assert not EmailAddress.objects.filter(user=jonas).exclude(email=jonas.email).exists()


@pytest.mark.parametrize(("door", "field"), [(Customer, "status"), (Person, "customer-0-status")])
def test_a_new_standing_is_told_by_whichever_page_changes_it(sam, monkeypatch, door, field):
    heard: list[tuple[int, str, str]] = []
    listen = lambda who, by, _at: heard.append((who.pk, who.status, by.email))  # noqa: E731 - a name for the list
    monkeypatch.setattr(customer, "standing_listeners", [listen])
    known = Customer.objects.filter(status="established").order_by("pk").first()
    page = url(door, "change", known.pk if door is Customer else known.person_id)
    assert sam.post(page, form_of(sam, page) | {field: "former"}).status_code == 302
    assert sam.post(page, form_of(sam, page)).status_code == 302
    assert heard == [(known.pk, "former", SAM)]


def test_a_new_password_ends_what_the_old_one_opened(sam):
    anna = Person.objects.get(name="Anna Petersen")
    hers = signed_in(anna)
    for kind in ("webauthn", "totp"):
        Authenticator.objects.create(user=anna, type=kind, data={})
    SocialAccount.objects.create(user=anna, provider="firm", uid="u-1")
    sent = {
        "usable_password": "true",
        "password1": "quite another secret",
        "password2": "quite another secret",
    }
    logged = SetupChange.objects.count()
    assert sam.post(f"/admin/accounts/person/{anna.pk}/password/", sent).status_code == 302
    assert SetupChange.objects.count() == logged  # of the set-up nothing changed
    assert anna.api_tokens.filter(revoked_at=None).count() == 0
    assert list(Authenticator.objects.values_list("type", flat=True)) == ["totp"]
    assert SocialAccount.objects.count() == 0
    assert hers.get("/desk/").status_code == 302


def test_only_full_administrators_touch_the_desks_people_and_rights(house):
    client = signed_in(
        clerk("view_person", "change_person", "add_person", "view_customer", "change_customer")
    )
    for name, status in (("Anna Petersen", 403), ("Sam Whitfield", 403), ("Sophie Turner", 302)):
        page = url(Person, "change", Person.objects.get(name=name).pk)
        sent = form_of(client, page) | {"name": f"{name} II", "is_superuser": "on", "is_staff": "on"}
        assert client.post(page, sent).status_code == status, name
    sophie = Person.objects.get(name="Sophie Turner II")
    assert (sophie.is_staff, sophie.is_superuser) == (False, False)
    anna = Person.objects.get(name="Anna Petersen")
    sent = {
        "usable_password": "true",
        "password1": "quite another secret",
        "password2": "quite another secret",
    }
    assert client.post(f"/admin/accounts/person/{anna.pk}/password/", sent).status_code == 403
    assert client.get(url(Ticket, "changelist")).status_code == 403


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("weekly", '{"mon": [["09:00", "25:00"]]}', "25:00 is not a time of day"),
        ("weekly", '{"monday": [["09:00", "17:00"]]}', "monday is not a day of the week"),
        ("weekly", "[1, 2]", "Weekly hours are a list of periods for each day of the week."),
        ("weekly", "{", "Enter a valid JSON."),
        ("weekly", "{}", "This field is required."),
        ("tz", "Europe/Nowhere", "There is no time zone called Europe/Nowhere."),
        ("holidays", '["2026-02-30"]', "2026-02-30 is not a date"),
        ("overrides", '{"2026-12-24": 9}', "The periods of 2026-12-24 are a list of pairs"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused_in_words(sam, field, typed, words):
    hours = BusinessHours.objects.order_by("pk").first()
    page = url(BusinessHours, "change", hours.pk)
    answer = sam.post(page, form_of(sam, page) | {field: typed})
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert BusinessHours.objects.get(pk=hours.pk).as_data() == hours.as_data()


def test_a_calendar_is_saved(sam):
    hours = BusinessHours.objects.order_by("pk").first()
    page = url(BusinessHours, "change", hours.pk)
    assert sam.post(page, form_of(sam, page) | {"weekly": '{"tue": [["10:00", "12:00"]]}'}).status_code == 302
    assert BusinessHours.objects.get(pk=hours.pk).weekly == {"tue": [["10:00", "12:00"]]}


def test_a_budget_keeps_owner_size_and_months(sam):
    budget = Budget.objects.get(team__slug="nord", purpose="")
    page = url(Budget, "change", budget.pk)
    months = list(BudgetPeriod.objects.values())
    birgit = Person.objects.get(name="Birgit Lorenzen")
    sent = form_of(sam, page) | {
        "name": "North",
        "monthly_cents": 1,
        "currency": "USD",
        "managers": [birgit.pk],
    }
    assert sam.post(page, sent).status_code == 302
    after = Budget.objects.get(pk=budget.pk)
    assert (after.name, after.monthly_cents, after.currency) == ("North", budget.monthly_cents, "EUR")
    assert list(BudgetPeriod.objects.values()) == months
    assert set(Budget.objects.managed_by(birgit)) >= {after}
    assert birgit.has_perm("policies.manage_budget", after)


def test_a_level_is_given(sam):
    katharina, cause = Person.objects.get(name="Katharina Obermaier"), Cause.objects.get(code="wrong-invoice")
    sent = {
        "agent": katharina.pk,
        "cause": cause.pk,
        "level": 2,
        "since_0": "2026-11-24",
        "since_1": "10:00:00",
    }
    assert sam.post(url(Level, "add"), sent).status_code == 302
    assert Level.objects.get(agent=katharina, cause=cause).level == 2
    assert sam.post(url(Level, "add"), sent).status_code == 200  # one level for each cause


def _request(client: Client) -> object:
    return client.get(reverse("admin:index")).wsgi_request
