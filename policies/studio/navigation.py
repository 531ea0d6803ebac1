"""The ways through the studio, in groups; each person sees those they may go, under a heading that says what for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from policies.export.batch import may_export

from .access import manages_money, may_be_asked, sets_rules


@dataclass(frozen=True, slots=True)
class Way:
    """One entry; `others` are the addresses of pages behind it."""

    name: str
    icon: str
    label: Promise
    others: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        return f"studio:{self.name}"

    def leads_to(self, here: str) -> bool:
        return here == self.name or here in self.others


@dataclass(frozen=True, slots=True)
class Group:
    title: Promise
    ways: tuple[Way, ...]


HOME = Way("home", "house", _("Overview"))
ASKS = Way("asks", "inbox", _("Asks"), ("answer", "pass_on"))
QUESTIONS = Way("questions", "message-circle-question-mark", _("Questions"), ("say_to_question",))
CHALLENGES = Way("challenges", "flag", _("Challenges"), ("challenge",))
BUDGETS = Way("budgets", "wallet", _("Budgets"), ("budget", "pots"))
BOOKS = Way("books", "book-open-check", _("Books"), ("exports",))
GROUPS = (
    Group(
        _("What waits"),
        (HOME, ASKS, QUESTIONS, CHALLENGES),
    ),
    Group(
        _("Latitude"),
        (
            Way("limits", "move-horizontal", _("Limits"), ("limit",)),
            Way("extras", "clock-plus", _("Extra authority")),
            Way("house_will", "megaphone", _("What we want")),
            Way("newcomers", "equal", _("Newcomers"), ("newcomers_offer",)),
        ),
    ),
    Group(
        _("Rules"),
        (
            Way("rules", "fence", _("Rules"), ("version", "compare", "beginning")),
            Way(
                "drafts",
                "pencil-line",
                _("Drafts"),
                (
                    *("draft", "rehearsal", "draft_limit", "draft_limit_new", "draft_standard"),
                    *("draft_standard_new", "draft_guardrail", "draft_guardrail_new", "draft_gesture"),
                    *("draft_gesture_new", "draft_term", "draft_need", "draft_requirement"),
                ),
            ),
            Way("standards", "scroll-text", _("Promises")),
            Way("upkeep", "shrub", _("Upkeep")),
            Way("insight", "chart-line", _("Insight")),
        ),
    ),
    Group(
        _("Money"),
        (BUDGETS, Way("payouts", "banknote", _("Payouts"), ("payout_target",)), BOOKS),
    ),
    Group(
        _("Growing"),
        (
            Way("ability", "sprout", _("Ability"), ("talk", "slot")),
            Way("ideas", "lightbulb", _("Ideas")),
            Way("quiet", "ear", _("Quiet customers")),
        ),
    ),
)


def groups_for(person: Person) -> tuple[Group, ...]:
    """All for those who set the rules; who is asked or looks after a budget finds what they need and nothing else."""
    if sets_rules(person):
        return GROUPS
    open_to = {ASKS, QUESTIONS, CHALLENGES} if may_be_asked(person) else set()
    open_to |= {BUDGETS, BOOKS} if manages_money(person) else {BOOKS} if may_export(person) else set()
    found = (Group(group.title, tuple(way for way in group.ways if way in open_to)) for group in GROUPS)
    return tuple(group for group in found if group.ways)


def way_at(here: str, groups: Iterable[Group]) -> Way | None:
    """Where in them one is, by the name of the address; None off every way."""
    return next((way for group in groups for way in group.ways if way.leads_to(here)), None)
