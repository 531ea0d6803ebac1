"""The demo's house: filled once, in one transaction, and only when nobody lives in it yet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Person, Team

from . import (
    books,
    calendars,
    details,
    drafting,
    everybody,
    given_words,
    growing,
    knowledge,
    meanwhile,
    people,
    relations,
    rules,
    setting_up,
)
from .play import play
from .stories import ALL


class Inhabited(Exception):
    """There is data already; a demo never mixes with it."""


def is_empty() -> bool:
    return not Person.objects.exists() and not Team.objects.exists()


def furnish(*, now: datetime | None = None) -> None:
    """People, rules and thirty stories as they stand at `now`. Raises Inhabited when there is data already."""
    now = now or timezone.now()
    try:
        with transaction.atomic(), silence():
            cast, ground, hours = found(now=now)
            books.open_books()
            people.welcome(cast, now=now)
            openings = {team: row.opening for team, row in hours.items()}
            play(ALL, cast, ground, openings, now=now)
            everybody.even_out(cast, ground, openings, now=now)
            growing.grow(cast, ground, now=now)
            knowledge.write_down(cast, ground, now=now)
            books.settle(cast, now=now)
            meanwhile.put_beside(cast, openings, now=now)
            drafting.prepare(cast, now=now)
            given_words.keep_word(cast, openings, now=now)
            relations.bind(cast, ground, now=now)
            details.describe(cast, ground, now=now)
            details.call(cast, now=now)
            setting_up.set_up(cast, hours, now=now)
    except IntegrityError as error:  # somebody else furnished it in the same moment
        if is_empty():
            raise
        raise Inhabited from error


def found(*, now: datetime) -> tuple[people.Cast, rules.Ground, dict[str, calendars.BusinessHours]]:
    """The house before it opens: teams, desk, calendars and rules. Raises Inhabited when there is data."""
    if not is_empty():
        raise Inhabited
    cast = people.settle(now=now)
    hours = calendars.open_hours(year=now.year)
    return cast, rules.lay(cast, hours, now=now), hours


@contextmanager
def silence() -> Iterator[None]:
    """Whatever is done inside wakes nobody after the commit: no worker, no open page, no mail."""
    before = list(connection.run_on_commit)
    try:
        yield
    finally:
        connection.run_on_commit = before
