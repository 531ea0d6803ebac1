"""Two versions of the rules compared with everything in them: what agents are decided by, and what is promised."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from ..facts import rules_of
from .difference import CAME, CHANGED, WENT, Difference, differences
from .rulebook import Rulebook
from .standard import BaseStandard

STANDARD = "standard"


def compared(old: Rulebook, new: Rulebook) -> list[Difference]:
    """What a reader of `old` must know to work by `new`; empty when both say the same."""
    return [*differences(rules_of(old), rules_of(new)), *_standards(old, new)]


def _standards(old: Rulebook, new: Rulebook) -> Iterator[Difference]:
    before = {row.code: row for row in old.standards.all()}
    after = {row.code: row for row in new.standards.all()}
    for code in [*before, *(code for code in after if code not in before)]:
        was, is_now = before.get(code), after.get(code)
        if was is None and is_now is not None:
            yield Difference(CAME, STANDARD, _("New promise: %(what)s") % {"what": _words(is_now)})
        elif is_now is None and was is not None:
            yield Difference(WENT, STANDARD, _("No longer promised: %(what)s") % {"what": was.promise})
        elif was is not None and is_now is not None and _words(was) != _words(is_now):
            yield Difference(CHANGED, STANDARD, _("Promise now: %(what)s") % {"what": _words(is_now)})


def _words(row: BaseStandard) -> str:
    said = {"promise": row.promise, "measure": row.get_measured_by_display(), "aim": row.target_percent}
    return _("%(promise)s (%(measure)s, aim %(aim)s %%)") % said
