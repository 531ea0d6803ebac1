"""How people grow in the demo: a colleague's word, a talk, something to learn, time for it – and what cases told."""

from __future__ import annotations

from datetime import datetime, timedelta

from policies.learning.evidence import Evidence
from policies.models import CustomerWish, Hindrance, HouseWill, LearningSlot, Paid, Tie, TrainingItem
from tickets.models import Ticket

from .people import Cast
from .rules import Ground

# Who says about whom, at which cause, what they saw.
WORDS = (
    ("emily", "mehmet", "late-delivery", "Bleibt ruhig, wenn drei Leute gleichzeitig etwas wollen."),
    ("jonas", "priya", "broken-on-arrival", "Found the loose hose on the phone, in five minutes."),
)
# Whose customer wishes what, in which words, as heard by whom.
WISHES = (
    ("grant", "late-delivery", "never_again", "I just want to know it will not be a fourth time", "emily"),
    ("weber", "late-delivery", "speed", "Samstag muss alles da sein", "anna"),
    ("yildiz", "late-delivery", "heard", "Es ging ja nicht ums Geld", "mehmet"),
)


def grow(cast: Cast, ground: Ground, *, now: datetime) -> None:
    """After the stories, shortly before `now`."""
    desk, at = cast.desk, now - timedelta(hours=2)
    for who, about, cause, words in WORDS:
        Evidence.confirm(desk[about], ground.causes[cause], words=words, by=desk[who], at=at)
    repair = ground.causes["repair"]
    Evidence.talk(
        desk["jonas"], repair, 3, words="Pumpen und Elektronik sicher; wir schauen im Frühjahr wieder.",
        by=desk["katharina"], at=at,
    )  # fmt: skip
    item = TrainingItem.need(desk["priya"], repair, TrainingItem.Why.GAP, at=at)
    starts = (now + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
    LearningSlot.plan(
        desk["priya"], starts, starts + timedelta(minutes=90), by=desk["katharina"], item=item, at=at
    )
    _said(cast, now=now, at=at)


def _said(cast: Cast, *, now: datetime, at: datetime) -> None:
    desk = cast.desk
    for customer, cause, wants, words, by in WISHES:
        ticket = Ticket.objects.filter(customer=cast.customers[customer], cause__code=cause).first()
        if ticket:
            CustomerWish.hear(ticket, wants, words=words, by=desk[by], at=at)
            Paid.note(ticket, 12_900, source="document", words="Auftrag 2026-4711", by=desk[by], at=at)
            Hindrance.meet(ticket, "tool", words="Sendungsverfolgung antwortet nicht", by=desk[by], at=at)
    HouseWill.say(
        text_en="In these weeks a call goes before a voucher.",
        text_de="In diesen Wochen geht ein Anruf vor einem Gutschein.",
        starts=(now - timedelta(days=4)).date(),
        ends=(now + timedelta(days=17)).date(),
        by=desk["birgit"],
        at=at,
    )
    Tie.declare(desk["jonas"], cast.customers["vogt"], "friend", at=at)
