"""Wording: finds in a draft to a customer what should not be said that way – blame, jargon, internals. Pure.

Suggestions, never a wall: the agent may send anyway and says why (false positives exist in every word list).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tickets.draft_check import Remark

BLAME, JARGON, INTERNAL, REASON, STEP = "blame", "jargon", "internal", "reason", "step"
# Shorter than this, a reply is a word of thanks or a question and needs no next step of its own.
LONG_ENOUGH = 240


_OURS = _("Say what we do and what it protects, as “we”. Nobody else decided it.")
_STRAIGHT = _("Say what is possible, not what you are made to do.")
_PLAIN = _("The customer does not know our words. Say what it means for them.")
_NUMBER = _("Leave out the number of the rule and give its reason.")
_PROTECTS = _("A reason says what it protects: no regret, no department, no other customers.")
_NEXT = _("Say what happens next and by when, so that nobody has to ask.")
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
            r"(?:das|es) (?:entscheide|bestimme) nicht ich",
            r"das liegt nicht (?:an|bei) mir",
            r"dafür bin ich (?:leider )?nicht zuständig",
            r"ich bin (?:hier )?(?:nur|bloß) (?:der|die|im|am) (?:service|kundendienst|telefon|support)",
            r"(?:the )?(?:headquarters|head office|top management|upper management)",
            r"(?:they|those people) up there",
            r"(?:the|our|my) system (?:does(?: not|n['’]t)|will not|won['’]t|cannot|can['’]t|only lets|blocks)",
            r"(?:my|our) (?:boss|bosses|supervisor|superiors|manager|managers) (?:decided|says?|said|won['’]t|wants?)",
            r"(?:supreme command|management) (?:has )?decided",
            r"i['’]?m (?:only|just) (?:the |a |in )?(?:service|support)",
            r"(?:it is|it['’]s|that is|that['’]s) not (?:up to me|my (?:decision|department))",
            r"above my (?:pay grade|head)",
        ),
    ),
    (
        BLAME,
        _STRAIGHT,
        (
            r"(?:ich|wir) (?:muss|müssen) (?:ihnen |dir )?leider",
            r"(?:mir|uns) sind (?:da |hier )?(?:leider )?die hände gebunden",
            r"(?:darf|dürfen) (?:ich|wir) (?:das )?(?:leider )?nicht",
            r"da (?:kann|können) (?:ich|wir) (?:leider )?nichts (?:machen|tun)",
            r"i (?:have|am forced|am obliged) to (?:refuse|decline|reject|tell)",
            r"(?:my|our) hands are tied",
            r"i['’]?m not allowed to",
            r"there(?:['’]s| is) nothing (?:i|we) can do",
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
            r"(?:your|their) own (?:limit|budget|allowance)",
            r"(?:dein|ihr)(?:em|en|e)? eigene[nmrs]? (?:rahmen|limit|budget|spielraum)",
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


# What a reason must not lean on: regret explains nothing, and nobody is told how others fare.
_NO_REASON = re.compile(
    r"(?<!\w)(?:leider|bedauerlicherweise|(?:die|unsere|der|andere) (?:fach)?abteilung(?:en)?"
    r"|andere[nr]? kund(?:en|innen)|unfortunately|regrettably|(?:the|our|another) [a-z]+ department"
    r"|other customers)(?!\w)",
    re.IGNORECASE,
)
# Signs that a reply says how it goes on: a time, somebody who does something, or a question.
_STEP = re.compile(
    r"\?|(?<!\w)(?:bis|heute|morgen|übermorgen|sofort|gleich|soeben|nachher|montag|dienstag|mittwoch|donnerstag"
    r"|freitag|samstag|innerhalb|nächste[nrs]?|(?:ich|wir) (?:sende|schicke|rufe|melde|schaue|prüfe|erstatte|tausche"
    r"|bringe|liefere|bleibe|gebe|schreibe|kümmere)n?|(?:melde|rufe|kümmere|melden|rufen|kümmern) (?:ich|wir)"
    r"|(?:erhalten|bekommen|hören|können|brauchen|müssen) sie|sie (?:erhalten|bekommen|hören|können|brauchen)"
    r"|unterwegs|verschickt|abgeschickt|losgeschickt|gutgeschrieben|überwiesen|erledigt|ersetzt|repariert|bitte"
    r"|today|tonight|tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|within|by|now|next|please"
    r"|(?:i|we)(?:['’]ll| will| am| are|['’]m|['’]re| have|['’]ve| can) \w+|you (?:will|can|get|receive|hear|need)"
    r"|you['’]ll|on its way|sent|shipped|refunded|replaced|repaired|credited|let (?:me|us) know)(?!\w)",
    re.IGNORECASE,
)


def reason_remarks(text: str) -> list[Remark]:
    """What a reason for a no should not lean on, besides what no text to customers should hold."""
    return [
        *remarks(text),
        *(Remark(REASON, match.group(), _PROTECTS) for match in _NO_REASON.finditer(text)),
    ]


def step_remarks(text: str) -> list[Remark]:
    """A longer reply that does not say how it goes on leaves its reader alone; who writes stands below it anyway."""
    if len(text) < LONG_ENOUGH or _STEP.search(text):
        return []
    return [Remark(STEP, text.strip()[-40:], _NEXT)]


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
