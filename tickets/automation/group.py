"""Groups of conditions: rows joined by “all of these” or “one of these”, one inside the other. Pure.

A group is data: {"join": "all", "parts": [row or group, …]}; a row is {"fact", "operator", "value"}. A group without
parts holds always: a rule without conditions fires on every ticket its trigger names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tickets import condition

ALL, ANY = "all", "any"
DEEPEST, MOST_ROWS = 3, 20
Group = dict[str, Any]


def holds(group: Group, facts: Mapping[str, object]) -> bool:
    """Whether the facts satisfy the group; what is not known satisfies no row."""
    parts = group.get("parts", [])
    if not parts:
        return True
    answers = (_part_holds(part, facts) for part in parts)
    return any(answers) if group.get("join") == ANY else all(answers)


def rows_of(group: Group) -> Iterator[dict[str, Any]]:
    """Every row, from left to right, however deep it stands."""
    for part in group.get("parts", []):
        if "parts" in part:
            yield from rows_of(part)
        else:
            yield part


def refusal(group: object, *, about: tuple[str, ...]) -> str:
    """Why this is no group of conditions that can be asked, in words; "" when it is one."""
    if not _is_shaped(group, 1):
        return _("These conditions cannot be read.")
    assert isinstance(group, dict)
    rows = list(rows_of(group))
    if len(rows) > MOST_ROWS:
        return _("At most %(most)s conditions in one rule.") % {"most": MOST_ROWS}
    askable = {fact.name for fact in condition.known_about(*about)}
    for row in rows:
        name = str(row["fact"])
        if name in condition.vocabulary and name not in askable:
            label = condition.vocabulary[name].label
            return _("“%(fact)s” is not known of a ticket.") % {"fact": label}
        refused = condition.refusal(name, str(row["operator"]), row["value"])
        if refused:
            return refused
    return ""


def sentence(group: Group) -> str:
    """The group as people say it: “A and (B or C)”; "" for one without conditions."""
    said = [_part_said(part) for part in group.get("parts", [])]
    joint = _(" or ") if group.get("join") == ANY else _(" and ")
    return joint.join(part for part in said if part)


def _part_holds(part: Group, facts: Mapping[str, object]) -> bool:
    if "parts" in part:
        return holds(part, facts)
    return condition.holds(facts.get(part["fact"]), part["operator"], part["value"])


def _part_said(part: Group) -> str:
    if "parts" not in part:
        return condition.sentence(part["fact"], part["operator"], part["value"])
    said = sentence(part)
    return f"({said})" if len(part["parts"]) > 1 else said


def _is_shaped(group: object, depth: int) -> bool:
    if not isinstance(group, dict) or set(group) != {"join", "parts"} or depth > DEEPEST:
        return False
    if group["join"] not in (ALL, ANY) or not isinstance(group["parts"], list):
        return False
    return all(_is_part(part, depth) for part in group["parts"])


def _is_part(part: object, depth: int) -> bool:
    if not isinstance(part, dict):
        return False
    return set(part) == {"fact", "operator", "value"} or _is_shaped(part, depth + 1)
