"""Being forgotten: asked for, proven, taken back or carried out; afterwards no table holds a word of the customer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from cast import MONDAY, Cast
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.test import Client
from django.utils import timezone

from accounts.models import Customer, Organisation, Person
from policies.challenges.rule import Kind, Rule
from policies.facts import Wish
from policies.models import Challenge, Holding, Idea, Offer, Paid, Review, Ruling, Stage, Transfer
from tickets.erasure import WAIT
from tickets.forgetting import forget_addresses_now, nowhere
from tickets.mail import letters
from tickets.mail.delivery import deliver_now
from tickets.mail.intake import receive
from tickets.models import (
    Attachment,
    Draft,
    Erasure,
    Event,
    HeldReply,
    IncomingMail,
    MissedSearch,
    OutgoingMail,
    Pledge,
    Ticket,
)
from tickets.news import Told

pytestmark = pytest.mark.django_db
MARK = "zwetschgenmus"
LATER = MONDAY + WAIT + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def code_of(erasure: Erasure) -> str:
    letter = OutgoingMail.objects.filter(key__startswith=f"erasure-code:{erasure.pk}:").latest("pk")
    return re.search(r"\b\d{6}\b", letter.subject).group()


def asked(customer: Customer) -> Erasure:
    erasure = Erasure.ask(customer, at=MONDAY)
    assert erasure.confirm(code_of(erasure), by=customer.person, at=MONDAY)
    return erasure


def words() -> Iterator[tuple[str, str]]:
    """Every text of every table, with where it stands."""
    for model in apps.get_models():
        if model._meta.app_label not in ("accounts", "account", "admin", "tickets", "policies"):
            continue
        kinds = (models.CharField, models.TextField, models.JSONField, models.FileField)
        names = [field.name for field in model._meta.concrete_fields if isinstance(field, kinds)]
        for row in model._base_manager.values(*names) if names else ():
            yield from ((f"{model._meta.label}.{name}", str(value)) for name, value in row.items())


def a_customer_in_every_word(cast: Cast) -> Ticket:
    """Cem's name, address and words say the mark, wherever a person can leave one."""
    person = cast.cem.person
    person.name, person.email = f"Cem {MARK}", f"cem@{MARK}.example"
    person.save(update_fields=["name", "email"])
    cast.cem.phone, cast.cem.address = "+49 40 1234567", f"{MARK} 5, 20099 Hamburg"
    cast.cem.save(update_fields=["phone", "address"])
    LogEntry.objects.log_actions(cast.ben.pk, [person], 2, change_message=MARK, single_object=True)
    file = SimpleUploadedFile(f"{MARK}.txt", b"words")
    ticket = cast.ticket(MARK, text=MARK, files=[file], at=MONDAY)
    ticket.assign(cast.anna, by=cast.anna, at=MONDAY)
    ticket.hear(f"And {MARK}?", by=person, at=MONDAY)
    receive(f"From: cem@{MARK}.example\nSubject: {MARK}\n\n{MARK}".encode(), door="pipe", at=MONDAY)
    assert OutgoingMail.objects.filter(key=f"confirm:{ticket.pk}").update(to=f"earlier@{MARK}.example")
    ticket.note(MARK, by=cast.anna, at=MONDAY)
    colleagues_are_told(cast, ticket)
    Holding.note(cast.cem, f"shop-{MARK}", kind="order", title=MARK, began_on=MONDAY.date())
    HeldReply.hold(ticket, MARK, by=cast.anna, key="later", goes_at=LATER + timedelta(days=9), at=MONDAY)
    Draft.keep(ticket, by=cast.anna, kind="public", text=MARK)
    Pledge.give(ticket, words=MARK, until=MONDAY + timedelta(days=1), by=cast.anna, key="k", at=MONDAY)
    Paid.note(ticket, 2000, source="customer", words=MARK, by=cast.anna)
    assert Ruling.request(cast.anna, ticket, Wish("voucher", 1000), key="g").offer is not None
    Ruling.objects.update(why=MARK)
    Stage.objects.update(why=MARK)
    assert Review.write(Ruling.objects.get(), "right", words=MARK, by=cast.ben) is None
    assert Ruling.request(cast.anna, ticket, Wish("other", 100, named=MARK, why=MARK), key="own").offer
    Idea.add(ticket, wish=MARK, gesture=MARK, by=cast.anna, key="waits", at=MONDAY)
    stands = Idea.add(ticket, wish=MARK, gesture="A call", by=cast.anna, key="stands", at=MONDAY)
    assert stands.consent(by=cast.ben, at=MONDAY) is None
    Challenge.raise_it(Rule(Kind.CUSTOMER), ticket, by=cast.anna, why=MARK)
    Offer.objects.update(why=MARK)
    ticket.reply(MARK, by=cast.anna, at=MONDAY)
    ticket.move("solved", by=cast.anna, at=MONDAY)
    ticket.rate(1, comment=MARK, by=person, at=MONDAY)
    MissedSearch.note(f"bill of {MARK}", language="de", at=MONDAY)
    for pledge in Pledge.objects.all():
        pledge.keep(by=cast.anna, at=MONDAY)
    Ticket.objects.filter(customer=cast.cem).update(status="closed", next_due_at=None)
    return ticket


def colleagues_are_told(cast: Cast, ticket: Ticket) -> None:
    """By mails with the words in them: what was written, and the mail of the day."""
    ticket.assign(cast.anna, by=cast.ben, at=MONDAY)
    ticket.hear(MARK, by=cast.cem.person, at=MONDAY)
    letters.daily(cast.anna, [Told(ticket, wrote=True)], count=1, key="daily:1")
    told = OutgoingMail.objects.filter(to=cast.anna.email, text__contains=MARK)
    assert {mail.key.split(":")[0] for mail in told} == {"heard", "daily"}


def test_the_ledger_stands_and_no_table_holds_a_word_of_them(
    cast, django_capture_on_commit_callbacks
) -> None:
    ticket = a_customer_in_every_word(cast)
    erasure = asked(cast.cem)
    booked, happened = list(Transfer.objects.values()), Event.objects.filter(ticket=ticket).count()
    places = [*Attachment.objects.values_list("file", flat=True), IncomingMail.objects.get().raw.name]
    assert [default_storage.exists(place) for place in places] == [True, True]
    with django_capture_on_commit_callbacks(execute=True):
        assert erasure.carry_out(by=cast.ben, at=LATER) is None
    deliver_now()
    last = OutgoingMail.objects.get(key=f"erased:{erasure.pk}")
    assert (last.to, last.text) == (f"cem@{MARK}.example", "")
    assert (forget_addresses_now(), forget_addresses_now()) == (1, 0)
    assert [where for where, said in words() if MARK in said.lower() or "1234567" in said] == []
    assert [default_storage.exists(place) for place in places] == [False, False]
    assert list(Transfer.objects.values()) == booked
    assert (Event.objects.filter(ticket=ticket).count(), Offer.objects.count()) == (happened, 2)
    assert list(Idea.objects.values_list("wish", "gesture")) == [("–", "A call")]
    person = Person.objects.get(pk=cast.cem.person_id)
    assert (person.is_active, person.email, person.has_usable_password()) == (
        False,
        nowhere(cast.cem),
        False,
    )
    assert erasure.carry_out(by=cast.ben, at=LATER).code == "closed"


def test_what_they_wrote_for_their_organisation_goes_too_and_no_word_of_others(cast) -> None:
    for customer in (cast.cem, cast.eva):
        customer.organisation = Organisation.objects.create(name=customer.person.name)
    cast.eva.organisation = cast.cem.organisation
    cast.cem.role = Customer.Role.MANAGER
    for customer in (cast.cem, cast.eva):
        customer.save(update_fields=["organisation", "role"])
    boss, theirs = Person.objects.get(pk=cast.cem.person_id), asked(cast.eva)
    assert not Ticket.objects.overseen_by(boss).exists()
    assert theirs.withdraw(by=cast.eva.person, at=MONDAY)
    ticket = cast.ticket("Hers", text="My own words", customer=cast.eva, by=cast.eva.person, at=MONDAY)
    ticket.assign(cast.anna, by=cast.anna, at=MONDAY)
    assert list(Ticket.objects.overseen_by(boss)) == [ticket]
    ticket.hear(MARK, by=boss, at=MONDAY)
    assert asked(cast.cem).carry_out(by=cast.ben, at=LATER) is None
    assert [where for where, said in words() if MARK in said.lower()] == []
    assert list(ticket.messages.public().values_list("text", flat=True)[:2]) == ["My own words", ""]
    assert Ticket.objects.get(pk=ticket.pk).subject == "Hers"


def test_what_stands_in_the_way_is_said_and_changes_nothing(cast) -> None:
    erasure = asked(cast.cem)
    assert erasure.carry_out(by=cast.ben, at=MONDAY).code == "early"
    ticket = cast.ticket("Still open", at=MONDAY)
    refusal = erasure.carry_out(by=cast.ben, at=LATER)
    assert (refusal.code, f"#{ticket.pk}" in refusal.words) == ("open", True)
    ticket.move("closed", by=cast.anna)
    cast.north.welcome(cast.cem.person)
    works = Erasure.objects.get(pk=erasure.pk)
    assert works.carry_out(by=cast.ben, at=LATER).code == "works_here"
    assert Person.objects.get(pk=cast.cem.person_id).name == "Cem"
    assert Erasure.objects.waiting().count() == 1


def test_a_code_is_tried_five_times_and_lasts_a_quarter_of_an_hour(cast) -> None:
    erasure, person = Erasure.ask(cast.cem, at=MONDAY), cast.cem.person
    wrong = "000000" if code_of(erasure) != "000000" else "111111"
    late = MONDAY + timedelta(minutes=16)
    assert erasure.confirm(code_of(erasure), by=person, at=late) is False
    assert [erasure.confirm(wrong, by=person, at=MONDAY) for _try in range(5)] == [False] * 5
    assert erasure.confirm(code_of(erasure), by=person, at=MONDAY) is False
    assert Erasure.ask(cast.cem, at=MONDAY + timedelta(seconds=30)).digest == erasure.digest
    fresh = Erasure.ask(cast.cem, at=late)
    assert (fresh.pk, fresh.confirm(code_of(fresh), by=person, at=late)) == (erasure.pk, True)
    assert fresh.confirm(code_of(fresh), by=person, at=late) is False
    assert list(Ticket.objects.filter(customer=cast.cem).values_list("pk", flat=True)) == [fresh.ticket_id]


def test_in_the_portal_it_is_asked_for_proven_and_taken_back(cast, client: Client) -> None:
    client.force_login(cast.cem.person)
    address = "/own-data/deletion/"
    assert "§ 147 AO" in client.get(address).content.decode()
    assert client.post(address).status_code == 302
    erasure = Erasure.of(cast.cem)
    refused = client.post(f"{address}confirmation/", {"code": "１２\0x"})
    assert (refused.status_code, erasure.confirmed_at) == (422, None)
    assert client.post(f"{address}confirmation/", {"code": code_of(erasure)}).status_code == 302
    page = client.get(address).content.decode()
    assert f"/requests/{Erasure.of(cast.cem).ticket_id}/" in page
    assert client.post(f"{address}withdrawal/").status_code == 302
    assert Erasure.of(cast.cem) is None
    assert Ticket.objects.get().status == "closed"
    assert erasure.carry_out(by=cast.ben, at=timezone.now() + WAIT).code == "closed"


def test_an_administrator_sees_them_and_carries_them_out(cast, client: Client) -> None:
    erasure = asked(cast.cem)
    cast.ben.is_staff = True
    cast.ben.save(update_fields=["is_staff"])
    client.force_login(cast.ben)
    assert "Forget Cem now" in client.get("/desk/setup/deletions/").content.decode()
    assert client.post(f"/desk/setup/deletions/{erasure.pk}/").status_code == 302
    assert f"Customer {cast.cem.pk} on" in client.get("/desk/setup/deletions/").content.decode()
    assert client.post("/desk/setup/deletions/999999999999999999999/").status_code == 404
