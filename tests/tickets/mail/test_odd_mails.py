"""Mails as nobody should write them, put together by chance, through the whole way: each is stored, none is trouble."""

from __future__ import annotations

import base64
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from cast import Cast

from tickets.mail.intake import receive
from tickets.mail.reply_address import reply_address
from tickets.models import IncomingMail

pytestmark = pytest.mark.django_db
WORDS = ["Grüße", "\x00", "\ud83d", "\udcff", "😀" * 50, "a" * 5000, "=?utf-8?q?=00?=", "=?utf-8?b?////?="]
WORDS += [
    "\u202eabc",
    "\u2028",
    "１２",
    "%s",
    "{{x}}",
    "\x1b[0m",
    "Re: " * 50,
    "",
    "[#1]",
    "\r\nX: y",
    "\x85",
]
CHARSETS = [
    "utf-8",
    "utf-16",
    "utf-7",
    "x-unknown",
    "idna",
    "punycode",
    "rot13",
    "base64",
    "undefined",
    '"',
    "",
]
KINDS = ["text/plain", "text/html", "image/png", "application/ms-tnef", "text/calendar; method=REQUEST"]
KINDS += ["application/pkcs7-mime; smime-type=signed-data", "message/rfc822", "message/delivery-status"]
KINDS += [
    "message/partial",
    "message/external-body; access-type=URL",
    "TEXT/PLAIN",
    "text",
    "",
    "multipart/mixed",
]
PACKED = ["7bit", "8bit", "base64", "quoted-printable", "x-uuencode", "nonsense", ""]
NAMES = ['"../../etc/passwd"', "=?utf-8?q?=E4=2Epdf?=", "*=utf-8''%00.exe", '"a\x00b"', "winmail.dat", '""']
GROUPS = [
    "mixed",
    "alternative",
    "related",
    "signed",
    "report; report-type=delivery-status",
    "encrypted",
    "x",
]
SENDERS = [
    "k{}@neu.example",
    "Käthe <k{}@neu.example>",
    '"a, b" <k{}@x.example>',
    "k{}@münchen.example",
    "<>",
]
SENDERS += ["k{}@x.example, z@y.example", "(" * 40 + ")" * 40 + " <k{}@x.example>", "k{}@x.example\x00"]
SENDERS += [
    "x" * 300 + "@x.example",
    "MAILER-DAEMON@x.example",
    "service@kulanz.example",
    "cem@kulanz.example",
]


class Writer:
    """Draws a mail; the same seed writes the same ones."""

    def __init__(self, seed: int, ticket: int) -> None:
        self.draw, self.ticket = Random(seed), ticket

    def words(self) -> str:
        return " ".join(self.draw.choice(WORDS) for _word in range(self.draw.randrange(1, 5)))

    def mail(self, number: int) -> bytes:
        draw = self.draw
        lines = {
            "From": draw.choice(SENDERS).format(number),
            "Subject": self.words(),
            "Message-ID": draw.choice([f"<{number}@x.example>", "<>", "<" + "x" * 400 + "@y>", "<\x00>"]),
            "To": draw.choice([reply_address(self.ticket), "group: a@b.example;", self.words()]),
            "References": " ".join(f"<{one}@x.example>" for one in range(draw.randrange(300))),
            "Date": draw.choice(["Mon, 2 Mar 2026 10:00:00 +0100", "x", "Mon, 99 Foo 0000 99:99:99 +9999"]),
            "Auto-Submitted": draw.choice(["no", "no", "auto-replied", ""]),
        }
        kept = [f"{name}: {said}" for name, said in lines.items() if draw.random() < 0.8]
        kept += draw.choice([[], [], [f"X-{one}: y" for one in range(2500)], ["no colon here"]])
        head = "\n".join(line.replace("\n", "\n ") for line in kept).encode("utf-8", "surrogatepass")
        raw = head + b"\nMIME-Version: 1.0\n" + self.part(0)
        end = draw.choice([b"\n", b"\n", b"\r\n", b"\r"])
        return raw.replace(b"\n", end)[: draw.choice([None, None, None, draw.randrange(len(raw))])]

    def part(self, depth: int) -> bytes:
        if depth < 4 and self.draw.random() < 0.5:
            bound = self.draw.choice(["b", "a b", "", "ü", "x" * 80]).encode()
            kind = self.draw.choice(GROUPS).encode()
            parts = [b"--" + bound + b"\n" + self.part(depth + 1) for _one in range(self.draw.randrange(4))]
            head = b"Content-Type: multipart/" + kind + b'; boundary="' + bound + b'"\n\n'
            return head + b"\n".join(parts) + self.draw.choice([b"", b"\n--" + bound + b"--\n"])
        head = f"Content-Type: {self.draw.choice(KINDS)}; charset={self.draw.choice(CHARSETS)}\n"
        head += f"Content-Transfer-Encoding: {self.draw.choice(PACKED)}\n"
        head += (
            f"Content-Disposition: attachment; filename={self.draw.choice(NAMES)}\n" * self.draw.randrange(2)
        )
        return head.encode() + b"\n" + self.body()

    def body(self) -> bytes:
        noise = self.draw.randbytes(self.draw.randrange(400))
        said = self.words().encode("utf-8", "surrogatepass")
        report = (
            b"Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; x@y.example\nAction: failed\nStatus: 5.1.1\n"
        )
        inside = b"From: a@b.example\nSubject: in\n\ninner"
        page = b"<html><body>" + b"<blockquote>" * 60 + said
        bodies = [
            noise,
            base64.b64encode(noise),
            said,
            b"",
            b"\x78\x9f\x3e\x22" + noise,
            page,
            report,
            inside,
        ]
        return self.draw.choice([*bodies, b"> " * 200 + b"\n-- \n" + said])


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_comes_is_stored_and_ends_in_one_of_four_ways(
    cast: Cast, settings: object, tmp_path: Path, seed: int
) -> None:
    settings.MEDIA_ROOT = tmp_path
    writer = Writer(seed, cast.ticket().pk)
    raws = [writer.mail(number) for number in range(30)]
    ended = [receive(raw, door="pipe") for raw in raws]
    assert [mail.bytes for mail in IncomingMail.objects.order_by("pk")] == raws
    assert [mail.pk for mail in ended if mail.reason == "trouble"] == []
    assert set(Counter(mail.result for mail in ended)) <= {"ticket", "reply", "quarantine", "ignored"}
