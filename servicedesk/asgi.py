"""ASGI entry: pages go to Django, /live/ to the stream beside it, which needs neither thread nor database."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")
django.setup(set_prefix=False)

from tickets.live.stream import LiveStream  # noqa: E402 - Django must be set up first

from .handler import PagesHandler  # noqa: E402 - the same

# Who comes back from the database waits for the interpreter until whoever computes lets go of it: after five
# milliseconds by itself, as delivered, and a page asks the database a dozen times.
sys.setswitchinterval(0.0005)

application = LiveStream(beside=PagesHandler())
