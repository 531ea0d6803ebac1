"""What a telephone system says to whoever waits: place, range, and on charged numbers what the law asks for."""

from tickets.line.announcement import announcement_of
from tickets.line.estimate import Shown


def test_place_and_upper_end_in_both_languages():
    assert announcement_of(Shown(1, 4), 2, "ordinary", is_known=True) == {
        "must_be_said": False,
        "en": "You are number 3 in line. It will probably take up to 4 minutes.",
        "de": "Sie sind Nummer 3 in der Reihe. Es dauert voraussichtlich bis zu 4 Minuten.",
    }


def test_on_charged_numbers_the_duration_and_the_price_must_be_said():
    fixed = announcement_of(Shown(1, 1), 0, "fixed_charge", is_known=True)
    free = announcement_of(Shown(1, 20, True), 0, "free_while_waiting", is_known=False)
    assert (fixed["must_be_said"], free["must_be_said"]) == (True, True)
    assert fixed["en"].endswith(
        "It will probably take up to 1 minute. This call has a fixed price, however long you wait."
    )
    assert free["en"].endswith(
        "It takes longer than usual. You keep your place. While you wait, this call costs nothing."
    )
