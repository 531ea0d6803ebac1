"""What the styles promise of a page on a phone, as far as it can be read in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = Path(settings.BASE_DIR) / "static" / "css"


def said_of(selector: str, sheet: str) -> str:
    """Everything the sheet says of exactly this selector."""
    text = re.sub(r"/\*.*?\*/", "", (CSS / sheet).read_text(), flags=re.DOTALL)
    return " ".join(re.findall(rf"^ *{re.escape(selector)} {{([^}}]*)}}", text, flags=re.MULTILINE))


def test_a_stack_has_its_own_gap_and_not_that_of_the_stack_around_it() -> None:
    assert "--gap: var(--s-4)" in said_of(".stack", "base.css")
    assert "margin-block-end: 0" in said_of(".stack > .page__head", "base.css")


@pytest.mark.parametrize(
    ("selector", "sheet"), [(".request__meta time", "portal.css"), (".message__head > time", "thread.css")]
)
def test_a_date_is_not_torn_at_the_end_of_a_line(selector: str, sheet: str) -> None:
    assert "white-space: nowrap" in said_of(selector, sheet)
