"""ASGI entry: pages go to Django, /live/ to the stream beside it, which needs neither thread nor database."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")
pages = get_asgi_application()

from tickets.live.stream import LiveStream  # noqa: E402 - Django must be set up first

application = LiveStream(beside=pages)
