"""Mail by pipe: a mail server hands one over, or several by name, and hears what became of each as a line of JSON."""

import json
import os
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from tickets.attachment import clean_name
from tickets.mail.inbox import IncomingMail
from tickets.mail.intake import receive


class Command(BaseCommand):
    """Its words stay English whatever the language of the house: programs read them.

    `receive_mail < message.eml` prints

        {"result": "ticket" | "reply" | "quarantine" | "ignored", "ticket": "17" | null, "subject": "…", "from": "…",
         "text": "what is new in it", "attachments": [{"name", "type", "size"}], "reason": "…" | null}

    and ends with 0 whatever the bytes were: the mail is stored, and the mail server may forget it. It ends with
    another number only where it could not be stored, so that the server tries again later.
    """

    help = "Takes in one mail from stdin, or each file named; prints a line of JSON for each."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, help="files with one mail each, instead of stdin")

    def handle(self, *args: object, **options: object) -> None:
        translation.activate("en")
        named = [Path(str(name)) for name in list(options["files"])]  # type: ignore[call-overload]
        try:
            for raw in map(Path.read_bytes, named) if named else [sys.stdin.buffer.read()]:
                self._take(raw)
        except BrokenPipeError:  # whoever read us has enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except OSError as error:
            raise CommandError(f"The mail could not be stored: {error}.", returncode=75)  # EX_TEMPFAIL

    def _take(self, raw: bytes) -> None:
        mail = receive(raw, door=IncomingMail.Door.PIPE)
        self.stdout.write(json.dumps(told_of(mail)))
        self.stdout.flush()


def told_of(mail: IncomingMail) -> dict[str, object]:
    """What became of a mail. The keys never change; what is not known is null or empty."""
    letter = mail.letter
    return {
        "result": str(mail.result),
        "ticket": str(mail.ticket_id) if mail.ticket_id else None,
        "subject": letter.subject if letter else mail.subject,
        "from": letter.sender.email if letter and letter.sender else mail.sender,
        "text": letter.text if letter else "",
        "attachments": [
            {"name": clean_name(file.name), "type": file.content_type, "size": len(file.data)}
            for file in (letter.files if letter else ())
        ],
        "reason": mail.reason_in_words or None,
    }
