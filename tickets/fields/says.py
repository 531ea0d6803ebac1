"""What custom fields say, as facts that conditions are held against. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .custom_field import CustomField
    from .kind import Value

IS, SINCE, UNTIL = "field_", "since_", "until_"  # a day is compared by how far away it is
BEGINNINGS = (IS, SINCE, UNTIL)


def of_values(values: Mapping[CustomField, Value | None], *, on: date) -> dict[str, object]:
    said: dict[str, object] = {}
    for field, value in values.items():
        if value is None:
            continue
        if isinstance(value, date):
            passed = (on - value).days
            said[f"{SINCE}{field.code}"] = passed if passed >= 0 else None
            said[f"{UNTIL}{field.code}"] = -passed if passed <= 0 else None
        elif isinstance(value, str):
            said[f"{IS}{field.code}"] = frozenset({value.casefold()})
        else:
            said[f"{IS}{field.code}"] = frozenset(value) if isinstance(value, tuple) else value
    return said
