"""Wording: finds in a draft to a customer what should not be said that way – blame, jargon, internals. Pure.

Suggestions, never a wall: the agent may send anyway and says why (false positives exist in every word list).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tickets.draft_check import Remark

BLAME, JARGON, INTERNAL = "blame", "jargon", "internal"


_OURS = _("Say what we do and what it protects, as “we”. Nobody else decided it.")
_STRAIGHT = _("Say what is possible, not what you are made to do.")
_PLAIN = _("The customer does not know our words. Say what it means for them.")
_NUMBER = _("Leave out the number of the rule and give its reason.")
_INSIDE = _("This belongs inside the house: limits, budgets and who decides are not for the customer.")

# Word stems as they stand in a sentence; \b does not hold before umlauts in every case, so looks behind and ahead.
_LISTS: tuple[tuple[str, Promise, tuple[str, ...]], ...] = (
    (
        BLAME,
        _OURS,
        (
            r"(?:die|unsere|der|in der|von der) (?:zentrale|konzernleitung|geschäftsleitung|führungsetage|chefetage)",
            r"die da oben",
            r"(?:anweisung|vorgabe|order|weisung)(?:en)? von (?:ganz )?oben",
            r"(?:das|unser|mein) system (?:lässt|erlaubt|gibt|zeigt|verhindert|sperrt|kann|will)",
            r"(?:hat|haben) (?:die|unsere) (?:vorgesetzten?|chefs?|leitung) (?:so )?(?:entschieden|beschlossen)",
            r"ich bin (?:hier )?(?:nur|bloß) (?:der|die|im|am) (?:service|kundendienst|telefon|support)",
            r"(?:the )?(?:headquarters|head office|top management|upper management)",
            r"(?:they|those people) up there",
            r"(?:the|our|my) system (?:does(?: not|n['’]t)|will not|won['’]t|cannot|can['’]t|only lets|blocks)",
            r"(?:my|our) (?:boss|bosses|supervisor|superiors|manager|managers) (?:decided|says?|said|won['’]t|wants?)",
            r"(?:supreme command|management) (?:has )?decided",
            r"i['’]?m (?:only|just) (?:the |a |in )?(?:service|support)",
        ),
    ),
    (
        BLAME,
        _STRAIGHT,
        (
            r"(?:ich|wir) (?:muss|müssen) (?:ihnen |dir )?leider",
            r"(?:mir|uns) sind (?:da |hier )?(?:leider )?die hände gebunden",
            r"(?:darf|dürfen) (?:ich|wir) (?:das )?(?:leider )?nicht",
            r"i (?:have|am forced|am obliged) to (?:refuse|decline|reject|tell)",
            r"(?:my|our) hands are tied",
            r"i['’]?m not allowed to",
            r"(?:it is|it['’]s) (?:against )?(?:company|our) policy",
        ),
    ),
    (
        JARGON,
        _NUMBER,
        (
            r"(?:regel|richtlinie|vorschrift|leitplanke|paragraf|abschnitt) (?:nr\.? ?)?\d+(?:[.\-]\d+)*",
            r"(?:rule|policy|guideline|guardrail|section) (?:no\.? ?)?\d+(?:[.\-]\d+)*",
        ),
    ),
    (
        JARGON,
        _PLAIN,
        (
            r"(?:sla|eskalationsstufe|first level|second level|1st level|2nd level|backlog|ticketsystem)",
            r"(?:bearbeitungsstatus|vorgangsart|reklamationsgrund) ?[:„\"]",
        ),
    ),
    (
        INTERNAL,
        _INSIDE,
        (
            r"(?:kulanz|monats|team|rest)?budgets? ?(?:ist|sind|reicht|reichen|haben|hat|von|erschöpft|leer|gibt)",
            r"(?:mein|unser|ihr|dein) (?:limit|rahmen|budget|spielraum|freigaberahmen)",
            r"(?:ohne|mit|wartet auf|braucht|bis zur) (?:die )?freigabe (?:von|durch|meiner|meines)",
            r"(?:my|our|the) (?:approval |goodwill |spending |monthly |team )?(?:limit|budget|allowance)",
            r"(?:needs?|waiting for|without) (?:the )?(?:approval|sign-off) (?:of|from|by)",
            r"(?:können|wollen|dürfen) ?(?:ist |: ?)(?:grün|gelb|rot)",
        ),
    ),
)
_COMPILED = tuple(
    (kind, advice, re.compile(r"(?<!\w)(?:" + "|".join(patterns) + r")(?!\w)", re.IGNORECASE))
    for kind, advice, patterns in _LISTS
)


def remarks(text: str, *, internals: Iterable[str] = ()) -> list[Remark]:
    """Everything in `text` worth a second thought, in the order it stands there, each place once.

    `internals` are the literal words of this case that must stay inside: names of deciders, amounts of limits
    and budgets as they would be written. Linear in the length of the text.
    """
    found: dict[int, Remark] = {}
    for kind, advice, pattern in _COMPILED:
        for match in pattern.finditer(text):
            found.setdefault(match.start(), Remark(kind, match.group(), advice))
    lowered = text.casefold()
    for word in internals:
        at = _place_of(word.casefold(), lowered)
        if at is not None:
            found.setdefault(at, Remark(INTERNAL, word, _INSIDE))
    return [found[at] for at in sorted(found)]


def _place_of(word: str, text: str) -> int | None:
    """Where `word` stands as a word of its own; an amount inside a longer number does not count."""
    if not word:
        return None
    match = re.search(r"(?<![\w,.])" + re.escape(word) + r"(?![\w]|[.,]\d)", text)
    return match.start() if match else None
