"""Only imports the nouns."""

from .absence import Absence
from .company.service import SignInDomain, SignInService
from .contact_change import ContactChange
from .customer import Customer
from .house import House
from .organisation import Organisation
from .person import Person
from .presence import Presence
from .setup_change import SetupChange
from .team import Team, TeamGroupObjectPermission, TeamUserObjectPermission
from .token import ApiToken

__all__ = [
    "Absence",
    "ApiToken",
    "ContactChange",
    "Customer",
    "House",
    "Organisation",
    "Person",
    "Presence",
    "SetupChange",
    "SignInDomain",
    "SignInService",
    "Team",
    "TeamGroupObjectPermission",
    "TeamUserObjectPermission",
]
