"""What is pure about articles: blocks, differences, words that say what a text is about, what of a search is kept."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tickets.knowledge.blocks import Span, blocks_of, plain_of, spans_of
from tickets.knowledge.difference import Line, difference
from tickets.knowledge.missed_search import as_kept
from tickets.knowledge.rank import score, weighty


def test_a_text_is_read_in_blocks() -> None:
    text = "Es tut uns leid.\nSo geht es:\n\n## Schritte\n1. **Strom** aus\n2) warten\n\n- eins\n* zwei\n# "
    found = [
        (block.kind, [[span.text for span in line] for line in block.lines]) for block in blocks_of(text)
    ]
    assert found == [
        ("paragraph", [["Es tut uns leid."], ["So geht es:"]]),
        ("heading", [["Schritte"]]),
        ("steps", [["Strom", " aus"], ["warten"]]),
        ("list", [["eins"], ["zwei"]]),
    ]
    assert blocks_of("1. **Strom** aus")[0].lines[0] == (Span("Strom", True), Span(" aus"))
    assert [blocks_of(empty) for empty in ("", "\n \n", "##")] == [[], [], []]


def test_a_number_stays_what_it_was_typed_as() -> None:
    dates = blocks_of("24. Dezember: zu\n31. Dezember: offen")[0]
    assert [number for number, _line in dates.items] == [24, 31]
    assert blocks_of("#17 ist erledigt")[0].kind == "paragraph"
    assert [span.number for span in spans_of("Wie #17, nicht x#18, &#39; oder #19b.")] == [
        *(None, 17, None),
    ]


def test_signs_inside_of_a_line_say_how_it_looks() -> None:
    line = spans_of(
        "**fest** *schräg* _auch_ [hier](https://a.example/_b_) https://c.example/*d* a_b_c 5 * 3 * 2"
    )
    assert line == (
        *(Span("fest", True), Span(" "), Span("schräg", is_emphasised=True), Span(" ")),
        *(Span("auch", is_emphasised=True), Span(" "), Span("hier", link="https://a.example/_b_"), Span(" ")),
        *(Span("https://c.example/*d*"), Span(" a_b_c 5 * 3 * 2")),
    )
    assert spans_of("_**[x](mailto:a@b.example)**_") == (Span("x", True, True, "mailto:a@b.example"),)
    assert [block.kind for block in blocks_of("> sie schrieb\n>\n> noch etwas\nich")] == [
        *("quote", "quote", "paragraph"),
    ]
    assert plain_of("[Hilfe](https://a.example/x) [a@b.example](mailto:a@b.example) [nichts](x)") == (
        "Hilfe (https://a.example/x) a@b.example (a@b.example) [nichts](x)"
    )


def test_only_addresses_of_pages_and_mail_are_links() -> None:
    for address in (
        "javascript:alert(1)",
        "JaVaScRiPt:x",
        "data:text/html,x",
        "//evil.example",
        "vbscript:x",
    ):
        assert [span.link for span in spans_of(f"[hier]({address})")] == [""]
    quoted = spans_of('[x](https://a.example/"onmouseover="f)')
    assert [span.link for span in quoted] == ["", ""]


def test_whoever_is_named_stands_out_and_nobody_else() -> None:
    line = blocks_of("**@Ben Behrens**, @ben @Bennet", names=["Ben", "Ben Behrens"])[0].lines[0]
    assert [span.text for span in line if span.is_mention] == ["@Ben Behrens", "@ben"]
    assert not any(span.is_mention for span in spans_of("@Ben"))


@settings(max_examples=100)
@given(st.text(max_size=80))
def test_no_word_of_any_text_is_lost(text: str) -> None:
    said = "".join(span.text for block in blocks_of(text) for line in block.lines for span in line)
    assert [sign for sign in text if sign.isalpha()] == [sign for sign in said if sign.isalpha()]


def test_a_difference_shows_what_changed_and_where() -> None:
    was = "Titel\n\neins\nzwei\ndrei\nvier\nfünf"
    now = "Titel\n\neins\nzwei\ndrei\n4\nfünf\nsechs"
    assert difference(was, now) == [
        *(Line("…"), Line(" ", "drei"), Line("-", "vier"), Line("+", "4")),
        *(Line(" ", "fünf"), Line("+", "sechs")),
    ]
    assert difference("", "neu") == [Line("+", "neu")]
    assert difference(was, was) == []


def test_a_text_is_about_its_long_and_rare_words() -> None:
    said = ["guten", "tag", "meine", "rechnung", "ist", "doppelt", "abgebucht", "rechnung", "4711"]
    assert weighty(said) == ["abgebucht", "rechnung", "doppelt"]
    assert score(["rechnung", "doppelt"], titles=["Rechnungen", "prüfen"], words="eine rechnung doppelt") == 5
    assert score(["rechnung"], titles=["Rechnung"], words="") == 6
    assert score(["garten"], titles=["Rechnung"], words="rechnung") == 0


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Rechnung  kündigen!", "rechnung kündigen"),
        ("Rechnung 4711-B anna@kulanz.example", "rechnung"),
        ("+49 30 123456", ""),
        ("\x00 ' % ;--", ""),
        ("１２ Lampe lampe", "lampe"),
    ],
)
def test_a_missed_search_keeps_no_number_and_no_address(typed: str, kept: str) -> None:
    assert as_kept(typed) == kept
