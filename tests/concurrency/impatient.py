"""The product's Celery app, sweeping five marks at a time: there are more moments in which it can be killed."""

import django

django.setup()

from servicedesk.celery import app  # noqa: E402
from tickets.sla import sweep  # noqa: E402

sweep.BATCH = 5

__all__ = ["app"]
