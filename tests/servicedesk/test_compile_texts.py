"""Texts are compiled without gettext, only when needed, and a broken one is refused in a sentence."""

import gettext
import io
import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

HEAD = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
)


@pytest.fixture
def po(tmp_path, settings) -> Path:
    settings.LOCALE_PATHS = [tmp_path]
    file = tmp_path / "de" / "LC_MESSAGES" / "django.po"
    file.parent.mkdir(parents=True)
    file.write_text(
        HEAD
        + '#, python-format\nmsgid "%(n)s case"\nmsgid_plural "%(n)s cases"\n'
        + 'msgstr[0] "%(n)s Fall"\nmsgstr[1] "%(n)s Fälle"\n\n'
        + '#, fuzzy\nmsgid "Guessed"\nmsgstr "Geraten"\n\nmsgid "Open"\nmsgstr ""\n'
    )
    return file


def compiled() -> str:
    out = io.StringIO()
    call_command("compile_texts", stdout=out)
    return out.getvalue()


def test_a_missing_file_is_compiled_and_speaks(po):
    assert compiled() == f"{po}: 1 texts compiled\n"
    with po.with_suffix(".mo").open("rb") as file:
        german = gettext.GNUTranslations(file)
    assert german.ngettext("%(n)s case", "%(n)s cases", 2) == "%(n)s Fälle"
    assert german.gettext("Guessed") == "Guessed"
    assert german.gettext("Open") == "Open"


def test_what_is_current_is_left_alone_in_silence(po):
    compiled()
    before = po.with_suffix(".mo").stat()
    assert compiled() == ""
    assert po.with_suffix(".mo").stat().st_ino == before.st_ino


def test_an_older_file_is_compiled_again(po):
    compiled()
    po.write_text(HEAD + 'msgid "Open"\nmsgstr "Offen"\n')
    later = po.with_suffix(".mo").stat().st_mtime_ns + 1
    os.utime(po, ns=(later, later))
    assert compiled() == f"{po}: 1 texts compiled\n"
    with po.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Open") == "Offen"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('msgid "Hello"\nmsgstr "Hallo\n', "line 7: this is no text in quotation marks."),
        ('msgid "Hello"\nmsgstr "Hal"lo"\n', "line 7: this is no text in quotation marks."),
        ('msgid "Hello"\nmsgtext "Hallo"\n', "line 7: Unknown or misformatted keyword."),
        ('msgid "Hello"\n', "line 6: missing msgstr for msgid 'Hello'."),
        (
            '#, python-format\nmsgid "Hello %(name)s"\nmsgstr "Hallo %(nahme)s"\n',
            "line 7: unknown named placeholder 'nahme'.",
        ),
    ],
)
def test_a_broken_text_is_refused_in_one_sentence_and_nothing_is_written(po, text, words):
    po.write_text(HEAD + text)
    with pytest.raises(CommandError) as refusal:
        compiled()
    assert str(refusal.value) == f"{po}, {words}"
    assert [file.name for file in po.parent.iterdir()] == ["django.po"]


def test_bytes_that_are_no_text_are_refused(po):
    po.write_bytes(b'msgid "a"\nmsgstr "\xe4"\n')
    with pytest.raises(CommandError, match=r"cannot be read: 'utf-8' codec can't decode byte 0xe4"):
        compiled()
    assert [file.name for file in po.parent.iterdir()] == ["django.po"]
