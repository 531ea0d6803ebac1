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
from multiprocessing.synchronize import Barrier
from pathlib import Path
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
        results, wall = _shared(mails)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        stored = IncomingMail.objects.count()
        told = ", ".join(f"{count} {result}" for result, count in sorted(results.items()))
        yield f"{mails / wall:,.0f} mails/s by {PROCESSES} processes; {stored} of {mails} stored: {told}"
        own = (used.ru_utime + used.ru_stime) * 1000 / mails
        yield f"{own:.1f} ms of computing for a mail and for writing it, the database not counted"
        made = Message.objects.filter(channel="mail").count()
        yield f"{made} messages of {results['ticket'] + results['reply']} mails that became one"
        yield _large(Path(folder))


def _shared(mails: int) -> tuple[Counter[str], float]:
    """What became of them, and the seconds from when all were written."""
    stage.let_go()
    fork = multiprocessing.get_context("fork")
    answers: SimpleQueue[Counter[str]] = fork.SimpleQueue()
    ready = fork.Barrier(PROCESSES + 1)
    workers = [
        fork.Process(target=_receive, args=(number, mails // PROCESSES, ready, answers))
        for number in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    ready.wait()
    began, found = time.perf_counter(), Counter[str]()
    for _worker in workers:
        found += answers.get()
    wall = time.perf_counter() - began
    for worker in workers:
        worker.join()
    return found, wall


def _receive(number: int, mails: int, ready: Barrier, answers: SimpleQueue[Counter[str]]) -> None:
    raws = list(_written(number, mails))
    ready.wait()  # writing them is not what is measured
    found: Counter[str] = Counter()
    for raw in raws:
        found[str(receive(raw, door="pipe").result)] += 1
    answers.put(found)


def _written(number: int, mails: int) -> Iterator[bytes]:
    draw = Random(number)  # noqa: S311 - mails to measure with, no secret
    tickets = list(Ticket.objects.select_related("customer__person").order_by("pk")[:100])
    last = b""
    for turn in range(mails):
        last = _mail(SHAPES[turn % len(SHAPES)], draw, f"{number}-{turn}", draw.choice(tickets), last)
        yield last


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


def _large(folder: Path) -> str:
    """Written by another process: what is measured is the memory of whoever takes it in."""
    file = folder / "large.eml"
    writer = multiprocessing.get_context("fork").Process(target=_write_large, args=(file,))
    writer.start()
    writer.join()
    began = time.perf_counter()
    raw = file.read_bytes()
    result = receive(raw, door="pipe").result
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"{len(raw) / 1e6:.0f} MB in {time.perf_counter() - began:.2f} s ({result}); at most {most:.0f} MB"


def _write_large(file: Path) -> None:
    letter = EmailMessage()
    letter["From"], letter["Subject"] = "gross@neu.example", "Fotos"
    letter.set_content("Hier sind die Fotos.")
    size = LARGE_BYTES * 3 // 4 - 10_000
    letter.add_attachment(Random(1).randbytes(size), maintype="image", subtype="jpeg", filename="a.jpg")  # noqa: S311
    file.write_bytes(letter.as_bytes())
