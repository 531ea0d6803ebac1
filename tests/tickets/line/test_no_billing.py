"""C10: what a contract pays for is no business of the line; no path leads from billing terms to a live contact."""

from __future__ import annotations

import ast
from pathlib import Path

from django.conf import settings

LINE = Path(settings.BASE_DIR) / "tickets" / "line"
TERMS = ("billing", "contract", "invoice", "paid", "tariff", "payout", "ledger", "budget", "price")


def words_of(source: str) -> set[str]:
    tree = ast.parse(source)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return {name.lower() for name in names}


def test_c10_the_line_neither_imports_nor_reads_billing_terms() -> None:
    found = {
        f"{path.name}: {word}"
        for path in LINE.glob("*.py")
        for word in words_of(path.read_text(encoding="utf-8"))
        if any(term in word for term in TERMS)
    }
    assert found == set()


def test_the_reader_finds_what_it_looks_for() -> None:
    assert ["place", "paid_minutes"][1] in words_of("place.paid_minutes")
    assert "policies.ledger" in words_of("from policies.ledger import budget")
