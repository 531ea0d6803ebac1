"""A person: signs in by e-mail; agent, lead, administrator or customer by what they were given."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .blockable import Blockable
from .prepared import Prepared
from .setup_change import settings_of

if TYPE_CHECKING:
    from .customer import Customer


MOST_ID = 2**63 - 1


class PersonQuerySet(models.QuerySet["Person"]):
    def active(self) -> PersonQuerySet:
        return self.filter(is_active=True)

    def colleagues(self) -> PersonQuerySet:
        """Whoever works in a team or looks after the house, those who are blocked among them; no customers."""
        works = Person.objects.filter(teamuserobjectpermission__isnull=False).values("pk")
        return self.filter(models.Q(is_staff=True) | models.Q(pk__in=works))

    def working_in(self, team: models.Model | int) -> PersonQuerySet:
        """Active agents and leads of one team, by name."""
        return self.active().filter(teamuserobjectpermission__content_object=team).distinct().order_by("name")

    def leading(self, team: models.Model | int) -> PersonQuerySet:
        """Active leads of one team, longest-serving first: the first one is asked first."""
        return (
            self.active()
            .filter(
                teamuserobjectpermission__content_object=team,
                teamuserobjectpermission__permission__codename="lead_team",
            )
            .order_by("pk")
        )


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]
    use_in_migrations = False

    def get(self, *args: Any, **kwargs: Any) -> Person:
        """As everywhere; who is signed in is asked for by the key with every page, by a prepared question."""
        key = kwargs.get("pk")
        # A manager of somebody's people is of another class, made of this one, and knows who they are.
        if args or len(kwargs) != 1 or type(key) is not int or type(self) is not PersonManager or self._db:
            found: Person = super().get(*args, **kwargs)
            return found
        found = _BY_KEY.first(person=key) if 0 < key <= MOST_ID else None
        if found is None:
            raise self.model.DoesNotExist("Person matching query does not exist.")
        return found

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email=(username or "").lower())

    def create_user(self, email: str, password: str | None = None, **fields: object) -> Person:
        person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> Person:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class Person(Blockable, AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(
        _("language"),
        max_length=2,
        blank=True,
        default="",
        choices=[("", _("as my browser says")), *settings.LANGUAGES],
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Berlin")
    # What they said about the keys of the desk; the desk knows what it means.
    shortcuts = models.JSONField(default=dict, blank=True, editable=False)
    # The columns they chose for the lists of the desk, in their order; the desk knows what they are.
    columns = models.JSONField(default=list, blank=True, editable=False)
    # Where they go on after a deed on the desk, by deed; the desk knows what it means.
    onward = models.JSONField(default=dict, blank=True, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("administrator"), default=False)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    objects = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(name="person_email_lower", condition=models.Q(email=Lower("email"))),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] if self.name else self.email

    def call(self, name: str, *, language: str) -> None:
        """What an administrator may put right of somebody; they change it themselves as well."""
        self.name, self.language = name, language
        self.save(update_fields=["name", "language"])

    def choose_shortcuts(self, said: dict[str, object]) -> None:
        self.shortcuts = said
        self.save(update_fields=["shortcuts"])

    def choose_columns(self, names: list[str]) -> None:
        self.columns = names
        self.save(update_fields=["columns"])

    def choose_onward(self, deed: str, place: str) -> None:
        self.onward = {**self.onward, deed: place}
        self.save(update_fields=["onward"])

    @property
    def initials(self) -> str:
        return initials_of(self.name or self.email)

    @property
    def zone(self) -> ZoneInfo:
        try:
            return ZoneInfo(self.time_zone)
        except (KeyError, ValueError):
            return ZoneInfo(settings.TIME_ZONE)

    @cached_property
    def team_ids(self) -> frozenset[int]:
        """Teams this person works or leads: one query for both, kept for the request."""
        return frozenset(team for team, _permission in self._team_permissions)

    @cached_property
    def led_team_ids(self) -> frozenset[int]:
        return frozenset(team for team, permission in self._team_permissions if permission == "lead_team")

    @cached_property
    def _team_permissions(self) -> list[tuple[int, str]]:
        if not self.is_active:  # guardian alone would still answer for a deactivated person
            return []
        return _RIGHTS.rows(person=self.pk)

    @staticmethod
    def know_teams(people: Collection[Person]) -> None:
        """Of all of these at once, where they work and what they lead: one query, however many they are."""
        rights: dict[int, list[tuple[int, str]]] = {person.pk: [] for person in people if person.is_active}
        for pk, team, permission in _rights_among(list(rights)):
            rights[pk].append((team, permission))
        for person in people:
            person.__dict__["_team_permissions"] = rights.get(person.pk, [])

    @property
    def is_agent(self) -> bool:
        return bool(self.team_ids)

    @property
    def is_lead(self) -> bool:
        return bool(self.led_team_ids)

    @cached_property
    def as_customer(self) -> Customer | None:
        if not self.is_active:
            return None
        known: Any = Person._meta.get_field("customer")
        came_along = known.is_cached(self)  # of many people, their customers are read with them
        found: Customer | None = (
            known.get_cached_value(self) if came_along else _CUSTOMER.first(person=self.pk)
        )
        if found is not None:
            found.person = self
        return found

    @property
    def overseen_organisation_id(self) -> int | None:
        """The organisation whose requests this person reads and answers in the portal; None for most people."""
        customer = self.as_customer
        return customer.overseen_organisation_id if customer else None


_RIGHT = "teamuserobjectpermission__"
_TEAM_AND_RIGHT = (f"{_RIGHT}content_object_id", f"{_RIGHT}permission__codename")
_WORKING = {f"{_TEAM_AND_RIGHT[1]}__in": ("work_team", "lead_team")}


def _rights(person: int) -> models.QuerySet[Any, Any]:
    return Person.objects.filter(pk=person, **_WORKING).values_list(*_TEAM_AND_RIGHT)


def _rights_among(people: Collection[int]) -> models.QuerySet[Any, Any]:
    return Person.objects.filter(pk__among=people, **_WORKING).values_list("pk", *_TEAM_AND_RIGHT)


def _customer(person: int) -> models.QuerySet[Any, Any]:
    model = Person._meta.get_field("customer").related_model
    return model.objects.filter(person=person)


_RIGHTS, _CUSTOMER = Prepared(_rights), Prepared(_customer)
# With whom they are to us: each page of a customer asks for that too.
_BY_KEY = Prepared(lambda person: Person.objects.select_related("customer").filter(pk=person))


@settings_of.register
def _settings(person: Person) -> Iterable[tuple[str, object]]:
    """The rights of people who work here; customers are nobody's set-up."""
    if not (person.is_staff or person.is_superuser or person.teamuserobjectpermission_set.exists()):
        return []
    return [
        (gettext("Name"), person.name),
        (gettext("Language"), person.get_language_display()),
        (gettext("Active"), person.is_active),
        (gettext("Administrator"), person.is_staff),
        (gettext("Every right"), person.is_superuser),
    ]


@lru_cache(maxsize=1000)
def initials_of(name: str) -> str:
    """“AP” for Anna Petersen."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()
