"""What an agent says to the line: a state of presence, or one verb on one contact."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from accounts.presence import MOST_AT_ONCE, Presence
from accounts.team import Team
from accounts.textfields import OneLineField
from tickets.line import words as on
from tickets.line.chat import Chat
from tickets.line.place import Place


class PresenceForm(forms.Form):
    state = forms.ChoiceField(choices=Presence.State.choices)
    capacity = forms.IntegerField(min_value=1, max_value=MOST_AT_ONCE, required=False)


class ActForm(forms.Form):
    """Which verb, and what it needs."""

    verb = forms.ChoiceField(
        choices=[
            *(("accept", _("Take")), ("decline", _("Not now")), ("hold", _("Hold")), ("resume", _("Go on"))),
            *(
                ("take_time", _("Needs time")),
                ("transfer", _("Hand on")),
                ("finish", _("Ended")),
                ("conclude", _("Outcome")),
            ),
            *(("dial", _("Call")), ("reached", _("Reached")), ("not_reached", _("Not reached"))),
            ("call_back", _("Call back later")),
        ],
        error_messages={
            "required": _("What shall happen?"),
            "invalid_choice": _("This cannot be done here."),
        },
    )
    team = forms.ModelChoiceField(
        queryset=Team.objects.none(),
        to_field_name="slug",
        required=False,
        error_messages={"invalid_choice": _("This team does not exist.")},
    )
    ended_by = forms.ChoiceField(
        choices=[(on.BY_AGENT, _("I hung up")), (on.BY_CUSTOMER, _("The customer hung up"))], required=False
    )
    outcome = OneLineField(max_length=200, required=False)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["team"].queryset = Team.objects.order_by("name")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("verb") == "transfer" and not said.get("team") and "team" not in self.errors:
            self.add_error("team", _("To which team?"))
        if said.get("verb") == "conclude" and not said.get("outcome") and "outcome" not in self.errors:
            self.add_error("outcome", _("What came of it?"))
        return said

    def act(self, place: Place) -> bool:
        """Do it; False where it makes no sense any more. Only who holds a contact moves it."""
        said, me = self.cleaned_data, self.person
        verb = said["verb"]
        left_to_me = verb == "conclude" and place.phase == on.UNREACHED and place.team_id in me.led_team_ids
        if verb not in ("accept", "decline") and place.agent_id != me.pk and not left_to_me:
            return False
        chat = Chat.objects.filter(place=place).with_people().first()
        verbs: dict[str, Callable[[], bool]] = {
            "accept": lambda: (chat or place).accept(by=me),
            "decline": lambda: place.decline(by=me),
            "hold": lambda: place.hold(by=me),
            "resume": lambda: place.resume(by=me),
            "transfer": lambda: (chat or place).transfer(said["team"], by=me),
            "take_time": lambda: place.take_time(by=me),
            "finish": lambda: self._finish(place),
            "conclude": lambda: place.conclude(said["outcome"], by=me),
            "dial": lambda: place.dial(by=me),
            "reached": lambda: place.answered(by=me),
            "not_reached": lambda: place.not_reached(by=me),
            "call_back": lambda: place.channel != Place.Channel.CHAT and place.put_off(by=me),
        }
        return verbs[verb]()

    def _finish(self, place: Place) -> bool:
        """What came of it is said in the same breath, or within ten minutes."""
        said = self.cleaned_data
        if said["outcome"]:
            place.conclude(said["outcome"], by=self.person)
        return place.finish(said["ended_by"] or on.BY_AGENT, by=self.person)
