"""Only imports the nouns."""

from .ask import Ask
from .budget import Budget, BudgetGroupObjectPermission, BudgetPeriod, BudgetUserObjectPermission
from .catalogue import GestureKind
from .counterpart import AcquisitionOffer, Counterpart
from .duerfen import Limit
from .guardrail import Condition, Guardrail
from .koennen import Level, Requirement
from .ledger import Transfer
from .mirror import LeftOut, Mirror
from .offer import Offer
from .reflection import Reflection
from .rehearsal import Rehearsal
from .rulebook import Rulebook
from .ruling import Ruling
from .space import Idea, Use
from .standard import BaseStandard
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
    "Transfer",
    "Use",
]
