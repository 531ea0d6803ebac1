"""Which of the articles found comes first, and which fits what somebody is writing. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

IN_TITLE, BEGINS_IN_TITLE, IN_TEXT = 6, 4, 1
# What fits is more than one chance word: a word of the title and one more, or many of the text.
FITS: Final = 6
SHORTEST: Final = 4
MOST_WORDS: Final = 12
# Words people write around a matter; those shorter than four letters are left out anyway.
_GERMAN: Final = (
    "aber alle allem allen alles also auch bereits bitte danke dann dass denn deren dessen diese diesem "
    "diesen dieser dieses doch dort durch eine einem einen einer eines etwas euch euer eure ganz geht "
    "gern gibt guten habe haben hallo hatte hatten hier hätte ihnen ihre ihrem ihren ihrer immer jetzt "
    "kann kannst kein keine keinen kommt könnte können leider mein meine meinem meinen meiner mehr mich "
    "möchte muss müssen nach nicht nichts noch nun oder ohne schon sehr sein seine seit sich sind soll "
    "sondern sonst über unser unsere unter viel vielen vielleicht vom von vor war waren warum weil welche "
    "wenn werde werden wieder will wird worden wurde wurden würde zwar zwischen damen herren grüße"
)
_ENGLISH: Final = (
    "about after again also always because been before being cannot could dear does doing done from have "
    "having hello here into just know like many more much need only other over please really regards same "
    "should since some still such than thank thanks that their them then there these they this those "
    "through until very want wanted were what when where which while will with without would your yours"
)
_AROUND: Final = frozenset((_GERMAN + " " + _ENGLISH).split())


def weighty(tokens: Iterable[str]) -> list[str]:
    """The words of a text that say what it is about, each once, longest first: the long ones are the rare ones."""
    found = {
        token for token in tokens if len(token) >= SHORTEST and token not in _AROUND and not token.isdigit()
    }
    return sorted(found, key=lambda token: (-len(token), token))[:MOST_WORDS]


def score(tokens: Iterable[str], *, titles: Iterable[str], words: str) -> int:
    """How much of what is asked stands in the titles, and how much in the text."""
    in_titles = {unicodedata.normalize("NFC", title).lower() for title in titles}
    in_text = set(words.split())
    return sum(_of(token, in_titles, in_text) for token in tokens)


def _of(token: str, titles: set[str], text: set[str]) -> int:
    if token in titles:
        return IN_TITLE
    if any(
        title.startswith(token) or (len(title) >= SHORTEST and token.startswith(title)) for title in titles
    ):
        return BEGINS_IN_TITLE
    return IN_TEXT if token in text else 0
