"""Blame, jargon and internals in a draft (C41, C43, C44)."""

import pytest

from policies.language.wording import BLAME, INTERNAL, JARGON, remarks

BAD = [
    ("Das System lässt das nicht zu.", BLAME, "Das System lässt"),
    ("Das hat die Zentrale so entschieden.", BLAME, "die Zentrale"),
    ("Die da oben haben das beschlossen.", BLAME, "Die da oben"),
    ("Ich muss Ihnen leider mitteilen, dass …", BLAME, "Ich muss Ihnen leider"),
    ("Mir sind da leider die Hände gebunden.", BLAME, "Mir sind da leider die Hände gebunden"),
    ("Headquarters decided so.", BLAME, "Headquarters"),
    ("I'm only the service person.", BLAME, "I'm only the service"),
    ("The system won't let me.", BLAME, "The system won't"),
    ("Our hands are tied.", BLAME, "Our hands are tied"),
    ("Nach Regel 4.2 geht das nicht.", JARGON, "Regel 4.2"),
    ("See guideline no. 17.", JARGON, "guideline no. 17"),
    ("Mein Limit erlaubt nur 50 Euro.", INTERNAL, "Mein Limit"),
    ("Our goodwill budget is used up.", INTERNAL, "Our goodwill budget"),
]
GOOD = [
    "Wir senden Ihnen heute noch ein neues Gerät. Frau Berger ruft Sie bis 15 Uhr an.",
    "Das Heizungssystem in Ihrem Haus braucht ein neues Ventil.",
    "Die Telefonzentrale erreichen Sie von 8 bis 18 Uhr.",
    "We protect your data: only you can change the address. I will call you tomorrow.",
    "Your budget for the kitchen was 4,000 euros, as I understand.",
    "Der Kundenservice hilft Ihnen gern weiter.",
]


@pytest.mark.parametrize(("text", "kind", "found"), BAD)
def test_says_what_should_be_said_otherwise(text, kind, found):
    assert [(r.kind, r.found) for r in remarks(text)] == [(kind, found)]


@pytest.mark.parametrize("text", GOOD)
def test_lets_plain_words_pass(text):
    assert remarks(text) == []


def test_internals_of_the_case_are_found_as_words_of_their_own():
    inside = ["Ben Hofer", "50,00 €"]
    found = remarks(
        "Ben Hofer entscheidet; mehr als 50,00 € geht nicht, 150,00 € schon gar nicht.", internals=inside
    )
    assert [r.found for r in found] == ["Ben Hofer", "50,00 €"]
    assert remarks("Wir erstatten 150,00 €. Benno grüßt.", internals=inside) == []


def test_every_place_is_named_once_in_the_order_of_the_text():
    found = remarks("Our hands are tied. The system won't let me. Our hands are tied.")
    assert [r.found for r in found] == ["Our hands are tied", "The system won't", "Our hands are tied"]


def test_a_long_text_takes_no_longer_than_its_length():
    assert len(remarks("the system won't " * 20_000)) == 20_000
