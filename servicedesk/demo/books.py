"""The demo's money at the end of its stories: a voucher redeemed, a payout held, a first export, and a question."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.person import Person
from policies.export.batch import ExportBatch, Office
from policies.facts import Wish
from policies.ledger.carry import turn_months_now
from policies.life.treatment import Treatment
from policies.offer import Offer
from policies.payout.order import PayoutOrder
from policies.payout.target import PayoutTarget
from policies.questions.question import Question
from policies.questions.thresholds import Thresholds
from policies.questions.watch import watch_now
from policies.rules.catalogue import GestureKind
from policies.ruling import Ruling

from .people import Cast

HOUR = timedelta(hours=1)
POSTAGE = 490  # cents that were forgotten at first
Form = GestureKind.Form


def open_books() -> None:
    """A year is enough for a voucher that was given; the law's three years are for those that were bought."""
    voucher = Treatment.proposed(Form.VOUCHER)
    voucher.valid_days = 365
    voucher.save()
    Thresholds.in_force().save()


def settle(cast: Cast, *, now: datetime) -> None:
    """What happens to the gestures after the stories are told."""
    turn_months_now(now=now)
    _redeem(now=now)
    _hold_a_payout(cast, now=now)
    office = Office(consultant=29098, client=55003)
    ExportBatch.make(chart=ExportBatch.Chart.SKR04, by=cast.desk["sam"], key="demo", office=office, at=now)
    watch_now(now=now)


def _redeem(*, now: datetime) -> None:
    """One voucher has come back, and a colleague is asked to read how it was given."""
    delivered = Offer.objects.filter(state=Offer.State.DELIVERED, form=Form.VOUCHER, cents__gt=0)
    offer = (
        delivered.select_related("ticket__team", "period__budget", "ruling", "agent").order_by("pk").first()
    )
    if offer is None:
        return
    offer.redeem(by=offer.agent, at=now - timedelta(minutes=5))  # after all that the stories tell
    team = offer.ticket.team
    peer = Person.objects.working_in(team).exclude(pk=offer.agent_id).first()
    Question.put("sample", team, key=f"sample:{offer.pk}", at=now, asked=peer, offer=offer)


def _hold_a_payout(cast: Cast, *, now: datetime) -> None:
    """One that was sent and never answered. The target has ended since: the demo sends nothing anywhere."""
    target = PayoutTarget.set_up(
        name="Haldenwerk payments",
        url="https://payments.haldenwerk.example/orders",
        private=False,
        form=Form.CREDIT_NOTE,
        by=cast.desk["sam"],
        at=now - 2 * HOUR,
    )
    assert isinstance(target, PayoutTarget)
    refunded = Offer.objects.filter(form=Form.CREDIT_NOTE, state=Offer.State.DELIVERED)
    earlier = refunded.select_related("ticket__team", "ticket__customer", "agent").order_by("pk").first()
    if earlier:
        wish = Wish(earlier.kind, POSTAGE, why="The postage was forgotten")
        Ruling.request(earlier.agent, earlier.ticket, wish, key="demo:postage", at=now - HOUR)
        for order in PayoutOrder.objects.filter(target=target):
            order.hold("HTTP 502", at=now - HOUR)
    target.end(at=now)
