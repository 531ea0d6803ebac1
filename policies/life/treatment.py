"""A treatment: what a form of gesture means in the books – when it counts, how long it holds, on which accounts."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from policies.rules.catalogue import GestureKind

Form = GestureKind.Form
DELIVERED, REDEEMED = "delivered", "redeemed"

# At which stage it changes the books. A coupon that only entitles to a discount is no voucher, and a multi-purpose
# voucher is taxed when it is redeemed; a single-purpose one is taxed when it is handed over. Until then the money
# is only reserved.
COUNTS_AT: dict[str, str] = {
    Form.CREDIT_NOTE: DELIVERED,
    Form.DISCOUNT: REDEEMED,
    Form.VOUCHER: REDEEMED,
    Form.SINGLE_VOUCHER: DELIVERED,
    Form.GOODS: DELIVERED,
    Form.SERVICE: DELIVERED,
    Form.TIME: DELIVERED,
}
REDEEMABLE = (Form.DISCOUNT, Form.VOUCHER, Form.SINGLE_VOUCHER)
# Where nothing else is set. Three years are what the law gives a voucher; a discount is an offer of a year.
VALID_DAYS: dict[str, int] = {Form.DISCOUNT: 365, Form.VOUCHER: 1096, Form.SINGLE_VOUCHER: 1096}
MOST_DAYS = 3660

# What is proposed for each form, (account, contra account); a tax adviser has the last word, so both can be changed.
PROPOSED: dict[str, dict[str, tuple[str, str]]] = {
    "skr03": {
        Form.CREDIT_NOTE: ("8720", "1400"),
        Form.DISCOUNT: ("8770", "1400"),
        Form.VOUCHER: ("8720", "1400"),
        Form.SINGLE_VOUCHER: ("4790", "1700"),
        Form.GOODS: ("4790", "1590"),
        Form.SERVICE: ("4790", "1590"),
        Form.TIME: ("4790", "1590"),
    },
    "skr04": {
        Form.CREDIT_NOTE: ("4720", "1200"),
        Form.DISCOUNT: ("4770", "1200"),
        Form.VOUCHER: ("4720", "1200"),
        Form.SINGLE_VOUCHER: ("6790", "3500"),
        Form.GOODS: ("6790", "1370"),
        Form.SERVICE: ("6790", "1370"),
        Form.TIME: ("6790", "1370"),
    },
}
# ASCII digits only: `\d` would take those of every script.
is_account = RegexValidator(r"\A[0-9]{4,8}\Z", _("An account has four to eight digits."))
is_tax_key = RegexValidator(r"\A[0-9]{0,4}\Z", _("A tax key has at most four digits."))


class Treatment(models.Model):
    """One row for each form that differs from what is proposed."""

    form = models.CharField(_("accounting meaning"), max_length=24, choices=Form.choices, unique=True)
    skr03 = models.CharField(_("account (SKR03)"), max_length=8, validators=[is_account])
    contra_skr03 = models.CharField(_("contra account (SKR03)"), max_length=8, validators=[is_account])
    skr04 = models.CharField(_("account (SKR04)"), max_length=8, validators=[is_account])
    contra_skr04 = models.CharField(_("contra account (SKR04)"), max_length=8, validators=[is_account])
    tax_key = models.CharField(_("tax key"), max_length=4, blank=True, default="", validators=[is_tax_key])
    valid_days = models.PositiveSmallIntegerField(
        _("valid for days"),
        null=True,
        blank=True,
        help_text=_("Counted from its delivery; empty: without end."),
    )

    class Meta:
        verbose_name = _("treatment in the books")
        verbose_name_plural = _("treatments in the books")
        ordering = ["form"]
        constraints = [
            models.CheckConstraint(
                name="treatment_days_bounded",
                condition=Q(valid_days=None) | Q(valid_days__gte=1, valid_days__lte=MOST_DAYS),
            )
        ]

    def __str__(self) -> str:
        return self.get_form_display()

    @classmethod
    def proposed(cls, form: str) -> Treatment:
        """What holds while nobody decided otherwise; not stored."""
        (skr03, contra_skr03), (skr04, contra_skr04) = (PROPOSED[chart][form] for chart in ("skr03", "skr04"))
        return cls(
            form=form,
            skr03=skr03,
            contra_skr03=contra_skr03,
            skr04=skr04,
            contra_skr04=contra_skr04,
            valid_days=VALID_DAYS.get(form),
        )

    @classmethod
    def of_all(cls) -> dict[str, Treatment]:
        """By form, each with what is set or else proposed; one query."""
        kept = {row.form: row for row in cls.objects.all()}
        return {form: kept.get(form) or cls.proposed(form) for form in Form.values}

    @classmethod
    def longest_account(cls, chart: str) -> str:
        """Of all that stand in that chart of accounts, the one with the most digits."""
        return max((one for row in cls.of_all().values() for one in row.accounts(chart)), key=len)

    def accounts(self, chart: str) -> tuple[str, str]:
        """Account and contra account in that chart of accounts."""
        if chart == "skr03":
            return self.skr03, self.contra_skr03
        return self.skr04, self.contra_skr04


def counts_at(form: str) -> str:
    """The stage at which a gesture of this form changes the books."""
    return COUNTS_AT.get(form, DELIVERED)


def is_redeemable(form: str) -> bool:
    return form in REDEEMABLE


def runs_out_at(form: str, *, delivered_at: datetime) -> datetime | None:
    """When it can no longer be redeemed; None for what is not redeemed, or holds without end."""
    if not is_redeemable(form):
        return None
    kept = Treatment.objects.filter(form=form).first()
    days = kept.valid_days if kept else VALID_DAYS[form]
    return delivered_at + timedelta(days=days) if days else None
