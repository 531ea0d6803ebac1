"""No page and no message says a word that no translation can reach."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Set
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
ROOMS = ("accounts", "tickets", "policies", "servicedesk")
UNSEEN = re.compile(
    r"\{#.*?#\}|\{% comment.*?endcomment %\}|\{% block room %\}.*?endblock room %\}"
    r"|<(script|style)\b.*?</\1>|<!--.*?-->",
    re.DOTALL,
)
TRANSLATED = re.compile(r"\{% blocktranslate\b.*?endblocktranslate %\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
READ_ALOUD = re.compile(r'\b(?:aria-label|aria-description|title|placeholder|alt)="([^"]*)"')
# Attributes too that a block adds to a tag of its parent, and named characters.
MARKUP = re.compile(r'<[^>]*>|[\w-]+="[^"]*"|&\w+;')
SAME_EVERYWHERE = {"API", "Kulanz", "Können", "Wollen", "Dürfen"}

SPEAKING = {"ValidationError", "add_error", "Refusal"}
SPEAKING_OF_MESSAGES = {"success", "info", "warning", "error"}
SPEAKING_BY_NAME = {"label", "help_text", "empty_label", "verbose_name", "verbose_name_plural"}


def plain_words(page: str) -> set[str]:
    """Words of a template between the tags, and in what is read aloud."""
    page = TRANSLATED.sub(" ", UNSEEN.sub(" ", page))
    texts = [*READ_ALOUD.findall(page), MARKUP.sub(" ", page)]
    return {word for text in texts for word in re.findall(r"[^\W\d_]{2,}", text)} - SAME_EVERYWHERE


def bare_sentences(code: str, by_name: Set[str] = SPEAKING_BY_NAME) -> list[str]:
    """Texts that Python hands to people without asking for a translation."""
    return [
        word.value
        for call in ast.walk(ast.parse(code))
        if isinstance(call, ast.Call)
        for word in handed_over(call, by_name)
        if isinstance(word, ast.Constant) and isinstance(word.value, str) and re.match(r"\w.* ", word.value)
    ]


def handed_over(call: ast.Call, by_name: Set[str]) -> Iterator[ast.expr]:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    whose = getattr(getattr(call.func, "value", None), "id", "")
    if name in SPEAKING or (whose == "messages" and name in SPEAKING_OF_MESSAGES):
        yield from call.args
    yield from (keyword.value for keyword in call.keywords if keyword.arg in by_name)


def templates() -> list[Path]:
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".txt"))


def test_plain_words_are_found() -> None:
    page = '<a title="Go home" href="/x">{% translate "Back" %} here</a> Kulanz {# no #}{{ name }}&nbsp;'
    assert plain_words(page) == {"Go", "home", "here"}


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_template_says_a_word_past_the_catalogue(path: Path) -> None:
    assert plain_words(path.read_text(encoding="utf-8")) == set()


def test_bare_sentences_are_found() -> None:
    code = 'messages.info(request, "It is done")\nF(label="Your name")\nF(label=_("Your name"))\nlog.info("So it is")'
    assert bare_sentences(code) == ["It is done", "Your name"]


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_says_a_sentence_past_the_catalogue(room: str) -> None:
    files = [path for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts]
    # The API describes its fields to programmers, in English; what it answers is translated like everything else.
    found = {
        str(path.relative_to(ROOT)): bare_sentences(
            path.read_text(encoding="utf-8"), frozenset() if "api" in path.parts else SPEAKING_BY_NAME
        )
        for path in files
    }
    assert {path: sentences for path, sentences in found.items() if sentences} == {}
