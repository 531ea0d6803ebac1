"""Text as strangers send it: the form fields every door uses. They clean first, then check what is left."""

from __future__ import annotations

import re
import unicodedata
import uuid
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Halves of a surrogate pair cannot be stored.
_UNSTORABLE: Final = re.compile("[\ud800-\udfff]")
# Every alphabet's line break is a line break.
_BREAKS: Final = dict.fromkeys([0x0B, 0x0C, 0x0D, 0x1C, 0x1D, 0x1E, 0x85, 0x2028, 0x2029], "\n")
# Direction overrides make a line, and the text after it, lie about its order.
_DIRECTIONS: Final = [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_CONTROLS: Final = [code for code in [*range(0x20), *range(0x7F, 0xA0)] if chr(code) not in "\n\t"]
_DROPPED: Final = dict.fromkeys([*_CONTROLS, *_DIRECTIONS])
_INVISIBLE: Final = {"Cc", "Cf", "Zs", "Zl", "Zp"}
_KEY: Final = re.compile(r"[\w-]{1,64}", re.ASCII)


def clean_text(text: str) -> str:
    """Several lines in NFC: line ends are \\n, no control characters, no direction overrides, no blank ends.

    Text of which nothing can be seen is "". Raises ValidationError for halves of surrogate pairs.
    """
    if _UNSTORABLE.search(text):
        raise ValidationError(_("This text holds characters that cannot be stored."), code="characters")
    text = text.replace("\r\n", "\n").translate(_BREAKS).translate(_DROPPED)
    text = unicodedata.normalize("NFC", text).strip()
    return text if any(unicodedata.category(letter) not in _INVISIBLE for letter in text) else ""


def clean_line(text: str) -> str:
    """One line: whatever breaks a line in any alphabet becomes a space. Raises as `clean_text` does."""
    return " ".join(clean_text(text).split())


class TextField(forms.CharField):
    """Several lines from a person."""

    widget = forms.Textarea

    def to_python(self, value: object) -> str:
        return clean_text(super().to_python(value) or "")


class OneLineField(forms.CharField):
    """One line from a person: a subject, a name."""

    def to_python(self, value: object) -> str:
        return clean_line(super().to_python(value) or "")


class WordsField(forms.CharField):
    """Some words from a person, with commas between them; cleans to a list of them, each once."""

    def to_python(self, value: object) -> list[str]:
        words = (word.strip() for word in clean_line(super().to_python(value) or "").split(","))
        return list(dict.fromkeys(word for word in words if word))

    def prepare_value(self, value: object) -> object:
        return ", ".join(str(word) for word in value) if isinstance(value, list) else value

    def run_validators(self, value: object) -> None:
        super().run_validators(self.prepare_value(value))


def fresh_key() -> str:
    """The key of a form that is shown for the first time: sending it twice then is the same as once."""
    return uuid.uuid4().hex


class KeyField(forms.Field):
    """The key a form was shown with. Who sends none, or none of ours, has sent it for the first time.

    A form shown again after an error carries the key it came with, or its answer could be stored twice.
    """

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "initial": fresh_key, **kwargs})

    def clean(self, value: object) -> str:
        return value if isinstance(value, str) and _KEY.fullmatch(value) else fresh_key()

    def bound_data(self, data: object, _initial: object) -> str:
        return self.clean(data)
