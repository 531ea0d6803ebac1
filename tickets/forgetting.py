"""Forgetting a customer: name, addresses, words and files go; that there was a request, when, and what was booked,
stays under a number that leads to nobody.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import pgettext

from accounts.customer import Customer
from accounts.person import Person

from .attachment import Attachment
from .checklist import ChecklistItem
from .composing.held_reply import HeldReply
from .composing.staged_file import StagedFile
from .draft import Draft
from .event import Event
from .feedback.survey import Survey
from .fields.field_value import FieldValue
from .history import CUSTOMER_CHANGED, PUT_ON_COPY, TAKEN_OFF_COPY, WROTE_ON_COPY
from .incident import Affected
from .knowledge.missed_search import MissedSearch
from .knowledge.vote import ArticleVote
from .line.chat import Chat
from .line.place import Place
from .line.visit import Visit
from .mail.copied import Copied
from .mail.inbox import IncomingMail
from .mail.outbox import OutgoingMail, OutgoingMailQuerySet
from .message import Message
from .promises.pledge import Pledge, PledgeChange
from .promises.repair import Repair
from .public_review import PublicReview
from .rating import Rating
from .search.words import TicketWords
from .sla.pause import Pause
from .solvable import Status
from .ticket import Ticket

# Who else forgets: each part of the house what it holds.
forgetters: list[Callable[[Customer], None]] = []
# What an event says in words of the house, and may say on; every other text in it may be a person's.
OF_THE_HOUSE: Final = frozenset(
    {"status", "was", "priority", "team", "step", "until", "tag", "rule", "macro", "key", "field", "code"}
    | {"way", "cause", "from_priority", "from_team", "from_cause"}
)
Result = IncomingMail.Result
_NUMBER = re.compile(r"#([0-9]{1,18}) ")
logger = logging.getLogger(__name__)


def forget(customer: Customer, *, at: datetime, keep: str) -> set[str]:
    """Leave nothing that leads to them; `keep` is the key of the one letter still on its way.

    Gives the places of the files, to be brought out once it is certain.
    """
    person = customer.person
    addresses = {person.email, *EmailAddress.objects.filter(user=person).values_list("email", flat=True)}
    with translation.override(settings.LANGUAGE_CODE):
        nobody = pgettext("person", "Deleted %(number)s") % {"number": customer.pk}
    files = _copies(customer, addresses)
    files |= _letters(customer, addresses, instead=nowhere(customer), keep=keep) | _requests(customer)
    _answers(customer, addresses, at=at)
    for forgetter in forgetters:
        forgetter(customer)
    EmailAddress.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    SocialAccount.objects.filter(user=person).delete()
    person.api_tokens.all().delete()
    person.email, person.name, person.language, person.shortcuts = nowhere(customer), nobody, "", {}
    person.is_active = False
    person.set_unusable_password()
    person.save(update_fields=["email", "name", "language", "shortcuts", "is_active", "password"])
    customer.phone, customer.address = "", ""
    customer.organisation, customer.role = None, Customer.Role.MEMBER
    customer.status = Customer.Status.FORMER
    customer.save(update_fields=["phone", "address", "organisation", "role", "status"])
    customer.contact_changes.all().delete()
    _administered(customer, instead=nobody)
    for ticket in Ticket.objects.filter(Q(customer=customer) | Q(pk__in=_said_by(person).values("ticket"))):
        TicketWords.gather(ticket)
    return files


def nowhere(customer: Customer) -> str:
    """An address that reaches nobody, and that nobody can own."""
    return f"deleted-{customer.pk}@kulanz.invalid"


def forget_addresses_now() -> int:
    """The address of a last letter goes as soon as the letter went; the number of those forgotten."""
    last = OutgoingMail.objects.filter(key__startswith="erased:").exclude(to="deleted@kulanz.invalid")
    return last.exclude(sent_at=None, failed_at=None).update(
        to="deleted@kulanz.invalid", subject="", trouble=""
    )


def bring_out(files: set[str]) -> None:
    """Delete the files of what was forgotten; one that is lost already is as good."""
    for place in files:
        try:
            default_storage.delete(place)
        except OSError as error:
            logger.error("file %s could not be deleted: %s", place, type(error).__name__)


def _letters(customer: Customer, addresses: set[str], *, instead: str, keep: str) -> set[str]:
    """Mails in both directions, with the raw ones."""
    theirs = IncomingMail.objects.filter(Q(ticket__customer=customer) | Q(sender__in=addresses))
    raw = set(theirs.exclude(raw="").values_list("raw", flat=True))
    theirs.filter(result__in=[Result.WAITING, Result.QUARANTINE]).update(
        result=Result.IGNORED, reason="put_aside"
    )
    theirs.update(
        raw="", sender="", subject="", header_id="", left_out=[], called="", beside=[], message=None
    )
    sent = OutgoingMail.objects.filter(to__in=addresses).exclude(key=keep)
    sent.update(to=instead, subject="", text="", html="", trouble="")
    about = _about(customer).exclude(key=keep)
    about.exclude(to__in=Person.objects.values("email")).update(to=instead)  # an address they had before
    about.filter(sent_at=None, failed_at=None).exclude(to=instead).delete()  # it would say nothing any more
    about.update(subject="", text="", html="", trouble="", copies="")
    return raw


def _copies(customer: Customer, addresses: set[str]) -> set[str]:
    """Who is on copy of their requests; and where they were on copy themselves, with what they wrote as such."""
    Copied.objects.filter(Q(ticket__customer=customer) | Q(email__in=addresses)).delete()
    said = Message.objects.filter(mail__reason="on_copy", mail__sender__in=addresses)
    wrote = set(said.values_list("ticket", flat=True))
    attached = Attachment.objects.filter(message__in=said)
    files = set(attached.values_list("file", flat=True))
    attached.delete()
    events = Event.objects.filter(
        kind=WROTE_ON_COPY, data__message__in=list(said.values_list("pk", flat=True))
    )
    events.forget_words(_of_the_house)
    said.update(text="", quoted="")
    named = Event.objects.filter(kind__in=[PUT_ON_COPY, TAKEN_OFF_COPY], data__email__in=list(addresses))
    named.forget_words(_of_the_house)
    for address in addresses:
        for mail in OutgoingMail.objects.filter(copies__contains=address):
            mail.copies = ", ".join(one for one in mail.on_copy if one not in addresses)
            mail.save(update_fields=["copies"])
    for ticket in Ticket.objects.filter(pk__in=wrote):
        TicketWords.gather(ticket)
    return files


def _about(customer: Customer) -> OutgoingMailQuerySet:
    """Mails about their requests, to whomever: each by itself, and those that name many and still wait with words."""
    numbers = set(customer.tickets.values_list("pk", flat=True))
    waiting = OutgoingMail.objects.filter(sent_at=None, failed_at=None)
    gathered = waiting.filter(Q(key__startswith="daily:") | Q(key__startswith="promises:"))
    rows = gathered.values_list("pk", "text").iterator()
    naming = [pk for pk, text in rows if numbers & set(map(int, _NUMBER.findall(text)))]
    threads = [f"confirm:{number}" for number in numbers]
    others = _said_by(customer.person).exclude(ticket__in=numbers).values_list("ticket", flat=True).distinct()
    heard = Q(thread__in=[f"confirm:{number}" for number in others], key__startswith="heard:")
    return OutgoingMail.objects.filter(Q(thread__in=threads) | Q(pk__among=naming) | heard)


def _said_by(person: Person) -> QuerySet[Message]:
    """What they wrote as a customer, on their own requests and on those of their organisation."""
    return Message.objects.filter(author=person, from_customer=True)


def _administered(customer: Customer, *, instead: str) -> None:
    """What administrators changed of them, as Django's own pages remember it: that they did stays."""
    for row in (customer, customer.person):
        said = LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(row), object_id=str(row.pk)
        )
        said.update(object_repr=instead, change_message="")


def _requests(customer: Customer) -> set[str]:
    """What was said on their requests, by whomever, with files, drafts and the words of the history; and what they
    said on requests of their organisation."""
    tickets = Ticket.objects.filter(customer=customer)
    said = Message.objects.filter(ticket__in=tickets) | _said_by(customer.person)
    attached = Attachment.objects.filter(message__in=said)
    staged = StagedFile.objects.filter(ticket__in=tickets)
    files = {*attached.values_list("file", flat=True), *staged.values_list("file", flat=True)}
    attached.delete()
    staged.delete()
    said.update(text="", quoted="")
    HeldReply.objects.filter(ticket__in=tickets).delete()  # or one without words would go out on its day
    Draft.objects.filter(ticket__in=tickets).delete()
    ChecklistItem.objects.filter(ticket__in=tickets).update(words="–")
    FieldValue.objects.filter(ticket__in=tickets).delete()
    Event.objects.filter(ticket__in=tickets).forget_words(_of_the_house)
    # Requests that were taken for theirs once name them still, as whose they were and as whose they became.
    passed = Event.objects.filter(kind=CUSTOMER_CHANGED)
    passed = passed.filter(Q(data__was=customer.pk) | Q(data__becomes=customer.pk))
    passed.forget_words(_of_the_house)
    for pk in PublicReview.objects.filter(ticket__in=tickets).values_list("pk", flat=True):
        # Where it stands leads to them; an address under .invalid leads nowhere.
        PublicReview.objects.filter(pk=pk).update(author="–", link=f"https://kulanz.invalid/{pk}")
    tickets.update(subject="–")
    return files


def _of_the_house(name: str, value: object) -> object:
    """Numbers, yes and no, and words of the house stay; what may be somebody's words or name does not."""
    stands = name in OF_THE_HOUSE or (name == "to" and value in Status.values)
    return value if stands or not isinstance(value, str | dict | list) else ""


def _answers(customer: Customer, addresses: set[str], *, at: datetime) -> None:
    """What they answered, asked for, voted; and what was promised them in words."""
    person, tickets = customer.person, Ticket.objects.filter(customer=customer)
    surveys = Survey.objects.filter(customer=customer)
    surveys.filter(closed_at=None).update(closed_at=at, ending=Survey.Ending.WITHDRAWN)
    surveys.update(words="", email=nowhere(customer))
    Rating.objects.filter(ticket__in=tickets).update(comment="")
    Pause.objects.filter(ticket__in=tickets).update(words="")
    promised = Pledge.objects.filter(ticket__in=tickets)
    PledgeChange.objects.filter(pledge__in=promised).update(reason="–")
    Repair.objects.filter(pledge__in=promised).exclude(words="").update(words="–")
    promised.update(words="–")
    Affected.objects.filter(customer=customer).update(note="")
    Place.objects.filter(Q(customer=customer) | Q(ticket__in=tickets)).update(
        caller="", matter="", outcome=""
    )
    chats = Chat.objects.filter(ticket__in=tickets)
    visits = Visit.objects.filter(Q(chat__in=chats) | Q(email__in=addresses))
    visits.update(name="–", email=nowhere(customer), text="–")
    ArticleVote.objects.filter(person=person).update(words="")
    MissedSearch.forget_name(person.name)
