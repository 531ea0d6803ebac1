"""A base standard: what every customer can count on, as a promise in words, and the figure that tells if we keep it.

This is the zero line of satisfaction: where it was broken, nothing given on top counts as delight.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tickets.cause import Cause
from tickets.sla.clock import Clock
from tickets.sla.parity import pick
from tickets.sla.policy import PolicyVersion
from tickets.sla.target import CALLBACK, FIRST_RESPONSE, Target
from tickets.ticket import Ticket

from .rulebook import Rulebook

if TYPE_CHECKING:
    from accounts.person import Person


class BaseStandard(models.Model):
    class Measure(models.TextChoices):
        FIRST_RESPONSE = "first_response", gettext_lazy("first response in time")
        PROMISE_KEPT = "promise_kept", gettext_lazy("every promise with a time kept")
        CALLBACK_KEPT = "callback_kept", gettext_lazy("call-back at the time we said")
        CORRECT_BILL = "correct_bill", gettext_lazy("bill correct the first time")

    rulebook = models.ForeignKey(Rulebook, on_delete=models.CASCADE, related_name="standards")
    code = models.SlugField(gettext_lazy("code"), max_length=40)
    promise_en = models.CharField(gettext_lazy("promise (English)"), max_length=200)
    promise_de = models.CharField(gettext_lazy("promise (German)"), max_length=200)
    # Why the words stand against a remark about them.
    anyway = models.CharField(
        gettext_lazy("why the words stay as they are"), max_length=200, blank=True, default=""
    )
    measured_by = models.CharField(gettext_lazy("measured by"), max_length=16, choices=Measure.choices)
    target_percent = models.PositiveSmallIntegerField(
        gettext_lazy("kept in at least, per cent"),
        default=95,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    position = models.PositiveSmallIntegerField(gettext_lazy("position"), default=100)

    class Meta:
        verbose_name = gettext_lazy("base standard")
        verbose_name_plural = gettext_lazy("base standards")
        ordering = ["position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["rulebook", "code"], name="standard_code_once_per_version"),
            models.CheckConstraint(
                name="standard_says_what_it_promises", condition=~(Q(promise_en="") | Q(promise_de=""))
            ),
            models.CheckConstraint(
                name="standard_target_in_per_cent",
                condition=Q(target_percent__gte=1, target_percent__lte=100),
            ),
            models.CheckConstraint(
                name="standard_measure_known",
                condition=Q(
                    measured_by__in=["first_response", "promise_kept", "callback_kept", "correct_bill"]
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def promise(self) -> str:
        return self.promise_de if (get_language() or "en").startswith("de") else self.promise_en

    @classmethod
    def put_in_force(cls, code: str, *, by: Person, at: datetime | None = None, **said: str | int) -> str:
        """Promise something new, or an old promise anew, as a new version of the rules; nothing when it stands so.

        What no clock here measures is not promised in public: the answer says so in words, "" when it is promised.
        """
        if not is_measured(str(said["measured_by"])):
            return _("No clock measures this here, so it cannot be promised in public.")
        with transaction.atomic():
            book = Rulebook.objects.in_force()
            if book.standards.filter(code=code, **said).exists():
                return ""
            note = _("Promise: %(what)s") % {"what": said["promise_en"]}
            with Rulebook.amend(by=by, note=note[:300], at=at) as draft:
                draft.standards.update_or_create(code=code, defaults=said)
        return ""

    @classmethod
    def take_away(cls, code: str, *, by: Person, at: datetime | None = None) -> bool:
        """Promise this no longer; False when it was not promised."""
        with transaction.atomic():
            gone = Rulebook.objects.in_force().standards.filter(code=code).first()
            if gone is None:
                return False
            note = _("No longer promised: %(what)s") % {"what": gone.promise_en}
            with Rulebook.amend(by=by, note=note[:300], at=at) as draft:
                draft.standards.filter(code=code).delete()
        return True


@dataclass(frozen=True, slots=True)
class Kept:
    """How often a standard was kept: `kept` of `of` cases that are decided."""

    kept: int
    of: int

    @property
    def percent(self) -> int:
        """Whole per cents, rounded down: 94.9 is not 95."""
        return 100 * self.kept // self.of


def is_measured(measure: str) -> bool:
    """Whether clocks run here by which one will see if such a promise is kept."""
    runs = clocks.get(measure)
    return runs is not None and runs()


def unmeasured(draft: Rulebook) -> list[str]:
    """What a draft would newly promise in public though no clock here measures it; a sentence for each."""
    in_force = BaseStandard.objects.filter(rulebook__state=Rulebook.State.PUBLISHED)
    stands = set(in_force.values_list("code", "measured_by"))
    new = [row for row in draft.standards.all() if (row.code, row.measured_by) not in stands]
    words = _("“%(promise)s”: no clock measures this here, so it cannot be promised in public.")
    return [words % {"promise": row.promise} for row in new if not is_measured(row.measured_by)]


def _every_team_answers_in_time() -> bool:
    """A plain case of whatever customers can write about is promised a first response: of whom and when, no matter."""
    versions = list(PolicyVersion.objects.in_force(timezone.now()))
    plain = [
        {"team": team, "cause": code}
        for team, code in Cause.objects.filter(offered=True).values_list("team__slug", "code")
    ]
    return bool(plain) and all(FIRST_RESPONSE in pick(versions, facts) for facts in plain)


def _something_is_promised() -> bool:
    return Target.objects.filter(version__in=PolicyVersion.objects.in_force(timezone.now())).exists()


def _every_chosen_time_has_a_clock() -> bool:
    """Whenever a customer chooses when they are called, a clock begins; no policy is asked."""
    return True


# By measure, whether its clocks run in this house; whoever begins to measure something adds it when ready.
clocks: dict[str, Callable[[], bool]] = {
    BaseStandard.Measure.FIRST_RESPONSE: _every_team_answers_in_time,
    BaseStandard.Measure.PROMISE_KEPT: _something_is_promised,
    BaseStandard.Measure.CALLBACK_KEPT: _every_chosen_time_has_a_clock,
}


def kept_since(since: datetime, *, until: datetime) -> dict[str, Kept]:
    """By measure, how often it was kept among the promises decided between the two moments; one query.

    A promise is decided when it was met or its time passed unmet. A measure without a single decided case is left
    out, and so is what nothing here records yet: no figure is better than a made-up one.
    """
    kept = Q(breached_at=None)
    first = Q(kind=FIRST_RESPONSE)
    call = Q(kind=CALLBACK, until__isnull=False)  # one in turn was promised no time
    counts = Clock.objects.filter(
        Q(met_at__gt=since, met_at__lte=until, breached_at=None)
        | Q(breached_at__gt=since, breached_at__lte=until)
    ).aggregate(
        first=Count("pk", filter=first),
        first_kept=Count("pk", filter=first & kept),
        call=Count("pk", filter=call),
        call_kept=Count("pk", filter=call & kept),
        all=Count("pk"),
        all_kept=Count("pk", filter=kept),
    )
    measured = {
        BaseStandard.Measure.FIRST_RESPONSE.value: Kept(counts["first_kept"], counts["first"]),
        BaseStandard.Measure.CALLBACK_KEPT.value: Kept(counts["call_kept"], counts["call"]),
        BaseStandard.Measure.PROMISE_KEPT.value: Kept(counts["all_kept"], counts["all"]),
    }
    return {measure: found for measure, found in measured.items() if found.of}


def unbroken(tickets: models.QuerySet[Ticket]) -> models.QuerySet[Ticket]:
    """Those of `tickets` on which no promise was broken: only these can ever count as delight."""
    return tickets.exclude(Exists(Clock.objects.filter(ticket=OuterRef("pk")).exclude(breached_at=None)))
