"""Text as strangers send it: what is dropped, what is kept, what is refused."""

from __future__ import annotations

import pytest
from django import forms
from django.core.exceptions import ValidationError

from tickets.textfields import KeyField, OneLineField, TextField, clean_line, clean_text, fresh_key

# What comes in, and what is left of it as several lines and as one.
KEPT = [
    ("Hello", "Hello", "Hello"),
    ("  Hello \n", "Hello", "Hello"),
    ("one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour", "one two three four"),
    (
        "one\u2028two\u2029three\u0085four\x0bfive\x0csix",
        "one\ntwo\nthree\nfour\nfive\nsix",
        "one two three four five six",
    ),
    ("a\x00b\x07c\x1bd\x7fe\x9ff", "abcdef", "abcdef"),
    ("tab\tstays", "tab\tstays", "tab stays"),
    ("invoice\u202efdp.exe", "invoicefdp.exe", "invoicefdp.exe"),
    ("\u2066\u2067\u2068isolates\u2069", "isolates", "isolates"),
    ("e\u0301", "\u00e9", "\u00e9"),
    ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
    ("مرحبا", "مرحبا", "مرحبا"),
    ("<b>not bold</b>", "<b>not bold</b>", "<b>not bold</b>"),
    ("{{ 7|add:7 }} ${x} %(y)s", "{{ 7|add:7 }} ${x} %(y)s", "{{ 7|add:7 }} ${x} %(y)s"),
]
# Nothing of this can be seen, so it is nothing.
BLANK = ["", " ", "\n\n", "\u200b", "\u200b\u200c\ufeff", "\u00a0\u2003", "\u202e", "\x00", "\u2060 \u200e"]


@pytest.mark.parametrize(("given", "lines", "line"), KEPT)
def test_what_is_kept(given: str, lines: str, line: str) -> None:
    assert clean_text(given) == lines
    assert clean_line(given) == line


@pytest.mark.parametrize("given", BLANK)
def test_what_nobody_can_see_is_nothing(given: str) -> None:
    assert clean_text(given) == ""
    assert clean_line(given) == ""


@pytest.mark.parametrize("given", ["\ud800", "a\udfffb", "\udc80\ud83d"])
def test_halves_of_a_letter_are_refused(given: str) -> None:
    for clean in (clean_text, clean_line):
        with pytest.raises(ValidationError) as refused:
            clean(given)
        assert refused.value.code == "characters"


@pytest.mark.parametrize(("given", "lines", "line"), KEPT)
def test_cleaning_twice_changes_nothing(given: str, lines: str, line: str) -> None:
    assert (clean_text(lines), clean_line(line)) == (lines, line)


class Letter(forms.Form):
    subject = OneLineField(max_length=10)
    text = TextField(max_length=20)
    key = KeyField()


@pytest.mark.parametrize("blank", [word for word in BLANK if "\x00" not in word])
def test_a_required_field_is_not_filled_with_nothing(blank: str) -> None:
    assert set(Letter({"subject": blank, "text": blank}).errors) == {"subject", "text"}


def test_the_length_is_that_of_what_is_stored() -> None:
    form = Letter({"subject": " " * 50 + "ten chars." + " " * 50, "text": "\u202e" * 30 + "x"})
    assert form.is_valid()
    assert (form.cleaned_data["subject"], form.cleaned_data["text"]) == ("ten chars.", "x")
    assert set(Letter({"subject": "eleven char", "text": "x" * 21}).errors) == {"subject", "text"}


def test_what_was_typed_stays_in_the_form() -> None:
    form = Letter({"subject": "<b>" * 9, "text": ""})
    assert not form.is_valid()
    assert form["subject"].value() == "<b>" * 9
    assert "&lt;b&gt;" in str(form["subject"])
    assert "<b>" not in str(form["subject"])


def test_a_key_of_ours_is_kept() -> None:
    key = fresh_key()
    form = Letter({"subject": "a", "text": "b", "key": key})
    assert form.is_valid()
    assert form.cleaned_data["key"] == key
    assert form["key"].value() == key


@pytest.mark.parametrize("given", [None, "", "k" * 65, "a b", "a\x00b", "ключ", "<b>", "a\n", "１２"])
def test_without_a_key_of_ours_it_is_the_first_time(given: str | None) -> None:
    sent = {"subject": "a", "text": "b"} | ({"key": given} if given is not None else {})
    form = Letter(sent)
    assert form.is_valid()
    assert len(form.cleaned_data["key"]) == 32
    assert form["key"].value() not in (given, "None", "")
    assert form.cleaned_data["key"] != Letter(sent)["key"].value()


def test_two_forms_shown_are_two_keys() -> None:
    assert Letter()["key"].value() != Letter()["key"].value()
