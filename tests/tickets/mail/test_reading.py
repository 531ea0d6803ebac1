"""Reading mail: whatever wrote it, its words, names and files come out right, and nothing stops the reader."""

from __future__ import annotations

import base64
import struct
import time
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tickets.mail.reading import parts
from tickets.mail.reading.automatic import AUTO_REPLY, BOUNCE, LOOP, RECEIPT, REPORT
from tickets.mail.reading.header import Address, addresses, decoded, message_ids
from tickets.mail.reading.letter import BROKEN, TOO_MANY_HEADERS, TOO_MANY_PARTS, Letter, Unreadable, read
from tickets.mail.reading.tongue import language_of
from tickets.mail.reading.words import harmless, split, words_of_page

HEAD = b"From: Cem <cem@kulanz.example>\nTo: service@kulanz.example\nSubject: Hello\nMessage-ID: <1@cem.example>\n"

PACKED = HEAD + b"Content-Type: image/png\nContent-Transfer-Encoding: base64\n\n"


def mail(body: bytes = b"Where is it?\n", *headers: str, head: bytes = HEAD) -> Letter:
    extra = "".join(f"{line}\n" for line in headers).encode("utf-8", "surrogateescape")
    return read(head + extra + b"\n" + body, own=frozenset({"service@kulanz.example"}), is_ours="127.0.0.1")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("=?utf-8?Q?J=C3=BCrgen?= =?utf-8?B?IE3DvGxsZXI=?=", "Jürgen Müller"),
        ("=?iso-8859-1?q?Gr=FC=DFe?=", "Grüße"),
        ("=?utf-8?B?ww==?= =?utf-8?B?vA==?=", "ü"),  # one letter across two words
        ("=?x-nobody-knows?Q?caf=E9?=", "café"),
        ("=?gb2312?B?xOO6ww==?=", "你好"),
        ("=?utf-8?Q?a?= and =?utf-8?Q?b?=", "a and b"),
        ("=?utf-8?Q?broken", "=?utf-8?Q?broken"),
        ("two\r\n lines", "two lines"),
        ("Gr\udcc3\udcbc\udcc3\udc9fe", "Grüße"),  # bare UTF-8
        ("Gr\udcfc\udcdfe", "Grüße"),  # bare Latin-1
        ("a\x00b", "ab"),
    ],
)
def test_a_header_is_decoded_as_it_was_meant(raw: str, words: str) -> None:
    assert decoded(raw) == words


def test_addresses_are_found_in_whatever_stands_there() -> None:
    said = [
        '"Müller, Jürgen" <JM@Example.org>, eva@kulanz.example',
        "((((" * 300 + "x@y.example",
        "a" * 100_000,
    ]
    assert addresses(said)[:2] == (
        Address("Müller, Jürgen", "jm@example.org"),
        Address("", "eva@kulanz.example"),
    )
    assert [one.email for one in addresses([said[1]])] == ["x@y.example"]


@pytest.mark.parametrize(
    ("charset", "data", "words"),
    [
        ("utf-8", "Grüße ☃".encode(), "Grüße ☃"),
        ("iso-8859-1", b"\x80 50", "€ 50"),  # what everybody who says Latin-1 means
        ("us-ascii", "Grüße".encode(), "Grüße"),
        ("utf-8", b"Gr\xfc\xdfe", "Grüße"),  # says one, is the other
        ("nobody-knows", "Grüße".encode(), "Grüße"),
        ("idna", "Grüße".encode(), "Grüße"),
        ("koi8-r", "Привет".encode("koi8-r"), "Привет"),
        ("iso-2022-jp", "こんにちは".encode("iso-2022-jp"), "こんにちは"),
        ("utf-7", b"Gr+APwA3w-e", "Grüße"),
    ],
)
def test_text_is_read_in_the_charset_it_is_in(charset: str, data: bytes, words: str) -> None:
    assert mail(data, f"Content-Type: text/plain; charset={charset}").text == words


def nested() -> bytes:
    return b"""--out
Content-Type: multipart/related; boundary=in

--in
Content-Type: multipart/alternative; boundary=alt

--alt
Content-Type: text/plain; charset=utf-8

The glass is broken.
--alt
Content-Type: text/html; charset=utf-8

<p>The glass is <b>broken</b>.<img src="cid:pic"></p>
--alt--
--in
Content-Type: image/png; name="=?utf-8?Q?Foto_1=2Epng?="
Content-ID: <pic>
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--in--
--out
Content-Type: text/calendar; charset=utf-8; method=REQUEST

BEGIN:VCALENDAR
END:VCALENDAR
--out
Content-Type: message/rfc822

From: eva@kulanz.example
Subject: Earlier

Old words.
--out
Content-Type: application/pkcs7-signature
Content-Disposition: attachment; filename=smime.p7s
Content-Transfer-Encoding: base64

AAAA
--out--
"""


def test_nested_parts_give_text_pictures_calendar_a_mail_inside_and_a_signature() -> None:
    found = mail(nested(), "Content-Type: multipart/mixed; boundary=out")
    assert found.text == "The glass is broken."
    assert [(file.name, file.content_type, file.content_id) for file in found.files] == [
        ("Foto 1.png", "image/png", "pic"),
        ("invite.ics", "text/calendar", ""),
        ("Earlier.eml", "message/rfc822", ""),
        ("smime.p7s", "application/pkcs7-signature", ""),
    ]
    assert b"Old words." in found.files[2].data


@pytest.mark.parametrize(
    ("parameter", "name"),
    [
        ("filename*=utf-8''Rechnung%20M%C3%A4rz.pdf", "Rechnung März.pdf"),
        ("filename*0*=utf-8''Rechnung%20; filename*1*=M%C3%A4rz; filename*2=.pdf", "Rechnung März.pdf"),
        ('filename="=?utf-8?Q?M=C3=A4rz=2Epdf?="', "März.pdf"),
        ('filename="März.pdf"', "März.pdf"),
        ("filename*=nobody''M%E4rz.pdf", "März.pdf"),
        ("filename=../../etc/passwd", "../../etc/passwd"),  # cleaned where it is stored
    ],
)
def test_the_name_of_a_file_comes_out_of_each_way_to_write_it(parameter: str, name: str) -> None:
    part = (
        f"--b\nContent-Type: application/pdf\nContent-Disposition: attachment; {parameter}\n\n%PDF\n--b--\n"
    )
    found = mail(part.encode(), "Content-Type: multipart/mixed; boundary=b")
    assert [file.name for file in found.files] == [name]


def envelope() -> bytes:
    def attribute(level: int, name: int, value: bytes) -> bytes:
        return (
            struct.pack("<BHHI", level, name, 0, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)
        )

    long_name = "Prüfung.txt".encode("utf-16-le") + b"\0\0"
    padded = long_name + b"\0" * (-len(long_name) % 4)
    properties = struct.pack("<IHHII", 1, 31, 0x3707, 1, len(long_name)) + padded
    return (
        struct.pack("<IH", 0x223E9F78, 1)
        + attribute(1, 0x800C, b"From the envelope.\0")
        + attribute(2, 0x9002, b"\0" * 14)
        + attribute(2, 0x8010, b"PRUEF~1.TXT\0")
        + attribute(2, 0x800F, b"checked")
        + attribute(2, 0x9005, properties)
    )


def test_the_envelope_of_outlook_is_opened() -> None:
    body = base64.encodebytes(envelope())
    kind = 'Content-Type: application/ms-tnef; name="winmail.dat"'
    found = mail(body, kind, "Content-Transfer-Encoding: base64")
    assert found.text == "From the envelope."
    assert [(file.name, file.data) for file in found.files] == [("Prüfung.txt", b"checked")]
    cut = mail(base64.encodebytes(envelope()[:60]), kind, "Content-Transfer-Encoding: base64")
    assert cut.text == "From the envelope."


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        (["Auto-Submitted: auto-replied"], AUTO_REPLY),
        (["X-Autoreply: yes"], AUTO_REPLY),
        (["Precedence: auto_reply"], AUTO_REPLY),
        (["Subject: x", "Auto-Submitted: auto-generated", "In-Reply-To: <a@127.0.0.1>"], AUTO_REPLY),
        (["X-Failed-Recipients: x@y.example"], BOUNCE),
        (["Return-Path: <>", "In-Reply-To: <a@127.0.0.1>"], AUTO_REPLY),
        (["Content-Type: multipart/report; report-type=delivery-status; boundary=b"], REPORT),
        (["Content-Type: multipart/report; report-type=disposition-notification; boundary=b"], RECEIPT),
        ([f"Received: station {one}" for one in range(41)], LOOP),
        (["Auto-Submitted: no"], ""),
        (["Auto-Submitted: auto-generated"], ""),  # a form's mail may be a customer's
        (["List-Id: <x.example>"], ""),
    ],
)
def test_machines_are_told_from_people(headers: list[str], kind: str) -> None:
    assert mail(b"x", *headers).automatic == kind


@pytest.mark.parametrize(
    ("subject", "sender", "kind"),
    [
        ("Automatische Antwort: Paket", "cem@kulanz.example", AUTO_REPLY),
        ("Out of Office: back on Monday", "cem@kulanz.example", AUTO_REPLY),
        ("Undelivered Mail Returned to Sender", "MAILER-DAEMON@mx.example", BOUNCE),
        ("Hello", "service+t1-x@kulanz.example", LOOP),
        ("Out of milk", "cem@kulanz.example", ""),
    ],
)
def test_subjects_and_senders_tell_machines_too(subject: str, sender: str, kind: str) -> None:
    assert mail(head=f"From: {sender}\nSubject: {subject}\n".encode()).automatic == kind


def test_a_delivery_report_says_which_mail_did_not_reach_whom() -> None:
    body = b"""--b
Content-Type: text/plain

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; Cem@kulanz.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b
Content-Type: text/rfc822-headers

Message-ID: <t1-x.abc@127.0.0.1>
Subject: Re: x

--b--
"""
    report = mail(body, "Content-Type: multipart/report; report-type=delivery-status; boundary=b").report
    assert report is not None
    assert (report.recipient, report.status, report.is_failure) == ("cem@kulanz.example", "5.1.1", True)
    assert (report.words, report.about) == ("550 5.1.1 no such user", ("t1-x.abc@127.0.0.1",))


@pytest.mark.parametrize(
    ("text", "new"),
    [
        (
            "It works.\n\nOn Mon, Mar 2, 2026 at 9:00 AM Kulanz <s@k.example> wrote:\n> We mended it.\n",
            "It works.",
        ),
        ("Danke!\n\nVon: Service <s@k.example>\nGesendet: Montag\nAn: Cem\nBetreff: x\n\nalt", "Danke!"),
        ("Danke!\n\nAm 02.03.2026 um 10:00 schrieb Service:\n> alt\n> älter", "Danke!"),
        ("Bitte um Rückruf.\n-- \nCem\nTel. 123", "Bitte um Rückruf."),
        (
            "> Wann?\nAm Montag.\n> Wie?\nPer Post.",
            "> Wann?\nAm Montag.\n> Wie?\nPer Post.",
        ),  # answered in between
        ("Missing:\n- a glass\n- a plate\n\nThat is all.", "Missing:\n- a glass\n- a plate\n\nThat is all."),
        ("> only quoted", "> only quoted"),
        ("---------- Forwarded message ----------\nFrom: x\n\nSee below", None),
    ],
)
def test_what_is_new_is_told_from_what_was_said_before(text: str, new: str | None) -> None:
    said, rest = split(text)
    assert said == (new or text)
    assert "".join((said + rest).split()) == "".join(text.split())  # folded, not thrown away


def test_html_becomes_words_and_does_nothing() -> None:
    page = (
        "<style>p{}</style><p onclick=x>Guten&nbsp;Tag,</p><p>siehe <a href='https://x.example/1'>hier</a></p>"
        "<table><tr><td>1</td><td>Glas</td></tr></table><script>alert(1)</script><blockquote>old</blockquote>"
    )
    assert words_of_page(page).split() == [
        *["Guten", "Tag,", "siehe", "hier", "<https://x.example/1>", "1", "Glas", ">", "old"]
    ]
    evil = (
        '<p style="position:fixed">a<img src="cid:p"><img src="https://evil.example/x.png"><form><input></form>'
        '<a href="javascript:alert(1)">x</a><svg onload=x></svg><iframe src="//evil.example"></iframe></p>'
    )
    tame = harmless(evil, {"p": "data:image/png;base64,AAAA"})
    assert [
        word for word in ("script", "evil", "style", "form", "onload", "iframe", "svg") if word in tame
    ] == []
    assert '<img src="data:image/png;base64,AAAA">' in tame


@pytest.mark.parametrize(
    ("body", "header", "reason"),
    [
        (b"--b\n\nx\n" * 3_000, "Content-Type: multipart/mixed; boundary=b", TOO_MANY_PARTS),
        (
            b"".join(
                b"--%d\nContent-Type: multipart/mixed; boundary=%d\n\n" % (n, n + 1) for n in range(1_000)
            ),
            "Content-Type: multipart/mixed; boundary=0",
            BROKEN,
        ),
        (b"", "\n".join(f"X-{n}: x" for n in range(3_000)), TOO_MANY_HEADERS),
    ],
)
def test_what_nobody_writes_is_refused_with_a_reason(body: bytes, header: str, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        mail(body, header)
    assert refused.value.args[0] in (reason, TOO_MANY_PARTS)


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: " + b"=?utf-8?Q?=41?= " * 30_000 + b"\n\nx",
        b"From: " + b"(" * 100_000 + b"\n\nx",
        HEAD + b"\n" + b"> " * 2_000_000,
        HEAD + b"Content-Type: text/html\n\n" + b"<div>" * 200_000,
        HEAD + b"Content-Type: text/html\n\n" + b"<" * 1_000_000,
    ],
    ids=["subject", "brackets", "quotes", "deep", "angles"],
)
def test_a_bomb_goes_off_quietly(raw: bytes) -> None:
    """Said in processor time: none of them may cost more than some seconds, however it is built."""
    started = time.process_time()
    read(raw)
    assert time.process_time() - started < 8


WORDS = some.text(max_size=40)
HEADERS = some.sampled_from(
    ["From", "To", "Subject", "Content-Type", "Content-Disposition", "Message-ID", "References", "Date"]
)
VALUES = some.one_of(
    WORDS,
    some.sampled_from(
        ["multipart/mixed; boundary=b", "text/html", "message/rfc822", "=?x?b?=", "<a@b>", 'a"b; name*0*=x']
    ),
)


@settings(max_examples=150, deadline=None)
@given(
    headers=some.lists(some.tuples(HEADERS, VALUES), max_size=8),
    body=some.one_of(some.binary(max_size=300), WORDS.map(lambda text: f"--b\n{text}\n--b--".encode())),
)
def test_whatever_the_bytes_are_it_is_read_or_refused(headers: list[tuple[str, str]], body: bytes) -> None:
    head = "".join(f"{name}: {value}\n" for name, value in headers).encode("utf-8", "replace")
    try:
        letter = read(head + b"\n" + body)
    except Unreadable:
        return
    assert "\x00" not in letter.text + letter.subject + letter.quoted
    assert letter.identity == read(head + b"\n" + body).identity


def test_a_language_is_heard_from_small_words() -> None:
    assert language_of("Wo ist mein Paket? Ich warte seit drei Tagen.") == "de"
    assert language_of("Where is my parcel? I have been waiting for three days.") == "en"
    assert language_of("12345") == ""


def test_a_large_file_is_unpacked_piece_by_piece_as_the_library_does(monkeypatch) -> None:
    data = bytes(range(256)) * 3
    packed = base64.encodebytes(data).decode()
    odd = ["", "!", "=", "é", "\r\n\r\n", "-- "]
    bodies = [packed[:at] + sign + packed[at:] for sign in odd for at in (0, 1, 70, 500, len(packed))]
    raws = [PACKED + body.encode() for body in (*bodies, packed[:-2], packed + packed)]
    whole = [[file.data for file in read(raw).files] for raw in raws]
    monkeypatch.setattr(parts, "LARGE", 1)
    monkeypatch.setattr(parts, "PIECE", 64)
    assert [[file.data for file in read(raw).files] for raw in raws] == whole
    assert whole[0] == [data]


def test_a_long_message_id_is_known_again_when_a_program_wrote_it_as_encoded_words() -> None:
    letter = EmailMessage()
    long = f"t41378.{'0123456789abcdef' * 5}@kulanz.example"
    letter["In-Reply-To"] = f"<{long}>"
    written = letter.as_bytes().decode().split("\n\n")[0].removeprefix("In-Reply-To: ").replace("\n", "\r\n")
    assert "=?utf-8?" in written
    assert message_ids([written]) == (long,)
