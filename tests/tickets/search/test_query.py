"""What is typed into the search, understood."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tickets.search.full_text import fts5, tsquery
from tickets.search.query import Filter, Query, Term, parse


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("", Query()),
        ("late delivery", Query((Term(("late",)), Term(("delivery",))), free="late delivery")),
        ("„zweimal gekündigt“", Query((Term(("zweimal", "gekündigt"), True),), free="zweimal gekündigt")),
        ("e-mail", Query((Term(("e", "mail")),), free="e-mail")),
        ("-invoice", Query(unwanted=(Term(("invoice",)),))),
        ("status:open -team:nord", Query(filters=(Filter("status", "open"), Filter("team", "nord", True)))),
        ('Kunde:"Café Morgenrot"', Query(filters=(Filter("customer", "Café Morgenrot"),))),
        ("10:30", Query((Term(("10", "30")),), free="10:30")),
        ("size:large", Query((Term(("size", "large")),), free="size:large")),
        ("#17", Query((Term(("17",)),), free="#17", number=17)),
        ("１７", Query((Term(("１７",)),), free="１７")),
        ('status: "', Query((Term(("status",)),), free="status: ")),
        ("%", Query(free="%")),
    ],
)
def test_what_is_typed_is_understood(typed: str, understood: Query) -> None:
    found = parse(typed)
    assert (found.wanted, found.unwanted, found.filters, found.number) == (
        understood.wanted,
        understood.unwanted,
        understood.filters,
        understood.number,
    )
    assert found.free == understood.free.strip()


@settings(max_examples=200)
@given(st.text(max_size=60))
def test_any_text_is_understood_and_asks_nothing_but_words(typed: str) -> None:
    found = parse(typed)
    terms = [*found.wanted, *found.unwanted]
    assert all(token.isalnum() for term in terms for token in term.tokens)
    for sign in "'\"\\":
        assert all(sign not in token for term in terms for token in term.tokens)


def test_each_database_is_asked_in_its_own_words() -> None:
    terms = (Term(("twice", "a", "row"), True), Term(("deliver",)))
    assert tsquery(terms) == "('twice' <-> 'a' <-> 'row') & ('deliver':*)"
    assert fts5(terms) == '"twice a row" AND "deliver" *'
    assert tsquery(terms, any_of_them=True) == "('twice' <-> 'a' <-> 'row') | ('deliver':*)"
    assert fts5(terms, any_of_them=True) == '"twice a row" OR "deliver" *'
