"""The steps that say something: a note, a text to the customer in their language, a word to colleagues."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.person import Person
from tickets import history, placeholder
from tickets.draft_check import remarks_on
from tickets.mail import letters
from tickets.notice import Notice
from tickets.textfields import OneLineField, TextField

from .step import Acting, Said, StepKind
from .steps import people_for

LONGEST_TEXT, LONGEST_WORDS, SHOWN = 5000, 200, 60
ASSIGNEE, LEADS, TEAM, PERSON = "assignee", "leads", "team", "person-"
WHOM = (
    (ASSIGNEE, gettext_lazy("the assignee")),
    (LEADS, gettext_lazy("the leads")),
    (TEAM, gettext_lazy("the team")),
)


class TextWithPlaceholders(TextField):
    """A text in which only names of the closed list may stand in braces."""

    def __init__(self, *, rows: int = 4, max_length: int = LONGEST_TEXT, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def clean(self, value: object) -> str:
        text: str = super().clean(value)
        unknown = placeholder.unknown_in(text)
        if unknown:
            raise ValidationError(
                _("There is no placeholder {%(name)s}. There are: %(all)s.")
                % {"name": unknown[0][:40], "all": ", ".join(f"{{{name}}}" for name in placeholder.MEANINGS)}
            )
        return text


def _text_fields(_person: Person) -> dict[str, forms.Field]:
    names = ", ".join(f"{{{name}}}" for name in placeholder.MEANINGS)
    return {
        "text_en": TextWithPlaceholders(
            label=gettext_lazy("In English"), help_text=_("You can write %(names)s.") % {"names": names}
        ),
        "text_de": TextWithPlaceholders(label=gettext_lazy("In German")),
    }


def text_for(acting: Acting, said: Said, place: int) -> str:
    """What the customer would read: as it was changed before sending, else the text in their language, filled."""
    changed = acting.texts.get(place)
    if changed is not None:
        return changed
    return placeholder.fill(_raw(acting, said), placeholder.values_of(acting.ticket, writer=acting.by))


def _raw(acting: Acting, said: Said) -> str:
    return str(said.get("text_de" if acting.ticket.reader_language == "de" else "text_en", ""))


def _reply_trouble(acting: Acting, said: Said, place: int) -> str:
    if acting.texts.get(place) is None:
        empty = placeholder.empty_in(
            _raw(acting, said), placeholder.values_of(acting.ticket, writer=acting.by)
        )
        if empty:
            return _("{%(name)s} has nothing to say here, and a text with a gap does not go out.") % {
                "name": empty[0]
            }
    text = text_for(acting, said, place)
    if not text.strip():
        return _("There is no text in the customer’s language.")
    remarks = remarks_on(acting.ticket, text, by=acting.author)
    if remarks:
        return _("“%(found)s”: %(advice)s") % {"found": remarks[0].found, "advice": remarks[0].advice}
    return ""


def _reply(acting: Acting, said: Said, place: int) -> None:
    """What a person sends by a macro is a person's answer; what a rule sends is marked, and meets no promise."""
    text, key = text_for(acting, said, place), f"{acting.key}.{place}"
    if acting.by is None:
        acting.ticket.inform(text, key=key, at=acting.at)
    else:
        acting.ticket.reply(text, by=acting.by, key=key, at=acting.at)


def _note_fields(_person: Person) -> dict[str, forms.Field]:
    return {"text": TextWithPlaceholders(label=gettext_lazy("Note"))}


def _note(acting: Acting, said: Said, place: int) -> None:
    values = placeholder.values_of(acting.ticket, writer=acting.by)
    text = placeholder.fill(str(said["text"]), values)
    acting.ticket.note(text, by=acting.by, key=f"{acting.key}.{place}", at=acting.at)


def _tell_fields(person: Person) -> dict[str, forms.Field]:
    people = [(f"{PERSON}{one.pk}", one.name) for one in people_for(person)]
    return {
        "whom": forms.ChoiceField(label=gettext_lazy("Whom"), choices=[*WHOM, *people]),
        "words": OneLineField(label=gettext_lazy("What to say"), max_length=LONGEST_WORDS),
    }


def _told(acting: Acting, whom: str) -> list[Person]:
    """Whom a word reaches: only people who may read the ticket now."""
    working = Person.objects.working_in(acting.ticket.team)
    people: Iterable[Person] = working
    if whom == ASSIGNEE:
        people = working.filter(pk=acting.ticket.assignee_id)
    elif whom == LEADS:
        people = Person.objects.leading(acting.ticket.team)
    elif whom.startswith(PERSON) and whom.removeprefix(PERSON).isdecimal():
        people = working.filter(pk=int(whom.removeprefix(PERSON)))
    return [person for person in people if person.pk != acting.ticket.customer.person_id]


def _tell_trouble(acting: Acting, said: Said, _place: int) -> str:
    return "" if _told(acting, str(said.get("whom"))) else _("There is nobody to tell.")


def _tell(acting: Acting, said: Said, place: int) -> None:
    told = _told(acting, str(said["whom"]))
    event = acting.ticket.record(
        history.RULE_TOLD, by=acting.by, at=acting.at, words=str(said["words"]), rule=acting.name
    )
    for person in told:
        Notice.tell(person, event)
        key = f"told:{acting.key}.{place}:{person.pk}"
        letters.to_colleague(
            person, acting.ticket, key=key[:120], name="told", words=said["words"], rule=acting.name
        )


def _tell_sentence(said: Said) -> str:
    whom = str(said.get("whom"))
    name = str(dict(WHOM).get(whom, ""))
    if not name and whom.removeprefix(PERSON).isdecimal():
        person = Person.objects.filter(pk=int(whom.removeprefix(PERSON))).first()
        name = person.name if person else "–"
    return _("tell %(whom)s: “%(words)s”") % {"whom": name, "words": said.get("words", "")}


def _in_own(said: Said) -> object:
    german = (get_language() or "en").startswith("de")
    return said.get("text_de" if german else "text_en", "")


def _start(text: object) -> str:
    line = " ".join(str(text).split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"


KINDS = (
    StepKind(
        "reply",
        gettext_lazy("Write to the customer"),
        _text_fields,
        lambda said: _("write to the customer: “%(text)s”") % {"text": _start(_in_own(said))},
        _reply_trouble,
        _reply,
        text=text_for,
    ),
    StepKind(
        "note",
        gettext_lazy("Write an internal note"),
        _note_fields,
        lambda said: _("note: “%(text)s”") % {"text": _start(said.get("text", ""))},
        lambda _acting, said, _place: "" if str(said.get("text", "")).strip() else _("There is no text."),
        _note,
    ),
    StepKind("tell", gettext_lazy("Tell a colleague"), _tell_fields, _tell_sentence, _tell_trouble, _tell),
)
