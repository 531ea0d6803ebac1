"""Lists nobody else counts: with thirty rows each asks the database as often as with one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from cast import Cast, person
from counting import as_often_for_thirty, reading
from django.test import Client
from django.utils import timezone

from accounts.models import Absence, Customer, Presence, SignInService
from policies.facts import Wish
from policies.models import ExtraAuthority, HouseWill, Ruling
from tickets.models import (
    Article,
    CannedReply,
    Chat,
    CustomField,
    Glance,
    Incident,
    IncomingMail,
    Macro,
    Mailbox,
    OnCall,
    Pledge,
    PublicReview,
    ReadyList,
    Site,
    Tag,
    Ticket,
    Webhook,
)

pytestmark = pytest.mark.django_db
TEXTS = {"text_de": "Hallo", "text_en": "Hello"}
ARTICLE = {"title_en": "Vans", "text_en": "Ring.", "title_de": "Wagen", "text_de": "Klingeln."}


@dataclass
class House:
    """What every list here needs: the cast, one ticket, an administrator."""

    cast: Cast
    ticket: Ticket

    def customer(self, number: int) -> Customer:
        return Customer.objects.create(person=person(f"Customer {number}"), status="established")

    def colleague(self, number: int) -> object:
        one = person(f"Agent {number}")
        self.cast.north.welcome(one)
        return one


def a_pledge(house: House, number: int) -> None:
    later = timezone.now() + timedelta(days=2)
    Pledge.give(house.cast.ticket(), words="I call you", until=later, by=house.cast.anna, key=f"{number}")


def a_pledge_here(house: House, number: int) -> None:
    later = timezone.now() + timedelta(days=2)
    Pledge.give(house.ticket, words=f"Call {number}", until=later, by=house.cast.anna, key=f"{number}")


def a_tag(house: House, number: int) -> None:
    Tag.put(f"Van {number}", house.ticket, by=house.cast.anna)


def a_macro(house: House, number: int) -> None:
    said = {"team": house.cast.north, "steps": [{"do": "note", "text": "Look."}]}
    Macro.write(by=house.cast.ben, key=f"{number}", name=f"Look {number}", **said)


def one_alike(house: House, number: int) -> None:
    house.cast.ticket(house.ticket.subject)


def a_look(house: House, number: int) -> None:
    Glance.note(house.cast.anna, house.cast.ticket(f"Seen {number}"))


def an_article(house: House, number: int) -> None:
    made = Article.write(**ARTICLE, audience="public", team_id=None, by=house.cast.ben, key=f"{number}")
    made.publish(by=house.cast.ben)


def a_chat(house: House, number: int) -> None:
    chat = Chat.start(house.customer(number), cause=house.cast.late, text="Hello?", key=f"{number}")
    assert chat.place.offer(house.cast.anna) and chat.accept(by=house.cast.anna)


def a_canned_reply(house: House, number: int) -> None:
    said = {"scope": "team", "team": house.cast.north, **TEXTS}
    CannedReply.write(by=house.cast.ben, key=f"{number}", name=f"Hello {number}", **said)


def a_ready_list(house: House, number: int) -> None:
    said = {"cause": house.cast.late, "lines": ["Call"], "by": house.cast.ben}
    ReadyList.write(name=f"Van {number}", key=f"{number}", **said)


def a_field(house: House, number: int) -> None:
    said = {"code": f"van_{number}", "name_en": f"Van {number}", "name_de": f"Wagen {number}", "kind": "line"}
    CustomField.write(**said, causes=[], teams=[], by=house.cast.ben, key=f"{number}")


def a_site(house: House, number: int) -> None:
    Site.add(name=f"Shop {number}", origins=["https://shop.example"], by=house.cast.ben, key=f"{number}")


def a_sign_in_service(house: House, number: int) -> None:
    said = {"name": "Firm", "issuer": f"https://firm{number}.example", "client_id": "kulanz"}
    SignInService.add(**said, domains=[f"firm{number}.example"], by=house.cast.ben, key=f"{number}")


def a_mailbox(house: House, number: int) -> None:
    said = {"cause": house.cast.late, "host": "imap.example", "made_by": house.cast.ben}
    Mailbox.objects.create(address=f"box{number}@kulanz.example", **said)


def a_webhook(house: House, number: int) -> None:
    Webhook.objects.create(name=f"Siren {number}", url=f"https://siren.example/{number}")


def a_mail_set_aside(house: House, number: int) -> None:
    IncomingMail.store(b"From: x@y.example\n\n%d" % number, door="pipe").set_aside("unreadable")


def on_call(house: House, number: int) -> None:
    begins = timezone.now() + timedelta(days=number)
    who, by = house.colleague(number), house.cast.ben
    OnCall.plan(house.cast.north, who, starts_at=begins, ends_at=begins + timedelta(hours=8), by=by)


def a_review(house: House, number: int) -> None:
    said = {"source": "Stars", "author": f"A {number}", "text": "Late.", "written_at": timezone.now()}
    said |= {"cause": house.cast.late, "by": house.cast.anna}
    PublicReview.take_up(link=f"https://stars.example/{number}", **said)


def a_will(house: House, number: int) -> None:
    today = timezone.localdate()
    HouseWill.say(text_en=f"Call {number}", text_de="Anrufen", starts=today, ends=today, by=house.cast.ben)


def extra_authority(house: House, number: int) -> None:
    ends = timezone.now() + timedelta(days=2)
    said = {"granted_by": house.cast.ben, "cents": 1, "currency": "EUR", "reason": "Recall", "ends_at": ends}
    begins = timezone.now() - timedelta(days=2)
    ExtraAuthority.objects.create(person=house.colleague(number), starts_at=begins, key=f"{number}", **said)


def away(house: House, number: int) -> None:
    day, who, now = timezone.localdate(), house.colleague(number), timezone.now()
    Absence.announce(who, first=day, last=day, substitute=house.cast.ben, by=who, at=now)


def a_gesture_here(house: House, number: int) -> None:
    assert Ruling.request(house.cast.anna, house.ticket, Wish("voucher", 100), key=f"{number}").offer


def an_incident(house: House, number: int) -> None:
    said = {"cause": house.cast.late, "team": house.cast.north, "happened_at": timezone.now()}
    Incident.report(name=f"Van {number}", by=house.cast.anna, key=f"{number}", **said)


LISTS: list[tuple[str, str, Callable[[House, int], None]]] = [
    ("anna", "/desk/promises/", a_pledge),
    ("anna", "/desk/tickets/{ticket}/promises/", a_pledge_here),
    ("anna", "/desk/tickets/{ticket}/tags/", a_tag),
    ("anna", "/desk/tickets/{ticket}/macros/", a_macro),
    ("anna", "/desk/tickets/{ticket}/alike/", one_alike),
    ("anna", "/desk/tickets/{ticket}/merge/", one_alike),
    ("anna", "/desk/tickets/{ticket}/incident/", an_incident),
    ("anna", "/desk/tickets/{ticket}/authority/", a_gesture_here),
    ("anna", "/desk/recent/", a_look),
    ("anna", "/desk/chats/", a_chat),
    ("ben", "/desk/setup/macros/", a_macro),
    ("ben", "/desk/setup/canned-replies/", a_canned_reply),
    ("ben", "/desk/setup/checklists/", a_ready_list),
    ("ben", "/desk/setup/duty/", on_call),
    ("ben", "/desk/setup/reviews/", a_review),
    ("ada", "/desk/setup/fields/", a_field),
    ("ada", "/desk/setup/sites/", a_site),
    ("ada", "/desk/setup/sign-in/", a_sign_in_service),
    ("ada", "/desk/setup/mailboxes/", a_mailbox),
    ("ada", "/desk/setup/webhooks/", a_webhook),
    ("ada", "/desk/setup/inbox/", a_mail_set_aside),
    ("ben", "/studio/will/", a_will),
    ("ben", "/studio/extras/", extra_authority),
    ("ben", "/studio/asks/", away),
    ("cem", "/help/", an_article),
]


@pytest.mark.parametrize(
    ("who", "address", "make"), LISTS, ids=[f"{row[1]} {row[2].__name__}" for row in LISTS]
)
def test_thirty_rows_ask_as_often_as_one(
    cast: Cast, client: Client, who: str, address: str, make: Callable[[House, int], None]
) -> None:
    ada = person("Ada", is_staff=True, is_superuser=True)
    Presence.say(cast.anna, "ready")
    house = House(cast, cast.ticket())
    client.force_login({**cast.people, "ada": ada}[who])
    page, sizes = address.format(ticket=house.ticket.pk), []

    def put(number: int) -> None:
        if number == 1:
            sizes.append(len(client.get(page).content))
        make(house, number)

    as_often_for_thirty(reading(client, page), put)
    # What is made is seen there, or the counting would say nothing.
    assert len(client.get(page).content) > sizes[0] + 29
