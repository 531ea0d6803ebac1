"""The portal's start and writing a new request, as customers and strangers meet them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, promised
from counting import as_often_for_thirty, queries, reading
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Customer, Person
from tickets.models import Cause, Message, OutgoingMail, Policy, Ticket

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
SAID = {"subject": "Where is it?", "text": "I am waiting since Monday.", "key": "5f" * 16}


@pytest.fixture
def cem(client, cast):
    client.force_login(cast.people["cem"])
    return client


@pytest.fixture
def eva(client, cast):
    client.force_login(cast.people["eva"])
    return client


@pytest.fixture
def monday(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: MONDAY)


def text_of(response) -> str:
    return response.content.decode()


def test_a_stranger_is_welcomed_without_a_wall(client, cast):
    response = client.get("/")
    assert response.status_code == 200
    assert response.templates[0].name == "portal/welcome.html"
    assert 'href="/accounts/login/"' in text_of(response)
    assert 'href="/accounts/signup/"' in text_of(response)


def test_an_open_page_whose_session_ended_is_told_so_and_not_welcomed_inside_itself(client, cast):
    response = client.get("/?page=2", headers={"HX-Request": "true"})
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/%3Fpage%3D2")


def test_an_agent_without_a_customer_record_is_led_to_the_desk(client, cast):
    client.force_login(cast.anna)
    response = client.get("/")
    assert (response.status_code, response["Location"]) == (302, "/desk/")


def test_an_agent_who_is_also_a_customer_finds_the_own_requests(client, cast):
    customer = Customer.objects.create(person=cast.anna, status="established")
    own = cast.ticket("My own parcel", customer=customer, by=cast.anna)
    cast.ticket("Somebody else's")
    client.force_login(cast.anna)
    page = client.get("/").context["page"]
    assert [ticket for ticket, _standing in page] == [own]


def test_somebody_who_is_neither_gets_words_and_an_administrator_the_first_steps(client, cast):
    client.force_login(Person.objects.create(email="left@kulanz.example", name="Left"))
    response = client.get("/")
    assert (response.status_code, response.templates[0].name) == (200, "portal/no_customer.html")
    client.force_login(Person.objects.create(email="root@kulanz.example", name="Root", is_staff=True))
    assert client.get("/").url == "/desk/setup/first/"


def test_a_customer_sees_the_own_requests_only_each_with_its_promise(eva, cast, monday):
    cast.ticket("Not hers")
    ticket = cast.ticket("Hers", customer=cast.eva, by=cast.eva.person, at=MONDAY)
    response = eva.get("/")
    assert [(t, s.words) for t, s in response.context["page"]] == [
        (ticket, "You hear from us by today 14:00.")
    ]
    assert "Not hers" not in text_of(response)


def test_the_order_is_the_last_public_message_and_notes_move_nothing(eva, cast):
    now = timezone.now()
    old, new = (
        cast.ticket(name, customer=cast.eva, by=cast.eva.person, at=now - age)
        for name, age in [("old", timedelta(days=2)), ("new", timedelta(days=1))]
    )
    closed = cast.ticket("closed", customer=cast.eva, by=cast.eva.person, at=now - timedelta(hours=1))
    closed.confirm_solved(by=cast.eva.person)
    old.note("She is angry, look at it first.", by=cast.anna)
    assert [ticket for ticket, _s in eva.get("/").context["page"]] == [new, old, closed]
    old.reply("Here I am.", by=cast.anna)
    assert [ticket for ticket, _s in eva.get("/").context["page"]] == [old, new, closed]


def test_the_list_costs_the_same_for_one_and_thirty(eva, cast):
    """Twenty of them stand on the first page, the rest on the second."""

    def write(number: int) -> None:
        cast.ticket(f"{number}", customer=cast.eva, by=cast.eva.person)

    as_often_for_thirty(reading(eva, "/"), write, most=9)
    assert len(queries(reading(eva, "/?page=2"))) <= 9


def test_the_open_page_asks_for_the_list_alone(eva, cast):
    cast.ticket("Hers", customer=cast.eva, by=cast.eva.person)
    response = eva.get("/", headers={"HX-Request": "true"})
    assert response.templates[0].name == "portal/_requests.html"
    assert "HX-Request" in response["Vary"]
    assert f'hx-trigger="live:customer-{cast.eva.pk} from:body"' in text_of(response)


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30, "", "2"])
def test_a_page_that_does_not_exist_is_still_a_page(eva, cast, page):
    assert eva.get("/", {"page": page}).status_code == 200


def test_the_form_tells_each_promise_before_anything_is_sent(eva, cast, monday):
    promised(cast.south, cast.hours, rank=1, first_response=3600)
    form = eva.get("/requests/new/").context["form"]
    assert [(button.choice_label, promise) for button, promise in form.causes] == [
        ("Broken on arrival", "You hear from us by today 11:00."),
        ("Late delivery", "You hear from us by today 14:00."),
    ]


def test_the_promise_shown_is_the_promise_given(eva, cast, monday):
    promised(cast.north, cast.hours, priority=2, first_response=1800)
    shown = {b.choice_label: p for b, p in eva.get("/requests/new/").context["form"].causes}
    response = eva.post("/requests/new/", {**SAID, "cause": cast.late.pk}, follow=True)
    assert response.context["standing"].words == shown["Late delivery"] == "You hear from us by today 10:30."


def test_a_team_that_promises_nothing_shows_nothing(eva, cast):
    Policy.objects.get(name__startswith="South").retire()
    form = eva.get("/requests/new/").context["form"]
    assert [promise == "" for _button, promise in form.causes] == [True, False]


def test_causes_come_in_the_readers_language_and_only_the_offered_ones(cem, cast):
    Cause.objects.create(code="inside", name_en="Inside", name_de="Intern", team=cast.north, offered=False)
    form = cem.get("/requests/new/").context["form"]
    assert [b.choice_label for b, _p in form.causes] == ["Defekt angekommen", "Verspätete Lieferung"]


def test_the_form_costs_the_same_for_three_causes_and_thirty(eva, cast):
    as_often_for_thirty(
        reading(eva, "/requests/new/"),
        lambda n: Cause.objects.create(code=f"{n}", name_en=f"{n}", name_de=f"{n}", team=cast.north),
        most=6,
    )


def test_a_link_can_choose_the_cause(eva, cast):
    form = eva.get("/requests/new/", {"cause": "broken"}).context["form"]
    assert [b.data["selected"] for b, _p in form.causes] == [True, False]


def test_a_house_that_takes_no_requests_says_so(eva, cast):
    Cause.objects.update(offered=False)
    response = eva.get("/requests/new/")
    assert "No requests at the moment" in text_of(response)
    assert eva.post("/requests/new/", {**SAID, "cause": cast.late.pk}).status_code == 422
    assert Ticket.objects.count() == 0


def test_a_request_becomes_a_ticket_with_number_and_promise(cem, cast, monday):
    response = cem.post("/requests/new/", {**SAID, "cause": cast.late.pk})
    ticket = Ticket.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/requests/{ticket.pk}/")
    assert (
        ticket.subject,
        ticket.customer,
        ticket.cause,
        ticket.team,
        ticket.language,
        ticket.created_at,
    ) == (
        "Where is it?",
        cast.cem,
        cast.late,
        cast.north,
        "de",
        MONDAY,
    )
    message = Message.objects.get()
    assert (message.text, message.author, message.from_customer, message.channel, message.kind) == (
        "I am waiting since Monday.",
        cast.people["cem"],
        True,
        "portal",
        "public",
    )
    assert OutgoingMail.objects.get().key == f"confirm:{ticket.pk}"


def test_the_page_after_it_names_the_number_and_the_promise(eva, cast, monday):
    response = eva.post("/requests/new/", {**SAID, "cause": cast.late.pk}, follow=True)
    ticket = Ticket.objects.get()
    assert [str(message) for message in response.context["messages"]] == [
        f"Thank you. Your request has the number {ticket.pk}, and a confirmation is on its way to eva@kulanz.example."
    ]
    assert "You hear from us by today 14:00." in text_of(response)


def test_files_come_along(eva, cast):
    files = [SimpleUploadedFile("a.png", PNG), SimpleUploadedFile("b.txt", b"words")]
    eva.post("/requests/new/", {**SAID, "cause": cast.late.pk, "files": files})
    kept = Message.objects.get().attachments.all()
    assert [(file.name, file.content_type) for file in kept] == [
        ("a.png", "image/png"),
        ("b.txt", "application/octet-stream"),
    ]


def test_sent_twice_it_is_one_ticket(eva, cast):
    said = {**SAID, "cause": cast.late.pk}
    first, second = eva.post("/requests/new/", said), eva.post("/requests/new/", said)
    assert first["Location"] == second["Location"]
    assert (Ticket.objects.count(), Message.objects.count(), OutgoingMail.objects.count()) == (1, 1, 1)


def test_going_back_and_writing_something_else_is_not_lost(eva, cast):
    said = {**SAID, "cause": cast.late.pk}
    eva.post("/requests/new/", said)
    eva.post("/requests/new/", {**said, "text": "And something else."})
    assert [m.text for m in Message.objects.all()] == ["I am waiting since Monday.", "And something else."]
    assert Ticket.objects.count() == 2


def test_two_customers_with_the_same_key_have_two_tickets(client, cast):
    for person in (cast.people["cem"], cast.people["eva"]):
        client.force_login(person)
        client.post("/requests/new/", {**SAID, "cause": cast.late.pk})
    assert [ticket.customer for ticket in Ticket.objects.order_by("pk")] == [cast.cem, cast.eva]


def test_an_error_keeps_everything_typed_and_says_that_files_must_be_chosen_again(eva, cast):
    said = {
        **SAID,
        "subject": "  ",
        "cause": cast.broken.pk,
        "files": [SimpleUploadedFile("a.txt", b"words")],
    }
    response = eva.post("/requests/new/", said)
    form = response.context["form"]
    assert response.status_code == 422
    assert form.errors == {"subject": ["A few words are enough, so that you find your request again."]}
    assert "I am waiting since Monday.</textarea>" in text_of(response)
    assert [b.data["selected"] for b, _p in form.causes] == [True, False]
    assert f'name="key" value="{SAID["key"]}"' in text_of(response)
    assert "Please choose your files once more: a browser does not keep them." in text_of(response)
    assert Ticket.objects.count() == 0


def test_file_errors_stand_at_the_field(eva, cast, settings):
    settings.ATTACHMENTS_PER_MESSAGE, settings.ATTACHMENT_MAX_BYTES = 2, 1024 * 1024
    big, program, empty, wrong = (
        SimpleUploadedFile(name, content)
        for name, content in [
            ("big.bin", b"0" * (1024 * 1024 + 1)),
            ("run.txt", b"MZ000"),
            ("no.txt", b""),
            ("no.png", b"<svg>"),
        ]
    )
    errors = {}
    for name, files in {
        "big": [big],
        "two": [program, wrong],
        "empty": [empty],
        "many": [program] * 3,
    }.items():
        response = eva.post("/requests/new/", {**SAID, "cause": cast.late.pk, "files": files})
        errors[name] = (response.status_code, response.context["form"].errors["files"])
    assert errors == {
        "big": (422, ["“big.bin” is larger than 1 MB."]),
        "two": (
            422,
            ["“run.txt” is a program. We do not take programs.", "“no.png” is not what its name says."],
        ),
        "empty": (422, ["“no.txt” is empty."]),
        "many": (422, ["At most 2 files at once."]),
    }
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize("who", ["anna", "dora"])
def test_who_is_no_customer_finds_no_form(client, cast, who):
    client.force_login(cast.people[who])
    assert client.get("/requests/new/").status_code == 404
    assert client.post("/requests/new/", {**SAID, "cause": cast.late.pk}).status_code == 404
    assert Ticket.objects.count() == 0


def test_a_stranger_signs_in_first_and_comes_back(client, cast):
    response = client.get("/requests/new/")
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/requests/new/")


@pytest.mark.parametrize("number", [1, 20])
def test_the_first_page_stays_small_however_much_stands_on_it(eva, cast, number, django_assert_num_queries):
    """With a full page of open requests it weighs less than 30 kB, and asks as often as with one."""
    for one in range(number):
        cast.ticket(f"Delivered late, number {one}", customer=cast.eva, by=cast.eva.person)
    eva.get("/")
    with django_assert_num_queries(9):
        response = eva.get("/")
    assert (response.status_code, len(response.content) < 30_000) == (200, True), len(response.content)
