"""Nothing from inside is read outside, and nothing anybody wrote is ever run.

Every text field of every table is marked, found by walking the models, so that a field added later is marked too. Then
everything a customer can fetch is searched: a mark that is not on the list of what customers may read is a leak. And
every page of every role is searched for a mark that was not escaped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from cast import Cast, person
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models
from django.db.models.query import QuerySet
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from accounts.models import ApiToken, ContactChange, Customer, Person
from policies.challenges.rule import Kind
from policies.challenges.rule import Rule as ChallengedRule
from policies.facts import Wish, forget_rules
from policies.models import (
    Ask,
    Challenge,
    Detail,
    ExtraAuthority,
    Guardrail,
    KindWord,
    Limit,
    Offer,
    Paid,
    Rulebook,
    Ruling,
    Stance,
)
from policies.rules import charter
from tickets.automation.carry import automate_now
from tickets.automation.reading import read_now
from tickets.live.admission import admitted
from tickets.models import (
    Article,
    ArticleVote,
    Attachment,
    Bulk,
    CannedReply,
    Copied,
    CustomField,
    HeldReply,
    Link,
    Macro,
    Merge,
    Message,
    OutgoingMail,
    Pledge,
    PledgeChange,
    ReadyList,
    Rule,
    Run,
    Snooze,
    Survey,
    Ticket,
    Viewer,
)
from tickets.sla.sweep import sweep_now

pytestmark = pytest.mark.django_db
ROOMS = ("accounts", "tickets", "policies", "servicedesk")
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
MARK = re.compile(r"zq([A-Za-z]+)\.(\w+?)\.(\d+)qz")
TAG = "<zq>"  # no page has a tag of this name

# Fields that hold no words of people: what stands there is made by us, from a closed list or as a number.
MADE_BY_US = {
    "accounts.Person": {"password", "time_zone", "shortcuts", "columns", "onward"},
    "accounts.ApiToken": {"digest"},
    "accounts.Team": {"slug"},
    "accounts.SetupChange": {"part", "lines"},
    "accounts.House": {"time_zone"},
    "accounts.SignInService": {"code", "issuer", "client_secret", "key"},
    "accounts.SignInDomain": {"domain"},
    "tickets.PutOff": {"step"},
    "tickets.Attachment": {"token", "file", "content_type", "sha256"},
    "tickets.Cause": {"code"},
    "tickets.Event": {"kind"},
    "tickets.BusinessHours": {"tz", "weekly", "holidays", "overrides", "breaks"},
    "tickets.CalendarVersion": {"content", "digest"},
    "tickets.Clock": {"pauses"},
    "tickets.ClockEntry": {"cause", "data"},
    "tickets.PolicyCondition": {"fact", "operator", "value"},
    "tickets.Mark": {"skipped"},
    "tickets.RecalculationPreview": {"found", "examples"},
    "tickets.IncomingMail": {"raw", "reason", "identity", "header_id", "left_out", "beside"},
    "tickets.Mailbox": {"secret", "client_secret", "access"},
    "tickets.Carrier": {"secret", "signing_key"},
    "tickets.OutgoingMail": {"key", "to", "thread", "carried_as", "unsubscribe", "copies"},
    "tickets.Ticket": {"key"},
    "tickets.Message": {"key"},
    "tickets.Merge": {"luggage"},
    "tickets.ChecklistItem": {"key"},
    "tickets.ReadyList": {"key"},
    "tickets.CustomField": {"code", "options", "asked_when", "key"},
    "tickets.FieldValue": {"folded", "option"},
    "policies.Detail": {"key"},
    "policies.Holding": {"currency", "link"},
    "policies.RelationshipFigures": {"currency"},
    "tickets.Tag": {"folded"},
    "tickets.Bulk": {"step", "lines", "key"},
    "tickets.Place": {"phase", "drop", "key", "trouble"},
    "tickets.LineEvent": {"call", "key"},
    "tickets.Deadline": {"kind"},
    "tickets.Site": {"code", "origins", "key"},
    "tickets.Visit": {"digest", "key", "language"},
    "tickets.Forecast": {"said", "shown"},
    "tickets.Incident": {"key"},
    "tickets.Rule": {"key", "paused_why", "conditions"},
    "tickets.Article": {"key"},
    "tickets.ArticleWords": {"words"},
    "tickets.MissedSearch": {"language"},
    "tickets.Erasure": {"digest"},
    "tickets.Survey": {"email", "went_with"},
    "tickets.Bookmark": {"name"},
    "tickets.SavedView": {"conditions"},
    "tickets.Webhook": {"secret"},
    "tickets.WebhookCall": {"key", "said"},
    "tickets.Pledge": {"key"},
    "tickets.Macro": {"key"},
    "tickets.CannedReply": {"key", "folded_name", "folded_texts"},
    "tickets.HeldReply": {"key", "then"},
    "tickets.StagedFile": {"file", "content_type", "sha256"},
    "policies.Budget": {"currency"},
    "policies.BudgetPeriod": {"head"},
    "policies.Transfer": {"key", "debit", "credit", "previous", "hash"},
    "policies.GestureKind": {"code"},
    "policies.ExportBatch": {"key"},
    "policies.Destination": {"digest"},
    "policies.Question": {"key", "about"},
    "policies.ExportedEntry": {"account", "contra", "tax_key"},
    "policies.Finding": {"what", "stored", "counted"},
    "policies.PayoutTarget": {"url", "secret"},
    "policies.PayoutOrder": {"currency"},
    "policies.PayoutReport": {"status"},
    "policies.Treatment": {"form", "skr03", "contra_skr03", "skr04", "contra_skr04", "tax_key"},
    "policies.Condition": {"fact", "value"},
    "policies.Requirement": {"kind"},
    "policies.Ask": {"asked_before"},
    "policies.ExtraAuthority": {"currency", "key"},
    "policies.AnswerLink": {"digest", "email"},
    "policies.Challenge": {"code", "called", "passed_by"},
    "policies.Paid": {"currency"},
    "policies.Offer": {"kind", "form", "currency", "owed_by", "fault"},
    "policies.Ruling": {"facts", "decision", "circumstances", "outcome", "owed_by", "form", "fault", "key"},
    "policies.AcquisitionOffer": {"currency", "key"},
    "policies.Reflection": {"rails"},
    "policies.Mirror": {"key"},
    "policies.Rehearsal": {"found", "so_far"},
    "policies.Idea": {"kind", "key"},
    "policies.KindWord": {"key"},
    "policies.BaseStandard": {"code"},
    "policies.Guardrail": {"code"},
    "policies.Evidence": {"figures"},
    "tickets.Heartbeat": {"name"},
}
# Tables nobody writes words into, or which a story of this size has no row of; each with its reason.
WITHOUT_ROWS = {
    "tickets.Silence": "holds no text",
    "tickets.Alert": "holds a moment and names of actions",
    "accounts.TeamGroupObjectPermission": "rights hang on people",
    "policies.BudgetGroupObjectPermission": "rights hang on people",
    "accounts.Absence": "holds no text",
    "policies.BudgetUserObjectPermission": "holds no text",
}


@dataclass
class Story:
    """Cem has a matter with everything that can happen to one; Eva has one that is none of Cem's business."""

    cast: Cast
    ada: Person
    own: Ticket
    waiting: Ticket
    foreign: Ticket
    sessions: dict[str, Client] = field(default_factory=dict)


@pytest.fixture
def numbers_from_one(db: None) -> None:
    """Every table counts from one, or the small numbers asked for below would find nothing (PostgreSQL goes on)."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in our_models():
            if not everything(model).exists():
                for sequence in connection.introspection.get_sequences(cursor, model._meta.db_table):
                    cursor.execute(f'ALTER SEQUENCE "{sequence["name"]}" RESTART')


@pytest.fixture
def story(numbers_from_one: None, cast: Cast, settings: object, tmp_path: Path, caplog: object) -> Story:
    settings.MEDIA_ROOT = tmp_path
    caplog.set_level("CRITICAL", "django.request")
    ada = person("Ada", is_staff=True, is_superuser=True)
    told = Story(
        cast, ada, own=a_matter(cast), waiting=cast.ticket("Another"), foreign=a_foreign_matter(cast)
    )
    Limit.objects.update(reason="Newly here")
    articles(cast)
    a_rule_that_ran(cast)
    a_promise_that_was_broken(told.own, cast)
    what_the_desk_put_in_order(told.waiting, cast)
    fill_every_table(cast)
    return told


def a_matter(cast: Cast) -> Ticket:
    """Written, answered, noted, assigned, given, asked, refused, taken back, solved and rated."""
    cem, anna, ben = cast.cem.person, cast.anna, cast.ben
    ticket = cast.ticket("My matter", files=[upload("mine.png")])
    ticket.reply("We look.", by=anna, files=[upload("ours.png")])
    ticket.note("Difficult.", by=ben, files=[upload("inside.png")])
    later = timezone.now() + timedelta(days=2)
    held = {"key": "held", "goes_at": later, "files": [upload("held.png")], "anyway": "They know"}
    HeldReply.hold(ticket, "Not yet.", by=anna, **held)
    Viewer.look(ticket, by=anna, writes="public")
    ticket.assign(ben, by=ben)
    for key, cents in (("given", 1000), ("back", 900), ("yes", 8000), ("no", 9000), ("open", 9500)):
        Ruling.request(anna, ticket, Wish("voucher", cents, why="Because"), key=key)
    Offer.objects.get(cents=1000).deliver(by=anna)
    Offer.objects.get(cents=900).reverse(by=anna, why="Given twice")
    KindWord.say(Ruling.objects.get(key="given"), words="Quick", by=ben, key="kind")
    Paid.note(ticket, 2000, source="customer", words="Order 4711", by=anna)
    Challenge.raise_it(ChallengedRule(Kind.OWN), ticket, by=anna, why="Too little")
    lent = {"cents": 100, "currency": "EUR", "reason": "Recall", "key": "recall", "granted_by": ben}
    begins = timezone.now()
    ends = begins + timedelta(hours=1)
    ExtraAuthority.objects.create(person=anna, starts_at=begins, ends_at=ends, **lent)
    asks = Ask.objects.order_by("pk")
    asks[0].grant(by=ben, words="Gladly")
    asks[1].decline(by=ben, words="Too much")
    Stance.take(anna, ticket, "not_now")
    ticket.move("solved", by=anna)
    ticket.rate(2, comment="Slow", by=cem)
    return ticket


def articles(cast: Cast) -> None:
    """One that everybody reads, changed since; one for the team alone."""
    texts = {f"{what}_{language}": "Ring" for what in ("title", "text") for language in ("en", "de")}
    for audience in ("public", "team"):
        said = {**texts, "audience": audience, "team_id": cast.north.pk}
        article = Article.write(**said, by=cast.ben, key=audience)
        article.publish(by=cast.ben)
        article.revise(seen=1, by=cast.anna, **{**texts, "text_en": "Knock"})


def a_rule_that_ran(cast: Cast) -> None:
    steps = [{"do": "note", "text": "Look at it"}, {"do": "release"}]
    said = {"name": "Look", "team": cast.north, "trigger": "wrote", "steps": steps}
    rule = Rule.write(by=cast.ben, key="look", **said)
    CannedReply.write(by=cast.ben, key="hi", name="Hi", scope="all", text_de="Hallo", text_en="Hello")
    Macro.write(by=cast.ben, key="look", name="Look", team=cast.north, steps=steps)
    rule.switch("on", by=cast.ben)
    read_now()
    Ticket.objects.earliest("pk").hear("Still there?", by=cast.cem.person)
    automate_now()
    Run.objects.update(trouble="Once")


def a_promise_that_was_broken(ticket: Ticket, cast: Cast) -> None:
    given, due = timezone.now() - timedelta(hours=2), timezone.now() - timedelta(hours=1)
    pledge = Pledge.give(
        ticket, words="I call you", until=given + timedelta(minutes=30), by=cast.anna, key="p", at=given
    )
    pledge.move(due, reason="The van is late", by=cast.anna, at=given)
    sweep_now(now=timezone.now())
    pledge.repair.close("Called", by=cast.ben)


def what_the_desk_put_in_order(ticket: Ticket, cast: Cast) -> None:
    """Given to somebody, merged, linked, tagged, snoozed, and changed with others at once."""
    beside = cast.ticket("Beside")
    beside.assign(cast.anna, by=cast.ben)
    Link.make(ticket, "relates", beside, by=cast.anna)
    ReadyList.write(name="Van", cause=ticket.cause, lines=["Ring"], by=cast.ben, key="van")
    Merge.make(cast.ticket("The same again"), ticket, by=cast.anna, tell=True)
    Bulk.run([ticket], {"do": "tag", "tag": "Van"}, by=cast.anna, key="bulk")
    said = {"code": "van", "name_en": "Van", "name_de": "Wagen", "kind": "line", "causes": [], "teams": []}
    ticket.describe({CustomField.write(by=cast.ben, key="van", **said): "The old one"}, by=cast.anna)
    Snooze.begin(ticket, by=cast.anna)


def a_foreign_matter(cast: Cast) -> Ticket:
    ticket = cast.ticket("Eva's matter", customer=cast.eva, by=cast.eva.person, files=[upload("hers.png")])
    ticket.note("Hers.", by=cast.ben)
    Ruling.request(cast.anna, ticket, Wish("voucher", 1100), key="hers")
    return ticket


def upload(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PNG)


# ---- marking ------------------------------------------------------------------------------------------------------


def our_models() -> list[type[models.Model]]:
    return [model for room in ROOMS for model in apps.get_app_config(room).get_models()]


def words_of(model: type[models.Model]) -> list[models.Field]:
    """The fields people's words can stand in."""
    texts = (models.CharField, models.TextField, models.JSONField, models.FileField)
    made = MADE_BY_US.get(model._meta.label, set())
    return [
        f
        for f in model._meta.concrete_fields
        if isinstance(f, texts) and not f.choices and f.name not in made
    ]


def fill_every_table(cast: Cast) -> None:
    """A row in each table the story has none of, about Cem and his matter, so that a leak would show there."""
    for model in our_models():
        if model._meta.label not in WITHOUT_ROWS and not everything(model).exists():
            a_row_of(model, cast)


def a_row_of(model: type[models.Model], cast: Cast) -> models.Model:
    values = {}
    for f in model._meta.concrete_fields:
        if f.primary_key and isinstance(f, models.AutoField):
            continue
        if f.is_relation:
            values[f.name] = None if f.null else one_of(f.related_model, cast)
        elif not f.has_default() and not f.null:
            values[f.name] = f.choices[0][0] if f.choices else blank_of(f)
        elif f.choices and f.has_default() and not f.get_default():
            values[f.name] = f.choices[0][0]
        elif isinstance(f, models.CharField) and not f.choices and not f.get_default():
            values[f.name] = blank_of(f)
    return model._default_manager.create(**values)


def blank_of(f: models.Field) -> object:
    if isinstance(f, models.DateTimeField):
        return timezone.now() + timedelta(days=1)
    if isinstance(f, models.DateField):
        return timezone.localdate()
    return "x" if isinstance(f, models.CharField | models.TextField | models.FileField) else 1


def one_of(model: type[models.Model], cast: Cast) -> models.Model:
    if model is Customer:
        return cast.cem
    if model is Person:
        return cast.anna
    return everything(model).order_by("pk").first() or a_row_of(model, cast)


def everything(model: type[models.Model]) -> QuerySet:
    """Every row, past what a table's own query set forbids."""
    return QuerySet(model)


def mark_everything() -> None:
    """Afterwards rules and charters are read afresh: a published version never changes, except here."""
    forget_rules()
    charter._load.cache_clear()
    for model in our_models():
        for row in everything(model):
            changed = {f.name: marked(row, f) for f in words_of(model)}
            if changed:
                everything(model).filter(pk=row.pk).update(**changed)


def marked(row: models.Model, f: models.Field) -> object:
    mark = f"zq{type(row).__name__}.{f.name}.{row.pk}qz"
    if isinstance(f, models.EmailField):
        return f"{mark.lower()}@x.example"
    if isinstance(f, models.JSONField):
        return with_marks(getattr(row, f.name), mark)
    hostile = f"{TAG}{mark}\"'>"
    if f.max_length is None or f.max_length > 200:
        hostile += "<script>alert(1)</script>{{ 6|add:1 }}{% now 'Y' %}"
    assert f.max_length is None or len(hostile) <= f.max_length, f"{f} is too short for a mark"
    return hostile


def with_marks(value: object, mark: str) -> object:
    """Every text in it becomes a mark; its shape stays."""
    if isinstance(value, dict):
        return {name: with_marks(inner, mark) for name, inner in value.items()}
    if isinstance(value, list):
        return [with_marks(inner, mark) for inner in value]
    return f"{TAG}{mark}" if isinstance(value, str) else value


def test_every_text_field_of_every_table_is_marked(story: Story) -> None:
    mark_everything()
    bare, empty = [], []
    for model in our_models():
        rows = list(everything(model))
        if not rows and model._meta.label not in WITHOUT_ROWS:
            empty.append(model._meta.label)
        for f in words_of(model):
            if not any(
                f"zq{model.__name__}.{f.name}.".lower() in str(getattr(row, f.name)).lower() for row in rows
            ):
                bare.append(f"{model._meta.label}.{f.name}")
    assert (empty, [name for name in bare if name.rsplit(".", 1)[0] not in WITHOUT_ROWS]) == ([], [])


# ---- fetching -----------------------------------------------------------------------------------------------------


def addresses(patterns: list[URLPattern | URLResolver], start: str = "/") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, start + str(pattern.pattern))
        else:
            yield start + str(pattern.pattern)


def everything_there_is(*, admin: bool = False) -> list[str]:
    """Every address, with every number that exists and every file: who may not read it must get nothing of it."""
    found = []
    tokens = list(Attachment.objects.values_list("token", flat=True))
    for route in addresses(get_resolver().url_patterns):
        if route.startswith("/admin/") and not admin:
            continue
        if "(?" in route or "\\" in route or route.endswith("/logout/") or "^" in route:
            continue
        if "<slug:token>" in route:
            found += [route.replace("<slug:token>", token) for token in tokens]
        elif "<" in route:
            last = 2 if route.startswith("/admin/") else 4
            found += [re.sub(r"<\w+:\w+>", str(number), route) for number in range(1, last + 1)]
        else:
            found.append(route)
    return found


QUERIES = {
    "/desk/": ["?q=zq", "?q=%3Czq%3Ezq", "?view=solved", "?view=waiting"],
    "/desk/rows/": ["?q=zq"],
    "/desk/tickets/2/authority/": ["?kind=voucher&amount=10", "?kind=voucher&amount=90"],
    "/desk/tickets/2/authority/answer/": ["?kind=voucher&amount=10", "?kind=voucher&amount=90"],
    "/studio/limits/": ["?add"],
    "/requests/new/": ["?cause=%3Czq%3Ezq"],
}


def fetched(client: Client, *, admin: bool = False) -> Iterator[tuple[str, str, str]]:
    """Where, of which type, and everything that came: the body as it is and the headers."""
    for path in everything_there_is(admin=admin):
        for query in ["", *QUERIES.get(path, [])]:
            response = client.get(path + query)
            yield read(path + query, response)
            if "HX-Request" in response.headers.get("Vary", ""):
                yield read(
                    f"{path}{query} as a piece", client.get(path + query, headers={"hx-request": "true"})
                )


def read(path: str, response: object) -> tuple[str, str, str]:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    told = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    kind = response.headers.get("Content-Type", "")
    return f"{path} ({response.status_code})", kind, f"{told}\n\n{body.decode('utf-8', 'replace')}"


def sign_in(who: Person) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(Person.objects.get(pk=who.pk))
    return client


# What customers may read: of which rows of which field. Everything else is from inside.
Readable = Callable[[Story, int], bool]


def own_messages(story: Story) -> QuerySet:
    return Message.objects.filter(ticket__customer=story.cast.cem, kind="public")


MAY_READ: dict[str, Readable] = {
    "Person.name": lambda story, pk: (
        pk == story.cast.cem.person_id
        or own_messages(story).filter(author_id=pk).exists()
        or Pledge.objects.filter(ticket__customer=story.cast.cem, owner_id=pk).exists()
    ),
    "person.email": lambda story, pk: pk == story.cast.cem.person_id,
    "Customer.phone": lambda story, pk: pk == story.cast.cem.pk,
    "Customer.address": lambda story, pk: pk == story.cast.cem.pk,
    **dict.fromkeys(
        ["ContactChange.was", "ContactChange.becomes"],
        lambda story, pk: ContactChange.objects.filter(pk=pk, customer=story.cast.cem).exists(),
    ),
    **dict.fromkeys(
        ["Copied.name", "copied.email"],
        lambda story, pk: Copied.objects.filter(pk=pk, ticket__customer=story.cast.cem).exists(),
    ),
    "Ticket.subject": lambda story, pk: Ticket.objects.filter(pk=pk, customer=story.cast.cem).exists(),
    "Message.text": lambda story, pk: own_messages(story).filter(pk=pk).exists(),
    "Attachment.name": lambda story, pk: Attachment.objects.filter(
        pk=pk, message__in=own_messages(story)
    ).exists(),
    "Cause.name_en": lambda _story, _pk: True,
    "Cause.name_de": lambda _story, _pk: True,
    "Offer.name_en": lambda story, pk: Offer.objects.filter(pk=pk, ticket__customer=story.cast.cem).exists(),
    "Offer.name_de": lambda story, pk: Offer.objects.filter(pk=pk, ticket__customer=story.cast.cem).exists(),
    # What was promised, and why it changed, is told to the customer; what was done about it is said in a reply.
    "Pledge.words": lambda story, pk: Pledge.objects.filter(pk=pk, ticket__customer=story.cast.cem).exists(),
    "PledgeChange.reason": lambda story, pk: PledgeChange.objects.filter(
        pk=pk, pledge__ticket__customer=story.cast.cem
    ).exists(),
    # Kept with their consent, theirs to read; what could please them is not told beforehand.
    **dict.fromkeys(
        ["Detail.words", "Detail.purpose"],
        lambda story, pk: Detail.objects.filter(pk=pk, customer=story.cast.cem).exists(),
    ),
    # Mails are written on it.
    **dict.fromkeys(
        [f"Stationery.{name}" for name in ("greeting", "signature", "footer")], lambda _story, _pk: True
    ),
    "Survey.words": lambda story, pk: Survey.objects.filter(pk=pk, customer=story.cast.cem).exists(),
    "Rating.comment": lambda story, pk: story.own.rating.pk == pk,
    # What is published for everybody is read by everybody, in the version that was published.
    **dict.fromkeys(
        [f"ArticleVersion.{name}_{language}" for name in ("title", "text") for language in ("en", "de")],
        lambda _story, pk: Article.objects.public().filter(live=pk).exists(),
    ),
    # Their own vote.
    "ArticleVote.words": lambda story, pk: ArticleVote.objects.filter(
        pk=pk, person=story.cast.cem.person
    ).exists(),
    # What everybody can count on is published: what guardrails protect, what else there is, and base standards.
    **dict.fromkeys(
        [f"Guardrail.{name}_{language}" for name in ("reason", "instead") for language in ("en", "de")],
        lambda _story, pk: Guardrail.objects.filter(pk=pk, rulebook__published_at__isnull=False).exists(),
    ),
    "BaseStandard.promise_en": lambda _story, _pk: True,
    "BaseStandard.promise_de": lambda _story, _pk: True,
}


def leaks(story: Story, where: str, text: str) -> Iterator[str]:
    for model, name, pk in set(MARK.findall(text)):
        may = MAY_READ.get(f"{model}.{name}")
        if may is None or not may(story, int(pk)):
            yield f"{where} shows {model}.{name} of row {pk}"


def refused(story: Story, client: Client) -> Iterator[tuple[str, str, str]]:
    """What comes back when a form is not taken, sent to the own matter and to the foreign one."""
    for pk in (story.own.pk, story.waiting.pk, story.foreign.pk):
        for name in ("messages", "rating", "confirmation"):
            path = f"/requests/{pk}/{name}/"
            if name != "confirmation" or pk == story.foreign.pk:
                yield read(f"POST {path}", client.post(path, {"text": "", "score": "9"}))
    yield read(
        "POST /requests/new/", client.post("/requests/new/", {"cause": "0", "subject": "", "text": ""})
    )
    yield read("POST /me/", client.post("/me/", {"name": "", "time_zone": "x"}))


def test_the_key_of_a_customer_opens_no_more_than_the_session(story: Story) -> None:
    mark_everything()
    _token, secret = ApiToken.issue(story.cast.cem.person, "own")
    client = Client(headers={"authorization": f"Bearer {secret}"})
    paths = [path for path in everything_there_is() if path.startswith("/api/")]
    answers = [read(path, client.get(path)) for path in paths]
    found = [leak for where, _kind, text in answers for leak in leaks(story, where, text)]
    assert found == [], "\n" + "\n".join(sorted(found))


def test_letters_to_a_customer_tell_nothing_from_inside(story: Story) -> None:
    """Marked first, then everything happens again that sends a letter; what it says is searched with its headers."""
    mark_everything()
    OutgoingMail.objects.all().delete()
    cast, ticket = story.cast, Ticket.objects.get(pk=story.waiting.pk)
    anna = Person.objects.get(pk=cast.anna.pk)
    ticket.reply("An answer.", by=anna)
    ticket.note("A note.", by=anna)
    Ruling.request(anna, ticket, Wish("refund", 700, owed_by="law"), key="letters")
    ticket.move("solved", by=anna)
    Ticket.open(ticket.customer, subject="New", text="Text", cause=ticket.cause, by=ticket.customer.person)
    cem = Person.objects.get(pk=cast.cem.person_id)
    letters = list(OutgoingMail.objects.filter(to=cem.email))
    assert {letter.key.split(":")[0] for letter in letters} == {"answer", "gesture", "solved", "confirm"}
    found = []
    for letter in letters:
        text = f"{letter.subject}\n{letter.text}\n{letter.html}"
        for model, name, pk in set(MARK.findall(text)):
            kind_given = model == "GestureKind" and name in ("name_en", "name_de")
            may = MAY_READ.get(f"{model}.{name}")
            if not kind_given and (may is None or not may(story, int(pk))):
                found.append(f"{letter.key} shows {model}.{name} of row {pk}")
        assert TAG not in letter.html
        assert "<script" not in letter.html
    assert found == []
    assert OutgoingMail.objects.exclude(to=cem.email).filter(text__contains="A note.").count() == 0


def test_the_live_wire_admits_a_customer_to_nothing_of_the_desk(story: Story) -> None:
    client = sign_in(story.cast.cem.person)
    for pk in (story.own.pk, story.waiting.pk):
        names = admitted(client.get(f"/requests/{pk}/").context["live_pass"]).names
        assert {name.split("-")[0] for name in names} == {"person", "customer", "request"}
        assert f"request-{story.foreign.pk}" not in names


@pytest.mark.parametrize(
    "role",
    [
        "cem",
        *(
            pytest.param(name, marks=pytest.mark.first_database)
            for name in ("stranger", "anna", "ben", "ada")
        ),
    ],
)
def test_nothing_is_run_and_nothing_from_inside_is_read_outside(story: Story, role: str) -> None:
    """Everything this role can fetch: no mark unescaped anywhere, and outside none that customers may not read."""
    mark_everything()
    people = {"cem": story.cast.cem.person, "ada": story.ada, "anna": story.cast.anna, "ben": story.cast.ben}
    client = sign_in(people[role]) if role in people else Client()
    pages = [*fetched(client, admin=role == "ada"), *(refused(story, client) if role == "cem" else ())]
    found, seen = [], set()
    for where, kind, text in pages:
        found += run_in(where, text) if kind.startswith("text/html") else []
        if role in ("stranger", "cem"):
            found += leaks(story, where, text) if role == "cem" else unpublished(story, where, text)
        seen |= {f"{model}.{name}" for model, name, _pk in MARK.findall(text)}
    assert found == [], "\n" + "\n".join(sorted(found)[:40])
    assert seen >= SEEN[role]  # a search that finds nothing at all would be blind


SEEN = {
    "stranger": {"Guardrail.reason_en"},
    "cem": {
        "Ticket.subject",
        "Message.text",
        "Attachment.name",
        "Offer.name_de",
        "Cause.name_de",
        "person.email",
    },
    "anna": {"Ticket.subject", "Message.text", "Person.name", "Budget.name", "Ruling.called"},
    "ben": {"Ticket.subject", "Limit.reason", "Rulebook.note", "Guardrail.owner", "Ask.words"},
    "ada": {"Rulebook.note", "Guardrail.owner"},
}


def run_in(where: str, text: str) -> Iterator[str]:
    """What a browser would take for more than text, and what a template would have worked out."""
    for sign in (TAG, "<script>alert(1)", "qz\"'"):
        if sign in text:
            at = text.index(sign)
            yield f"{where}: {sign} in {text[max(0, at - 90) : at + 60]!r}"
    if text.count("alert(1)") != text.count("{{ 6|add:1 }}"):
        yield f"{where} worked out what somebody wrote"


def unpublished(story: Story, where: str, text: str) -> Iterator[str]:
    """What everybody may read strangers read too, of an article the version that was published."""
    open_to_all = ("Guardrail", "BaseStandard", "ArticleVersion")
    published = {name: may for name, may in MAY_READ.items() if name.split(".")[0] in open_to_all}
    for model, name, pk in set(MARK.findall(text)):
        may = published.get(f"{model}.{name}")
        if may is None or not may(story, int(pk)):
            yield f"{where} shows {model}.{name} of row {pk} to strangers"


def test_a_note_is_inside_and_a_reply_is_outside_whatever_order_they_came_in(story: Story) -> None:
    """Two rows of one table; only their kind tells them apart."""
    client = sign_in(story.cast.cem.person)
    page = client.get(f"/requests/{story.own.pk}/").content.decode()
    assert "We look." in page
    assert "Difficult." not in page
    assert "ours.png" in page
    assert "inside.png" not in page


def test_a_draft_of_the_rules_is_nobodys_outside(story: Story) -> None:
    draft = Rulebook.draft(by=story.cast.ben, note="Later")
    draft.guardrails.update(reason_en="zzdraftzz", reason_de="zzdraftzz")
    charter._load.cache_clear()
    client = sign_in(story.cast.cem.person)
    assert [where for where, _kind, text in fetched(client) if "zzdraftzz" in text] == []
