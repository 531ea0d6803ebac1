"""What an agent wants to give, before anything is known about it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wish:
    """What the agent wants to give: a kind from the catalogue, whole cents, and what speaks for it.

    `named` is the agent's own name for a gesture no catalogue holds; `why` the one line that goes with it or with
    anything out of the ordinary; `fault` whose it was: "own", "supplier", "customer" or "nobody". `detail` is the
    number of the detail a small surprise is tied to.
    """

    kind: str
    cents: int = 0
    currency: str = "EUR"
    owed_by: str = ""  # "", "warranty", "contract" or "law"
    named: str = ""
    why: str = ""
    fault: str = ""
    explained: bool = False  # at the case it began with: for the quiet ones nothing has to be found out again
    detail: int = 0
