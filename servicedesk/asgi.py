"""ASGI entry: pages go to Django, /live/ to the stream beside it, which needs neither thread nor database."""

import gc
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")
django.setup(set_prefix=False)

from django.urls import reverse  # noqa: E402 - Django must be set up first

from tickets.live.stream import LiveStream  # noqa: E402 - Django must be set up first

from .handler import PagesHandler  # noqa: E402 - the same

# Who comes back from the database waits for the interpreter until whoever computes lets go of it: after five
# milliseconds by itself, as delivered, and a page asks the database a dozen times.
sys.setswitchinterval(0.0005)

application = LiveStream(beside=PagesHandler())

# What is loaded stays: looking through all of it for what is left over held up every page for a tenth of a second.
reverse("portal:home")  # loads all pages
gc.collect()
gc.freeze()
