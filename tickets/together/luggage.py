"""What moves from one ticket to another in a merge, and what it takes to bring it back."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from tickets.message import Message
from tickets.promises.pledge import Pledge
from tickets.promising import TakenOver
from tickets.sla.clock import Clock
from tickets.sla.pause import Pause
from tickets.sla.target import CALLBACK
from tickets.snooze import Snooze

from . import begun

if TYPE_CHECKING:
    from tickets.ticket import Ticket


@dataclass
class Luggage:
    """Numbers of what moved, and how the closed ticket stood before; as JSON in the row of the merge."""

    status: str
    solved_at: str | None
    pause: int | None = None
    messages: list[int] = field(default_factory=list)
    pledges: list[int] = field(default_factory=list)
    # Keys that both tickets had: the one that moved got another, and gets its own back.
    keys: dict[str, str] = field(default_factory=dict)
    clocks: list[Any] = field(default_factory=lambda: [[], None, None])
    calls: list[int] = field(default_factory=list)  # clocks of callbacks
    snooze: int | None = None  # the sleep that ended because the ticket was closed
    files: list[int] = field(
        default_factory=list
    )  # that waited to be sent with what somebody had begun to write
    status_name: int | None = None  # the own status it carried
    opened: int | None = None  # the pause of the other that ended because the customer waits for us

    @classmethod
    def of(cls, source: Ticket) -> Luggage:
        """Everything that would move from `source` now."""
        pause, snooze = source.open_pause, Snooze.objects.open().filter(ticket=source).first()
        return cls(
            status=source.status,
            status_name=source.status_name_id,
            solved_at=source.solved_at.isoformat() if source.solved_at else None,
            pause=pause.pk if pause else None,
            snooze=snooze.pk if snooze else None,
            messages=list(source.messages.order_by("pk").values_list("pk", flat=True)),
            pledges=list(Pledge.objects.open().filter(ticket=source).values_list("pk", flat=True)),
        )

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Luggage:
        return cls(**stored)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def taken(self) -> TakenOver:
        return TakenOver(*self.clocks)

    def move(self, source: Ticket, target: Ticket, *, at: datetime) -> None:
        """Messages with their files, promises by word with their clocks, and what somebody had begun to write."""
        self.files = begun.carry(source, target, at=at)
        said, promised = (
            Message.objects.filter(pk__in=self.messages),
            Pledge.objects.filter(pk__in=self.pledges),
        )
        self._make_room("message", said, target.messages.all())
        self._make_room("pledge", promised, target.pledges.all())
        said.update(ticket=target)
        promised.update(ticket=target)
        Clock.objects.filter(pledge__in=self.pledges).update(ticket=target)
        self._move_calls(source, target)
        for one in (source, target):
            one.refresh_promise()

    def move_back(self, source: Ticket, target: Ticket, *, since: datetime) -> None:
        """What is still there of it; what somebody moved on since stays where it was put."""
        begun.bring_back(source, target, files=self.files, since=since)
        said = Message.objects.filter(pk__in=self.messages, ticket=target)
        promised = Pledge.objects.filter(pk__in=self.pledges, ticket=target)
        for name, rows in (("message", said), ("pledge", promised)):
            for row in rows.filter(
                pk__in=[int(k.split(":")[1]) for k in self.keys if k.startswith(f"{name}:")]
            ):
                rows.filter(pk=row.pk).update(ticket=source, key=self.keys[f"{name}:{row.pk}"])
        said.update(ticket=source)
        promised.update(ticket=source)
        Clock.objects.filter(pledge__in=self.pledges, pledge__ticket=source).update(ticket=source)
        if not source.clocks.open().of_kind(CALLBACK).exists():
            Clock.objects.filter(pk__in=self.calls, ticket=target).update(ticket=source)

    def restore(self, source: Ticket, *, at: datetime) -> None:
        """`source` stands as it stood: status, when it was solved, the pause we made, and asleep if it slept."""
        source.status, source.status_name_id = self.status, self.status_name
        source.solved_at = datetime.fromisoformat(self.solved_at) if self.solved_at else None
        source.save(update_fields=["status", "status_name", "solved_at"])
        Pause.objects.filter(pk=self.pause).update(ended_at=None)
        slept = Snooze.objects.filter(pk=self.snooze).select_related("ticket").first()
        if slept is not None:
            slept.go_on(at=at)

    def _move_calls(self, source: Ticket, target: Ticket) -> None:
        """Whoever waits for a call waits for it on the ticket that stays; it has room for one such promise."""
        waited = source.clocks.open().of_kind(CALLBACK)
        if not target.clocks.open().of_kind(CALLBACK).exists():
            self.calls = list(waited.values_list("pk", flat=True))
            Clock.objects.filter(pk__in=self.calls).update(ticket=target)

    def _make_room(self, name: str, moving: QuerySet[Any], there: QuerySet[Any]) -> None:
        taken = set(there.exclude(key=None).values_list("key", flat=True))
        for row in moving.filter(key__in=taken):
            self.keys[f"{name}:{row.pk}"] = row.key
            moving.filter(pk=row.pk).update(key=f"{row.ticket_id}:{row.key}"[:64])
