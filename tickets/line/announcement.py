"""An announcement: what a telephone system says to somebody who waits, in both languages.

German law (§ 115 TKG) lets callers wait on a charged number only where the price is fixed or waiting is free, and has
the expected duration told at the start; so for such numbers it must be said, for others it may.
"""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tickets.history import in_each_language

from .estimate import Shown

ORDINARY, FIXED_CHARGE, FREE_WHILE_WAITING = "ordinary", "fixed_charge", "free_while_waiting"
NUMBERS: Final = (ORDINARY, FIXED_CHARGE, FREE_WHILE_WAITING)


def announcement_of(shown: Shown, ahead: int, number: str, *, is_known: bool) -> dict[str, object]:
    """The words for each language, and whether they must be said before anything else."""
    said = in_each_language(lambda: " ".join(_sentences(shown, ahead, number, is_known=is_known)))
    return {"must_be_said": number != ORDINARY, **said}


def _sentences(shown: Shown, ahead: int, number: str, *, is_known: bool) -> list[str]:
    most = shown.most_minutes
    said = [_("You are number %(number)s in line.") % {"number": ahead + 1}]
    if not shown.is_open_ended:
        words = ngettext(
            "It will probably take up to %(most)s minute.",
            "It will probably take up to %(most)s minutes.",
            most,
        )
        said.append(words % {"most": most})
    elif is_known:
        words = ngettext(
            "It will probably take more than %(more_than)s minute.",
            "It will probably take more than %(more_than)s minutes.",
            most,
        )
        said.append(words % {"more_than": most})
    else:
        said.append(_("It takes longer than usual. You keep your place."))
    if number == FIXED_CHARGE:
        said.append(_("This call has a fixed price, however long you wait."))
    elif number == FREE_WHILE_WAITING:
        said.append(_("While you wait, this call costs nothing."))
    return said
