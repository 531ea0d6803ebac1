"""What every test has: the cast in a fresh database, no kept rules, English."""

from __future__ import annotations

import pytest
from cast import Cast, build_cast
from django.utils import translation
from pytest_django import Settings

from policies.facts import forget_rules


@pytest.fixture(autouse=True)
def _fresh(settings: Settings) -> None:
    # Or each test's browser lists every static file first: 25 ms a test.
    settings.WHITENOISE_AUTOREFRESH = True
    forget_rules()
    translation.activate("en")


@pytest.fixture
def cast(db: None) -> Cast:
    return build_cast()
