"""The ladder of Können: what the evidence speaks for. It only ever leads up; down is a talk between people. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from tickets.feedback.wilson import bounds

WITH_COLLEAGUE, ALONE, UNUSUAL, FOR_OTHERS = 1, 2, 3, 4
TOGETHER_NEEDED, CASES_NEEDED = 5, 20
FEWEST_IN_TEAM = 3  # fewer people with cases make no middle one


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of one person at one cause since the level they hold began.

    `together` holds the cases decided with a colleague, newest first: True where what was given stood, False where it
    was taken back. `repeats` of `cases` own ones came back within a week. `team_rates` are the repeat rates of
    everybody in the team who had such cases. Speed is nowhere in it.
    """

    level: int
    trained: bool = False
    together: tuple[bool, ...] = ()
    cases: int = 0
    repeats: int = 0
    team_rates: tuple[float, ...] = ()

    @property
    def team_median(self) -> float | None:
        return median(self.team_rates) if len(self.team_rates) >= FEWEST_IN_TEAM else None

    @property
    def stood_in_a_row(self) -> int:
        """How many of the latest cases decided together stood, up to the first that was taken back."""
        return next((at for at, stood in enumerate(self.together) if not stood), len(self.together))


def reached(record: Record) -> int:
    """The level this record speaks for: the one held, or the next one. Never a lower one, never two at once.

    From 0 to 1 by a training; from 1 to 2 by five cases in a row decided together of which none was taken back; from
    2 to 3 by twenty own cases whose repeat rate is, even at its upper bound, no higher than the team's middle one.
    """
    if record.level == 0 and record.trained:
        return WITH_COLLEAGUE
    if record.level == WITH_COLLEAGUE and record.stood_in_a_row >= TOGETHER_NEEDED:
        return ALONE
    if record.level == ALONE and record.cases >= CASES_NEEDED and record.team_median is not None:
        _low, high = bounds(record.repeats, record.cases)
        return UNUSUAL if high <= record.team_median else ALONE
    return record.level
