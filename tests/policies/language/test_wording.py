"""Blame, jargon and internals in a draft (C41, C43, C44)."""

import pytest

from policies.language.wording import (
    BLAME,
    INTERNAL,
    JARGON,
    LONG_ENOUGH,
    REASON,
    STEP,
    reason_remarks,
    remarks,
    step_remarks,
)

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
    ("Das entscheide nicht ich.", BLAME, "Das entscheide nicht ich"),
    ("Dafür bin ich leider nicht zuständig.", BLAME, "Dafür bin ich leider nicht zuständig"),
    ("Da kann ich leider nichts machen.", BLAME, "Da kann ich leider nichts machen"),
    ("There's nothing I can do.", BLAME, "There's nothing I can do"),
    ("It is not up to me.", BLAME, "It is not up to me"),
    ("Nach Regel 4.2 geht das nicht.", JARGON, "Regel 4.2"),
    ("See guideline no. 17.", JARGON, "guideline no. 17"),
    ("Mein Limit erlaubt nur 50 Euro.", INTERNAL, "Mein Limit"),
    ("Within your own limit you are free.", INTERNAL, "your own limit"),
    ("Das liegt in Ihrem eigenen Rahmen.", INTERNAL, "Ihrem eigenen Rahmen"),
    ("Our goodwill budget is used up.", INTERNAL, "Our goodwill budget"),
]
GOOD = [
    "Wir senden Ihnen heute noch ein neues Gerät. Frau Berger ruft Sie bis 15 Uhr an.",
    "Das Heizungssystem in Ihrem Haus braucht ein neues Ventil.",
    "Die Telefonzentrale erreichen Sie von 8 bis 18 Uhr.",
    "We protect your data: only you can change the address. I will call you tomorrow.",
    "Your budget for the kitchen was 4,000 euros, as I understand.",
    "Der Kundenservice hilft Ihnen gern weiter.",
    "Ich bin für Sie zuständig und entscheide das heute noch.",
    "Was kann ich für Sie tun? Da können wir viel machen.",
    "It is up to you which colour you choose; there is nothing you need to do.",
    "Die Abteilung in Ihrem Haus hat das Paket angenommen.",
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


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Leider erstatten wir das nicht.", ["Leider"]),
        ("Das macht die Fachabteilung.", ["die Fachabteilung"]),
        ("Andere Kunden bekommen das auch nicht.", ["Andere Kunden"]),
        ("Unfortunately our legal department says no.", ["Unfortunately", "our legal department"]),
        ("We treat other customers the same.", ["other customers"]),
        ("Wir erstatten, was bezahlt wurde; so zahlen nicht die, die uns treu sind.", []),
        ("We give money back where money was paid.", []),
    ],
)
def test_a_reason_leans_on_no_regret_no_department_and_no_others(text, found):
    assert [r.found for r in reason_remarks(text) if r.kind == REASON] == found


NO_STEP = "Ihr Ärger ist verständlich und die Lage war schwierig, das Wetter schlecht und der Lieferant unzuverlässig. "


@pytest.mark.parametrize(
    "step",
    [
        *("Wir melden uns.", "Ich rufe Sie an.", "Sie erhalten ein neues Gerät.", "Passt Ihnen das?"),
        *("Bis Freitag ist es da.", "You will hear from us.", "I'll call you.", "It was refunded."),
    ],
)
def test_c41_a_longer_reply_says_how_it_goes_on(step):
    text = NO_STEP * 3
    assert len(text) > LONG_ENOUGH
    assert [r.kind for r in step_remarks(text)] == [STEP]
    assert step_remarks(text + step) == []
    assert step_remarks(NO_STEP) == []  # a short one needs none
