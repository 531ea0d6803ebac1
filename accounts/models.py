"""Only imports the nouns."""

from .absence import Absence
from .customer import Customer
from .organisation import Organisation
from .person import Person
from .presence import Presence
from .team import Team, TeamGroupObjectPermission, TeamUserObjectPermission
from .token import ApiToken

__all__ = [
    "Absence",
    "ApiToken",
    "Customer",
    "Organisation",
    "Person",
    "Presence",
    "Team",
    "TeamGroupObjectPermission",
    "TeamUserObjectPermission",
]
