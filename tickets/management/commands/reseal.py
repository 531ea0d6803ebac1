"""Seals anew what is kept to sign in elsewhere: the second step of three by which its key is changed."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from accounts.sealed import seal_anew


class Command(BaseCommand):
    """Its words stay English whatever the language of the house."""

    help = (
        "Passwords, keys and secrets of mailboxes, carriers and webhooks are kept sealed. To change the key: put a new "
        "one before the old one in SEALING_KEYS (SECRET_KEY is the old one where none was set) and start again; run "
        "this; take the old one out."
    )

    def handle(self, *args: object, **options: object) -> None:
        count, lost = seal_anew()
        self.stdout.write(f"{count} sealed with the first key.")
        if lost:
            raise CommandError("No key opens these; enter them again:\n" + "\n".join(lost))
