"""The organisation's requests: who oversees them reads and answers them, and nothing more; all others as before."""

from __future__ import annotations

import pytest
from cast import MONDAY, person
from counting import as_often_for_thirty, reading
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import ApiToken, Customer, Organisation, Person
from policies.models import Offer
from tickets.mail.intake import receive
from tickets.models import Attachment, Merge, Message, OutgoingMail, Rating, Ticket

pytestmark = pytest.mark.django_db
INSIDE = "Zwetschgenmus"


@pytest.fixture
def mia(cast) -> Customer:
    """She oversees the requests of Cem's firm."""
    firm = cast.cem.organisation
    return Customer.objects.create(person=person("Mia"), organisation=firm, status="new", role="manager")


@pytest.fixture
def ticket(cast) -> Ticket:
    return cast.ticket("Where is it?", at=MONDAY)


def browser(customer: Customer) -> Client:
    client = Client()
    client.force_login(Person.objects.get(pk=customer.person_id))
    return client


def listed(client: Client, asked: str = "") -> list[str]:
    return [row.subject for row, _standing in client.get("/organisation/", {"q": asked}).context["page"]]


def test_she_finds_them_all_with_whose_each_is(cast, mia, ticket):
    cast.ticket("Of somebody else", customer=cast.eva, by=cast.eva.person)
    own = cast.ticket("My own", customer=mia, by=mia.person)
    client = browser(mia)
    assert listed(client) == ["My own", "Where is it?"]
    assert [
        listed(client, asked) for asked in ("where", "cem", f"#{own.pk}", "９", "%", "\0x", "9" * 30)
    ] == [
        ["Where is it?"],
        ["Where is it?"],
        ["My own"],
        *[[]] * 4,
    ]
    assert '<b dir="auto">Cem</b>' in client.get("/organisation/").content.decode()
    assert [row.subject for row, _standing in client.get("/").context["page"]] == ["My own"]


def test_a_list_of_thirty_asks_as_much_as_one_of_one(cast, mia, ticket):
    as_often_for_thirty(reading(browser(mia), "/organisation/"), lambda _number: cast.ticket(), most=7)


def test_she_reads_what_was_said_and_answers_under_her_own_name(cast, mia, ticket):
    ticket.note(INSIDE, by=cast.anna)
    client = browser(mia)
    answer = client.post(f"/requests/{ticket.pk}/messages/", {"text": "We wait too.", "key": "k"})
    assert answer["Location"] == f"/requests/{ticket.pk}/"
    page = client.get(f"/requests/{ticket.pk}/").content.decode()
    assert ("request of Cem" in page, "<b>You</b>" in page, "<b>Cem</b>" in page, INSIDE in page) == (
        *(True, True, True),
        False,
    )
    said = Message.objects.get(text="We wait too.")
    assert (said.author_id, said.from_customer, said.channel) == (mia.person_id, True, "portal")
    own = browser(cast.cem).get(f"/requests/{ticket.pk}/").content.decode()
    assert ("<b>Mia</b>" in own, "We wait too." in own) == (True, True)


def test_the_answer_goes_to_both_who_wrote(cast, mia, ticket):
    ticket.hear("We wait too.", by=mia.person)
    ticket.reply("On its way.", by=cast.anna)
    sent = OutgoingMail.objects.filter(key__startswith="answer:")
    assert sorted(sent.values_list("to", flat=True)) == ["cem@kulanz.example", "mia@kulanz.example"]
    mia.role = Customer.Role.MEMBER
    mia.save(update_fields=["role"])
    ticket.reply("It came.", by=cast.anna)
    assert sent.count() == 3


def test_what_was_given_and_whether_it_is_solved_stays_with_who_asked(cast, mia, ticket):
    ticket.move("solved", by=cast.anna)
    client = browser(mia)
    assert [
        client.post(f"/requests/{ticket.pk}/{what}/", {"score": "5"}).status_code
        for what in ("confirmation", "rating")
    ] == [404, 404]
    assert client.get(f"/requests/{ticket.pk}/gestures/").status_code == 404
    assert not Rating.objects.exists()
    page = client.get(f"/requests/{ticket.pk}/").content.decode()
    assert ("/confirmation/" in page, "/rating/" in page, "/gestures/" in page) == (False, False, False)
    assert list(Offer.objects.visible_to(Person.objects.get(pk=mia.person_id)).filter(ticket=ticket)) == []


def test_programs_get_the_same_in_the_shape_of_customers(cast, mia, ticket):
    ticket.note(INSIDE, by=cast.anna)
    _token, secret = ApiToken.issue(Person.objects.get(pk=mia.person_id), "till")
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    one = client.get(f"/api/v1/tickets/{ticket.pk}/").json()
    assert (one["customer"], sorted(one)) == (
        "Cem",
        [
            "cause",
            "created_at",
            "custom_fields",
            "customer",
            "number",
            "solved_at",
            "standing",
            "status",
            "subject",
        ],
    )
    assert [row["number"] for row in client.get("/api/v1/tickets/").json()["results"]] == [ticket.pk]
    messages = f"/api/v1/tickets/{ticket.pk}/messages/"
    sent = client.post(messages, {"text": "And?"}, content_type="application/json")
    assert (sent.status_code, sent.json()["author"]) == (201, "Mia")
    assert [row["text"] for row in client.get(messages).json()["results"]] == ["I am waiting again.", "And?"]
    moved = client.put(
        f"/api/v1/tickets/{ticket.pk}/status/", {"status": "closed"}, content_type="application/json"
    )
    assert moved.status_code == 403


def test_by_mail_she_goes_on_with_it_too(cast, mia, ticket):
    named = OutgoingMail.objects.get(key=f"confirm:{ticket.pk}").message_id
    raw = f"From: mia@kulanz.example\nTo: desk@x.example\nIn-Reply-To: {named}\nSubject: Re\n\nAnd by mail.\n"
    mail = receive(raw.encode(), door="pipe")
    assert (mail.result, mail.ticket_id, mail.message.from_customer) == ("reply", ticket.pk, True)


def test_long_after_it_was_solved_her_words_begin_one_of_the_same_customer(cast, mia, ticket):
    ticket.move("solved", by=cast.anna, at=MONDAY)
    said = ticket.hear("Broken again.", by=mia.person)
    assert said.ticket_id != ticket.pk
    fresh = said.ticket
    assert (fresh.customer, fresh.organisation, said.from_customer) == (
        cast.cem,
        cast.cem.organisation,
        True,
    )


@pytest.mark.parametrize("change", ["role", "organisation", "is_active"])
def test_it_ends_at_once_and_takes_nothing_along(cast, mia, ticket, change):
    """Who changes the firm oversees the other one; what was written for the first stays where it was."""
    client = browser(mia)
    file = Attachment.objects.filter(message__ticket=ticket)
    assert (client.get(f"/requests/{ticket.pk}/").status_code, file.count()) == (200, 0)
    if change == "role":
        Customer.objects.filter(pk=mia.pk).update(role="member")
    elif change == "organisation":
        Customer.objects.filter(pk=mia.pk).update(organisation=Organisation.objects.create(name="Other"))
    else:
        Person.objects.filter(pk=mia.person_id).update(is_active=False)
    assert client.get(f"/requests/{ticket.pk}/").status_code == (302 if change == "is_active" else 404)
    reader = Person.objects.get(pk=mia.person_id)
    assert list(Ticket.objects.visible_to(reader)) == list(Message.objects.visible_to(reader)) == []


def test_whose_firm_it_is_stays_with_the_request(cast, mia, ticket):
    cast.cem.organisation = Organisation.objects.create(name="Other")
    cast.cem.save(update_fields=["organisation"])
    later = cast.ticket("For the new firm")
    assert listed(browser(mia)) == ["Where is it?"]
    assert (later.organisation, ticket.organisation) == (cast.cem.organisation, mia.organisation)
    assert Merge.make(ticket, later, by=cast.anna).code == "organisations"


def test_colleagues_without_the_role_and_others_find_nothing(cast, mia, ticket):
    fay = Customer.objects.create(person=person("Fay"), organisation=mia.organisation, status="new")
    for customer in (fay, cast.eva):
        client = browser(customer)
        answers = [client.get(path).status_code for path in (f"/requests/{ticket.pk}/", "/organisation/")]
        assert answers == [404, 404]


def test_who_writes_is_told_who_reads_it_too(cast, mia):
    assert "lesen und beantworten das auch: Mia." in browser(cast.cem).get("/requests/new/").content.decode()
    assert "beantworten das auch" not in browser(cast.eva).get("/requests/new/").content.decode()


def test_nobody_oversees_without_an_organisation(cast):
    cast.eva.role = Customer.Role.MANAGER
    with pytest.raises(ValidationError, match="belongs to one"):
        cast.eva.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        cast.eva.save()


def test_what_the_house_writes_down_by_itself_are_no_customers_words(cast):
    assert cast.ticket(by=None).messages.get().from_customer is False
