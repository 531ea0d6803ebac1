"""A kind of gesture: what an agent can choose from – money, goods, time or attention."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from policies.weigh.gesture import SURPRISE

from .rulebook import Rulebook

FREE = (
    "other"  # “other, namely …”: the agent names it; amount and reversibility decide, not presence in a list
)


class GestureKind(models.Model):
    class Form(models.TextChoices):
        """What it is in the books (reduces revenue, is a voucher taxed now or later, costs no money)."""

        CREDIT_NOTE = "credit_note", _("credit note")
        DISCOUNT = "discount", _("discount coupon")
        VOUCHER = "multi_purpose_voucher", _("multi-purpose voucher")
        SINGLE_VOUCHER = "single_purpose_voucher", _("single-purpose voucher")
        GOODS = "goods", _("goods")
        SERVICE = "service", _("service")
        TIME = "time", _("time and attention")

    NAMED_FREELY = {"name_en": "Something else", "name_de": "Etwas anderes"}
    SMALL = {"name_en": "Small surprise", "name_de": "Kleine Überraschung"}
    ICONS = {
        Form.CREDIT_NOTE: "undo-2",
        Form.DISCOUNT: "badge-percent",
        Form.VOUCHER: "ticket-percent",
        Form.SINGLE_VOUCHER: "ticket",
        Form.GOODS: "gift",
        Form.SERVICE: "wrench",
        Form.TIME: "phone",
    }

    rulebook = models.ForeignKey(Rulebook, on_delete=models.CASCADE, related_name="gesture_kinds")
    code = models.SlugField(_("code"), max_length=40)
    name_en = models.CharField(_("name (English)"), max_length=80)
    name_de = models.CharField(_("name (German)"), max_length=80)
    form = models.CharField(_("accounting meaning"), max_length=24, choices=Form.choices)
    usual_cents = models.PositiveIntegerField(_("usual amount in cents"), default=0)
    costs_money = models.BooleanField(_("costs money"), default=True)
    reversible = models.BooleanField(_("can be taken back"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=100)

    class Meta:
        verbose_name = _("kind of gesture")
        verbose_name_plural = _("kinds of gesture")
        # Attention before money: a gift only consoles for what was missing.
        ordering = ["costs_money", "position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["rulebook", "code"], name="gesture_code_once_per_version")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def icon(self) -> str:
        return "pencil-line" if self.code == FREE else self.ICONS[self.Form(self.form)]

    @property
    def name(self) -> str:
        return self.name_in(get_language() or "en")

    @property
    def is_listed(self) -> bool:
        """Whether one chooses it from the list; a small surprise is chosen at the detail it is tied to."""
        return self.code != SURPRISE

    @classmethod
    def offer_all(cls, book: Rulebook, rows: Iterable[tuple[str, str, str, str, int, bool]]) -> None:
        """A catalogue at once, in this order: code, both names, form, usual cents, and whether it can be taken back."""
        cls.objects.bulk_create(
            cls(
                rulebook=book,
                code=code,
                name_en=english,
                name_de=german,
                form=form,
                usual_cents=cents,
                costs_money=form != cls.Form.TIME,
                reversible=reversible,
                position=number * 10,
            )
            for number, (code, english, german, form, cents, reversible) in enumerate(rows, start=1)
        )

    @classmethod
    def free(cls, rulebook: Rulebook) -> GestureKind:
        """The kind every rulebook has: whatever the agent thinks of. Never stored."""
        return cls(
            rulebook=rulebook,
            code=FREE,
            **cls.NAMED_FREELY,
            form=cls.Form.SERVICE,
            costs_money=True,
            reversible=False,
            position=1000,
        )

    @classmethod
    def surprise(cls, rulebook: Rulebook) -> GestureKind:
        """The kind that is tied to a detail a customer told us; every rulebook has it. Never stored."""
        return cls(rulebook=rulebook, code=SURPRISE, **cls.SMALL, form=cls.Form.GOODS, position=1001)

    def name_in(self, language: str) -> str:
        return self.name_de if language.startswith("de") else self.name_en


def as_offered(kinds: Iterable[GestureKind], *, money_first: bool) -> list[GestureKind]:
    """As the agent reads them: attention before money, unless money is what the matter is about."""
    rows = list(kinds)
    return sorted(rows, key=lambda kind: not kind.costs_money) if money_first else rows
