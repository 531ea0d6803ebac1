"""The words of a contact: where it may stand, and what is heard of it. Pure."""

from __future__ import annotations

from typing import Final

WAITING, CALLBACK, RESERVED, DIALLING = "waiting", "callback", "reserved", "dialling"
TALKING, HELD, ASLEEP = "talking", "held", "asleep"
ABANDONED, ENDED, PROMISED, UNREACHED = "abandoned", "ended", "promised", "unreached"
NEW: Final = "new"
IN_LINE: Final = (WAITING, CALLBACK)
WITH_AGENT: Final = (RESERVED, DIALLING, TALKING, HELD)
OWED_A_CALL: Final = (CALLBACK, RESERVED, DIALLING)
OVER: Final = (ABANDONED, ENDED, PROMISED, UNREACHED)
EVERYWHERE: Final = (NEW, *IN_LINE, *WITH_AGENT, ASLEEP, *OVER)

# What is heard of a contact, by whoever says it: a telephone system, the portal, the desk or the house itself.
ENTERED, OFFERED, DECLINED, EXPIRED, ANSWERED = "entered", "offered", "declined", "expired", "answered"
HOLD, RESUMED, TRANSFERRED, LOST, FINISHED = "held", "resumed", "transferred", "lost", "ended"
CALLBACK_OFFERED, CALLBACK_WANTED, POSTPONED = "callback_offered", "callback_wanted", "postponed"
RESERVE, DIALLED, NOT_REACHED, PROMISE = "reserved", "dialled", "not_reached", "promised"
# The customer wants no call any more, which no leg that ends says; or we give up calling somebody we do not know.
WITHDRAWN, GIVE_UP = "withdrawn", "unreached"
ESCALATED, HELPED, SILENT, OUTCOME, NO_OUTCOME = "escalated", "helped", "silent", "outcome", "no_outcome"
# In a chat: the customer wrote, we wrote, the customer went quiet, came back; and whoever had it is lost to it.
ASKED, SPOKE, SLEPT, WOKEN, RELIEVED = "asked", "spoke", "slept", "woken", "relieved"
# What is only written down, wherever the contact stands.
NOTED: Final = (CALLBACK_OFFERED, ESCALATED, HELPED, SILENT, NO_OUTCOME)
KINDS: Final = (
    *(ENTERED, OFFERED, DECLINED, EXPIRED, ANSWERED, HOLD, RESUMED, TRANSFERRED, LOST, FINISHED),
    *(CALLBACK_OFFERED, CALLBACK_WANTED, POSTPONED, WITHDRAWN),
    *(RESERVE, DIALLED, NOT_REACHED, PROMISE, GIVE_UP),
    *(ESCALATED, HELPED, SILENT, OUTCOME, NO_OUTCOME),
    *(ASKED, SPOKE, SLEPT, WOKEN, RELIEVED),
)
# What a telephone system says of one leg of a call; once the contact has left that leg, it says nothing of the contact.
OF_A_LEG: Final = (OFFERED, DECLINED, HOLD, RESUMED, TRANSFERRED, LOST, FINISHED, NOT_REACHED)
# Who may end a contact. There is no word for the system, because it never does.
BY_CUSTOMER, BY_AGENT, BY_CONNECTION, NOT_SAID = "customer", "agent", "connection", ""
ENDED_BY: Final = (BY_CUSTOMER, BY_AGENT, BY_CONNECTION, NOT_SAID)
