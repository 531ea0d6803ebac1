"""The answer to a request for a gesture: what may be done now, what binds, and every rule that spoke."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any

from policies.weigh.words import sentence


class Outcome(StrEnum):
    """What happens next; `rank` is how strict that feels to the agent, from 0 (free) to 7 (never)."""

    OWED = "OWED"
    NEED_FACTS = "NEED_FACTS"
    DO = "DO"
    DO_AND_TELL = "DO_AND_TELL"
    DO_WITH_COLLEAGUE = "DO_WITH_COLLEAGUE"
    ASK_SILENCE_YES = "ASK_SILENCE_YES"
    ASK_SILENCE_ESCALATES = "ASK_SILENCE_ESCALATES"
    HAND_WARM = "HAND_WARM"
    WITH_OTHER = "WITH_OTHER"
    NEVER = "NEVER"

    @property
    def rank(self) -> int:
        return _RANKS[self]


_RANKS: dict[str, int] = {
    Outcome.OWED: 0,
    Outcome.DO: 0,
    Outcome.DO_AND_TELL: 1,
    Outcome.NEED_FACTS: 1,  # the agent alone can act on it: ask one question
    Outcome.DO_WITH_COLLEAGUE: 2,
    Outcome.ASK_SILENCE_YES: 3,
    Outcome.ASK_SILENCE_ESCALATES: 4,
    Outcome.HAND_WARM: 5,
    Outcome.WITH_OTHER: 6,
    Outcome.NEVER: 7,
}
FREE_RANK = 1  # up to here the agent acts alone and at once


class Light(Enum):
    """The answer of one of the three dimensions; will is never red."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class Dimension(StrEnum):
    """Where a rule speaks: one of the three dimensions, or a step that settles the matter before them."""

    OWED = "owed"
    GUARDRAIL = "guardrail"
    CONFLICT = "conflict"
    FACTS = "facts"
    DUERFEN = "duerfen"
    KOENNEN = "koennen"
    WOLLEN = "wollen"
    PROMISE = "promise"  # no gesture was asked for: an alert asks who keeps what was promised


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that spoke: a stable code, its dimension, and the values its sentence needs.

    Values named `…_cents` are money in the currency of the param `currency`.
    """

    code: str
    dimension: str
    params: Mapping[str, str | int]

    @property
    def text(self) -> str:
        """The sentence to the agent in the language active now; plain text, escaped where it is shown."""
        return sentence(self.code, self.params)

    def to_json(self) -> dict[str, object]:
        return {
            "code": self.code,
            "dimension": str(self.dimension),
            "params": dict(self.params),
            "text": self.text,
        }


@dataclass(frozen=True, slots=True)
class Variant:
    """A gesture the agent may give now, alone, instead of the one asked for."""

    cents: int
    kind: str

    def to_json(self) -> dict[str, object]:
        return {"cents": self.cents, "kind": self.kind}


@dataclass(frozen=True, slots=True)
class Decision:
    """What `weigh` found.

    `binding` names what stands in the way (never empty); `reasons` come in the order of the steps; `lights`
    has koennen, wollen and duerfen even where an earlier step settled it; `nearest` is there from rank 2 on;
    `then` is the outcome that holds when a hand-over for lack of will finds nobody.
    """

    outcome: Outcome
    binding: tuple[str, ...]
    reasons: tuple[Reason, ...]
    lights: Mapping[str, Light]
    nearest: Variant | None
    then: Outcome | None

    def to_json(self) -> dict[str, object]:
        """The decision for storing or sending; its sentences are in the language active now."""
        return {
            "outcome": self.outcome.value,
            "rank": self.outcome.rank,
            "binding": [str(name) for name in self.binding],
            "reasons": [reason.to_json() for reason in self.reasons],
            "lights": {str(name): light.value for name, light in self.lights.items()},
            "nearest": self.nearest.to_json() if self.nearest else None,
            "then": self.then.value if self.then else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Decision":
        """A stored decision back as a value, so that its reasons read in today's reader's language."""
        nearest = data["nearest"]
        return cls(
            outcome=Outcome(data["outcome"]),
            binding=tuple(data["binding"]),
            reasons=tuple(Reason(r["code"], r["dimension"], r["params"]) for r in data["reasons"]),
            lights={name: Light(light) for name, light in data["lights"].items()},
            nearest=Variant(nearest["cents"], nearest["kind"]) if nearest else None,
            then=Outcome(data["then"]) if data["then"] else None,
        )
