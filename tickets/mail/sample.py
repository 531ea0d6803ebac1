"""What a mail would read like on a paper: a confirmation and a reply about a matter nobody has."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from tickets import placeholder
from tickets.knowledge.blocks import blocks_of

from .letters import composed
from .stationery import Paper


@dataclass(frozen=True, slots=True)
class Sample:
    """One mail in both of its parts: its text, and what its HTML is made of."""

    subject: str
    text: str
    shown: dict[str, object]


@dataclass(frozen=True, slots=True)
class Writer:
    """Whoever would have written it."""

    name: str


def samples(paper: Paper, *, language: str) -> list[Sample]:
    """In this language, for a made-up customer."""
    with translation.override(language):
        values = {name: str(words) for name, words in placeholder.EXAMPLES.items()}
        writer, said = Writer(values["agent"]), _("Your parcel is on its way and arrives tomorrow.")
        ticket = {"number": values["number"].lstrip("#"), "subject": values["subject"]}
        about = {
            "person": {"name": values["customer"]},
            "ticket": ticket,
            "promise": values["promise"],
            "paper": replace(paper, values=values),
        }
        message = {"author": writer, "attachments": {"exists": False}}
        reply = {"said": said, "blocks": blocks_of(said), "message": message, "writer": writer}
        url = f"{settings.BASE_URL}/requests/1234/"
        return [
            Sample(*composed(name, url, {**about, **more}))
            for name, more in (("confirm", {}), ("answer", reply))
        ]
