"""The request for a gesture, with everything that is known when it is weighed, as one frozen value."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from policies.weigh.currency import CURRENCIES

HELP = "help"  # listening, explaining, apologising: the one kind that needs nobody's leave
SURPRISE = "star-dust"  # a small thing tied to a detail the customer told us, from a pot of its own
WILLS = ("want", "fine", "not_now")
MOST_CENTS = 10**12
MOST_LEVEL = 4
MOST_ENTRIES = 1000
LONGEST_WORD = 200  # characters

# Control characters, line separators and halves of a surrogate pair: none is text, and each breaks a reader.
_NOT_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

_TOP_REQUIRED = frozenset({"request", "limits", "budget", "koennen"})
_TOP_OPTIONAL = frozenset(
    {"missing", "owed", "guardrails", "conflict", "given", "surprise", "wollen", "trial"}
)
_REQUEST = frozenset({"kind", "cents", "currency", "reversible", "cause"})
_GIVEN = frozenset({"case_cents", "customer_cents"})
_LIMITS = frozenset({"own_cents", "stretch_cents", "customer_cents"})
_BUDGET = frozenset({"own_cents", "pool_cents"})
_KOENNEN = frozenset({"level", "required"})
_SURPRISE = frozenset({"most_cents", "pot_cents"})


class FactsError(ValueError):
    """The facts cannot be read; its message says in words which one and why."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything `weigh` reads.

    Amounts are whole cents (the currency's smallest unit), never negative. `given_case_cents` sums the
    earlier gestures to this customer for this cause, `given_customer_cents` those for all causes, each in its
    window; the request itself is in neither. Levels run from 0 to 4. `wollen` is "want", "fine" or "not_now".
    `surprise_limit_cents` is what one small surprise may cost and `surprise_budget_cents` what their pot has left; both
    are 0 where there is no pot, or no detail it could be tied to.
    How often, how loudly or how publicly somebody asked is no fact here, so it cannot change an answer.
    """

    kind: str
    cents: int
    currency: str
    reversible: bool
    cause: str
    missing: tuple[str, ...]
    owed: bool
    guardrails: tuple[str, ...]
    conflict: bool
    given_case_cents: int
    given_customer_cents: int
    own_limit_cents: int
    stretch_limit_cents: int
    customer_limit_cents: int
    own_budget_cents: int
    pool_budget_cents: int
    level: int
    required_level: int
    wollen: str
    trial: bool
    surprise_limit_cents: int = 0
    surprise_budget_cents: int = 0

    @property
    def is_help(self) -> bool:
        """Help without money, which is always free to give."""
        return self.kind == HELP and self.cents == 0

    @property
    def is_surprise(self) -> bool:
        """A surprise so small that its own pot carries it, which is always free to give."""
        return self.kind == SURPRISE and self.cents <= self.surprise_room_cents

    @property
    def surprise_room_cents(self) -> int:
        """What a small surprise may cost now: no more than one may, and no more than the pot has."""
        return min(self.surprise_limit_cents, self.surprise_budget_cents)

    @classmethod
    def from_json(cls, data: object) -> "Facts":
        """Read the facts from the shape `to_json` writes.

        `request`, `limits`, `budget` and `koennen` are required, each with all its keys. The others may be
        absent: `missing` and `guardrails` are then empty, `owed`, `conflict` and `trial` false, both sums in
        `given` 0 (if `given` is there, it has both), `wollen` "fine" and both amounts in `surprise` 0.

        Raises FactsError for an unknown key, an absent one or a bad value; nothing is guessed or converted.
        """
        return cls(**read(data))

    def to_json(self) -> dict[str, object]:
        """The facts in the machine command's input shape, without its `id`; `from_json` gives them back."""
        said: dict[str, object] = {
            "request": {
                "kind": self.kind,
                "cents": self.cents,
                "currency": self.currency,
                "reversible": self.reversible,
                "cause": self.cause,
            },
            "missing": list(self.missing),
            "owed": self.owed,
            "guardrails": list(self.guardrails),
            "conflict": self.conflict,
            "given": {"case_cents": self.given_case_cents, "customer_cents": self.given_customer_cents},
            "limits": {
                "own_cents": self.own_limit_cents,
                "stretch_cents": self.stretch_limit_cents,
                "customer_cents": self.customer_limit_cents,
            },
            "budget": {"own_cents": self.own_budget_cents, "pool_cents": self.pool_budget_cents},
            "koennen": {"level": self.level, "required": self.required_level},
            "wollen": self.wollen,
            "trial": self.trial,
        }
        small = {"most_cents": self.surprise_limit_cents, "pot_cents": self.surprise_budget_cents}
        return {**said, "surprise": small} if any(small.values()) else said


_NO_SURPRISE: Mapping[str, object] = {"most_cents": 0, "pot_cents": 0}
_NOTHING_GIVEN: Mapping[str, object] = {"case_cents": 0, "customer_cents": 0}


def read(data: object) -> dict[str, Any]:
    """The facts by their names, out of the shape `to_json` writes: for whoever puts others in the place of some.

    Raises FactsError as `Facts.from_json` says.
    """
    top = _part(data, "", _TOP_REQUIRED, _TOP_OPTIONAL)
    request = _part(top["request"], "request", _REQUEST)
    given = _part(top.get("given", _NOTHING_GIVEN), "given", _GIVEN)
    limits = _part(top["limits"], "limits", _LIMITS)
    budget = _part(top["budget"], "budget", _BUDGET)
    koennen = _part(top["koennen"], "koennen", _KOENNEN)
    small = _part(top.get("surprise", _NO_SURPRISE), "surprise", _SURPRISE)
    return {
        "kind": _word(request["kind"], "request.kind"),
        "cents": _cents(request["cents"], "request.cents"),
        "currency": _currency(request["currency"], "request.currency"),
        "reversible": _flag(request["reversible"], "request.reversible"),
        "cause": _word(request["cause"], "request.cause"),
        "missing": _words(top.get("missing", []), "missing"),
        "owed": _flag(top.get("owed", False), "owed"),
        "guardrails": _words(top.get("guardrails", []), "guardrails"),
        "conflict": _flag(top.get("conflict", False), "conflict"),
        "given_case_cents": _cents(given["case_cents"], "given.case_cents"),
        "given_customer_cents": _cents(given["customer_cents"], "given.customer_cents"),
        "own_limit_cents": _cents(limits["own_cents"], "limits.own_cents"),
        "stretch_limit_cents": _cents(limits["stretch_cents"], "limits.stretch_cents"),
        "customer_limit_cents": _cents(limits["customer_cents"], "limits.customer_cents"),
        "own_budget_cents": _cents(budget["own_cents"], "budget.own_cents"),
        "pool_budget_cents": _cents(budget["pool_cents"], "budget.pool_cents"),
        "level": _level(koennen["level"], "koennen.level"),
        "required_level": _level(koennen["required"], "koennen.required"),
        "wollen": _will(top.get("wollen", "fine"), "wollen"),
        "trial": _flag(top.get("trial", False), "trial"),
        "surprise_limit_cents": _cents(small["most_cents"], "surprise.most_cents"),
        "surprise_budget_cents": _cents(small["pot_cents"], "surprise.pot_cents"),
    }


def is_word(value: object) -> bool:
    """Whether this is a text one can store, show and send back: not blank, not endless, all characters."""
    return (
        isinstance(value, str)
        and 0 < len(value) <= LONGEST_WORD
        and not value.isspace()
        and not _NOT_TEXT.search(value)
    )


def _refuse(message: Promise, **params: object) -> NoReturn:
    raise FactsError(str(message) % params)


def _part(
    value: object, name: str, required: frozenset[str], optional: frozenset[str] = frozenset()
) -> dict[str, object]:
    if not isinstance(value, dict):
        if not name:
            _refuse(_("Each line must be a JSON object."))
        _refuse(_("“%(field)s” must be a JSON object."), field=name)
    said = value.keys()
    if said == required or (required <= said and said <= required | optional):
        return value  # the common case, and the one that has to be quick: 100,000 are weighed again in a rehearsal
    prefix = f"{name}." if name else ""
    for key in value:
        if key not in required and key not in optional:
            shown = key if is_word(key) else ascii(key)[:LONGEST_WORD]
            _refuse(_("“%(field)s” is not a key we know."), field=f"{prefix}{shown}")
    for key in sorted(required - value.keys()):
        _refuse(_("“%(field)s” is required."), field=f"{prefix}{key}")
    return value


def _cents(value: object, name: str) -> int:
    # `type`, not `isinstance`: true is an int in Python, and no amount of money.
    if type(value) is int and 0 <= value <= MOST_CENTS:
        return value
    _refuse(_("“%(field)s” must be a whole number from 0 to %(most)s."), field=name, most=MOST_CENTS)


def _level(value: object, name: str) -> int:
    if type(value) is int and 0 <= value <= MOST_LEVEL:
        return value
    _refuse(_("“%(field)s” must be a whole number from 0 to %(most)s."), field=name, most=MOST_LEVEL)


def _flag(value: object, name: str) -> bool:
    if isinstance(value, bool):
        return value
    _refuse(_("“%(field)s” must be true or false."), field=name)


def _word(value: object, name: str) -> str:
    if isinstance(value, str) and is_word(value):
        return value
    _refuse(
        _("“%(field)s” must be a text of 1 to %(most)s characters on one line."),
        field=name,
        most=LONGEST_WORD,
    )


def _words(value: object, name: str) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MOST_ENTRIES:
        _refuse(
            _("“%(field)s” must be a list of at most %(most)s texts."),
            field=name,
            most=MOST_ENTRIES,
        )
    return tuple(_word(entry, name) for entry in value)


def _currency(value: object, name: str) -> str:
    if isinstance(value, str) and value in CURRENCIES:
        return value
    _refuse(_("“%(field)s” must be the ISO 4217 code of a currency in use, such as EUR."), field=name)


def _will(value: object, name: str) -> str:
    if isinstance(value, str) and value in WILLS:
        return value
    _refuse(_("“%(field)s” must be one of %(choices)s."), field=name, choices=", ".join(WILLS))
