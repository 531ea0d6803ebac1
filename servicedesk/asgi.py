"""ASGI entry: pages go to Django, /live/ to the stream beside it, which needs neither thread nor database."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")
django.setup(set_prefix=False)

from tickets.live.stream import LiveStream  # noqa: E402 - Django must be set up first

from .handler import PagesHandler  # noqa: E402 - the same

application = LiveStream(beside=PagesHandler())
