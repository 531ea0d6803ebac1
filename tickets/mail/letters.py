"""Letters: what a mail to a customer or a colleague says, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from tickets import history
from tickets.knowledge.blocks import plain_of
from tickets.sla.promise import promise_in_words

from .copied import addresses_on
from .outbox import OutgoingMail
from .stationery import Paper, paper_for, paper_of_the_house
from .unsubscribe import QUESTIONS, WATCHING, Unsubscription

if TYPE_CHECKING:
    from accounts.person import Person
    from tickets.event import Event
    from tickets.line.place import Place
    from tickets.line.visit import Visit
    from tickets.message import Message
    from tickets.news import Told
    from tickets.sla.clock import Clock
    from tickets.ticket import Ticket


_CROWDED = re.compile(r"\n{3,}")
PROMISES = {
    history.PROMISE_WARNED: "warning",
    history.PROMISE_BREACHED: "breach",
    history.PROMISE_REMINDED: "reminder",
}


def confirm(ticket: Ticket) -> None:
    """“We have it, you hear from us by …”: at once, in the customer's language."""
    to_customer(ticket, key=f"confirm:{ticket.pk}", name="confirm")


def answer(message: Message) -> None:
    """To the customer, with those on copy of a person's words; and to whoever else wrote for the organisation."""
    said = {"said": plain_of(message.text).strip(), "blocks": message.blocks}
    said |= {"message": message, "writer": message.author, "by_hand": message.author_id is not None}
    ticket, others = message.ticket, message.ticket.other_writers()
    has = {ticket.customer.person.email, *(person.email for person in others)}
    copies = addresses_on(ticket, besides=has) if message.author_id is not None else []
    to_customer(ticket, key=f"answer:{message.pk}", name="answer", copies=copies, **said)
    for person in others:
        _served(person, message.ticket, key=f"answer:{message.pk}:{person.pk}", name="answer", **said)


def solved(ticket: Ticket, *, feedback: str = "") -> str:
    """With the link to the one question, where one is asked; gives the key of the letter."""
    key = f"solved:{ticket.pk}:{ticket.changed_at.timestamp()}"
    path = Unsubscription(QUESTIONS, ticket.customer_id).path if feedback else ""
    to_customer(ticket, key=key, name="solved", feedback=feedback, unsubscribe=path)
    return key


def heard(message: Message, *, to: Person, instead_of: Person | None = None) -> None:
    """Whose ticket it is, and who stands in for them, is told that the customer wrote again."""
    key = f"heard:{message.pk}:{to.pk}" if instead_of else f"heard:{message.pk}"
    to_colleague(to, message.ticket, key=key, name="heard", message=message, instead_of=instead_of)


def befell(event: Event, *, to: Person) -> None:
    """A ticket was given to somebody, or came in anew for their team."""
    ticket, is_given = event.ticket, event.kind == history.ASSIGNED
    said: dict[str, object] = {"event": event}
    if is_given:
        said["instead_of"] = ticket.assignee if ticket.assignee_id != to.pk else None
    else:
        said["message"] = ticket.first_message
    name = "given" if is_given else "came_in"
    to_colleague(to, ticket, key=f"{name}:{event.pk}:{to.pk}", name=name, **said)


def watched(message: Message, *, to: Person) -> None:
    """Somebody who watches the ticket is told the same."""
    key = f"heard:{message.pk}:{to.pk}"
    path = Unsubscription(WATCHING, message.ticket_id, to.pk).path
    to_colleague(to, message.ticket, key=key, name="heard", unsubscribe=path, message=message)


def mentioned(message: Message, *, to: Person) -> None:
    """Somebody is told that a note mentions them."""
    key = f"mentioned:{message.pk}:{to.pk}"
    to_colleague(to, message.ticket, key=key, name="mentioned", message=message)


def daily(person: Person, told: Sequence[Told], *, count: int, key: str) -> None:
    """What befell which tickets meanwhile, in one mail: their customers wrote, they were given to somebody, …"""
    with translation.override(person.language or settings.LANGUAGE_CODE), timezone.override(person.zone):
        mixed = any(one.says_why for one in told)
        context = {
            "person": person,
            "told": told,
            "count": count,
            "mixed": mixed,
            "base": settings.BASE_URL,
        }
        subject, text, html = rendered("daily", settings.BASE_URL + reverse("desk:tickets"), context)
        # It names many customers and belongs to the ticket of none: what of it is to be forgotten goes once it is sent.
        OutgoingMail.write(key=key, to=person.email, subject=subject, text=text, html=html, secret=True)


def promise(clock: Clock, event: Event, person: Person) -> None:
    """A promise runs out, is broken, or is still not kept."""
    kind = PROMISES[event.kind]
    step = f":{event.data['step']}" if "step" in event.data else ""
    to_colleague(
        person,
        clock.ticket,
        key=f"promise:{clock.pk}:{kind}:{person.pk}{step}",
        name=f"promise_{kind}",
        clock=clock,
    )


def promises(person: Person, clocks: Sequence[Clock], *, count: int, key: str) -> None:
    """Many promises at once: one mail that names some of them and leads to all."""
    with translation.override(person.language or settings.LANGUAGE_CODE), timezone.override(person.zone):
        context = {"person": person, "clocks": clocks, "count": count, "base": settings.BASE_URL}
        subject, text, html = rendered("promises", settings.BASE_URL + reverse("desk:notices"), context)
        # Of many customers, as the mail of the day.
        OutgoingMail.write(key=key, to=person.email, subject=subject, text=text, html=html, secret=True)


def closing(place: Place, closes: datetime) -> None:
    """Whoever waits for our call may choose another time before we close; once a day."""
    key, url = f"closing:{place.pk}:{closes:%Y-%m-%d}", reverse("portal:callback")
    to_person(place.customer.person, key=key, name="closing", url=url, closes=closes)


def to_colleague(
    person: Person,
    ticket: Ticket,
    *,
    key: str,
    name: str,
    secret: bool = False,
    unsubscribe: str = "",
    **context: object,
) -> None:
    """A mail to somebody on the desk, in their own language and zone; what is `secret` is erased once sent."""
    with translation.override(person.language or settings.LANGUAGE_CODE), timezone.override(person.zone):
        sent: dict[str, Any] = {"secret": secret, "unsubscribe": unsubscribe}
        _write(person, ticket, key=key, name=name, url=ticket.desk_url(), sent=sent, **context)


def to_customer(ticket: Ticket, *, key: str, name: str, **how: Any) -> None:
    """A mail to the customer of a ticket, in the customer's language and zone."""
    _served(ticket.customer.person, ticket, key=key, name=name, **how)


def _served(
    person: Person,
    ticket: Ticket,
    *,
    key: str,
    name: str,
    by_hand: bool = False,
    unsubscribe: str = "",
    copies: Sequence[str] = (),
    **context: object,
) -> None:
    """To somebody who reads the ticket in the portal, in their own language, else that of the ticket."""
    with translation.override(person.language or ticket.language), timezone.override(person.zone):
        context["promise"] = promise_in_words(ticket)
        context["paper"] = paper_for(ticket, person, language=translation.get_language() or "")
        sent: dict[str, Any] = {"answerable": True, "by_hand": by_hand, "unsubscribe": unsubscribe}
        sent["copies"] = copies
        if unsubscribe:
            context["unsubscribe_url"] = settings.BASE_URL + unsubscribe
        _write(person, ticket, key=key, name=name, url=ticket.portal_url(), sent=sent, **context)


def to_person(
    person: Person, *, key: str, name: str, url: str, secret: bool = False, **context: object
) -> None:
    """A mail about no ticket, in the reader's own language and zone; what is `secret` is erased once sent."""
    language = person.language or settings.LANGUAGE_CODE
    with translation.override(language), timezone.override(person.zone):
        context |= {"person": person, "paper": paper_of_the_house(person.name, language=language)}
        subject, text, html = rendered(name, settings.BASE_URL + url, context)
    OutgoingMail.write(key=key, to=person.email, subject=subject, text=text, html=html, secret=secret)


def chat_code(visit: Visit, code: str) -> None:
    """The code that proves an address given on a web site; erased once it is sent."""
    with translation.override(visit.language):
        context = {"person": visit, "code": code, "site": visit.site, "base_url": settings.BASE_URL}
        context["paper"] = paper_of_the_house(visit.name, language=visit.language)
        subject, text, html = rendered("chat_code", settings.BASE_URL, context)
    OutgoingMail.write(
        key=f"chat-code:{visit.pk}", to=visit.email, subject=subject, text=text, html=html, secret=True
    )


def _write(
    person: Person,
    ticket: Ticket,
    *,
    key: str,
    name: str,
    url: str,
    sent: Mapping[str, Any],
    **context: object,
) -> None:
    context |= {"person": person, "ticket": ticket}
    subject, text, html = rendered(name, settings.BASE_URL + url, context)
    OutgoingMail.write(
        key=key,
        to=person.email,
        subject=f"{subject} [#{ticket.pk}]",
        text=text,
        html=html,
        thread=f"confirm:{ticket.pk}",
        **sent,
    )


def rendered(name: str, url: str, context: Mapping[str, object]) -> tuple[str, str, str]:
    """Subject, text and its HTML twin, on its `paper`; words that are `said` are shown in the twin as `blocks`."""
    subject, text, shown = composed(name, url, context)
    return subject, text, render_to_string("mail/letter.html", shown)


def composed(name: str, url: str, context: Mapping[str, object]) -> tuple[str, str, dict[str, object]]:
    """Subject, text, and what the HTML is made of."""
    paper = context.get("paper") or Paper()
    assert isinstance(paper, Paper)
    said, footer = str(context.get("said", "")), paper.ended()
    opening = paper.begun() if said and paper.greets_replies else ""
    context = {**context, "url": url, "product": "Kulanz"}
    subject = render_to_string(f"mail/{name}.subject.txt", context).strip()
    text = render_to_string(f"mail/{name}.txt", context).strip()
    rest = _CROWDED.sub("\n\n", text.removeprefix(said).strip())
    parts = [opening, said if text.startswith(said) else "", rest, f"-- \n{footer}" if footer else ""]
    shown = {**context, "opening": opening, "paragraphs": rest.split("\n\n"), "footer": footer}
    return subject, "\n\n".join(part for part in parts if part) + "\n", shown
