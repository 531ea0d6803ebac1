"""The customers of the crowd: names put together, relationships of every age, addresses nobody owns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import Customer, Person

HOST = "crowd.example"
NAMES = {
    "de": (
        ("Sabine", "Jürgen", "Monika", "Stefan", "Petra", "Uwe", "Heike", "Ayşe", "Matthias", "Renate",
         "Emre", "Ute"),
        ("Müller", "Schäfer", "Kowalski", "Bauer", "Yılmaz", "Lehmann", "Winkler", "Groß", "Peters",
         "Sommer", "Kuhn"),
        ("sabine", "juergen", "monika", "stefan", "petra", "uwe", "heike", "ayse", "matthias", "renate",
         "emre", "ute"),
    ),
    "en": (
        ("Alice", "George", "Harriet", "Owen", "Niamh", "Victor", "Grace", "Samir", "Eleanor", "Hugh",
         "Zoe", "Patrick"),
        ("Carter", "Whelan", "Ahmed", "Fletcher", "Marsh", "Doyle", "Bennett", "Singh", "Palmer", "Reid",
         "Lawson"),
        ("alice", "george", "harriet", "owen", "niamh", "victor", "grace", "samir", "eleanor", "hugh",
         "zoe", "patrick"),
    ),
}  # fmt: skip
# Status, share in percent, youngest and oldest relationship in days.
STATUSES = (
    ("established", 79, 400, 4400),
    ("new", 12, 3, 170),
    ("former", 7, 1200, 4000),
    ("prospect", 2, 0, 0),
)
BATCH = 2000


def settle(count: int, rng: Random, *, now: datetime) -> Iterator[list[Customer]]:
    """Create `count` customers, batch by batch. None of them can sign in with a password."""
    number = Person.objects.filter(email__endswith=f"@{HOST}").count()
    locked = make_password(None)
    for start in range(0, count, BATCH):
        drawn = [
            _draw(rng, number + index, locked, now=now) for index in range(start, min(start + BATCH, count))
        ]
        with transaction.atomic():
            Person.objects.bulk_create([customer.person for customer in drawn])
            Customer.objects.bulk_create(drawn)
        yield drawn


def _draw(rng: Random, number: int, locked: str, *, now: datetime) -> Customer:
    language = "de" if rng.random() < 0.65 else "en"
    forenames, surnames, spelt = NAMES[language]
    which = rng.randrange(len(forenames))
    status, _share, youngest, oldest = rng.choices(STATUSES, [row[1] for row in STATUSES])[0]
    known_for = timedelta(days=rng.randint(youngest, oldest))
    person = Person(
        email=f"{spelt[which]}.{number:07d}@{HOST}",
        name=f"{forenames[which]} {rng.choice(surnames)}",
        language=language,
        password=locked,
        time_zone="Europe/Berlin" if language == "de" else "Europe/London",
        joined_at=now - known_for,
    )
    since = None if status == Customer.Status.PROSPECT else (now - known_for).date()
    return Customer(person=person, status=status, since=since)
