"""Only imports the nouns."""

from .asks.ask import Ask
from .asks.link import AnswerLink
from .case.hindrance import Hindrance
from .case.house_will import HouseWill
from .case.paid import Paid
from .case.tie import Tie
from .case.wish import CustomerWish
from .challenges.challenge import Challenge
from .duerfen import Limit
from .export.batch import ExportBatch, ExportedEntry
from .extra import ExtraAuthority
from .kind_word import KindWord
from .koennen import Level, Requirement
from .learning.evidence import Evidence
from .learning.slot import LearningSlot
from .learning.training import TrainingItem
from .ledger.budget import Budget, BudgetGroupObjectPermission, BudgetPeriod, BudgetUserObjectPermission
from .ledger.finding import Finding
from .ledger.transfer import Transfer
from .life.stage import Stage
from .life.treatment import Treatment
from .mirrors.mirror import LeftOut, Mirror
from .mirrors.reflection import Reflection
from .newcomers.counterpart import AcquisitionOffer, Counterpart
from .offer import Offer
from .payout.destination import Destination
from .payout.order import PayoutOrder
from .payout.report import PayoutReport
from .payout.target import PayoutTarget
from .questions.question import Question, Word
from .questions.thresholds import Thresholds
from .relationship.detail import Detail
from .relationship.figures import RelationshipFigures
from .relationship.holding import Holding
from .relationship.outreach import Outreach
from .review import Review
from .rules.catalogue import GestureKind
from .rules.confirmation import Confirmation
from .rules.guardrail import Condition, Guardrail
from .rules.needed import NeededFact
from .rules.rehearsal import Rehearsal
from .rules.rulebook import Rulebook
from .rules.space import Idea, Use
from .rules.standard import BaseStandard
from .rules.term import Term
from .ruling import Ruling
from .wollen import Stance

__all__ = [
    "AcquisitionOffer",
    "AnswerLink",
    "Ask",
    "BaseStandard",
    "Budget",
    "BudgetGroupObjectPermission",
    "BudgetPeriod",
    "BudgetUserObjectPermission",
    "Challenge",
    "Condition",
    "Confirmation",
    "Counterpart",
    "CustomerWish",
    "Destination",
    "Detail",
    "Evidence",
    "ExportBatch",
    "ExportedEntry",
    "ExtraAuthority",
    "Finding",
    "GestureKind",
    "Guardrail",
    "Hindrance",
    "Holding",
    "HouseWill",
    "Idea",
    "KindWord",
    "LearningSlot",
    "LeftOut",
    "Level",
    "Limit",
    "Mirror",
    "NeededFact",
    "Offer",
    "Outreach",
    "Paid",
    "PayoutOrder",
    "PayoutReport",
    "PayoutTarget",
    "Question",
    "Reflection",
    "Rehearsal",
    "RelationshipFigures",
    "Requirement",
    "Review",
    "Rulebook",
    "Ruling",
    "Stage",
    "Stance",
    "Term",
    "Thresholds",
    "Tie",
    "TrainingItem",
    "Transfer",
    "Treatment",
    "Use",
    "Word",
]
