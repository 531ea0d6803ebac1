"""What strangers send on purpose, at every field and address of the portal."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tickets.models import Message, Rating, Ticket

pytestmark = pytest.mark.django_db
KEY = "5f" * 16
OVERRIDE = "photo\u202egnp.exe\u2066x\u2069"
HEBREW = "\u05e9\u05dc\u05d5\u05dd\u200f!"
TEMPLATE = "{{ ticket.team }}{% now 'Y' %}%(x)s"
SCRIPT = '<script>alert(1)</script><img src=x onerror="alert(1)">'

# As sent, and what is kept of it on one line and on several.
TEXTS = {
    "html": (SCRIPT, SCRIPT, SCRIPT),
    "nul": ("be\x00fore", "before", "before"),
    "controls": ("a\x01\x08\x1b[31mb\x7f\x9b", "a[31mb", "a[31mb"),
    "direction": (OVERRIDE, "photognp.exex", "photognp.exex"),
    "line ends": ("a\r\nb\rc\u2028d\u2029e\x85f\x0bg", "a b c d e f g", "a\nb\nc\nd\ne\nf\ng"),
    "tab": ("a\tb", "a b", "a\tb"),
    "decomposed": ("Zoe\u0308", "Zo\u00eb", "Zo\u00eb"),
    "right to left": (HEBREW, HEBREW, HEBREW),
    "family": ("\U0001f469\u200d\U0001f467", "\U0001f469\u200d\U0001f467", "\U0001f469\u200d\U0001f467"),
    "template": (TEMPLATE, TEMPLATE, TEMPLATE),
    "header": ("Hello\r\nBcc: all@kulanz.example", "Hello Bcc: all@kulanz.example", "Hello\nBcc: all@kulanz.example"),
}  # fmt: skip
EMPTY = ["", " ", "\t\r\n", "\u00a0\u2003\u3000", "\u200b\u200d\ufeff", "\x00\x01", "\u202e\u2066"]
NUMBERS = ["0", str(2**31), str(2**63 - 1), str(2**63), str(2**64), "9" * 400, "9" * 5000, "0" * 30 + "1e5"]


@pytest.fixture
def eva(client, cast):
    client.force_login(cast.people["eva"])
    return client


@pytest.fixture
def ticket(cast):
    return cast.ticket("Where is it?", customer=cast.eva, by=cast.eva.person)


def request_with(cast, **what: object) -> dict[str, object]:
    return {"subject": "Where?", "text": "It is late.", "cause": cast.late.pk, "key": KEY, **what}


@pytest.mark.parametrize("name", TEXTS)
def test_a_new_request_keeps_the_text_and_none_of_the_tricks(eva, cast, name):
    sent, line, lines = TEXTS[name]
    response = eva.post("/requests/new/", request_with(cast, subject=sent, text=sent), follow=True)
    assert response.status_code == 200
    ticket = Ticket.objects.get()
    assert (ticket.subject, Message.objects.get().text) == (line, lines)
    page = response.content.decode()
    assert "<script>alert" not in page
    assert 'onerror="alert' not in page
    assert eva.get("/").status_code == 200


@pytest.mark.parametrize("name", TEXTS)
def test_an_answer_and_a_rating_keep_the_text_and_none_of_the_tricks(eva, cast, ticket, name):
    sent, _line, lines = TEXTS[name]
    page = eva.post(
        f"/requests/{ticket.pk}/messages/", {"text": sent, "key": KEY}, follow=True
    ).content.decode()
    assert Message.objects.last().text == lines
    assert "<script>alert" not in page
    ticket.move("solved", by=cast.anna)
    page = eva.post(
        f"/requests/{ticket.pk}/rating/", {"score": 3, "comment": sent}, follow=True
    ).content.decode()
    assert Rating.objects.get().comment == lines
    assert "<script>alert" not in page


@pytest.mark.parametrize("nothing", EMPTY)
def test_what_cannot_be_seen_is_empty(eva, cast, ticket, nothing):
    new = eva.post("/requests/new/", request_with(cast, subject=nothing, text=nothing))
    assert (new.status_code, sorted(new.context["form"].errors)) == (422, ["subject", "text"])
    answer = eva.post(f"/requests/{ticket.pk}/messages/", {"text": nothing, "key": KEY})
    assert (answer.status_code, list(answer.context["reply_form"].errors)) == (422, ["text"])
    assert (Ticket.objects.count(), Message.objects.count()) == (1, 1)


def test_too_long_is_said_and_what_was_typed_stays(eva, cast, ticket):
    million = "x" * 1_000_000
    new = eva.post("/requests/new/", request_with(cast, subject=million, text=million))
    assert (new.status_code, new.context["form"].errors) == (
        422,
        {
            "subject": ["Ensure this value has at most 200 characters (it has 1000000)."],
            "text": ["Ensure this value has at most 50000 characters (it has 1000000)."],
        },
    )
    assert million in new.content.decode()
    assert eva.post(f"/requests/{ticket.pk}/messages/", {"text": million}).status_code == 422
    ticket.move("solved", by=cast.anna)
    assert eva.post(f"/requests/{ticket.pk}/rating/", {"score": 3, "comment": million}).status_code == 422
    assert (Ticket.objects.count(), Message.objects.count(), Rating.objects.count()) == (1, 1, 0)


def test_the_longest_that_fits_is_kept_whole(eva, cast):
    eva.post("/requests/new/", request_with(cast, subject="s" * 200, text="t" * 50_000))
    assert (len(Ticket.objects.get().subject), len(Message.objects.get().text)) == (200, 50_000)


def test_more_than_the_house_reads_is_refused(eva, cast):
    assert eva.post("/requests/new/", request_with(cast, text="x" * 3_000_000)).status_code == 400
    files = [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(21)]
    assert eva.post("/requests/new/", request_with(cast, files=files)).status_code == 400
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize(
    "cause",
    ["", "0", "-1", "x", "1 OR 1=1", "1\x00", "１", str(2**63), str(2**64), "9" * 400, "late-delivery", "[]"],
)
def test_a_forged_cause_is_refused_in_words(eva, cast, cause):
    response = eva.post("/requests/new/", request_with(cast, cause=cause))
    words = "Please choose one of these." if cause else "Please choose what it is about."
    assert (response.status_code, response.context["form"].errors) == (422, {"cause": [words]})
    assert Ticket.objects.count() == 0


def test_a_cause_that_is_not_offered_is_refused(eva, cast):
    cast.broken.offered = False
    cast.broken.save()
    response = eva.post("/requests/new/", request_with(cast, cause=cast.broken.pk))
    assert response.context["form"].errors == {"cause": ["Please choose one of these."]}
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize("key", ["", " ", "\x00", "x" * 100_000, "\u202e", "[]", "' OR 1=1"])
def test_a_forged_key_breaks_nothing(eva, cast, ticket, key):
    assert eva.post("/requests/new/", request_with(cast, key=key)).status_code == 302
    assert eva.post(f"/requests/{ticket.pk}/messages/", {"text": "Hello", "key": key}).status_code == 302
    assert (Ticket.objects.count(), Message.objects.count()) == (2, 3)


def test_without_a_key_the_same_words_count_twice(eva, ticket):
    for _time in "12":
        eva.post(f"/requests/{ticket.pk}/messages/", {"text": "Hello"})
    assert Message.objects.count() == 3


def test_fields_that_are_not_the_customers_are_not_read(eva, cast):
    forged = {
        "priority": 4,
        "team": cast.south.pk,
        "assignee": cast.dora.pk,
        "customer": cast.cem.pk,
        "status": "closed",
        "created_at": "2001-01-01",
        "channel": "api",
        "kind": "internal",
        "from_customer": "",
        "by": cast.anna.pk,
    }
    eva.post("/requests/new/", request_with(cast, **forged))
    ticket, message = Ticket.objects.get(), Message.objects.get()
    assert (ticket.priority, ticket.team, ticket.assignee, ticket.customer, ticket.status) == (
        2,
        cast.north,
        None,
        cast.eva,
        "open",
    )
    assert (message.author, message.kind, message.channel, message.from_customer) == (
        cast.people["eva"],
        "public",
        "portal",
        True,
    )


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("what", ["", "conversation/", "messages/", "confirmation/", "rating/", "gestures/"])
def test_numbers_that_are_no_request_find_nothing(eva, ticket, number, what):
    assert eva.get(f"/requests/{number}/{what}").status_code == 404
    assert eva.post(f"/requests/{number}/{what}", {"text": "x", "score": 1}).status_code in (404, 405)


@pytest.mark.parametrize("number", ["-1", "1.5", "x", "%00", "1%00", "%F0%9F%92%A9", "..%2f..", "١"])
def test_addresses_that_are_no_number_find_nothing(eva, ticket, number):
    assert eva.get(f"/requests/{number}/").status_code == 404


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("photo\u202egnp.txt", "photognp.txt"),
        ('"><script>.txt', '"><script>.txt'),
        ("a\u200b.txt", "a.txt"),
        ("x" * 300 + ".txt", "x" * 146 + ".txt"),
    ],
)
def test_file_names_are_only_names(eva, cast, ticket, name, shown):
    files = [SimpleUploadedFile(name, b"words")]
    page = eva.post(f"/requests/{ticket.pk}/messages/", {"text": "Here.", "files": files}, follow=True)
    assert page.status_code == 200
    assert Message.objects.last().attachments.get().name == shown
    assert "<script>" not in page.content.decode().replace('<script src="/static/', "")


@pytest.mark.parametrize("data", [b"\xff\xfe", b"text=%ED%A0%80&key=%00", b"text=" + b"%" * 5000, b"&" * 150])
def test_bytes_that_are_no_form_are_no_error_of_ours(eva, cast, ticket, data):
    for address in ("/requests/new/", f"/requests/{ticket.pk}/messages/", f"/requests/{ticket.pk}/rating/"):
        answer = eva.post(address, data, content_type="application/x-www-form-urlencoded")
        assert answer.status_code in (302, 400, 422)
        answer = eva.post(address, data, content_type="multipart/form-data; boundary=x")
        assert answer.status_code in (302, 400, 422)


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_other_methods_do_nothing(eva, ticket, method):
    for address in ("/", "/requests/new/", f"/requests/{ticket.pk}/", f"/requests/{ticket.pk}/conversation/"):
        assert getattr(eva, method)(address).status_code == 405
