"""Bad input on every form of the desk and the panel: a clear word, nothing stored, never a fault; what was typed stays.

The lists are wide on purpose; what one door turns down, all must.
"""

from __future__ import annotations

import html
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cast import Cast, build_cast
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from policies.facts import Wish
from policies.models import Offer, Ruling
from tickets.models import Message, Ticket

ROOT = Path(__file__).resolve().parent.parent
KEY = "k" * 32

# Text that must be refused as nothing, and text that is somebody's and must be kept – cleaned, never run.
NOTHING = [
    "",
    " ",
    "\n\t\n",
    "\u200b",
    "\ufeff\u2060",
    "\u202e\u202c",
    "\u00a0",
    "\x00",
    "\x00\x07\x1b",
    "\u3000",
]
HOSTILE = {
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "closing tags": "</textarea></script></style><svg onload=alert(1)>",
    "attribute": "\" autofocus onfocus=alert(1) x=\"' style='",
    "template": "{{ 7|add:7 }}{% debug %}${7*7}<%= 7 %>#{7}",
    "format": "%s%s%n %(who)s {0} {__class__}",
    "query": "'; DROP TABLE tickets_ticket; --",
    "direction": "\u202eexe.fdp\u202c and \u2066more\u2069",
    "letters": "ﷺ 𝕳 Z̷̡̢̛̗͎͙ 👩‍👩‍👧‍👦 ß ſ İ ı",
    "lines": "a\r\nb\rc\u2028d\u2029e\u0085f\x0bg\x0ch",
    "header": "x\r\nBcc: all@evil.example\r\n\r\nbody",
    "address": "javascript:alert(1) data:text/html,<b>x http://evil.example/",
    "formula": '=HYPERLINK("http://evil.example")\t+1-1@SUM(A1)',
    "controls": "a\x00b\x08c\x1b[31md\x7fe\x9bf",
    "long line": "w" * 5000,
    "at the limit": "y" * 50_000,
}
NUMBERS = [
    "0",
    "-1",
    "1.5",
    "1e3",
    "0x1",
    "9" * 30,
    "NaN",
    "null",
    "",
    " ",
    "\x00",
    "1;2",
    "../1",
    "<b>",
    "true",
]


@pytest.fixture
def anna(cast: Cast, client: Client, settings: object, tmp_path: Path, caplog: object) -> Client:
    settings.MEDIA_ROOT = tmp_path
    caplog.set_level("CRITICAL", "django.request")
    client.force_login(cast.anna)
    return client


def stored() -> dict[str, int]:
    """How many rows each table has; sessions and the like are not ours."""
    rooms = ("accounts", "tickets", "policies")
    return {
        model._meta.label: model._default_manager.count()
        for room in rooms
        for model in apps.get_app_config(room).get_models()
    }


def typed_in(page: str, name: str) -> str:
    """What stands in the text field of that id, as the browser would send it again."""
    found = re.search(rf'<textarea[^>]*id="{name}"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert found, f"no field {name}"
    return html.unescape(found[1].removeprefix("\n"))


def runs_nothing(page: str) -> None:
    for sign in ("<script>alert", "<img src=x", "<svg onload", '" autofocus onfocus', "</textarea></script>"):
        assert sign not in page


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["reply", "note"])
@pytest.mark.parametrize("text", NOTHING, ids=ascii)
def test_nothing_is_not_said(cast: Cast, anna: Client, form: str, text: str) -> None:
    ticket = cast.ticket()
    before = stored()
    response = anna.post(reverse(f"desk:{form}", args=[ticket.pk]), {"text": text, "key": KEY, "then": ""})
    assert response.status_code == 422
    assert "What you typed is still here" in response.content.decode()
    assert stored() == before


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["reply", "note"])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_kept_and_shown_as_text(cast: Cast, anna: Client, form: str, text: str) -> None:
    ticket = cast.ticket()
    sent = {"text": text, "key": KEY, "then": "", "anyway": "it is theirs"}
    assert anna.post(reverse(f"desk:{form}", args=[ticket.pk]), sent).status_code == 302
    said = ticket.messages.last().text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", said)
    page = anna.get(ticket.desk_url()).content.decode()
    runs_nothing(page)
    without_links = re.sub(r"</?a\b[^>]*>", "", page)
    assert html.escape(said.split("\n")[0][:60]) in without_links


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["reply", "note"])
@pytest.mark.parametrize("name", [name for name in HOSTILE if name != "controls"])
def test_what_was_typed_is_still_there(cast: Cast, anna: Client, form: str, name: str) -> None:
    """With a file that is not taken, so that the text itself is not to blame."""
    ticket = cast.ticket()
    before = stored()
    program = SimpleUploadedFile("a.exe", b"MZ" + b"\0" * 60)
    sent = {"text": HOSTILE[name], "key": KEY, "then": "", "files": [program], "anyway": "so"}
    response = anna.post(reverse(f"desk:{form}", args=[ticket.pk]), sent)
    assert response.status_code == 422
    page = response.content.decode()
    assert typed_in(page, f"{form}-text").split() == HOSTILE[name].split()
    assert stored() == before


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["reply", "note"])
@pytest.mark.parametrize("length", [50_001, 1_000_000])
def test_too_much_text_is_refused_and_not_lost(cast: Cast, anna: Client, form: str, length: int) -> None:
    ticket = cast.ticket()
    response = anna.post(
        reverse(f"desk:{form}", args=[ticket.pk]), {"text": "w" * length, "key": KEY, "then": ""}
    )
    assert response.status_code == 422
    page = response.content.decode()
    assert "50000" in page
    assert len(typed_in(page, f"{form}-text")) == length
    assert ticket.messages.count() == 1


@pytest.mark.django_db
def test_far_too_much_is_turned_away_at_the_door(cast: Cast, anna: Client) -> None:
    ticket = cast.ticket()
    path = reverse("desk:note", args=[ticket.pk])
    for sent in ({"text": "w" * 3_000_000}, {f"f{n}": "x" for n in range(500)}):
        response = anna.post(path, {"key": KEY, **sent})
        assert response.status_code == 400
        assert "<h1>We could not read this</h1>" in response.content.decode()
    many = [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(30)]
    assert anna.post(path, {"text": "x", "files": many}).status_code == 400
    assert ticket.messages.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b"text=%ff%fe", b"text=%00", b"a" * 1000, b"&&&==&", b"text=x&text="]
)
def test_a_broken_body_breaks_nothing(cast: Cast, anna: Client, body: bytes) -> None:
    ticket = cast.ticket()
    for kind in (
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "application/json",
    ):
        for name in (
            "desk:note",
            "desk:reply",
            "desk:assign",
            "desk:move",
            "authority:offer",
            "authority:will",
        ):
            answer = anna.post(reverse(name, args=[ticket.pk]), body, content_type=kind)
            assert answer.status_code in (200, 302, 400, 422)
    # Bytes that are no letters become the sign for that, which is text like any other.
    said = [text.text for text in ticket.messages.all()[1:]]
    assert set(said) <= {"\ufffd\ufffd"}
    assert Ruling.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("number", [0, 10**18, 2**63 - 1, 2**63, 10**30, 10**300])
def test_numbers_no_database_holds_find_nothing(cast: Cast, anna: Client, number: int) -> None:
    for piece in ("", "conversation/", "head/", "authority/", "authority/answer/", "goodwill/"):
        assert anna.get(f"/desk/tickets/{number}/{piece}").status_code == 404
    for name in ("replies", "notes", "assignment", "status", "offers", "will"):
        assert anna.post(f"/desk/tickets/{number}/{name}/").status_code == 404
    for name in ("delivery", "reversal"):
        assert anna.post(f"/desk/offers/{number}/{name}/", {"why": "x"}).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    "number", ["-1", "１", "1.0", "1e3", "0x1", "%00", "1%00", "..%2f1", "x", "%F0%9F", "+1", " 1"]
)
def test_what_is_no_number_is_no_address(cast: Cast, anna: Client, number: str) -> None:
    cast.ticket()
    assert anna.get(f"/desk/tickets/{number}/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("value", NUMBERS, ids=ascii)
def test_choices_that_are_none_change_nothing(cast: Cast, anna: Client, value: str) -> None:
    ticket = cast.ticket()
    before = stored()
    for name, field in (("desk:assign", "to"), ("desk:move", "status"), ("authority:will", "will")):
        assert anna.post(reverse(name, args=[ticket.pk]), {field: value}).status_code in (200, 302)
    assert (
        anna.post(reverse("desk:reply", args=[ticket.pk]), {"text": "x", "then": value or "?"}).status_code
        == 422
    )
    for path in ("/desk/", "/desk/rows/", "/desk/notices/"):
        for query in ("view", "q", "page"):
            assert anna.get(path, {query: value}).status_code == 200
    assert stored() == before
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee) == ("open", None)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["kind", "amount", "owed_by", "named", "why", "key"])
def test_the_panel_takes_nothing_it_does_not_know(cast: Cast, anna: Client, name: str) -> None:
    """Each field on its own, everything else as it should be; given is only where the field may say anything."""
    ticket = cast.ticket()
    chosen = name in ("kind", "amount", "owed_by")
    for text in [*HOSTILE.values(), *NUMBERS] if chosen else [*HOSTILE.values(), *NOTHING[:4]]:
        with transaction.atomic():
            sent = {
                "kind": "voucher",
                "amount": "10",
                "owed_by": "",
                "named": "",
                "why": "",
                "key": KEY,
                name: text,
            }
            looked = anna.get(reverse("authority:panel", args=[ticket.pk]), sent)
            assert looked.status_code == 200
            runs_nothing(looked.content.decode())
            assert Ruling.objects.count() == 0
            path = reverse("authority:offer", args=[ticket.pk])
            response = anna.post(path, sent, headers={"hx-request": "true"})
            assert response.status_code == 200
            runs_nothing(response.content.decode())
            given = list(Offer.objects.values_list("cents", flat=True))
            assert given in allowed(name, text)
            transaction.set_rollback(True)


def allowed(name: str, text: str) -> list[list[int]]:
    """What may have been given: ten euros, or nothing."""
    if name == "amount":
        return [[150]] if text == "1.5" else [[]]
    if name == "kind":
        return [[]]
    if name == "owed_by":
        return [[1000]] if text == "" else [[]]
    if name in ("why", "named"):
        return [[1000], []]  # what is too long is turned down, anything else is words
    return [[1000]]


@dataclass(frozen=True)
class Foreign:
    """Something of somebody else, named where one's own is expected."""

    ticket: Ticket
    offer: Offer


@pytest.fixture
def foreign(cast: Cast) -> Foreign:
    ticket = cast.ticket("South's", cause=cast.broken, customer=cast.eva, by=cast.eva.person)
    cast.dora.levels.create(cause=cast.broken, level=4)
    return Foreign(ticket, Ruling.request(cast.dora, ticket, Wish("call"), key="s").offer)


@pytest.mark.django_db
def test_foreign_things_named_in_a_form_are_not_touched(cast: Cast, anna: Client, foreign: Foreign) -> None:
    ticket = cast.ticket()
    before = stored()
    anna.post(reverse("desk:assign", args=[ticket.pk]), {"to": cast.dora.pk})
    anna.post(reverse("authority:deliver", args=[foreign.offer.pk]))
    anna.post(reverse("authority:reverse", args=[foreign.offer.pk]), {"why": "x"})
    anna.post(reverse("desk:note", args=[foreign.ticket.pk]), {"text": "x"})
    # Fields a form does not have are not read from it.
    extra = {
        "ticket": foreign.ticket.pk,
        "author": cast.ben.pk,
        "kind": "public",
        "from_customer": "on",
        "at": "2020-01-01",
    }
    assert stored() == before
    anna.post(reverse("desk:note", args=[ticket.pk]), {"text": "Mine.", "key": KEY, **extra})
    said = Message.objects.get(text="Mine.")
    assert (said.ticket, said.author, said.kind, said.from_customer) == (ticket, cast.anna, "internal", False)
    assert said.at.year != 2020
    foreign.offer.refresh_from_db()
    assert foreign.offer.state == "granted"


@pytest.mark.django_db
def test_a_form_says_nothing_by_a_link(cast: Cast, anna: Client) -> None:
    ticket = cast.ticket()
    offer = Ruling.request(cast.anna, ticket, Wish("voucher", 1000), key="k").offer
    before = stored()
    for name in ("reply", "note", "assign", "move"):
        assert (
            anna.get(reverse(f"desk:{name}", args=[ticket.pk]), {"text": "x", "to": cast.ben.pk}).status_code
            == 405
        )
    for name, pk in (("offer", ticket.pk), ("will", ticket.pk), ("deliver", offer.pk), ("reverse", offer.pk)):
        assert anna.get(reverse(f"authority:{name}", args=[pk]), {"why": "x"}).status_code == 405
    assert stored() == before


@pytest.mark.django_db
def test_without_its_token_a_form_is_refused_in_words(cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.anna)
    ticket = cast.ticket()
    for path in (reverse("desk:note", args=[ticket.pk]), reverse("authority:offer", args=[ticket.pk])):
        for token in ({}, {"csrfmiddlewaretoken": "x"}, {"csrfmiddlewaretoken": "a" * 64}):
            response = strict.post(path, {"text": "x", **token})
            assert response.status_code == 403
            assert "<h1>" in response.content.decode()
    assert ticket.messages.count() == 1


# ---- two clicks at the same moment, on a real database file -------------------------------------------------------

AT_ONCE = """
import sys, threading, django
django.setup()
from django.test import Client
from accounts.models import Person
path, who, times, *pairs = sys.argv[1:]
sent = dict(pair.split("=", 1) for pair in pairs)
gate, statuses = threading.Barrier(int(times)), []
person = Person.objects.get(pk=who)
clients = [Client(raise_request_exception=False) for _ in range(int(times))]
for client in clients:
    client.force_login(person)

def click(client):
    gate.wait()
    statuses.append(client.post(path, sent, headers={"hx-request": "true"}).status_code)

threads = [threading.Thread(target=click, args=[client]) for client in clients]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(*sorted(statuses))
"""


@pytest.fixture
def house_in_a_file(transactional_db: None, tmp_path: Path) -> Iterator[tuple[Cast, Ticket, str]]:
    """The cast in a database file of its own, which several connections can open."""
    if connection.vendor != "sqlite":
        pytest.skip("the money tests of PostgreSQL stand with the ledger")
    cast = build_cast()
    ticket = cast.ticket()
    place = tmp_path / "house.sqlite3"
    with sqlite3.connect(place) as copy:
        connection.connection.backup(copy)
    copy.close()
    yield cast, ticket, f"sqlite:///{place}"


def clicked(url: str, path: str, person: object, times: int = 6, **sent: str) -> list[str]:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "servicedesk.settings",
        "DATABASE_URL": url,
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "LOG_LEVEL": "CRITICAL",
        "DEBUG": "0",
        "ALLOWED_HOSTS": "testserver",
    }
    pairs = [f"{name}={value}" for name, value in sent.items()]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", AT_ONCE, path, str(person.pk), str(times), *pairs],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def counted(url: str, question: str) -> int:
    with sqlite3.connect(url.removeprefix("sqlite:///")) as copy:
        return copy.execute(question).fetchone()[0]


def test_a_double_click_gives_once_even_at_the_same_moment(house_in_a_file: tuple[Cast, Ticket, str]) -> None:
    cast, ticket, url = house_in_a_file
    path = reverse("authority:offer", args=[ticket.pk])
    assert clicked(url, path, cast.anna, kind="voucher", amount="20", owed_by="", key=KEY) == ["200"] * 6
    assert counted(url, "SELECT count(*) FROM policies_offer") == 1
    assert counted(url, "SELECT sum(reserved_cents) FROM policies_budgetperiod") == 2000
    assert counted(url, "SELECT count(*) FROM tickets_outgoingmail WHERE key LIKE 'gesture:%'") == 1


def test_a_double_click_says_once_even_at_the_same_moment(house_in_a_file: tuple[Cast, Ticket, str]) -> None:
    cast, ticket, url = house_in_a_file
    path = reverse("desk:reply", args=[ticket.pk])
    assert clicked(url, path, cast.anna, text="Once.", then="solved", key=KEY) == ["302"] * 6
    assert counted(url, "SELECT count(*) FROM tickets_heldreply WHERE text = 'Once.'") == 1
