"""The steps of a story: one verb of the product each, said by somebody, so and so many minutes after the one before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile

from accounts.models import Customer, Person
from policies.facts import Wish
from policies.models import Ask, Offer, Ruling, Stance
from policies.referral import Refusal
from tickets.models import Ticket
from tickets.solvable import Status

MakesFile = Callable[[], UploadedFile]


@dataclass
class Scene:
    """Where one story stands: its ticket as it now is, and everybody who can act in it."""

    code: str
    customer: Customer
    desk: dict[str, Person]
    ticket: Ticket
    wishes: int = 0


@dataclass(frozen=True)
class Step:
    """`minutes` of working time after the step before, `by` (None: the customer) does `deed`."""

    minutes: int
    by: str | None
    deed: Callable[[Scene, datetime], object]


@dataclass(frozen=True)
class Story:
    """One matter of one customer. `ago` is how many minutes of working time before now it begins."""

    code: str
    customer: str
    cause: str
    ago: int
    subject: str
    text: str
    steps: tuple[Step, ...] = ()
    priority: int = Ticket.Priority.NORMAL
    files: tuple[MakesFile, ...] = ()
    in_the_evening: bool = field(default=False)


def reply(minutes: int, by: str, text: str, *files: MakesFile) -> Step:
    def deed(scene: Scene, at: datetime) -> object:
        return scene.ticket.reply(text, by=scene.desk[by], files=[make() for make in files], at=at)

    return Step(minutes, by, deed)


def note(minutes: int, by: str, text: str) -> Step:
    return Step(minutes, by, lambda scene, at: scene.ticket.note(text, by=scene.desk[by], at=at))


def hear(minutes: int, text: str, *files: MakesFile) -> Step:
    def deed(scene: Scene, at: datetime) -> object:
        return scene.ticket.hear(text, by=scene.customer.person, files=[make() for make in files], at=at)

    return Step(minutes, None, deed)


def assign(minutes: int, to: str, *, by: str | None = None) -> Step:
    giver = by or to
    return Step(
        minutes, giver, lambda scene, at: scene.ticket.assign(scene.desk[to], by=scene.desk[giver], at=at)
    )


def wait_for_customer(minutes: int, by: str) -> Step:
    return _move(minutes, by, Status.WAITING_CUSTOMER)


def wait_for_others(minutes: int, by: str) -> Step:
    return _move(minutes, by, Status.WAITING_OTHERS)


def solve(minutes: int, by: str) -> Step:
    return _move(minutes, by, Status.SOLVED)


def _move(minutes: int, by: str, status: Status) -> Step:
    return Step(minutes, by, lambda scene, at: scene.ticket.move(status, by=scene.desk[by], at=at))


def confirm(minutes: int) -> Step:
    """The customer says that it is solved."""
    return Step(minutes, None, lambda scene, at: scene.ticket.confirm_solved(by=scene.customer.person, at=at))


def rate(minutes: int, score: int, comment: str = "") -> Step:
    def deed(scene: Scene, at: datetime) -> object:
        return scene.ticket.rate(score, comment=comment, by=scene.customer.person, at=at)

    return Step(minutes, None, deed)


def feel(minutes: int, by: str, will: str) -> Step:
    """How gladly `by` takes this case now: "want", "fine" or "not_now"."""
    return Step(minutes, by, lambda scene, at: Stance.take(scene.desk[by], scene.ticket, will, at=at))


def give(minutes: int, by: str, kind: str, cents: int = 0, *, owed_by: str = "") -> Step:
    """Ask for a gesture; whether it is given at once, asked about or refused is for the rules to say."""

    def deed(scene: Scene, at: datetime) -> object:
        scene.wishes += 1
        key = f"demo:{scene.code}:{scene.wishes}"
        wish = Wish(kind, cents, owed_by=owed_by)
        return Ruling.request(scene.desk[by], scene.ticket, wish, key=key, at=at)

    return Step(minutes, by, deed)


def deliver(minutes: int, by: str) -> Step:
    return Step(minutes, by, lambda scene, at: _waiting_offer(scene).deliver(by=scene.desk[by], at=at))


def take_back(minutes: int, by: str, why: str) -> Step:
    return Step(
        minutes, by, lambda scene, at: _waiting_offer(scene).reverse(by=scene.desk[by], why=why, at=at)
    )


def grant(minutes: int, by: str, words: str = "") -> Step:
    """Say yes to the open question – or take the case over, when that was the question."""
    return Step(
        minutes,
        by,
        lambda scene, at: _done(_open_ask(scene).grant(by=scene.desk[by], words=words, at=at)),
    )


def decline(minutes: int, by: str, words: str) -> Step:
    return Step(
        minutes,
        by,
        lambda scene, at: _done(_open_ask(scene).decline(by=scene.desk[by], words=words, at=at)),
    )


def _waiting_offer(scene: Scene) -> Offer:
    return Offer.objects.filter(ticket=scene.ticket, state=Offer.State.GRANTED).earliest("at")


def _open_ask(scene: Scene) -> Ask:
    return Ask.objects.open().with_story().get(ruling__ticket=scene.ticket)


def _done(refusal: Refusal | None) -> None:
    """A story that the rules do not allow is a mistake in the demo, not something to pass over."""
    if refusal:
        raise ValueError(str(refusal.text))
