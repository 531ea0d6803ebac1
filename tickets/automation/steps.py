"""The steps the desk itself knows: who works on a ticket, how urgent it is, where it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.person import Person
from accounts.team import Team
from tickets.open_item import open_on
from tickets.solvable import SETTLED, Status
from tickets.status_name import StatusName, called, choices, chosen
from tickets.ticket import Ticket

from .step import Acting, Said, StepKind

BACK = "back"  # a step that brings a ticket back to where it stood says so


def teams_for(person: Person) -> list[Team]:
    """Whom somebody who writes a rule may name: administrators every team, others their own."""
    found = Team.objects.order_by("name")
    return list(found if person.is_staff else found.filter(pk__in=person.team_ids))


def people_for(person: Person) -> list[Person]:
    """Everybody who works in one of those teams, by name."""
    working = Person.objects.active().filter(teamuserobjectpermission__content_object__in=teams_for(person))
    return list(working.distinct().order_by("name", "pk"))


def person_of(said: Said) -> Person | None:
    return Person.objects.active().filter(pk=said.get("person")).first()


def _person_field(person: Person) -> dict[str, forms.Field]:
    choices = [(str(one.pk), one.name) for one in people_for(person)]
    return {"person": forms.ChoiceField(label=gettext_lazy("To whom"), choices=choices)}


def _assign_sentence(said: Said) -> str:
    person = person_of(said)
    return _("give it to %(name)s") % {"name": person.name if person else "–"}


def _assign_trouble(acting: Acting, said: Said, _place: int) -> str:
    return _weigh_assigning(said)(acting)


def _weigh_assigning(said: Said) -> Callable[[Acting], str]:
    """Who it is, and where they work, is asked once however many tickets are to be theirs."""
    person = person_of(said)
    team_ids = person.team_ids if person else ()

    def trouble(acting: Acting) -> str:
        if person is None:
            return _("This person does not work here any more.")
        if acting.ticket.team_id not in team_ids:
            return _("%(name)s does not work in the ticket’s team.") % {"name": person.name}
        if acting.ticket.assignee_id == person.pk:
            return _("%(name)s has it already.") % {"name": person.name}
        return ""

    return trouble


def _assign(acting: Acting, said: Said, _place: int) -> None:
    person = person_of(said)
    if person is not None:
        acting.ticket.assign(person, by=acting.by, at=acting.at)


def _team_of(said: Said) -> Team | None:
    return Team.objects.filter(pk=said.get("team")).first()


def _team_field(_person: Person) -> dict[str, forms.Field]:
    """Every team: what went astray belongs to people its finder does not work with."""
    choices = [(str(pk), name) for pk, name in Team.objects.order_by("name").values_list("pk", "name")]
    return {"team": forms.ChoiceField(label=gettext_lazy("To which team"), choices=choices)}


def _team_sentence(said: Said) -> str:
    team = _team_of(said)
    return _("give it to the team %(team)s") % {"team": team.name if team else "–"}


def _team_trouble(acting: Acting, said: Said, _place: int) -> str:
    return _weigh_handing_over(said)(acting)


def _weigh_handing_over(said: Said) -> Callable[[Acting], str]:
    """Which team it is, is asked once however many tickets are to be theirs."""
    team = _team_of(said)

    def trouble(acting: Acting) -> str:
        if team is None:
            return _("This team does not exist any more.")
        if acting.ticket.team_id == team.pk:
            return _("It is with this team already.")
        return _not_now(acting.ticket, "team")

    return trouble


def _not_now(ticket: Ticket, name: str) -> str:
    """Where it is done or goes on in another, as for whoever puts it right by hand."""
    refused = ticket.uncorrectable([name]) if ticket.is_settled else None
    return refused.words if refused else ""


def _hand_over(acting: Acting, said: Said, _place: int) -> None:
    team = _team_of(said)
    if team is not None:
        acting.ticket.hand_over(team, by=acting.by, at=acting.at)


def _release_trouble(acting: Acting, _said: Said, _place: int) -> str:
    return "" if acting.ticket.assignee_id else _("Nobody has it.")


def _release(acting: Acting, _said: Said, _place: int) -> None:
    acting.ticket.release(by=acting.by, at=acting.at)


def _priority_field(_person: Person) -> dict[str, forms.Field]:
    choices = Ticket.Priority.choices
    return {"priority": forms.TypedChoiceField(label=gettext_lazy("Priority"), choices=choices, coerce=int)}


def _priority_trouble(acting: Acting, said: Said, _place: int) -> str:
    if said.get("priority") not in Ticket.Priority.values:
        return _("This priority does not exist.")
    if acting.ticket.priority == said["priority"]:
        return _("It has this priority already.")
    return _not_now(acting.ticket, "priority")


def _prioritise(acting: Acting, said: Said, _place: int) -> None:
    acting.ticket.prioritise(said["priority"], by=acting.by, at=acting.at)


def _status_field(_person: Person) -> dict[str, forms.Field]:
    return {"status": forms.ChoiceField(label=gettext_lazy("Status"), choices=choices())}


def _move_trouble(acting: Acting, said: Said, _place: int) -> str:
    return _weigh_moving(said)(acting)


def _weigh_moving(said: Said) -> Callable[[Acting], str]:
    """Which status it is, is asked once however many tickets are to stand there."""
    wanted = chosen(said.get("status"), retired=BACK in said)
    return lambda acting: _unmovable(acting, *wanted) if wanted else _("This status does not exist.")


def _unmovable(acting: Acting, status: Status, named: StatusName | None) -> str:
    """First the customer, then our own efficiency: nothing is closed by itself over a question nobody answered."""
    if acting.ticket.status == status:
        same = acting.ticket.status_name_id == (named.pk if named else None)
        return _("It has this status already.") if same else ""
    if acting.ticket.is_settled and status not in SETTLED and acting.ticket.merge is not None:
        return _("It goes on in another ticket.")
    if status in SETTLED and acting.ticket.is_unanswered:
        return _("The customer’s last message is not answered yet.")
    lacks = acting.ticket.unsolvable() if status in SETTLED and not acting.ticket.is_settled else None
    if lacks is not None:
        return lacks.words
    still_open = open_on(acting.ticket) if status in SETTLED else []
    return still_open[0] if still_open else ""


def _move(acting: Acting, said: Said, _place: int) -> None:
    wanted = chosen(said["status"], retired=BACK in said)
    if wanted is not None:
        acting.ticket.stand(*wanted, by=acting.by, at=acting.at)


def _label(choices: Any, value: object) -> str:
    return str(dict(choices).get(value, value))


KINDS = (
    StepKind(
        "assign",
        gettext_lazy("Give it to somebody"),
        _person_field,
        _assign_sentence,
        _assign_trouble,
        _assign,
        weigh=_weigh_assigning,
    ),
    StepKind(
        "team",
        gettext_lazy("Give it to a team"),
        _team_field,
        _team_sentence,
        _team_trouble,
        _hand_over,
        weigh=_weigh_handing_over,
    ),
    StepKind(
        "release",
        gettext_lazy("Give it back to the team"),
        lambda _person: {},
        lambda _said: _("give it back to the team"),
        _release_trouble,
        _release,
    ),
    StepKind(
        "priority",
        gettext_lazy("Set the priority"),
        _priority_field,
        lambda said: (
            _("set the priority to “%(priority)s”")
            % {"priority": _label(Ticket.Priority.choices, said.get("priority"))}
        ),
        _priority_trouble,
        _prioritise,
    ),
    StepKind(
        "move",
        gettext_lazy("Change the status"),
        _status_field,
        lambda said: _("change the status to “%(status)s”") % {"status": called(said.get("status"))},
        _move_trouble,
        _move,
        weigh=_weigh_moving,
    ),
)
