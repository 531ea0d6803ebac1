"""A mention: “@Ben Behrens” in an internal note tells Ben of it; to customers a name is only a name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from tickets import history, news
from tickets.draft_check import Remark
from tickets.notice import Notice

if TYPE_CHECKING:
    from tickets.message import Message
    from tickets.ticket import Ticket

SIGN = "@"


def mentionable_on(ticket: Ticket) -> list[Person]:
    """Whoever works on the ticket: nobody else could read what they are told of."""
    team = Person.objects.working_in(ticket.team)
    return [person for person in team if person.pk != ticket.customer.person_id]


def mentioned_in(text: str, people: Iterable[Person]) -> list[Person]:
    """Those of the people whose whole name stands behind an “@”; of one name that begins another, the longer counts."""
    named = {" ".join(person.name.split()).casefold(): [] for person in people}
    for person in people:
        named[" ".join(person.name.split()).casefold()].append(person)
    names = sorted(filter(None, named), key=len, reverse=True)
    if not names or SIGN not in text:
        return []
    any_name = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in names)
    found = re.findall(rf"(?<![\w@.]){SIGN}({any_name})(?!\w)", text.casefold())
    said = dict.fromkeys(" ".join(name.split()) for name in found)
    return [person for name in said for person in named[name]]


def tell(message: Message, *, at: datetime) -> list[int]:
    """Tell everybody whom a note mentions, by the ways they wish; whoever wrote it knows. Gives who was told."""
    ticket, by = message.ticket, message.author
    if by is None or SIGN not in message.text:
        return []
    told = [one for one in mentioned_in(message.text, mentionable_on(ticket)) if one != by]
    if told:
        names = [person.name for person in told]
        said = {"named": ", ".join(names), "names": names, "people": [person.pk for person in told]}
        event = ticket.record(history.MENTIONED, by=by, at=at, message=message.pk, **said)
        for person in told:
            Notice.tell(person, event)
            news.mentioned(message, person)
    return [person.pk for person in told]


def in_public(ticket: Ticket, text: str, _by: Person) -> list[Remark]:
    """A reply tells no colleague anything, and its customer would read the sign."""
    if SIGN not in text:
        return []
    advice = _("only an internal note tells colleagues; in a reply the customer reads this")
    return [
        Remark("mention", f"{SIGN}{person.name}", advice)
        for person in mentioned_in(text, mentionable_on(ticket))
    ]
