"""Somebody on copy gets our answers and nothing else, and has no say in a ticket but words for the desk."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import MONDAY, Cast, person
from django.core import mail as sent
from django.test import Client
from django.urls import reverse
from test_intake import PNG, built, took

from accounts.models import Customer, Person
from tickets.forgetting import forget
from tickets.mail import bounced
from tickets.mail.copied import MOST, Copied, addresses_on, suggested_on
from tickets.mail.delivery import deliver_now
from tickets.mail.reply_address import reply_address
from tickets.models import Mailbox, Message, Notice, OutgoingMail, Ticket
from tickets.own_data import gather
from tickets.refused import Refused
from tickets.together.merge import Merge

pytestmark = pytest.mark.django_db
FAY = "fay@firm.example"


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    ticket = cast.ticket("Lamp is late")
    OutgoingMail.objects.all().delete()
    return ticket


def copied(ticket: Ticket, email: str = FAY, name: str = "Fay", **how: object) -> Copied:
    added = Copied.add(ticket, email, name=name, **{"by": None, **how})
    assert isinstance(added, Copied), added.words
    return added


def told(ticket: Ticket) -> list[str]:
    return [event.sentence for event in ticket.events.exclude(kind="opened").order_by("pk")]


def test_an_answer_goes_to_who_is_on_copy_on_the_same_letter(cast: Cast, ticket: Ticket) -> None:
    copied(ticket)
    ticket.reply("It is on its way.", by=cast.anna, key="a", at=MONDAY)
    deliver_now(now=MONDAY + timedelta(days=3650))
    (letter,) = sent.outbox
    assert (letter.to, letter.cc) == (["cem@kulanz.example"], [FAY])
    assert letter.reply_to == [reply_address(ticket.pk)]


def test_notes_and_letters_of_the_customer_alone_go_to_nobody_else(cast: Cast, ticket: Ticket) -> None:
    copied(ticket)
    ticket.note("Only for us.", by=cast.anna)
    ticket.inform("Sent by itself.", key="auto")
    ticket.move("solved", by=cast.anna)
    ticket.confirm_solved(by=cast.cem.person)
    assert set(OutgoingMail.objects.values_list("copies", flat=True)) <= {""}


def test_who_gets_the_letter_anyway_is_not_on_its_copy(cast: Cast, ticket: Ticket) -> None:
    lead = Customer.objects.create(
        person=person("Lia"), organisation=cast.cem.organisation, role=Customer.Role.MANAGER
    )
    ticket.hear("I write for him.", by=lead.person)
    copied(ticket, lead.person.email, "Lia")
    said = ticket.reply("It is on its way.", by=cast.anna)
    letters = OutgoingMail.objects.filter(key__startswith=f"answer:{said.pk}").order_by("pk")
    assert [(one.to, one.copies) for one in letters] == [
        ("cem@kulanz.example", ""),
        ("lia@kulanz.example", ""),
    ]


def test_putting_somebody_on_copy_twice_is_once_and_the_history_says_it(cast: Cast, ticket: Ticket) -> None:
    assert copied(ticket, " FAY@firm.example ", by=cast.anna) == copied(ticket, by=cast.anna)
    row = Copied.objects.get()
    assert row.remove(by=cast.anna)
    assert not row.remove(by=cast.anna)
    assert told(ticket) == [
        "Anna put Fay on copy (fay@firm.example)",
        "Anna took Fay off the copies (fay@firm.example)",
    ]


def test_who_cannot_be_on_copy_is_refused_with_words(cast: Cast, ticket: Ticket, settings: object) -> None:
    Mailbox.objects.create(
        address="Help@firm.example", cause=cast.late, host="imap.example", made_by=cast.ben
    )
    person("Gone", is_active=False)
    refusals = {
        "no address": "address",
        "a@b.example, c@d.example": "address",
        "a@b.example\nBcc: c@d.example": "address",
        "help@firm.example": "house",
        "help+x@firm.example": "house",
        reply_address(ticket.pk): "house",
        "told-1@kulanz.invalid": "house",
        "cem@kulanz.example": "customer",
        "anna@kulanz.example": "of_the_desk",
        "gone@kulanz.example": "closed",
    }
    found = {email: Copied.add(ticket, email, by=None) for email in refusals}
    assert {email: one.code if isinstance(one, Refused) else one for email, one in found.items()} == refusals
    for number in range(MOST):
        copied(ticket, f"a{number}@firm.example")
    assert isinstance(Copied.add(ticket, "one@more.example", by=None), Refused)
    cast.cem.person.email = "told-2@kulanz.invalid"
    cast.cem.person.save()
    again = Ticket.objects.get(pk=ticket.pk)
    assert Copied.add(again, "two@more.example", by=None).code == "no_letter"


@pytest.mark.parametrize("email", ["a@xn--ü.de", f"a@{'ü' * 60}.de", "a b@firm.example", ""])
def test_an_address_no_header_can_hold_never_stops_the_customers_letter(
    cast: Cast, ticket: Ticket, email: str
) -> None:
    refused = Copied.add(ticket, email, by=cast.anna)
    assert isinstance(refused, Refused)
    assert refused.code == "address"


def test_whose_account_was_closed_since_or_who_works_here_by_now_gets_no_more(
    cast: Cast, ticket: Ticket
) -> None:
    gone, new, here, fay = person("Gone"), person("New"), person("Here"), copied(ticket)
    for one in (gone, new, here):
        copied(ticket, one.email, one.name)
    Person.objects.filter(pk=gone.pk).update(is_active=False)
    Person.objects.filter(pk=new.pk).update(is_staff=True)
    cast.south.welcome(here)
    assert addresses_on(ticket, besides=set()) == [fay.email]


def test_what_somebody_on_copy_writes_is_for_the_desk_and_moves_nothing(cast: Cast, ticket: Ticket) -> None:
    copied(ticket)
    ticket.assign(cast.anna, by=cast.anna)
    ticket.reply("It is on its way.", by=cast.anna)
    ticket.move("solved", by=cast.anna)
    Notice.objects.all().delete()
    OutgoingMail.objects.all().delete()
    mail = took(built("It never came.", sender=f"Somebody <{FAY}>", To=reply_address(ticket.pk)))
    ticket.refresh_from_db()
    message = mail.message
    assert (mail.ticket, mail.reason, mail.called, ticket.status) == (ticket, "on_copy", "Fay", "solved")
    assert (message.kind, message.from_customer, message.author, message.text) == (
        "internal",
        False,
        None,
        "It never came.",
    )
    assert list(Notice.objects.values_list("person__name", flat=True)) == ["Anna"]
    assert not Message.objects.visible_to(cast.cem.person).filter(pk=message.pk).exists()
    assert OutgoingMail.objects.count() == 0
    assert not Customer.objects.filter(person__email=FAY).exists()


def test_a_ticket_that_waited_for_an_answer_waits_no_longer(cast: Cast, ticket: Ticket) -> None:
    copied(ticket)
    ticket.reply("Which lamp?", by=cast.anna)
    ticket.move("waiting_customer", by=cast.anna)
    ours = OutgoingMail.objects.get(key__startswith="answer:").message_id
    took(built("The tall one.", sender=FAY, In_Reply_To=ours))  # without the signed address
    ticket.refresh_from_db()
    assert ticket.status == "open"
    assert told(ticket)[-2:] == [
        "Fay, on copy, wrote by mail",
        "Kulanz changed the status to “open”",
    ]


def test_on_copy_of_one_ticket_opens_no_other(cast: Cast, ticket: Ticket) -> None:
    other = cast.ticket("Hers", customer=cast.eva, by=cast.eva.person)
    copied(ticket)
    mail = took(built("Me too.", sender=FAY, To=reply_address(other.pk)))
    assert (mail.ticket, mail.reason, mail.called) == (other, "unknown_sender", "")
    Copied.objects.get().remove(by=None)
    mail = took(built("Still here.", sender=FAY, To=reply_address(ticket.pk), Message_ID="<2@x.example>"))
    assert (mail.ticket, mail.reason) == (ticket, "unknown_sender")


def test_who_else_a_mail_of_the_customer_names_is_offered_and_not_added(cast: Cast) -> None:
    raw = built(Cc="Fay <fay@firm.example>, anna@kulanz.example, service@kulanz.example, x@y.invalid")
    ticket = took(raw).ticket
    assert [(one.name, one.email) for one in suggested_on(ticket)] == [("Fay", FAY)]
    assert not Copied.objects.exists()
    stranger = {"sender": "x@evil.example", "Message_ID": "<9@x.example>", "Cc": "y@evil.example"}
    took(built("Hi", To=reply_address(ticket.pk), **stranger))
    copied(ticket)
    assert suggested_on(ticket) == []


def test_they_go_along_where_a_ticket_goes_on_and_come_back(cast: Cast, ticket: Ticket) -> None:
    other = cast.ticket("The same again")
    copied(ticket)
    copied(other, "gil@firm.example", "Gil")
    merge = Merge.make(ticket, other, by=cast.anna)
    assert isinstance(merge, Merge)
    assert sorted(one.name for one in Copied.objects.on(other)) == ["Fay", "Gil"]
    assert merge.undo(by=cast.anna) is None
    assert [one.name for one in Copied.objects.on(other)] == ["Gil"]


def test_they_go_along_with_the_same_matter_and_not_with_another(cast: Cast, ticket: Ticket) -> None:
    copied(ticket)
    second = ticket.hear("And my lamp is broken.", by=cast.cem.person)
    other = ticket.split_off(second, subject="Broken", cause=cast.broken, by=cast.anna, key="s")
    assert not Copied.objects.on(other)
    ticket.move("closed", by=cast.anna)
    Ticket.objects.filter(pk=ticket.pk).update(solved_at=MONDAY - timedelta(days=3650))
    fresh = Ticket.objects.get(pk=ticket.pk).hear("It is late again.", by=cast.cem.person).ticket
    assert fresh != ticket
    assert [one.name for one in Copied.objects.on(fresh)] == ["Fay"]


def test_nobody_of_the_one_customer_reads_along_with_another(cast: Cast, ticket: Ticket) -> None:
    copied(ticket)
    ticket.belong_to(cast.eva, by=cast.anna)
    assert not Copied.objects.exists()


def test_a_copy_that_does_not_arrive_says_nothing_of_the_letter(cast: Cast, ticket: Ticket) -> None:
    copied(ticket)
    said = ticket.reply("It is on its way.", by=cast.anna)
    letter = OutgoingMail.objects.get(key=f"answer:{said.pk}")
    for _twice in range(2):
        bounced.copy_come_back(letter, FAY, "550 no such user", at=MONDAY)
    letter.refresh_from_db()
    assert letter.bounced_at is None
    assert told(ticket).count("A mail to fay@firm.example came back: 550 no such user") == 1
    assert bounced.copy_unwanted(letter, FAY, at=MONDAY)
    assert not Copied.objects.exists()


def test_a_letter_sent_again_goes_to_the_customer_alone(cast: Cast, ticket: Ticket) -> None:
    copied(ticket)
    said = ticket.reply("It is on its way.", by=cast.anna)
    letter = OutgoingMail.objects.get(key=f"answer:{said.pk}")
    OutgoingMail.objects.update(sent_at=MONDAY, bounced_at=MONDAY)
    assert letter.send_again(to="cem@kulanz.example", at=MONDAY)
    letter.refresh_from_db()
    assert (letter.to, letter.copies) == ("cem@kulanz.example", "")


def test_whoever_is_forgotten_is_on_no_copy_and_said_nothing(cast: Cast, ticket: Ticket) -> None:
    hers = cast.ticket("Hers", customer=cast.eva, by=cast.eva.person)
    copied(hers, "cem@kulanz.example", "Cem")
    copied(ticket)
    hers.reply("To both.", by=cast.anna)
    mail = took(built("Cem was here.", To=reply_address(hers.pk)))
    assert mail.reason == "on_copy"
    forget(cast.cem, at=MONDAY, keep="")
    mail.refresh_from_db()
    assert not Copied.objects.exists()
    assert (mail.called, mail.sender, mail.message) == ("", "", None)
    assert not Message.objects.filter(text__contains="Cem was here").exists()
    assert not OutgoingMail.objects.filter(copies__contains="cem@").exists()
    assert not [one for one in told(hers) if "Cem" in one or "cem@" in one]


def test_a_customer_takes_along_who_is_on_copy(cast: Cast, ticket: Ticket) -> None:
    copied(ticket)
    assert gather(cast.cem)["requests"][0]["on_copy"] == ["Fay <fay@firm.example>"]


def test_the_desk_puts_somebody_on_copy_and_the_composer_says_so(
    cast: Cast, ticket: Ticket, client: Client
) -> None:
    client.force_login(cast.anna)
    put = reverse("desk:put_on_copy", args=[ticket.pk])
    piece = client.post(put, {"email": FAY, "name": "Fay"}, headers={"hx-request": "true"}).content.decode()
    assert 'id="composer-copies" hx-swap-oob="true"' in piece
    assert "on copy:" in client.get(ticket.desk_url()).content.decode()
    wrong = client.post(put, {"email": "anna@kulanz.example", "name": "A"}, headers={"hx-request": "true"})
    assert "Anna works here: let them watch instead." in wrong.content.decode()
    assert 'value="anna@kulanz.example"' in wrong.content.decode()
    row = Copied.objects.get()
    client.post(reverse("desk:take_off_copy", args=[ticket.pk, row.pk]))
    assert not Copied.objects.exists()


def test_a_customer_puts_only_colleagues_on_copy(cast: Cast, ticket: Ticket, client: Client) -> None:
    Customer.objects.create(person=person("Fay"), organisation=cast.cem.organisation)
    client.force_login(cast.cem.person)
    put = reverse("portal:put_on_copy", args=[ticket.pk])
    for stranger in ("eva@kulanz.example", "nobody@x.example", "anna@kulanz.example"):
        answer = client.post(put, {"email": stranger})
        assert (answer.status_code, list(answer.context["copy_form"].errors)) == (422, ["email"])
        assert stranger in answer.content.decode()
    answer = client.post(put, {"email": "Fay@kulanz.example"})
    assert answer["Location"] == f"{ticket.portal_url()}#copies"
    row = Copied.objects.get()
    assert (row.email, row.name, row.by) == ("fay@kulanz.example", "Fay", cast.cem.person)
    client.post(reverse("portal:take_off_copy", args=[ticket.pk, row.pk]))
    assert not Copied.objects.exists()


def test_files_of_somebody_on_copy_stay_inside(cast: Cast, ticket: Ticket, client: Client) -> None:
    copied(ticket)
    mail = took(built("See.", sender=FAY, To=reply_address(ticket.pk)))
    mail.message.attachments.create(
        name="a.png", size=len(PNG), content_type="image/png", file="a.png", sha256="0"
    )
    client.force_login(cast.cem.person)
    assert client.get(reverse("file", args=[mail.message.attachments.get().token])).status_code == 404
