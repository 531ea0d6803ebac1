"""How fast mail comes in: mails of mixed shapes through the whole way, by two processes, and one very large one."""

from __future__ import annotations

import multiprocessing
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from email.message import EmailMessage
from multiprocessing.queues import SimpleQueue
from random import Random

from django.test.utils import override_settings

from tickets.mail.inbox import IncomingMail
from tickets.mail.intake import receive
from tickets.mail.reply_address import reply_address
from tickets.models import Message, Ticket

from . import stage

MAILS, PROCESSES = 10_000, 2
LARGE_BYTES = 25 * 1024 * 1024
SHAPES = ("text", "page", "latin", "reply", "picture", "report", "broken", "nested", "twice", "away")
QUOTED = "\n\nAm 02.03.2026 um 10:00 schrieb Service:\n> Guten Tag,\n> wir haben Ihr Paket gefunden.\n" * 3


def measure_mail(mails: int = MAILS) -> Iterator[str]:
    """So many mails, each of its own sender or one of a thousand, then one of 25 MB."""
    stage.crowd(tickets=200, customers=100)
    with tempfile.TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=folder):
        began = time.perf_counter()
        results = _shared(mails)
        wall = time.perf_counter() - began
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        stored = IncomingMail.objects.count()
        told = ", ".join(f"{count} {result}" for result, count in sorted(results.items()))
        yield f"{mails / wall:,.0f} mails/s by {PROCESSES} processes; {stored} of {mails} stored: {told}"
        own = (used.ru_utime + used.ru_stime) * 1000 / mails
        yield f"{own:.1f} ms of computing for a mail, the database not counted"
        made = Message.objects.filter(channel="mail").count()
        yield f"{made} messages of {results['ticket'] + results['reply']} mails that became one"
        yield _large()


def _shared(mails: int) -> Counter[str]:
    stage.let_go()
    fork = multiprocessing.get_context("fork")
    answers: SimpleQueue[Counter[str]] = fork.SimpleQueue()
    workers = [
        fork.Process(target=_receive, args=(number, mails // PROCESSES, answers))
        for number in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    found: Counter[str] = Counter()
    for _worker in workers:
        found += answers.get()
    for worker in workers:
        worker.join()
    return found


def _receive(number: int, mails: int, answers: SimpleQueue[Counter[str]]) -> None:
    draw = Random(number)  # noqa: S311 - mails to measure with, no secret
    tickets = list(Ticket.objects.select_related("customer__person").order_by("pk")[:100])
    found: Counter[str] = Counter()
    last = b""
    for turn in range(mails):
        last = _mail(SHAPES[turn % len(SHAPES)], draw, f"{number}-{turn}", draw.choice(tickets), last)
        found[str(receive(last, door="pipe").result)] += 1
    answers.put(found)


def _mail(shape: str, draw: Random, name: str, ticket: Ticket, last: bytes) -> bytes:
    if shape == "twice":
        return last
    if shape == "broken":
        return (
            b"From: x%d@neu.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\xff\xfe--"
            % draw.randrange(10**6)
        )
    letter = EmailMessage()
    letter["From"] = f"Kundin {name} <kundin{draw.randrange(1000)}-{name}@neu.example>"
    letter["Message-ID"], letter["Subject"] = f"<{name}@neu.example>", f"Paket {name} – wo ist es?"
    text = "Guten Tag,\n\nmein Paket ist nicht angekommen. " * draw.randrange(1, 8)
    if shape == "latin":
        letter.set_content(text + "Grüße", charset="iso-8859-1")
    elif shape == "page":
        letter.set_content(f"<html><body>{'<p>' + text + '</p>'}</body></html>" * 3, subtype="html")
    else:
        letter.set_content(text + (QUOTED if shape == "reply" else ""))
    if shape == "reply":
        letter.replace_header("From", ticket.customer.person.email)
        letter["To"] = reply_address(ticket.pk)
    elif shape == "away":
        letter["Auto-Submitted"] = "auto-replied"
    elif shape == "report":
        letter.replace_header("From", "MAILER-DAEMON@mx.example")
    elif shape in ("picture", "nested"):
        letter.add_attachment(draw.randbytes(40_000), maintype="image", subtype="png", filename="Foto Ä.png")
    if shape == "nested":
        outer = EmailMessage()
        outer["From"], outer["Subject"] = letter["From"], f"Fwd: {letter['Subject']}"
        outer.set_content("Siehe unten.")
        outer.add_attachment(letter)
        return outer.as_bytes()
    return letter.as_bytes()


def _large() -> str:
    letter = EmailMessage()
    letter["From"], letter["Subject"] = "gross@neu.example", "Fotos"
    letter.set_content("Hier sind die Fotos.")
    size = LARGE_BYTES * 3 // 4 - 10_000
    letter.add_attachment(Random(1).randbytes(size), maintype="image", subtype="jpeg", filename="a.jpg")  # noqa: S311
    raw = letter.as_bytes()
    del letter
    began = time.perf_counter()
    result = receive(raw, door="pipe").result
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"{len(raw) / 1e6:.0f} MB in {time.perf_counter() - began:.2f} s ({result}); at most {most:.0f} MB"
