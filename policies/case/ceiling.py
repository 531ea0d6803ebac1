"""The ceiling of what is like cash: a share of what was paid, whoever says yes. What is owed has none."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..refusal import Refusal
from ..rules.term import Terms
from ..weigh.currency import money
from ..weigh.decision import Variant
from ..weigh.gesture import Facts


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Whole cents: where it lies, and how much of it is left for this case."""

    percent: int
    most_cents: int
    left_cents: int
    currency: str

    @classmethod
    def passed_by(cls, facts: Facts, *, paid_cents: int, terms: Terms) -> Ceiling | None:
        """The ceiling this wish goes beyond; None where it stays below, and where nobody knows what was paid (0)."""
        if facts.owed or not paid_cents:
            return None
        most = terms.most_for(paid_cents)
        if facts.given_case_cents + facts.cents <= most:
            return None
        return cls(terms.paid_percent, most, max(most - facts.given_case_cents, 0), facts.currency)

    @property
    def _words(self) -> str:
        said = {"percent": self.percent, "most": money(self.most_cents, self.currency)}
        return (
            _("What is like cash ends at %(percent)s %% of what was paid: %(most)s. Nobody can grant more.")
            % said
        )

    @property
    def refusal(self) -> Refusal:
        """To whoever is asked and cannot say yes."""
        instead = _("Decline it with words, or have what was paid corrected on the ticket.")
        return Refusal("paid", f"{self._words} {instead}")

    def in_vain(self, nearest: Variant | None) -> str:
        """To whoever would ask: why nobody can say yes, and what is possible now instead. `nearest` is theirs alone."""
        alone = nearest.cents if nearest else 0
        said = {"alone": money(alone, self.currency), "left": money(self.left_cents, self.currency)}
        if alone and alone < self.left_cents:
            instead = _("You can give %(alone)s at once, and ask for up to %(left)s.")
        elif alone:
            instead = _("You can give %(alone)s at once.")
        elif self.left_cents:
            instead = _("You can ask for up to %(left)s.")
        else:
            instead = _("You can help without money at once: listen, explain, apologise, call back.")
        return f"{self._words} {instead % said}"
