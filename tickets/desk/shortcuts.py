"""Single keys of the desk: which deeds have one, which key each has for whom, and which keys can be had. Pure."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Deed:
    """Something a key does: its name in pages and scripts, what it is called, and its usual key."""

    name: str
    label: str | Promise
    usual: str


DEEDS = (
    Deed("next", _("Next ticket"), "j"),
    Deed("previous", _("Previous ticket"), "k"),
    Deed("new", _("New ticket"), "c"),
    Deed("search", _("Search"), "/"),
    Deed("help", _("These keys"), "?"),
    Deed("reply", _("Reply"), "r"),
    Deed("note", _("Internal note"), "n"),
    Deed("assign", _("Assign"), "a"),
    Deed("status", _("Change the status"), "s"),
    Deed("snooze", _("Snooze"), "z"),
    Deed("edit", _("Edit the ticket"), "d"),
    Deed("watch", _("Watch, or watch no longer"), "w"),
    Deed("macro", _("Macros"), "m"),
    Deed("goodwill", _("What may I give?"), "g"),
    Deed("finish", _("Solved, and on to the next"), "e"),
    Deed("skip", _("On to the next, and leave this one as it is"), "x"),
    Deed("priority", _("Change the priority"), "p"),
    Deed("copy", _("Copy the number"), "y"),
    Deed("copy_link", _("Copy the link"), "l"),
    Deed("recent", _("Recently viewed"), "h"),
)
OFF, KEYS = "off", "keys"


@dataclass(frozen=True, slots=True)
class Shortcuts:
    """What somebody said about the keys, as a page needs it."""

    keys: dict[str, str]
    is_on: bool

    @classmethod
    def of(cls, said: Mapping[str, object]) -> Shortcuts:
        return cls(keys_of(said), is_on(said))

    @property
    def json(self) -> str:
        return json.dumps(self.keys)


def keys_of(said: Mapping[str, object]) -> dict[str, str]:
    """The key of each deed for somebody who said this; "" for a deed without one. A key they gave to another deed is
    no longer the usual one of a deed that was added later."""
    own = said.get(KEYS)
    chosen = {name: str(key) for name, key in own.items()} if isinstance(own, dict) else {}
    taken = set(chosen.values())
    usual = {deed.name: "" if deed.usual in taken else deed.usual for deed in DEEDS}
    return {deed.name: chosen.get(deed.name, usual[deed.name]) for deed in DEEDS}


def sheet_of(keys: Mapping[str, str]) -> list[tuple[str, str]]:
    """What each deed is called, and its key."""
    return [(str(deed.label), keys[deed.name]) for deed in DEEDS]


def is_on(said: Mapping[str, object]) -> bool:
    return not said.get(OFF)


def is_key(typed: str) -> bool:
    """One sign that a single press makes: no space, nothing invisible, no capital letter."""
    return len(typed) == 1 and typed == typed.lower() and unicodedata.category(typed)[0] in "LNPS"


def doubled(keys: Mapping[str, str]) -> set[str]:
    """Deeds whose key another has too."""
    seen: dict[str, str] = {}
    twice: set[str] = set()
    for deed, key in keys.items():
        if key and key in seen:
            twice |= {deed, seen[key]}
        seen.setdefault(key, deed)
    return twice
