"""What is still open on a ticket that somebody is about to solve; whoever has such things adds a reader when ready."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .ticket import Ticket

# Each says in one sentence, in the reader's language, what would be left open; nothing when nothing would.
readers: list[Callable[[Ticket], list[str]]] = []


def open_on(ticket: Ticket) -> list[str]:
    """Everything that would be left open, in the order of the readers."""
    return [item for reader in readers for item in reader(ticket)]
