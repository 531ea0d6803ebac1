"""What a stage of a gesture moves in the ledger; the money itself says where it lies, so no stage can move it twice."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from policies.ledger.carry import bring_back
from policies.ledger.transfer import Step, Transfer, book

from .stage import Stage
from .treatment import counts_at

if TYPE_CHECKING:
    from accounts.person import Person
    from policies.offer import Offer

ENDS = (Stage.Name.EXPIRED, Stage.Name.REVERSED)


def settle(offer: Offer, stage: str, *, by: Person | None, at: datetime) -> Transfer | None:
    """Book what reaching `stage` means for the reserved amount of `offer`; None where it moves nothing.

    It is spent at the stage at which its form changes the books. What ends unused goes back by the counter-entry
    of whatever was booked: a reservation is released, what counted as spent is reversed.
    """
    assert offer.period
    key = f"ruling:{offer.ruling_id}"
    spent = Transfer.objects.filter(key=f"{key}:{Step.CONFIRM}").exists()
    if stage in ENDS:
        step = Step.REVERSE if spent else Step.RELEASE
        entry = book(offer.period, step, offer.cents, key=f"{key}:{step}", by=by, at=at)
        bring_back(offer.period, offer.cents, key=f"{key}:back", by=by, at=at)
        return entry
    if stage == counts_at(offer.form) and not spent:
        return book(offer.period, Step.CONFIRM, offer.cents, key=f"{key}:{Step.CONFIRM}", by=by, at=at)
    return None
