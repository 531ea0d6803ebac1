"""A company’s sign-in service (OpenID Connect): it says who somebody with an address of its domains is."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts.customer import Customer
from accounts.organisation import Organisation
from accounts.person import Person
from accounts.sealed import SealedField
from accounts.setup_change import Hidden, settings_of

MOST_DOMAINS: Final = 20
LONGEST_NAME: Final = 120
_DOMAIN: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
# Where anybody gets an address: whoever signs in there belongs to nobody's company.
_GIVERS: Final = {
    "com": "aol gmail googlemail hotmail icloud live me msn outlook protonmail yahoo",
    "de": "freenet gmx hotmail live mail online outlook posteo t-online web yahoo",
    "net": "gmx",
    "at": "gmx",
    "ch": "gmx",
    "me": "proton",
}
OPEN_TO_ALL: Final = frozenset(f"{name}.{end}" for end, names in _GIVERS.items() for name in names.split())


def fresh_code() -> str:
    """It stands in addresses; a name there would tell everybody who our customers are."""
    return secrets.token_hex(6)


class SignInServiceQuerySet(models.QuerySet["SignInService"]):
    def open(self) -> SignInServiceQuerySet:
        return self.filter(ended_at=None)

    def managed_by(self, person: Person) -> SignInServiceQuerySet:
        """Whose word we take about who somebody is, is an administrator's to say."""
        return self if person.is_staff and person.is_active else self.none()

    def opening(self, person: Person) -> SignInServiceQuerySet:
        """By which this person comes in, because they came in by them before."""
        accounts = SocialAccount.objects.filter(user=person).values("provider")
        return self.open().filter(code__in=accounts)

    def for_address(self, email: str) -> SignInService | None:
        """The one that says who owns this address; whether anybody here has it does not matter."""
        return self.open().filter(domains__domain=domain_of(email)).first()


class SignInService(models.Model):
    name = models.CharField(_("name"), max_length=40)
    code = models.SlugField(max_length=24, unique=True, default=fresh_code, editable=False)
    issuer = models.CharField(_("address of the service"), max_length=300)
    # The administrator's word; without it nothing the service names leads us to a private address.
    private = models.BooleanField(_("stands in our own network"), default=False)
    client_id = models.CharField(_("client id"), max_length=190)
    client_secret = SealedField(_("client secret"), blank=True, default="")
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organisation"),
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    added_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, editable=False)
    key = models.CharField(max_length=64, unique=True, editable=False)

    objects = SignInServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-in service")
        verbose_name_plural = _("sign-in services")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def own_domains(self) -> list[str]:
        return sorted(row.domain for row in self.domains.all())

    @property
    def as_app(self) -> SocialApp:
        """As allauth wants to know it; never stored, so that the secret lies sealed and in one place."""
        how = {"server_url": self.issuer, "oauth_pkce_enabled": True, "private": self.private}
        named = {"provider": "openid_connect", "provider_id": self.code, "name": self.name}
        return SocialApp(**named, client_id=self.client_id, secret=self.client_secret, settings=how)

    @classmethod
    def add(cls, *, domains: list[str], by: Person, key: str, **said: object) -> SignInService:
        """Raises ValidationError when one of the domains is another's meanwhile."""
        with transaction.atomic():
            service, made = cls.objects.get_or_create(key=key, defaults={**said, "added_by": by})
            if made:
                service._own(domains)
        return service

    def revise(self, *, domains: list[str], **said: object) -> None:
        """Raises ValidationError when one of the domains is another's, or the service was ended meanwhile.

        Numbers are the service's own: what somebody is known by at one is somebody else at another.
        """
        with transaction.atomic():
            before = SignInService.objects.open().select_for_update(no_key=True).filter(pk=self.pk).first()
            if before is None:
                raise ValidationError(gettext("This sign-in service was ended meanwhile."))
            for name, value in said.items():
                setattr(self, name, value)
            self.save(update_fields=list(said))
            if (before.issuer, before.client_id) != (self.issuer, self.client_id):
                SocialAccount.objects.filter(provider=self.code).delete()
            self._own(domains)

    def end(self) -> None:
        """Nobody comes in by it any more, and its domains are free; who came before keeps their account and proves
        themselves anew: what it opened ends with the next page."""
        with transaction.atomic():
            type(self).objects.filter(pk=self.pk, ended_at=None).update(ended_at=timezone.now())
            self.domains.all().delete()

    def speaks_for(self, email: str) -> bool:
        return self.domains.filter(domain=domain_of(email)).exists()

    def connect(self, person: Person, uid: str) -> bool:
        """From now on this account of the company opens theirs; False when it opens somebody else's."""
        with transaction.atomic():
            account, made = SocialAccount.objects.get_or_create(
                provider=self.code, uid=uid, defaults={"user": person}
            )
            if made:
                self._tell(person, "company_connected")
        return bool(account.user_id == person.pk)

    def disconnect(self, person: Person) -> bool:
        """No account of the company opens theirs any more, nor what it opened before: `lasting.py` ends that with the
        next page. The code by mail does as before."""
        with transaction.atomic():
            mine = SocialAccount.objects.filter(provider=self.code, user=person)
            cut = mine.delete()[0] > 0
            if cut:
                self._tell(person, "company_disconnected")
        return cut

    def _tell(self, person: Person, what: str) -> None:
        """To the address of the account, not to the one the company named: if it was not they, they shall know."""
        get_adapter().send_mail(f"account/email/{what}", person.email, {"service": self.name})

    def welcome(self, *, uid: str, email: str, name: str) -> Person | None:
        """Somebody new from a customer's company is its customer, with the rights of one and no others.

        None where the service is for people who are known already, or where somebody was faster.
        """
        if self.organisation is None:
            return None
        try:
            with transaction.atomic():
                language = (get_language() or "")[:2]
                person = Person(email=email, name=name[:LONGEST_NAME], language=language)
                person.set_unusable_password()
                person.save()
                Customer.objects.create(person=person, organisation=self.organisation)
                EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
                SocialAccount.objects.create(user=person, provider=self.code, uid=uid)
        except IntegrityError:
            return None
        return person

    def _own(self, domains: list[str]) -> None:
        self.domains.exclude(domain__in=domains).delete()
        for domain in domains:
            row, _made = SignInDomain.objects.get_or_create(domain=domain, defaults={"service": self})
            if row.service_id != self.pk:
                raise ValidationError(
                    gettext("“%(domain)s” belongs to another sign-in service.") % {"domain": domain}
                )


class SignInDomain(models.Model):
    """A domain of addresses, and whose it is: never two services' at once."""

    service = models.ForeignKey(SignInService, on_delete=models.CASCADE, related_name="domains")
    domain = models.CharField(_("domain"), max_length=253, unique=True)

    class Meta:
        verbose_name = _("domain of a sign-in service")
        verbose_name_plural = _("domains of sign-in services")

    def __str__(self) -> str:
        return self.domain


def domain_of(email: str) -> str:
    """All of what stands after the last @, as the network knows it: a domain that merely ends alike is another one."""
    try:
        return email.rpartition("@")[2].strip().lower().encode("idna").decode()
    except UnicodeError:
        return ""


def domains_of(text: str) -> list[str]:
    """One domain a line; ValidationError in words for what is none, or is everybody's."""
    found = list(dict.fromkeys(_domain(line) for line in text.split()))
    if not found:
        raise ValidationError(gettext("At least one domain, like company.example."))
    if len(found) > MOST_DOMAINS:
        raise ValidationError(gettext("At most %(most)s domains.") % {"most": MOST_DOMAINS})
    return found


def issuer_of(text: str) -> str:
    """The address of a service as it names itself; ValidationError for one nobody could trust."""
    try:
        parts = urlsplit(text)
        plain = parts.scheme == "https" and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        plain, parts = False, urlsplit("")
    if not plain or parts.username or parts.query or parts.fragment or not text.isascii() or " " in text:
        raise ValidationError(gettext("Please enter an address that begins with https://."))
    return text.removesuffix("/.well-known/openid-configuration").rstrip("/")


def _domain(line: str) -> str:
    domain = domain_of(line)
    if len(domain) > 253 or not _DOMAIN.fullmatch(domain):
        raise ValidationError(gettext("“%(line)s” is no domain.") % {"line": line[:80]})
    if domain in OPEN_TO_ALL:
        words = gettext("Anybody can have an address at “%(domain)s”; it is no company’s.")
        raise ValidationError(words % {"domain": domain})
    return domain


@settings_of.register
def _settings(service: SignInService) -> Iterable[tuple[str, object]]:
    return [
        (gettext("Name"), service.name),
        (gettext("Address of the service"), service.issuer),
        (gettext("Stands in our own network"), service.private),
        (gettext("Client id"), service.client_id),
        (gettext("Client secret"), Hidden(service.client_secret)),
        (gettext("Domains"), service.own_domains),
        (gettext("Organisation"), service.organisation),
        (gettext("Ended"), service.ended_at is not None),
    ]
