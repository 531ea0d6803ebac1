"""A visit: somebody on a web site wants to chat and proves the address they gave; then it is a chat like any other."""

from __future__ import annotations

import secrets
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.core import signing
from django.db import models, transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.newcomer import known_or_new
from tickets.attachment import Attachment
from tickets.cause import Cause
from tickets.mail import letters
from tickets.message import MAX_LENGTH

from .chat import Chat
from .site import Site

if TYPE_CHECKING:
    from accounts.person import Person

SALT: Final = "kulanz.visit"
FILE_SALT: Final = "kulanz.visit.file"
CODE_LASTS: Final = timedelta(minutes=15)
TOKEN_LASTS: Final = timedelta(days=30)
FILE_LASTS: Final = timedelta(minutes=30)
# The page renews itself every few seconds. Links to its files stay the same for ten minutes, for a browser that gets
# another address each time fetches each picture again.
FILE_SAME: Final = 600
MOST_TRIES, MOST_OF_ONE, MOST_OF_SITE = 5, 5, 200
WINDOW: Final = timedelta(hours=1)


class Visit(models.Model):
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, related_name="visits", verbose_name=_("web site")
    )
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"))
    cause = models.ForeignKey(Cause, on_delete=models.PROTECT, related_name="+", verbose_name=_("cause"))
    text = models.TextField(_("text"), max_length=MAX_LENGTH)
    language = models.CharField(max_length=2, default="en")
    arrived_at = models.DateTimeField(_("first arrival"), default=timezone.now)
    digest = models.CharField(max_length=64)  # of the code; the code itself is in their mail and nowhere else
    tries = models.PositiveSmallIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    chat = models.ForeignKey(
        "tickets.Chat", on_delete=models.SET_NULL, null=True, blank=True, related_name="visits"
    )
    key = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        constraints = [
            models.UniqueConstraint(fields=["site", "key"], name="visit_once_per_key"),
            models.CheckConstraint(name="visit_tries_bounded", condition=models.Q(tries__lte=MOST_TRIES)),
        ]
        indexes = [models.Index(fields=["email", "-arrived_at"], name="visit_of_address")]

    def __str__(self) -> str:
        return f"{self.pk} {self.site}"

    @property
    def token(self) -> str:
        """What their browser keeps to come back with."""
        return signing.dumps(self.pk, salt=SALT)

    @property
    def person(self) -> Person | None:
        """Who it is, once the address is proven; nobody once the account is closed."""
        if self.confirmed_at is None or self.chat is None:
            return None
        person: Person = self.chat.ticket.customer.person
        return person if person.is_active else None

    @classmethod
    def of(cls, token: str, site: Site) -> Visit | None:
        """The visit a token stands for, on this site; None for a forged, stale or broken one."""
        try:
            pk = signing.loads(token, salt=SALT, max_age=TOKEN_LASTS)
        except (signing.BadSignature, ValueError, TypeError):
            return None
        found = cls.objects.select_related("chat__ticket__customer__person", "cause__team")
        return found.filter(pk=pk, site=site).first() if isinstance(pk, int) else None

    def admit_to(self, file: Attachment) -> str:
        """What stands in a link to a file of this chat: a browser sends nothing else of who asks along with it."""
        return _FileSigner(salt=FILE_SALT).sign_object([self.pk, file.token])

    @classmethod
    def file_of(cls, admission: str, site: Site) -> Attachment | None:
        """The file such a link is for, if the visitor still may have it; None for everything else."""
        try:
            pk, token = _FileSigner(salt=FILE_SALT).unsign_object(admission, max_age=FILE_LASTS)
        except (signing.BadSignature, ValueError, TypeError):
            return None
        visit = cls.objects.select_related("chat__ticket__customer__person").filter(pk=pk, site=site).first()
        if visit is None or visit.person is None:
            return None
        theirs = Attachment.objects.visible_to(visit.person)
        return theirs.filter(token=token, message__ticket=visit.chat.ticket_id).first()

    @classmethod
    def begin(
        cls, site: Site, *, name: str, email: str, cause: Cause, text: str, key: str, at: datetime
    ) -> Visit | None:
        """Keep what they wrote and send the code; the place in line counts from now. None: too many lately."""
        lately = cls.objects.filter(arrived_at__gt=at - WINDOW)
        with transaction.atomic():
            Site.objects.select_for_update().get(pk=site.pk)
            earlier = cls.objects.filter(site=site, key=key).first()
            if earlier is not None:
                return earlier
            of_one, of_site = lately.filter(email=email), lately.filter(site=site)
            if of_one.count() >= MOST_OF_ONE or of_site.count() >= MOST_OF_SITE:
                return None
            code = f"{secrets.randbelow(1_000_000):06d}"
            said = {"name": name, "email": email, "cause": cause, "text": text, "arrived_at": at, "key": key}
            language = (get_language() or "en")[:2]
            visit = cls.objects.create(site=site, language=language, digest=_digest(key, code), **said)
            letters.chat_code(visit, code)
            return visit

    def confirm(self, code: str, *, at: datetime) -> bool:
        """The code from the mail: the address is theirs, and the chat begins at the moment they came."""
        mine = type(self).objects.filter(pk=self.pk, confirmed_at=None)
        open_still = mine.filter(tries__lt=MOST_TRIES, arrived_at__gt=at - CODE_LASTS)
        # A try is counted before it is looked at: of many at once none is free.
        if not open_still.update(tries=models.F("tries") + 1):
            return False
        if not constant_time_compare(self.digest, _digest(self.key, code)):
            return False
        with transaction.atomic():
            if not mine.update(confirmed_at=at):
                return False
            customer = known_or_new(self.email, name=self.name, language=self.language)
            if customer is None:
                return False
            chat = Chat.start(
                customer, cause=self.cause, text=self.text, key=f"visit-{self.pk}", at=self.arrived_at
            )
            Chat.objects.filter(pk=chat.pk).update(seen_at=at)
            type(self).objects.filter(pk=self.pk).update(chat=chat)
        self.refresh_from_db()
        return True


class _FileSigner(signing.TimestampSigner):
    """Signs with the moment rounded down, so that the same file has the same address for a while."""

    def timestamp(self) -> str:
        return signing.b62_encode(int(time.time()) // FILE_SAME * FILE_SAME)


def _digest(key: str, code: str) -> str:
    return salted_hmac(SALT, f"{key}:{code}", algorithm="sha256").hexdigest()
