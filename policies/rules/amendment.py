"""An amendment: somebody changes one limit, and the rules get a new version at once.

Enlarging the field needs nothing; what shrinks it, for anybody at any time, needs a reason and an end, and falls
back afterwards: it stands as a dated limit beside the standing one. Nobody enlarges their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.person import Person
from accounts.team import Team

from ..duerfen import Latitude, Limit, latitude
from ..referral import Refusal
from .rulebook import Rulebook

LONGEST_RESTRICTION = timedelta(days=366)
LONGEST_NOTE = 300
AMOUNTS = ("own_cents", "stretch_cents", "customer_cents")
_VALUES = (*AMOUNTS, "on_trial", "valid_from", "valid_until", "reason")
_SCOPE = ("role", "team_id", "person_id")
_EVERYTHING = (*_SCOPE, *_VALUES)


def amendable_by(person: Person) -> Q:
    """Which limits `person` may change: leads those of their teams and of the people in them, administrators the
    house's."""
    teams = person.led_team_ids
    people = Person.objects.filter(teamuserobjectpermission__content_object__in=teams)
    theirs = Q(team__in=teams, person=None) | Q(person__in=people.values("pk"))
    return theirs | Q(team=None, person=None) if person.is_staff else theirs


@dataclass(frozen=True, slots=True)
class Amendment:
    """One limit as it shall be and as its editor saw it.

    `to` is not stored yet; None takes the limit away. `seen` may be a row of a version that was retired meanwhile;
    None adds a limit. One of the two is there.
    """

    seen: Limit | None
    to: Limit | None
    reason: str = ""

    def put_in_force(self, *, by: Person, at: datetime | None = None) -> Refusal | None:
        """Publish the rules with this change as a new version; None also when they say exactly that already.

        Refusals: "gone" or "changed" when somebody was faster, "overlap", "reason" and "until" for what shrinks the
        field, "own" for the editor's own. The caller has found whose limit it is through `amendable_by`.
        """
        at = at or timezone.now()
        with transaction.atomic():
            # Two editors at once would both copy the same version. The oldest row is the gate they pass one by one:
            # it never goes away, and no filter on it can miss what the faster one changed.
            Rulebook.objects.select_for_update().order_by("pk").first()
            rows = limits_in_force()
            current = successor(self.seen, rows) if self.seen else None
            if self._stands(rows, current):
                return None
            leaving = self.leaving(rows, current)
            after = [row for row in rows if row not in leaving] + ([self.to] if self.to else [])
            refusal = (
                self._outdated(current)
                or self.overlapping(rows, leaving)
                or self.unfounded(rows, after, by=by, at=at)
            )
            if refusal:
                return refusal
            with Rulebook.amend(by=by, note=self._note(), at=at) as draft:
                for row in leaving:
                    draft.limits.filter(**_said(row, _EVERYTHING)).delete()
                if self.to:
                    self.to.rulebook = draft
                    self.to.save(force_insert=True)
        return None

    def _stands(self, rows: Sequence[Limit], current: Limit | None) -> bool:
        """Whether the rules say this already: the form was sent twice, or somebody else did the same."""
        if self.to is None:
            return current is None
        return any(_same_people(row, self.to) and same_values(row, self.to) for row in rows)

    def leaving(self, rows: Sequence[Limit], current: Limit | None) -> list[Limit]:
        """The rows that make way. A dated limit never takes the standing one away: that is what it falls back to."""
        leaving = [current] if current and (self.to is None or current.valid_until) else []
        if self.to and self.to.valid_until is None:
            leaving += [row for row in rows if row.valid_until is None and _same_people(row, self.to)]
        return leaving

    def _outdated(self, current: Limit | None) -> Refusal | None:
        if self.seen is None:
            return None
        if current is None:
            return Refusal(
                "gone", _("Somebody has taken this limit away meanwhile. Save again to add it anew.")
            )
        if not same_values(current, self.seen):
            words = _(
                "Somebody has changed this limit meanwhile. Look at it, and save again if yours shall hold."
            )
            return Refusal("changed", words)
        return None

    def overlapping(self, rows: Sequence[Limit], leaving: Sequence[Limit]) -> Refusal | None:
        """Of two dated limits for the same people at the same time nobody could say which one holds."""
        if self.to is None or self.to.valid_until is None:
            return None
        for row in rows:
            if row in leaving or row.valid_until is None or not _same_people(row, self.to):
                continue
            begins = self.to.valid_from is None or self.to.valid_from < row.valid_until
            if begins and (row.valid_from is None or row.valid_from < self.to.valid_until):
                words = _("There is a limit with dates for the same people in this time. Change that one.")
                return Refusal("overlap", words)
        return None

    def unfounded(
        self, before: Sequence[Limit], after: Sequence[Limit], *, by: Person, at: datetime
    ) -> Refusal | None:
        """Why this may not be although the rules would hold together: too little said, or the editor's own."""
        moments = _moments([*before, *after], at=at)
        holders = _holders(cast("Limit", self.to or self.seen))
        less = [m for m in moments if any(_less(*rooms) for rooms in _rooms(before, after, holders, at=m))]
        if less and less[-1] == moments[-1]:
            return Refusal("until", _("This leaves less room than now, so it needs a day on which it ends."))
        if less and moments[moments.index(less[-1]) + 1] > at + LONGEST_RESTRICTION:
            return Refusal("until", _("What leaves less room ends within a year. It can be renewed then."))
        if less and not self.reason:
            return Refusal("reason", _("This leaves less room than now. Say in a sentence what it protects."))
        own = [(by, Team(pk=team)) for team in by.team_ids]
        if not by.is_staff and any(
            _more(*rooms) for m in moments for rooms in _rooms(before, after, own, at=m)
        ):
            words = _("This would enlarge your own limit. Another lead or an administrator can do that.")
            return Refusal("own", words)
        return None

    def _note(self) -> str:
        """What the list of versions says about it, in the editor's language."""
        if self.to is None:
            done = _("%(who)s: limit taken away")
        else:
            done = _("%(who)s: limit changed") if self.seen else _("%(who)s: limit added")
        note = done % {"who": whom(cast("Limit", self.to or self.seen))}
        return (f"{note} – {self.reason}" if self.reason else note)[:LONGEST_NOTE]


def limits_in_force() -> list[Limit]:
    """The limits of the version in force; none before the first version."""
    in_force = Limit.objects.filter(rulebook__state=Rulebook.State.PUBLISHED)
    return list(in_force.select_related("team", "person"))


def same_values(one: Limit, other: Limit) -> bool:
    """Whether both leave the same room at the same time for the same reason, whomever they are for."""
    return _same(one, other, _VALUES)


def successor(seen: Limit, rows: Iterable[Limit]) -> Limit | None:
    """The one of `rows` that `seen` is or, in a later version, has become: for the same people, dated or not as it
    was, and of several the one with the same days. None when it was taken away."""
    rows = list(rows)
    if seen in rows:
        return seen
    alike = [
        row for row in rows if _same_people(row, seen) and bool(row.valid_until) is bool(seen.valid_until)
    ]
    for wanted in (_VALUES, ("valid_from", "valid_until"), ("valid_from",), ("valid_until",)):
        found = [row for row in alike if _same(row, seen, wanted)]
        if found:
            return found[0]
    return alike[0] if len(alike) == 1 else None


def whom(limit: Limit) -> str:
    """Whom a limit is for: “Anna Kowalski”, “Agents, North”, “Everybody”."""
    return str(limit)


@dataclass(frozen=True, slots=True)
class _Somebody:
    """Whoever a limit of a role is for: `latitude` reads no more of a person than this."""

    pk: int
    led_team_ids: frozenset[int]


def _holders(limit: Limit) -> list[tuple[Person, Team]]:
    """For whom the change is looked at: the person in each of their teams, or anybody of the role in the team."""
    if limit.person is not None:
        return [(limit.person, Team(pk=team)) for team in limit.person.team_ids or {0}]
    team = limit.team_id or 0
    led = frozenset({team}) if limit.role == Limit.Role.LEAD else frozenset[int]()
    return [(cast("Person", _Somebody(0, led)), Team(pk=team))]


def _rooms(
    before: Sequence[Limit], after: Sequence[Limit], holders: Iterable[tuple[Person, Team]], *, at: datetime
) -> Iterator[tuple[Latitude, Latitude]]:
    for person, team in holders:
        yield latitude(before, person, team, at=at), latitude(after, person, team, at=at)


def _moments(limits: Iterable[Limit], *, at: datetime) -> list[datetime]:
    """Now and every later moment at which a limit begins or ends: between two of them nothing changes."""
    edges = {edge for limit in limits for edge in (limit.valid_from, limit.valid_until) if edge and edge > at}
    return [at, *sorted(edges)]


def _less(was: Latitude, now: Latitude) -> bool:
    return any(getattr(now, name) < getattr(was, name) for name in AMOUNTS)


def _more(was: Latitude, now: Latitude) -> bool:
    return any(getattr(now, name) > getattr(was, name) for name in AMOUNTS) or (
        was.on_trial and not now.on_trial
    )


def _said(limit: Limit, names: Iterable[str]) -> dict[str, object]:
    return {name: getattr(limit, name) for name in names}


def _same(one: Limit, other: Limit, names: Iterable[str]) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _same_people(one: Limit, other: Limit) -> bool:
    """A person's own limit holds whatever role and team stand beside it."""
    if one.person_id is not None or other.person_id is not None:
        return one.person_id == other.person_id
    return _same(one, other, ("role", "team_id"))
