"""A worker's children share what their parent read before the first of them began."""

from __future__ import annotations

import gc

from django.conf import settings
from django.utils.translation import trans_real

from servicedesk.celery import app
from servicedesk.loader import Loader


def test_texts_are_read_and_everything_is_left_to_be_shared_before_a_worker_has_children() -> None:
    trans_real._translations.clear()
    assert isinstance(app.loader, Loader)
    try:
        app.loader.on_worker_init()
        assert gc.get_freeze_count() > 100_000
    finally:
        gc.unfreeze()
    assert set(trans_real._translations) == {code for code, _name in settings.LANGUAGES}
