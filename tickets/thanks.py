"""Whether a message says thank you and nothing else; with one word it does not know, somebody reads it. Pure."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 120
_THANKS: Final = frozenset(("danke", "dank", "dankeschön", "merci", "thanks", "thank", "thx", "cheers"))
# What may stand around it and still asks for nothing. No “but”, no “yet”, no “not”, no number.
_GERMAN: Final = (
    "vielen herzlichen herzlich besten lieben schönen tausend ganz sehr nochmal nochmals ihnen euch dir für die das "
    "den schnelle schnellen rasche raschen gute guten tolle tollen super prima perfekt hilfe unterstützung antwort "
    "lösung hat geklappt alles bestens wunderbar klasse toll grüße grüßen gruß liebe viele beste freundliche "
    "freundlichen mit und war wirklich einen schönes tag abend wochenende noch ok okay"
)
_ENGLISH: Final = (
    "you very much so many a lot again for the your quick fast great good kind help support answer reply solution it "
    "worked works perfect perfectly brilliant wonderful lovely all regards best wishes and was really have nice day "
    "evening weekend ok okay"
)
_AROUND: Final = frozenset((_GERMAN + " " + _ENGLISH).split())


def is_mere_thanks(text: str) -> bool:
    """“Vielen Dank!” is; “Danke, aber …”, “Thanks, and when …?” and whatever else one might have to act on is not."""
    if len(text) > LONGEST or "?" in text:
        return False
    words = re.findall(r"\w+", text.lower())
    return any(word in _THANKS for word in words) and all(word in _THANKS | _AROUND for word in words)
