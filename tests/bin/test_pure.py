"""Which files are pure is found, not listed: a new one is checked from its first day."""

from __future__ import annotations

from pathlib import Path

import bin_path  # noqa: F401 - puts bin/ on the path
import pytest
from pure import imports, impure_modules, is_framework, pure_files

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("import re", {"re"}),
        ("from policies.money import euro", {"policies.money", "policies.money.euro"}),
        ("from .money import euro", {"policies.money", "policies.money.euro"}),
        ("from . import money", {"policies", "policies.money"}),
        ("from ..tickets import event", {"tickets", "tickets.event"}),
        ("def later():\n    import celery", {"celery"}),
    ],
)
def test_imports_are_named_in_full(line, names):
    assert set(imports(line, "policies.decide")) == names


def test_who_imports_the_impure_is_impure_however_far_away():
    asked = {
        "policies.money": {"decimal", "django.utils.translation"},
        "policies.decide": {"policies.money"},
        "tickets.ticket": {"django.db"},
        "policies.facts": {"policies.decide", "tickets.ticket"},
        "policies.page": {"policies.facts.gather", "policies.facts"},
    }
    assert impure_modules(asked) == {"tickets.ticket", "policies.facts", "policies.page"}


def test_words_for_people_need_no_database():
    assert [is_framework(name) for name in ("django.utils.translation", "django.utils")] == [False, False]
    assert [is_framework(name) for name in ("django.utilsx", "django.db", "celery")] == [True, True, True]
    assert is_framework("djangolike") is False


def test_the_product_s_decisions_are_pure():
    pure = {str(path.relative_to(ROOT)) for path in pure_files(ROOT)}
    assert {"policies/weigh/decide.py", "policies/weigh/decision.py", "tickets/sla/worktime.py"} <= pure
    assert pure.isdisjoint({"tickets/ticket.py", "policies/facts.py", "servicedesk/settings.py"})
