"""How mails leave: by a real mail server or a provider, tried before it is kept, with words for what is wrong."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, Session
from cast import MONDAY, Cast
from django.core.mail.backends import locmem
from django.db import connection
from django.test import Client
from imap_server import free_port

from accounts.models import Person
from tickets.mail.carrier import Carrier
from tickets.mail.delivery import deliver_now
from tickets.mail.intake import receive
from tickets.mail.outbox import message_id
from tickets.models import OutgoingMail

pytestmark = pytest.mark.django_db
PASSWORD = "geheim, alle"


class Keeper:
    """A mail server's memory: what it took, and whom it knows."""

    def __init__(self) -> None:
        self.took: list[Envelope] = []
        self.connections = 0

    async def handle_EHLO(
        self, _server: object, session: Session, _envelope: object, name: str, said: list
    ) -> list:
        session.host_name = name
        self.connections += 1
        return said

    async def handle_RCPT(
        self, _server: object, _session: object, envelope: Envelope, to: str, _options: list
    ) -> str:
        if to.startswith("nobody@"):
            return "550 no such user"
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:
        self.took.append(envelope)
        return "250 OK"


@pytest.fixture
def smtp() -> Iterator[Controller]:
    def knows(_server: object, _session: object, _envelope: object, _way: str, said: object) -> AuthResult:
        right = (said.login, said.password) == (b"service", PASSWORD.encode())
        return AuthResult(success=right, handled=right)

    how = {"authenticator": knows, "auth_required": True, "auth_require_tls": False}
    server = Controller(Keeper(), hostname="127.0.0.1", port=free_port(), ready_timeout=5, **how)
    server.start()
    yield server
    server.stop()


class Provider(BaseHTTPRequestHandler):
    """As much of Postmark, Mailgun and Brevo as takes a mail."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, dict(self.headers), body))
        status = self.server.status
        said = {"ErrorCode": 0, "Message": "OK", "MessageID": "0a1b2c3d-4e5f"}
        said |= {"id": "<0a1b2c3d-4e5f@mg.example>", "messageId": "<0a1b2c3d-4e5f@relay.example>"}
        said |= {"message": "Queued", "To": json.loads(body).get("To")}
        if status != 200:
            said = {"ErrorCode": 400, "Message": "The sender is not known", "message": "no"}
        answer = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_args: object) -> None:
        return None


@pytest.fixture
def provider(settings: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadingHTTPServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ThreadingHTTPServer(("127.0.0.1", 0), Provider) as server:
        server.asked, server.status = [], 200
        url = f"http://127.0.0.1:{server.server_port}/"
        settings.ANYMAIL = {f"{name}_API_URL": url for name in ("POSTMARK", "MAILGUN", "BREVO")}
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def ben(cast: Cast) -> Client:
    Person.objects.filter(pk=cast.ben.pk).update(is_staff=True)
    client = Client()
    client.force_login(cast.ben)
    return client


def server_of(smtp: Controller, **how: object) -> dict[str, object]:
    said = {"kind": "smtp", "host": "127.0.0.1", "port": smtp.port, "security": "none"}
    return {**said, "username": "service", "secret": PASSWORD, **how}


def carried_by(cast: Cast, kind: str, **how: object) -> Carrier:
    carrier = Carrier(kind=kind, secret="key-17", **how)
    carrier.keep(by=cast.ben)
    return carrier


def waiting(*names: str) -> None:
    for name in names:
        said = {"to": f"{name}@kulanz.example", "subject": "Grüße", "text": "Da ist es."}
        OutgoingMail.write(key=f"test:{name}", html="<p>Da ist es.</p>", **said)
    OutgoingMail.objects.update(due_at=MONDAY)


def test_mails_leave_by_a_real_server_over_one_connection_and_a_refusal_stops_nobody(
    cast: Cast, smtp: Controller
) -> None:
    Carrier(**server_of(smtp)).keep(by=cast.ben)
    waiting("cem", "nobody", "eva")
    assert deliver_now(now=MONDAY) == 2
    keeper = smtp.handler
    assert ([one.rcpt_tos for one in keeper.took], keeper.connections) == (
        [["cem@kulanz.example"], ["eva@kulanz.example"]],
        1,
    )
    letter = message_from_bytes(keeper.took[0].content, policy=policy.default)
    assert (letter["Message-ID"], letter["Subject"]) == (message_id("test:cem"), "Grüße")
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]
    assert "no such user" in OutgoingMail.objects.get(key="test:nobody").trouble


def test_a_copy_that_is_refused_stops_nobody_and_a_letter_that_is_refused_goes_to_no_copy(
    cast: Cast, smtp: Controller
) -> None:
    Carrier(**server_of(smtp)).keep(by=cast.ben)
    ticket = cast.ticket()
    OutgoingMail.objects.all().delete()
    copies = ["nobody@x.example", "fay@x.example"]
    said = {"subject": "s", "text": "t", "copies": copies, "thread": f"confirm:{ticket.pk}"}
    for to in ("cem", "nobody"):
        OutgoingMail.write(key=f"test:{to}", to=f"{to}@kulanz.example", **said)
    OutgoingMail.objects.update(due_at=MONDAY)
    assert deliver_now(now=MONDAY) == 1
    took = smtp.handler.took
    assert [one.rcpt_tos for one in took] == [["cem@kulanz.example"], ["fay@x.example"]]
    for one in took:
        letter = message_from_bytes(one.content, policy=policy.default)
        assert (letter["To"], letter["Cc"]) == ("cem@kulanz.example", "nobody@x.example, fay@x.example")
    told = ticket.events.get(kind="mail_bounced").data
    assert (told["to"], "no such user" in told["why"]) == ("nobody@x.example", True)


def test_a_server_is_tried_before_it_is_kept_and_its_password_is_never_shown(
    ben: Client, smtp: Controller
) -> None:
    address = "/desk/setup/outgoing/"
    wrong = {**server_of(smtp, secret="falsch"), "test": "1"}
    assert "does not take this user name with this password" in ben.post(address, wrong).text
    page = ben.post(address, {**server_of(smtp), "test": "1"})
    assert "A mail is on its way to ben@kulanz.example." in page.text
    assert (len(smtp.handler.took), Carrier.known()) == (1, None)
    assert message_from_bytes(smtp.handler.took[0].content)["Auto-Submitted"] == "auto-generated"
    assert ben.post(address, server_of(smtp)).status_code == 302
    assert PASSWORD not in ben.get(address).text
    ben.post(address, server_of(smtp, secret=""))
    assert Carrier.in_use().secret == PASSWORD
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM tickets_carrier")
        assert cursor.fetchone()[0].startswith("sealed:")
    assert "Password or key" in ben.get("/desk/setup/log/").text
    ben.post("/desk/setup/outgoing/end/")
    assert (Carrier.in_use(), Carrier.known().secret) == (None, "")


def test_what_is_wrong_is_said_in_words(ben: Client, smtp: Controller, provider: ThreadingHTTPServer) -> None:
    address, key = (
        "/desk/setup/outgoing/",
        {"kind": "postmark", "port": 587, "security": "tls", "secret": "k"},
    )
    said = {
        "Nobody answers at this server": server_of(smtp, port=1),
        "does not offer this": server_of(smtp, host="localhost", security="starttls"),
        "speaks no TLS on this port": server_of(smtp, host="localhost", security="tls"),
    }
    for words, form in said.items():
        assert words in ben.post(address, {**form, "test": "1"}).text, words
    for status, words in {
        401: "does not take this key",
        422: "takes no mail from service@kulanz.example",
        500: "takes no mails at the moment",
    }.items():
        provider.status = status
        assert words in ben.post(address, {**key, "test": "1"}).text, words


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"kind": "smtp"}, "host", "Please enter the name of the server."),
        ({"kind": "smtp", "host": "smtp.example", "security": "none"}, "security", "only to a server on"),
        ({"kind": "smtp", "host": "smtp.example", "username": "x"}, "secret", "enter the password"),
        ({"kind": "smtp", "host": "smtp.example", "port": "99999999999999999999"}, "port", "65535"),
        ({"kind": "smtp", "host": "\x00\r\n"}, "host", "Please enter the name of the server."),
        ({"kind": "brevo"}, "secret", "that Brevo gave you"),
        ({"kind": "mailjet", "secret": "x"}, "username", "enter the API key here"),
        ({"kind": "postmark", "secret": "ключ"}, "secret", "no letters like these"),
        ({"kind": "smtp", "host": "smtp.example", "secret": "für"}, "secret", "no letters like these"),
        ({"kind": "telegraph"}, "kind", "Select a valid choice"),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_nothing_is_kept(
    ben: Client, said: dict[str, str], field: str, words: str
) -> None:
    page = ben.post("/desk/setup/outgoing/", {"port": "587", "security": "tls", **said})
    assert (page.status_code, Carrier.known()) == (422, None)
    assert words in " ".join(page.context["form"].errors[field])


def test_a_key_of_one_is_never_handed_to_another(cast: Cast, ben: Client) -> None:
    carried_by(cast, "postmark")
    said = {"kind": "brevo", "port": "587", "security": "tls", "secret": ""}
    assert ben.post("/desk/setup/outgoing/", said).status_code == 422


def test_a_password_of_one_server_is_never_handed_to_another(
    cast: Cast, ben: Client, smtp: Controller
) -> None:
    Carrier(**server_of(smtp, host="smtp.example", security="tls")).keep(by=cast.ben)
    for more in ({"test": "1"}, {}):
        page = ben.post("/desk/setup/outgoing/", {**server_of(smtp, secret=""), **more})
        assert (page.status_code, list(page.context["form"].errors)) == (422, ["secret"])
    assert (smtp.handler.connections, Carrier.in_use().host) == (0, "smtp.example")


def test_a_provider_is_given_our_headers_and_its_id_is_kept(
    cast: Cast, provider: ThreadingHTTPServer
) -> None:
    carried_by(cast, "postmark")
    waiting("cem")
    assert deliver_now(now=MONDAY) == 1
    path, headers, body = provider.asked[0]
    said = json.loads(body)
    theirs = {one["Name"]: one["Value"] for one in said["Headers"]}
    assert (path, headers["X-Postmark-Server-Token"]) == ("/email", "key-17")
    assert (theirs["Message-ID"], theirs["X-PM-KeepID"]) == (message_id("test:cem"), "true")
    assert (theirs["Auto-Submitted"], said["HtmlBody"]) == ("auto-generated", "<p>Da ist es.</p>")
    assert OutgoingMail.objects.get(key="test:cem").carried_as == "0a1b2c3d-4e5f"


def test_a_provider_is_told_no_header_for_which_it_refuses_a_mail(cast: Cast) -> None:
    said = OutgoingMail(key="confirm:17", to="cem@kulanz.example").headers
    mailjet = carried_by(cast, "mailjet", username="k").way().worded(said)
    assert said.keys() - mailjet.keys() == {"Message-ID", "List-Id"}
    assert carried_by(cast, "mailgun").way().worded(said) == said


def test_a_provider_who_is_away_is_asked_once_a_round_and_one_refusal_stops_nobody(
    cast: Cast, provider: ThreadingHTTPServer
) -> None:
    carried_by(cast, "postmark")
    waiting("cem", "eva")
    provider.status = 503
    assert (deliver_now(now=MONDAY), len(provider.asked)) == (0, 1)
    provider.status = 422
    OutgoingMail.objects.update(due_at=MONDAY)
    assert (deliver_now(now=MONDAY), len(provider.asked)) == (0, 3)
    assert set(OutgoingMail.objects.values_list("sent_at", flat=True)) == {None}


def test_an_answer_to_a_mail_the_provider_gave_another_id_goes_on_with_its_ticket(
    cast: Cast, provider: ThreadingHTTPServer, settings: object, tmp_path: object
) -> None:
    settings.MEDIA_ROOT = tmp_path
    carried_by(cast, "brevo")
    ticket = cast.ticket(at=MONDAY)
    OutgoingMail.objects.update(due_at=MONDAY)
    deliver_now(now=MONDAY)
    said = json.loads(provider.asked[0][2])
    assert "Message-ID" not in said["headers"]
    assert OutgoingMail.objects.get().carried_as == "0a1b2c3d-4e5f@relay.example"
    # Some programs write down only what they answer, and the id before the @ is all some providers tell us.
    for number, answers in enumerate(["<0a1b2c3d-4e5f@relay.example>", said["headers"]["References"]]):
        head = f"From: cem@kulanz.example\r\nMessage-ID: <{number}@cem>\r\nIn-Reply-To: {answers}\r\n"
        mail = receive(f"{head}Subject: Re\r\n\r\nDanke.".encode(), door="pipe")
        assert (mail.result, mail.ticket) == ("reply", ticket)
    OutgoingMail.objects.update(carried_as="0a1b2c3d-4e5f")
    head = "From: {}@kulanz.example\r\nIn-Reply-To: <0a1b2c3d-4e5f@eu.relay.example>\r\n"
    mails = [receive(f"{head.format(name)}\r\nUnd?".encode(), door="pipe") for name in ("cem", "eva")]
    assert [(mail.result, mail.ticket == ticket) for mail in mails] == [("reply", True), ("ticket", False)]


def test_a_key_that_can_be_read_no_longer_holds_mails_back_and_says_so(
    cast: Cast, ben: Client, settings: object
) -> None:
    carried_by(cast, "postmark")
    settings.SEALING_KEYS = ["another"]
    waiting("cem")
    assert deliver_now(now=MONDAY) == 0
    assert OutgoingMail.objects.get().tries == 0
    page = ben.get("/desk/setup/outgoing/").text
    assert ("One mail could not leave yet" in page, "No key is kept here" in page) == (True, True)


def test_without_a_carrier_the_environment_says_how_mails_leave(cast: Cast, settings: object) -> None:
    settings.EMAIL_BACKEND = f"{locmem.__name__}.EmailBackend"
    carried_by(cast, "postmark").end()
    waiting("cem")
    assert deliver_now(now=MONDAY) == 1
