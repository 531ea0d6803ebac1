"""The German is complete and well made: nothing missing, nothing guessed, and every sentence set as Germans set it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
PO = ROOT / "locale/de/LC_MESSAGES/django.po"
ROOMS = ("accounts", "tickets", "policies", "servicedesk")

# Which argument of each call holds the text, its plural and its context, counted from one.
CALLS: dict[str, tuple[int | tuple[int, str], ...]] = {
    "_": (1,),
    "gettext": (1,),
    "gettext_lazy": (1,),
    "gettext_noop": (1,),
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
GAP = re.compile(r"%\(\w+\)[sd]|%%|%[sd]|\{\w*\}|</?\w+>|&\w+;")
LITERAL = re.compile(
    r"\{#.*?#\}|\{% comment.*?endcomment %\}|<(script|style)\b.*?</\1>|<!--.*?-->", re.DOTALL
)
TRANSLATED = re.compile(r"\{% blocktranslate\b.*?endblocktranslate %\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
READ_ALOUD = re.compile(r'\b(?:aria-label|aria-description|title|placeholder|alt)="([^"]*)"')
# Names and signs that are the same in every language; the mail's salutation line is a template's own.
SAME_EVERYWHERE = {"Kulanz", "Können", "Wollen", "Dürfen"}


class Text(NamedTuple):
    context: str | None
    singular: str
    plural: str | None = None


def texts_of(source: str, *, template: bool) -> Iterator[Text]:
    """Every text a source asks a translation for, found without gettext."""
    if template:
        # What is not a tag becomes X; without its indentation the rest can be read as Python.
        source = "\n".join(line.strip() for line in templatize(source).splitlines())
    found = extract_python(io.BytesIO(source.encode()), list(CALLS), (), {"encoding": "utf-8"})
    for _line, name, words, _comments in found:
        given = [words] if isinstance(words, str) else list(words or ())
        positions = CALLS[name]
        if len(given) < len(positions) or not all(isinstance(word, str) for word in given[: len(positions)]):
            continue  # a variable: its text stands where it was made
        parts = [str(word) for word in given[: len(positions)]]
        context = parts.pop(0) if isinstance(positions[0], tuple) else None
        yield Text(context, *parts)


def sources() -> Iterator[Path]:
    for room in ROOMS:
        yield from (path for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts)
    yield from templates()


def templates() -> list[Path]:
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".txt"))


@pytest.fixture(scope="module")
def german() -> Catalog:
    return read_po(io.BytesIO(PO.read_bytes()), locale="de", abort_invalid=True)


@pytest.fixture(scope="module")
def used() -> dict[Text, Path]:
    return {
        text: path.relative_to(ROOT)
        for path in sources()
        for text in texts_of(path.read_text(encoding="utf-8"), template=path.suffix != ".py")
    }


def entries(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def both_sides(message: Message) -> list[tuple[str, str]]:
    """Source and translation, for each form of a plural."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    return list(zip(message.id, message.string, strict=True))


def test_the_extractor_reads_every_kind_of_call_and_tag() -> None:
    code = '_("One")\nngettext("%(n)s day", "%(n)s days", n)\npgettext("noun", "Will")\n_("a " "b")\n_(variable)\n'
    assert set(texts_of(code, template=False)) == {
        Text(None, "One"),
        Text(None, "%(n)s day", "%(n)s days"),
        Text("noun", "Will"),
        Text(None, "a b"),
    }
    page = (
        '<p>\n  {% translate \'It’s 5 %\' %}{% translate "Open" context "verb" %}\n'
        "{% blocktranslate count n=n %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}"
        "{{ value|default:_('none') }}</p>(\n"
    )
    assert set(texts_of(page, template=True)) == {
        Text(None, "It’s 5 %%"),
        Text("verb", "Open"),
        Text(None, "%(n)s day", "%(n)s days"),
        Text(None, "none"),
    }


def test_every_text_in_the_sources_is_in_the_catalogue(german: Catalog, used: dict[Text, Path]) -> None:
    missing = {
        f"{path}: {text.singular}"
        for text, path in used.items()
        if (entry := german.get(text.singular, text.context)) is None
        or (text.plural is not None and tuple(entry.id) != (text.singular, text.plural))
    }
    assert missing == set()


def test_the_catalogue_holds_nothing_that_no_source_says(german: Catalog, used: dict[Text, Path]) -> None:
    said = {(text.context, text.singular) for text in used}
    kept = {(m.context, m.id if isinstance(m.id, str) else m.id[0]) for m in entries(german)}
    assert kept - said == set()
    assert not german.obsolete


def test_every_text_is_translated_and_none_is_guessed(german: Catalog) -> None:
    assert [m.id for m in entries(german) if m.fuzzy] == []
    assert [source for m in entries(german) for source, said in both_sides(m) if not said.strip()] == []
    assert german.plural_forms == "nplurals=2; plural=(n != 1);"


def test_both_sides_have_the_same_gaps(german: Catalog) -> None:
    differing = [
        (source, said)
        for m in entries(german)
        for source, said in both_sides(m)
        if said and sorted(GAP.findall(source)) != sorted(GAP.findall(said))
    ]
    assert differing == []


def test_both_sides_begin_and_end_alike(german: Catalog) -> None:
    """A full stop, a colon before a link, a space before the next word: what surrounds a text counts on them."""

    def edges(text: str) -> tuple[str, str]:
        end = text.rstrip()[-1:] if text.rstrip()[-1:] in ".:?!…," else ""
        return text[: len(text) - len(text.lstrip())], end + text[len(text.rstrip()) :]

    differing = [
        (source, said)
        for m in entries(german)
        if m.context is None or not m.context.startswith("date format")
        for source, said in both_sides(m)
        if said and edges(source) != edges(said)
    ]
    assert differing == []


FAULTS = {
    "three full stops for an ellipsis": re.compile(r"\.\.\."),
    "two spaces": re.compile(r"[ \u00a0]{2}"),
    "a space before a mark": re.compile(r"[ \u00a0][,.;:?!](?:\s|$)"),
    "a typewriter's quotation mark": re.compile(r'"'),
    "a typewriter's apostrophe": re.compile(r"'"),
}
GERMAN_FAULTS = FAULTS | {
    "an English quotation mark": re.compile(r"”|(?<!\w)“\w"),
    "a unit that can break away from its number": re.compile(r"(?:\d|\)[sd]) (?:€|MB|kB|%%|%(?!\())"),
    "an abbreviation that can break": re.compile(r"\b(?:z|d|u|o)\. ?[a-zäöüA-ZÄÖÜ]\."),
    "a hyphen for a dash": re.compile(r" - "),
    "officialese": re.compile(
        r"\b(?:leider|Verständnis|bitten wir|seitens|gemäß|bezüglich|diesbezüglich|Ihrerseits|"
        r"durchgeführt|erfolgreich|erforderlich|Unannehmlichkeit\w*|Mitarbeiter\w*|Benutzer\w*)\b",
        re.IGNORECASE,
    ),
    "the wrong form of address": re.compile(
        r"\b(?:du|dich|dir|dein\w*|euch|euer\w*|eure\w*)\b", re.IGNORECASE
    ),
}


def faults_of(text: str, faults: dict[str, re.Pattern[str]]) -> list[str]:
    bad = [name for name, pattern in faults.items() if pattern.search(text)]
    if faults is GERMAN_FAULTS and text.count("„") != text.count("“"):
        bad.append("a quotation that does not close")
    if faults is FAULTS and text.count("“") != text.count("”"):
        bad.append("a quotation that does not close")
    return bad


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Einen Moment...", "three full stops for an ellipsis"),
        ("Das  ist", "two spaces"),
        ("Wirklich ?", "a space before a mark"),
        ("Das ist “gut”", "an English quotation mark"),
        ("Das ist „gut", "a quotation that does not close"),
        ("%(size)s MB", "a unit that can break away from its number"),
        ("20 €", "a unit that can break away from its number"),
        ("z. B. morgen", "an abbreviation that can break"),
        ("Das geht leider nicht.", "officialese"),
        ("Bitte gib dein Passwort ein.", "the wrong form of address"),
    ],
)
def test_a_fault_is_found(text: str, fault: str) -> None:
    assert fault in faults_of(text, GERMAN_FAULTS)


@pytest.mark.parametrize(
    "text",
    ["„%(name)s“ ist leer.", "%(size)s\u00a0MB", "z.\u00a0B. morgen", "Sagen Sie es ihr … oder ihm", "%s %s"],
)
def test_good_german_is_left_in_peace(text: str) -> None:
    assert faults_of(text, GERMAN_FAULTS) == []


def test_german_is_set_as_germans_set_it(german: Catalog) -> None:
    found = {
        said: bad
        for m in entries(german)
        for _, said in both_sides(m)
        if (bad := faults_of(said, GERMAN_FAULTS))
    }
    assert found == {}


def test_english_is_set_well_too(german: Catalog, used: dict[Text, Path]) -> None:
    borrowed = Path("servicedesk/borrowed.py")  # not our words
    texts = [part for text, path in used.items() if path != borrowed for part in text[1:] if part]
    assert {text: bad for text in texts if (bad := faults_of(text, FAULTS))} == {}
