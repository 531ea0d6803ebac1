"""An article: what we know about one matter, told in both languages, to everybody or to colleagues only."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.team import Team
from tickets.cause import Cause

from .article_event import ArticleEvent, Audience
from .article_version import TEXTS, ArticleVersion
from .article_words import ArticleWords

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.person import Person


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self) -> ArticleQuerySet:
        return self.filter(live__isnull=False, retired_at=None)

    def public(self) -> ArticleQuerySet:
        return self.published().filter(audience=Audience.PUBLIC)

    def visible_to(self, person: Person | AnonymousUser) -> ArticleQuerySet:
        """Published ones: the public for everybody, the others for whom they were written; never a draft."""
        if not person.is_authenticated or not person.is_active or not person.team_ids:
            return self.public()
        own = models.Q(audience=Audience.TEAM, team_id__in=person.team_ids)
        return self.published().filter(models.Q(audience__in=[Audience.PUBLIC, Audience.DESK]) | own)

    def managed_by(self, person: Person) -> ArticleQuerySet:
        """Those of the own teams, in whatever state; for an administrator all."""
        if not person.is_active:
            return self.none()
        return self if person.is_staff else self.filter(team_id__in=person.team_ids)

    def readable_by(self, person: Person) -> ArticleQuerySet:
        """On the desk: what one may read and what one looks after."""
        return self.filter(
            models.Q(pk__in=self.visible_to(person).values("pk"))
            | models.Q(pk__in=self.managed_by(person).values("pk"))
        )

    def with_texts(self) -> ArticleQuerySet:
        return self.select_related("live", "latest", "team", "cause")


class Article(models.Model):
    # Without a team it is the whole house's, and administrators look after it.
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="articles", verbose_name=_("team")
    )
    audience = models.CharField(_("who reads it"), max_length=8, choices=Audience.choices)
    # What it helps with: shown first on such tickets, and where this is what somebody has to learn.
    cause = models.ForeignKey(
        Cause,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="articles",
        verbose_name=_("cause"),
    )
    latest = models.ForeignKey(ArticleVersion, on_delete=models.PROTECT, null=True, related_name="+")
    live = models.ForeignKey(
        ArticleVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)
    # Made by the form before sending: the same key a second time is the same article.
    key = models.CharField(max_length=90, unique=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="article_audience_known", condition=models.Q(audience__in=["public", "desk", "team"])
            ),
            models.CheckConstraint(
                name="article_of_a_team_has_one",
                condition=~models.Q(audience="team") | models.Q(team__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.latest.title if self.latest else f"#{self.pk}"

    @property
    def state(self) -> str:
        """draft, published or retired."""
        if self.live_id is None:
            return "draft"
        return "retired" if self.retired_at else "published"

    @property
    def is_public(self) -> bool:
        return self.state == "published" and self.audience == Audience.PUBLIC

    @property
    def is_changed(self) -> bool:
        """Something was written since that readers do not see yet."""
        return self.live_id is not None and self.live_id != self.latest_id

    @property
    def shown(self) -> ArticleVersion | None:
        """What a reader sees; before it is published, what would be seen."""
        return self.live or self.latest

    def portal_url(self) -> str:
        return reverse("portal:article", args=[self.pk])

    def desk_url(self) -> str:
        return reverse("desk:article", args=[self.pk])

    def link(self) -> str:
        """For a letter or a reply."""
        return settings.BASE_URL + self.portal_url()

    def is_published_by(self, person: Person) -> bool:
        """Colleagues publish for colleagues; what everybody reads, whoever leads the team publishes."""
        if person.is_staff:
            return True
        if self.audience == Audience.PUBLIC:
            return self.team_id in person.led_team_ids
        return self.team_id in person.team_ids

    def lacks(self, audience: str = "") -> list[str]:
        """The languages in which something is missing before these readers can have it."""
        assert self.latest is not None
        written = self.latest.languages
        if (audience or self.audience) == Audience.PUBLIC:
            return [language for language, _name in settings.LANGUAGES if language not in written]
        return [] if written else [(get_language() or "en")[:2]]

    @classmethod
    def write(
        cls,
        *,
        by: Person,
        key: str,
        audience: str,
        team_id: int | None,
        cause_id: int | None = None,
        at: datetime | None = None,
        **texts: str,
    ) -> Article:
        """A new one, as a draft; the same `key` returns the one already there."""
        at = at or timezone.now()
        try:
            with transaction.atomic():
                article = cls.objects.create(
                    audience=audience, team_id=team_id, cause_id=cause_id, key=f"{by.pk}:{key}"[:90]
                )
                article._add_version(1, by=by, at=at, **texts)
                article.record(ArticleEvent.Kind.WRITTEN, by=by, at=at)
                return article
        except IntegrityError:
            twin = cls.objects.with_texts().filter(key=f"{by.pk}:{key}"[:90]).first()
            if twin is None:
                raise
            return twin

    def revise(
        self, *, seen: int, by: Person, at: datetime | None = None, restored: int | None = None, **texts: str
    ) -> bool:
        """Write a further version on what one saw; readers see it once it is published.

        False when somebody else wrote one meanwhile; saying what already stands there changes nothing.
        """
        at = at or timezone.now()
        latest = self.versions.order_by("-number").first()
        if latest is None or latest.says(texts):
            return True
        if latest.number != seen:
            return False
        try:
            with transaction.atomic():
                self._add_version(seen + 1, by=by, at=at, restored=restored, **texts)
                kind = ArticleEvent.Kind.RESTORED if restored else ArticleEvent.Kind.REVISED
                self.record(kind, by=by, at=at)
        except IntegrityError:  # of two who write on the same version, one does
            return False
        return True

    def restore(self, version: ArticleVersion, *, seen: int, by: Person, at: datetime | None = None) -> bool:
        """Say again what an earlier version said, as a new version; False as `revise` says it."""
        texts = {name: getattr(version, name) for name in TEXTS}
        return self.revise(seen=seen, by=by, at=at, restored=version.number, **texts)

    def publish(self, *, by: Person, at: datetime | None = None) -> bool:
        """Put the latest version before its readers; False when it stood there or lacks a language."""
        at = at or timezone.now()
        with transaction.atomic():
            latest = self.versions.order_by("-number").first()
            if latest is None:
                return False
            self.latest = latest
            stands = models.Q(live=latest, retired_at=None)
            # For the readers and the team it was looked at with: whether one may publish it hangs on both.
            same = type(self).objects.filter(pk=self.pk, audience=self.audience, team=self.team_id)
            if self.lacks() or not same.exclude(stands).update(live=latest, retired_at=None):
                return False
            self.live, self.retired_at = latest, None
            ArticleWords.put(self)
            self.record(ArticleEvent.Kind.PUBLISHED, by=by, at=at)
        return True

    def retire(self, *, by: Person, at: datetime | None = None) -> bool:
        """Take it from its readers; it stays here with all its versions. False when it was not before them."""
        at = at or timezone.now()
        with transaction.atomic():
            if not type(self).objects.published().filter(pk=self.pk).update(retired_at=at):
                return False
            self.retired_at = at
            self.record(ArticleEvent.Kind.RETIRED, by=by, at=at)
        return True

    def address(
        self,
        *,
        audience: str,
        team_id: int | None,
        cause_id: int | None,
        by: Person,
        at: datetime | None = None,
    ) -> bool:
        """Say who reads it, who looks after it and what it helps with; saying what is so changes nothing.

        False when somebody else addressed, published or retired it since it was looked at: whether one may do this
        hangs on all of that.
        """
        said: dict[str, Any] = {"audience": audience, "team_id": team_id, "cause_id": cause_id}
        if said == {name: getattr(self, name) for name in said}:
            return True
        seen = {name: getattr(self, name) for name in (*said, "live_id", "retired_at")}
        with transaction.atomic():
            if not _as_seen(type(self).objects.filter(pk=self.pk), seen).update(**said):
                return False
            self.refresh_from_db()
            self.record(ArticleEvent.Kind.ADDRESSED, by=by, at=at or timezone.now())
        return True

    def record(self, kind: str, *, by: Person | None, at: datetime) -> ArticleEvent:
        number = self.latest.number if self.latest else 1
        return ArticleEvent.objects.create(
            article=self, kind=kind, number=number, audience=self.audience, by=by, at=at
        )

    def _add_version(self, number: int, **said: Any) -> None:
        self.latest = ArticleVersion.objects.create(article=self, number=number, **said)
        self.save(update_fields=["latest"])


def _as_seen(rows: ArticleQuerySet, seen: dict[str, Any]) -> ArticleQuerySet:
    """Those that still are as somebody saw them; a comparison with nothing must be said in other words."""
    there = {name: value for name, value in seen.items() if value is not None}
    missing = {f"{name}__isnull": True for name, value in seen.items() if value is None}
    return rows.filter(**there, **missing)
