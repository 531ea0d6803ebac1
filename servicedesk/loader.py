"""How a worker begins: what its children would each read for themselves is there before the first of them is made."""

from __future__ import annotations

import gc

from celery import Task
from celery.loaders.app import AppLoader
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from tickets.live import relay

from . import one_waits


class Loader(AppLoader):  # type: ignore[misc]
    def on_task_init(self, task_id: str, task: Task) -> None:
        """The beat may send the next of these. Where a child could not tell open pages what it did, it does so now."""
        super().on_task_init(task_id, task)
        one_waits.begin(task.name)
        relay.make_up()

    def on_worker_init(self) -> None:
        """A child shares what its parent holds until one of them writes to it, and the collector writes to all it looks
        at: what is there by now it leaves alone. Of 245 MB for a worker with two children that saved 35."""
        super().on_worker_init()
        for code, _name in settings.LANGUAGES:
            with translation.override(code):  # reads all texts of this language
                reverse("portal:home")  # and all addresses
        gc.collect()
        gc.freeze()
