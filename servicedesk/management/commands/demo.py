"""Fills an empty house with people, rules and thirty stories to look at, and says who can sign in."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from servicedesk.demo import house, people


class Command(BaseCommand):
    help = (
        "Fills an empty database with a demo: eight people on the desk, thirteen customers, thirty tickets. "
        "Prints a line for each sign-in: role, name, e-mail, password. Never overwrites anything."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing, and say nothing, where there is data already"
        )

    def handle(self, *args: object, **options: object) -> None:
        try:
            if house.is_empty():
                house.furnish()
            elif options["if_empty"]:
                return
            else:
                raise house.Inhabited
        except house.Inhabited:
            if options["if_empty"]:
                return
            raise CommandError("There is data already; the demo only fills an empty database.")
        except DatabaseError as error:
            raise CommandError(f"The database is not ready; run “manage.py migrate” first ({error}).")
        for line in people.sign_ins():
            self.stdout.write(line)
