"""Readies texts, tables and demo people: three commands for the price of one start of Django.

Run by the environment's Python from the checkout. The demo's sign-ins go to the file named as argument.
"""

import io
import os
import sys
from pathlib import Path

sys.path[0] = os.getcwd()  # the product, not this folder


def main(sign_ins: Path) -> None:
    """Compiles changed texts, brings the database up to date, and fills an empty one unless KULANZ_DEMO=0."""
    import django
    from django.core.management import CommandError, call_command

    django.setup()
    try:
        call_command("compile_texts", verbosity=1)
    except (CommandError, OSError) as failure:  # a checkout we may not write to must still start
        print(f"WARNING Pages may lack translations, for their texts cannot be compiled: {failure}")  # noqa: T201
    call_command("migrate", interactive=False, verbosity=1)
    if os.environ.get("KULANZ_DEMO") == "0":
        return
    spoken = io.StringIO()
    call_command("demo", "--if-empty", stdout=spoken)
    if spoken.getvalue().strip():
        sign_ins.write_text(spoken.getvalue())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
