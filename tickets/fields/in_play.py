"""Which custom fields are asked for, now that others say what they say: a field may have conditions on others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from tickets import condition

from .says import BEGINNINGS, of_values

if TYPE_CHECKING:
    from .custom_field import CustomField
    from .kind import Value

Row = dict[str, Any]


def in_play(
    fields: Iterable[CustomField], values: Mapping[CustomField, Value | None], *, on: date
) -> list[CustomField]:
    """Those whose conditions hold. What is not asked for says nothing to the others, whatever stands in it."""
    fields = list(fields)
    playing: set[CustomField] = set()
    while True:
        said = of_values({field: value for field, value in values.items() if field in playing}, on=on)
        found = {field for field in fields if _holds(field.asked_when, said)}
        if found <= playing:
            return [field for field in fields if field in playing]
        playing |= found


def codes_in(rows: Sequence[Row]) -> set[str]:
    """The keys of the fields these conditions are about."""
    return {code_of(str(row["fact"])) for row in rows}


def code_of(fact: str) -> str:
    return next((fact.removeprefix(begins) for begins in BEGINNINGS if fact.startswith(begins)), fact)


def goes_round(code: str, rows: Sequence[Row], others: Mapping[str, Sequence[Row]]) -> bool:
    """Whether a field with these conditions would wait for itself, however many stand between."""
    seen: set[str] = set()
    ahead = codes_in(rows)
    while ahead:
        if code in ahead:
            return True
        seen |= ahead
        ahead = {one for name in ahead for one in codes_in(others.get(name, ()))} - seen
    return False


def _holds(rows: Sequence[Row], said: Mapping[str, object]) -> bool:
    return all(condition.holds(said.get(row["fact"]), row["operator"], row["value"]) for row in rows)
