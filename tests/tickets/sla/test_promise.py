"""A deadline in words: what is still to come by its moment, what has passed always as overdue."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from cast import MONDAY
from django.utils.translation import override

from tickets.sla.promise import as_shown

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("hours", "english", "german"),
    [
        (2, "today 12:00", "heute 12:00"),
        (-9, "overdue since today 01:00", "überfällig seit heute 01:00"),
        (-1, "overdue since today 09:00", "überfällig seit heute 09:00"),
        (-24, "overdue since yesterday 10:00", "überfällig seit gestern 10:00"),
        (-72, "overdue since Fri 27 Feb, 10:00", "überfällig seit Fr, 27.2., 10:00"),
    ],
)
def test_what_is_overdue_is_called_so_however_long_ago(hours: int, english: str, german: str) -> None:
    due_at = MONDAY + timedelta(hours=hours)
    for language, words in (("en", english), ("de", german)):
        with override(language):
            assert as_shown(due_at, zone=BERLIN, now=MONDAY).label == words
