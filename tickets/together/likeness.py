"""Whether two subjects speak of the same matter: how many of their telling words they share. Pure."""

from __future__ import annotations

from tickets.search.query import tokens_of

SHORTEST, ALIKE = 4, 0.5
# Words of four letters and more that tell nothing of a matter, in both languages of the desk.
_NOTHING = frozenset(
    (
        "about",
        "again",
        "been",
        "from",
        "have",
        "that",
        "this",
        "with",
        "your",
        "mine",
        "please",
        "request",
        "question",
        "aber",
        "anfrage",
        "auch",
        "bitte",
        "dass",
        "eine",
        "einen",
        "einer",
        "frage",
        "habe",
        "meine",
        "meinen",
        "meiner",
        "nach",
        "nicht",
        "noch",
        "oder",
        "wieder",
    )
)


def telling(subject: str) -> frozenset[str]:
    """The words of a subject that say what it is about; numbers of any length are such words."""
    words = tokens_of(subject)
    return frozenset(w for w in words if (len(w) >= SHORTEST or w.isdigit()) and w not in _NOTHING)


def likeness(one: str, other: str) -> float:
    """From 0 to 1: the share of the shorter subject's telling words that the other has too."""
    first, second = telling(one), telling(other)
    fewer = min(len(first), len(second))
    return len(first & second) / fewer if fewer else 0.0


def are_alike(one: str, other: str) -> bool:
    return likeness(one, other) >= ALIKE
