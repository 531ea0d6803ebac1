"""A change of the set-up: who changed what from what to what, and when; in words, and only ever added.

Whatever can be set up says of itself which settings it has (`settings_of`); the change is what differs afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import singledispatch
from itertools import zip_longest
from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from .person import Person

Words = dict[str, str]
"""By language."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """A value nobody is ever shown: that it was changed is all that is written down."""

    value: str


@singledispatch
def settings_of(_thing: object) -> Iterable[tuple[str, object]]:
    """Each setting of a thing with its label, in the active language; nothing for what is nobody's set-up.

    A thing always gives as many, in the same order.
    """
    return ()


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting as it stood at one moment, in every language; `exact` tells apart what words do not."""

    label: Words
    words: Words
    exact: str


class SetupChangeQuerySet(models.QuerySet["SetupChange"]):
    def update(self, **_fields: object) -> int:
        raise TypeError("Changes of the set-up are never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("Changes of the set-up are never deleted.")

    def readable_by(self, person: Person) -> SetupChangeQuerySet:
        """Who looks after the house reads all of it; nobody else any."""
        return self.all() if person.is_staff and person.is_active else self.none()


class SetupChange(models.Model):
    class Done(models.TextChoices):
        ADDED = "added", _("set up")
        CHANGED = "changed", _("changed")
        REMOVED = "removed", _("removed")

    # The label of its model, such as “tickets.mailbox”, and which one; it may be gone since.
    part = models.CharField(max_length=60)
    thing = models.BigIntegerField()
    called = models.CharField(_("what"), max_length=200)
    done = models.CharField(max_length=8, choices=Done.choices)
    lines = models.JSONField(default=list)  # label, old and new, each in every language
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    objects = SetupChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of the set-up")
        verbose_name_plural = _("changes of the set-up")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="setup_change_by_time"),
            models.Index(fields=["part", "thing", "-id"], name="setup_change_by_thing"),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.thing} {self.done}"

    @property
    def part_in_words(self) -> str:
        return part_in_words(self.part)

    @property
    def said(self) -> list[tuple[str, str, str]]:
        """Label, old and new in the reader's language."""
        language = (get_language() or "en")[:2]
        names = ("label", "old", "new")
        return [tuple(line.get(name, {}).get(language, "") for name in names) for line in self.lines]  # type: ignore[misc]


class Watch:
    """What is watched; `thing` is set to what was made, where something was."""

    def __init__(self, thing: models.Model | None) -> None:
        self.thing = thing


@contextmanager
def logged(thing: models.Model | None, *, by: Person | None, at: datetime | None = None) -> Iterator[Watch]:
    """Whatever is done to `thing` inside is written down in the same transaction; refused or the same, nothing is."""
    watch = Watch(thing)
    with transaction.atomic():
        key = thing.pk if thing else None  # asked for now: what is deleted has none afterwards
        then = stored(thing, key)
        before = in_words(then)
        yield watch
        changed = watch.thing
        if changed is None:
            return
        key = changed.pk or key
        now = stored(changed, key)
        note(type(changed), key, before, in_words(now), called=str(now or then), by=by, at=at)


def stored(thing: models.Model | None, key: int | None = None) -> models.Model | None:
    """As the database has it now; None when it is not there."""
    key = key or (thing.pk if thing else None)
    return type(thing)._base_manager.filter(pk=key).first() if thing and key is not None else None


def in_words(thing: models.Model | None) -> list[Setting]:
    """Its settings in every language; none for what is not there."""
    if thing is None:
        return []
    spoken: list[list[tuple[str, str, str]]] = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            spoken.append([(str(label), *_spoken(value)) for label, value in settings_of(thing)])
    codes = [code for code, _name in settings.LANGUAGES]
    return [
        Setting(
            label={code: one[0] for code, one in zip(codes, each, strict=True)},
            words={code: one[1] for code, one in zip(codes, each, strict=True)},
            exact=each[0][2],
        )
        for each in zip(*spoken, strict=True)
    ]


def note(
    kind: type[models.Model],
    key: int,
    before: list[Setting],
    after: list[Setting],
    *,
    called: str,
    by: Person | None,
    at: datetime | None = None,
) -> SetupChange | None:
    """Write down what differs; None where nothing does, or where a form sent twice makes nothing new."""
    lines = [_line(old, new) for old, new in zip_longest(before, after) if old != new]
    lines = [line for line in lines if any(line["old"].values()) or any(line["new"].values())]
    done = SetupChange.Done
    what = done.CHANGED if before and after else done.ADDED if after else done.REMOVED
    part = kind._meta.label_lower
    if not lines or (what == done.ADDED and _is_there_already(part, key)):
        return None
    return SetupChange.objects.create(
        part=part, thing=key, called=called[:200], done=what, lines=lines, by=by, at=at or timezone.now()
    )


def part_in_words(part: str) -> str:
    """What the kind of thing is called; one that no longer exists keeps its name."""
    app, _dot, name = part.partition(".")
    try:
        words = str(apps.get_model(app, name)._meta.verbose_name)
    except (LookupError, ValueError):
        return part
    return words[:1].upper() + words[1:]


def _is_there_already(part: str, key: int) -> bool:
    last = SetupChange.objects.filter(part=part, thing=key).order_by("-pk").first()
    return last is not None and last.done != SetupChange.Done.REMOVED


def _line(old: Setting | None, new: Setting | None) -> dict[str, Words]:
    """Label, old and new; a secret that was replaced is said to be another one."""
    known = new or old
    assert known is not None
    words = new.words if new else {}
    if old and new and old.words == new.words:
        words = {code: f"{text} ({_another(code)})" for code, text in new.words.items()}
    return {"label": known.label, "old": old.words if old else {}, "new": words}


def _another(code: str) -> str:
    with translation.override(code):
        return gettext("another one")


def _spoken(value: object) -> tuple[str, str]:
    """A value in words, and exactly."""
    if isinstance(value, Hidden):
        return gettext("not shown") if value.value else "", value.value
    if isinstance(value, bool):
        words = gettext("yes") if value else gettext("no")
    elif isinstance(value, list | tuple):
        words = "\n".join(str(one) for one in value)
    else:
        words = "" if value is None else str(value)
    return words, words
