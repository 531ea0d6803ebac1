"""What programs send, taken exactly: a number is a JSON number, a text a JSON text, and every key one we know.

DRF's own fields also take "1_000", 1.0 and true for a number, and 5 for a text; its refusals repeat what was sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError as TextError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty

from tickets.textfields import clean_line, clean_text

from .paging import LARGEST_ID

# Controls, breaks of any alphabet, direction overrides, halves of surrogate pairs: nothing a line may hold.
_NOT_IN_A_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_WITH_ZONE = re.compile(r".*(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})", re.ASCII)
_NUMBER = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)
LONGEST_KEY_SHOWN = 60


class Strict(serializers.Serializer):
    """A JSON object in which every key is known; who misspells one learns it instead of being half understood."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            writable = {name for name, field in self.fields.items() if not field.read_only}
            unknown = [key for key in data if key not in writable]
            if unknown:
                words = _("“%(name)s” is not a field one can send here.")
                raise serializers.ValidationError(
                    {"unknown": [words % {"name": shown_key(key)} for key in sorted(unknown)[:20]]}
                )
        return super().to_internal_value(data)


class WholeNumber(serializers.IntegerField):
    """A JSON number without a fraction; `true` is none."""

    default_error_messages = {"invalid": gettext_lazy("A whole number is needed here.")}

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return int(data)


class Id(WholeNumber):
    """The number of something stored."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 1, "max_value": LARGEST_ID, **kwargs})


class Line(serializers.CharField):
    """One line; what would break it, hide in it or turn its direction is refused."""

    default_error_messages = {
        "invalid": gettext_lazy("A text is needed here."),
        "characters": gettext_lazy("This line holds characters that do not belong in a line."),
    }

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        if _NOT_IN_A_LINE.search(data):
            self.fail("characters")
        return self._not_blank(clean_line(data))

    def _not_blank(self, text: str) -> str:
        if not text and not self.allow_blank:
            self.fail("blank")
        return text


class Text(Line):
    """Several lines, cleaned as in every other door."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        try:
            return self._not_blank(clean_text(data))
        except TextError as error:
            raise serializers.ValidationError(error.messages, code="characters")


class Choice(serializers.ChoiceField):
    """One of some words, exactly."""

    default_error_messages = {"invalid_choice": gettext_lazy("This is not one of the possible values.")}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or data not in self.choices:
            self.fail("invalid_choice")
        return data


class Number(Choice):
    """One of some whole numbers, exactly."""

    def to_internal_value(self, data: Any) -> Any:
        if type(data) is not int or data not in self.choices:
            self.fail("invalid_choice")
        return data


class Flag(serializers.BooleanField):
    """True or false, and no word for it."""

    default_error_messages = {"invalid": gettext_lazy("Either true or false is needed here.")}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


@extend_schema_field(OpenApiTypes.INT64)
class NumberInAddress(serializers.Field):
    """A number as it stands in an address: ASCII digits, no sign, as large as the database stores."""

    default_error_messages = {"invalid": gettext_lazy("A number is needed here.")}

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, str) or not _NUMBER.fullmatch(data) or int(data) > LARGEST_ID:
            self.fail("invalid")
        return int(data)


class Instant(serializers.DateTimeField):
    """A moment with its offset from UTC; without one it could be anywhere's."""

    default_error_messages = {"zone": gettext_lazy("A moment needs its offset from UTC, such as “Z”.")}

    def to_internal_value(self, value: Any) -> datetime:
        if not isinstance(value, str) or not _WITH_ZONE.fullmatch(value):
            self.fail("zone")
        moment: datetime = super().to_internal_value(value)
        return moment


class Moment(serializers.DateTimeField):
    """Moments are sent in UTC, whoever reads them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"read_only": True, "default_timezone": UTC, **kwargs})


class Address(Strict):
    """The part of an address behind the question mark; each key once and known, pages besides."""

    PAGING = frozenset({"cursor", "page_size"})

    def __init__(self, *, data: Any = empty, **kwargs: Any) -> None:
        if data is not empty:
            data = self._each_once(data)
        super().__init__(data=data, **kwargs)

    def _each_once(self, query: Any) -> dict[str, Any]:
        doubled = [key for key, values in query.lists() if len(values) > 1]
        if doubled:
            words = _("“%(name)s” is there more than once.")
            raise serializers.ValidationError(
                {"unknown": [words % {"name": shown_key(key)} for key in doubled[:20]]}
            )
        return {key: value for key, value in query.items() if key not in self.PAGING}


def shown_key(key: object) -> str:
    """A key as one can print it in an answer, whatever it is made of."""
    return ascii(str(key))[1:-1][:LONGEST_KEY_SHOWN]
