"""What somebody types who writes down a customer’s matter: who it is, how we learnt of it, what was said."""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.customer import Customer
from accounts.newcomer import told_of
from accounts.person import Person
from accounts.team import Team
from tickets.cause import Cause
from tickets.message import MAX_LENGTH
from tickets.openable import Way
from tickets.search.customers import customers_like, servable_by
from tickets.textfields import KeyField, OneLineField, TextField
from tickets.ticket import Ticket
from tickets.uploads import FilesField

from .access import LARGEST_ID
from .opening_details import DetailsAsked

NEW, SHORTEST, MOST_FOUND = "new", 2, 8


class NewTicketForm(DetailsAsked):
    """The customer is looked for while one types, or with a button; what was typed stays."""

    who = OneLineField(
        label=gettext_lazy("Name, e-mail address, phone or customer number"), required=False, max_length=200
    )
    customer = forms.CharField(required=False, max_length=20)
    name = OneLineField(label=gettext_lazy("Name"), required=False, max_length=120)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False, max_length=254)
    phone = OneLineField(label=gettext_lazy("Phone"), required=False, max_length=40)
    way = forms.ChoiceField(
        label=gettext_lazy("How do we know?"),
        choices=Way.choices,
        widget=forms.RadioSelect,
        initial=Way.CALLED,
    )
    cause = forms.ModelChoiceField(
        label=gettext_lazy("What is it about?"),
        queryset=Cause.objects.order_by("position", "code"),
        empty_label="–",
    )
    team = forms.ModelChoiceField(
        label=gettext_lazy("Team"),
        queryset=Team.objects.order_by("name"),
        required=False,
        empty_label=gettext_lazy("the one for this cause"),
    )
    priority = forms.TypedChoiceField(
        label=gettext_lazy("Priority"),
        choices=Ticket.Priority.choices,
        coerce=int,
        initial=Ticket.Priority.NORMAL,
    )
    subject = OneLineField(label=gettext_lazy("Subject"), max_length=200)
    text = TextField(
        label=gettext_lazy("What was said"),
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "The customer reads it in the portal, unless it is a note for the desk alone."
        ),
    )
    files = FilesField(label=gettext_lazy("Files"), required=False)
    confirm = forms.BooleanField(
        label=gettext_lazy("Confirm to the customer by mail that we have it"), required=False
    )
    mine = forms.BooleanField(label=gettext_lazy("I take it myself"), required=False)
    key = KeyField()

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("customer") == NEW:
            self._look_at_newcomer(said)
        elif "customer" not in self.errors and self.chosen is None:
            self.add_error("who", _("Who is it? Choose one of those found, or “Somebody new”."))
        team = said.get("team") or (said["cause"].team if said.get("cause") else None)
        if said.get("mine") and team is not None and team.pk not in self.by.team_ids:
            self.add_error("mine", _("You do not work in the team %(team)s.") % {"team": team.name})
        if said.get("confirm") and "email" not in self.errors and not self._has_address(said):
            self.add_error("confirm", _("There is no address to write to."))
        return said

    def ask_for_name(self) -> None:
        """The page says of the name that it is needed: it is, of whoever is new."""
        self.fields["name"].required = True

    @property
    def typed(self) -> str:
        said = self["who"].value()
        return said.replace("\x00", "").strip()[:200] if isinstance(said, str) else ""

    @property
    def is_new(self) -> bool:
        return self["customer"].value() == NEW

    @cached_property
    def chosen(self) -> Customer | None:
        """The customer whose number was sent, where a ticket can be opened for them."""
        said = str(self["customer"].value() or "")
        plain = said.isascii() and said.isdigit() and len(said) < 20 and int(said) <= LARGEST_ID
        return servable_by(self.by).filter(pk=int(said)).first() if plain else None

    @cached_property
    def found(self) -> list[Customer]:
        """Whom what was typed may mean, and who is chosen already."""
        rows: list[Customer] = []
        if len(self.typed) >= SHORTEST or self.typed.isdigit():
            called = servable_by(self.by).filter(phone__icontains=self.typed)
            like = customers_like(self.typed) & servable_by(self.by)
            rows = list((like | called)[:MOST_FOUND])
        return rows if self.chosen is None or self.chosen in rows else [self.chosen, *rows]

    @property
    def meant(self) -> Customer | None:
        """Who is chosen or, before anybody is, the only one found."""
        alone = self.found[0] if len(self.found) == 1 and not self.is_new else None
        return self.chosen or alone

    @property
    def files_lost(self) -> bool:
        return self.is_bound and bool(self.files.getlist("files"))

    @property
    def once(self) -> str:
        """The key of what was written: whoever goes back, changes a word and sends it again has written another."""
        said = [
            str(self.cleaned_data[name]) for name in ("key", "customer", "name", "phone", "subject", "text")
        ]
        said += [f"{file.name}:{file.size}" for file in self.cleaned_data["files"]]
        return hashlib.sha256("\0".join(said).encode("utf-8", "surrogatepass")).hexdigest()

    def customer_meant(self) -> Customer:
        """Who was chosen, or whom we know from now on; with another name or number the same form is about another."""
        said = self.cleaned_data
        key = f"{self.by.pk}:{said['key']}:{said['name']}:{said['phone']}"
        return self.chosen or told_of(said["name"], email=said["email"], phone=said["phone"], key=key)

    def _look_at_newcomer(self, said: dict[str, Any]) -> None:
        if not said.get("name") and "name" not in self.errors:
            self.add_error("name", _("What is the name?"))
        if not (said.get("email") or said.get("phone")) and not {"email", "phone"} & set(self.errors):
            self.add_error("email", _("An e-mail address or a phone number, so that somebody can answer."))
        known = Person.objects.filter(email=str(said.get("email") or "").lower()).first()
        if known is None:
            return
        customer = servable_by(self.by).filter(person=known).first()
        if customer is None:
            self.add_error("email", _("This address belongs to somebody for whom no ticket can be opened."))
        elif not (said.get("subject") and customer.tickets.filter(key=self._once_so_far()).exists()):
            words = _("%(name)s has this address and is a customer already. Look for them above.")
            self.add_error("email", words % {"name": known.name})

    def _once_so_far(self) -> str:
        """Whether this very form was sent before, and made the customer whose address it now finds."""
        whole = {"key", "customer", "name", "phone", "subject", "text", "files"} <= set(self.cleaned_data)
        return self.once if whole else ""

    def _has_address(self, said: dict[str, Any]) -> bool:
        if said.get("customer") == NEW:
            return bool(said.get("email"))
        return self.chosen is None or self.chosen.is_reachable
