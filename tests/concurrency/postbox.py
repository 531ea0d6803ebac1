"""Mail servers for tests: one that keeps each mail as a file, and one whose sender dies right after handing it over."""

import os
import signal
import tempfile

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend


class Postbox(BaseEmailBackend):
    def send_messages(self, messages):
        for message in messages:
            number, _path = tempfile.mkstemp(dir=settings.EMAIL_FILE_PATH, suffix=".eml")
            with os.fdopen(number, "wb") as file:
                file.write(message.message().as_bytes())
        return len(messages)


class Deadly(Postbox):
    def send_messages(self, messages):
        super().send_messages(messages)
        os.kill(os.getpid(), signal.SIGKILL)
