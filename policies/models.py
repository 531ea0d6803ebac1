"""Only imports the nouns."""

from .asks.ask import Ask
from .duerfen import Limit
from .koennen import Level, Requirement
from .ledger.budget import Budget, BudgetGroupObjectPermission, BudgetPeriod, BudgetUserObjectPermission
from .ledger.transfer import Transfer
from .mirrors.mirror import LeftOut, Mirror
from .mirrors.reflection import Reflection
from .newcomers.counterpart import AcquisitionOffer, Counterpart
from .offer import Offer
from .rules.catalogue import GestureKind
from .rules.guardrail import Condition, Guardrail
from .rules.rehearsal import Rehearsal
from .rules.rulebook import Rulebook
from .rules.space import Idea, Use
from .rules.standard import BaseStandard
from .rules.term import Term
from .ruling import Ruling
from .wollen import Stance

__all__ = [
    "AcquisitionOffer",
    "Ask",
    "BaseStandard",
    "Budget",
    "BudgetGroupObjectPermission",
    "BudgetPeriod",
    "BudgetUserObjectPermission",
    "Condition",
    "Counterpart",
    "GestureKind",
    "Guardrail",
    "Idea",
    "LeftOut",
    "Level",
    "Limit",
    "Mirror",
    "Offer",
    "Reflection",
    "Rehearsal",
    "Requirement",
    "Rulebook",
    "Ruling",
    "Stance",
    "Term",
    "Transfer",
    "Use",
]
