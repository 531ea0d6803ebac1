"""The leads' door."""

from django.urls import path

from . import (
    asks,
    budgets,
    draft_rules,
    draft_terms,
    drafts,
    ideas,
    limits,
    newcomers,
    rules,
    rulings,
    standards,
)

app_name = "studio"
urlpatterns = [
    path("", asks.asks, name="asks"),
    path("asks/<int:pk>/answer/", asks.answer, name="answer"),
    path("limits/", limits.limits, name="limits"),
    path("limits/<int:pk>/", limits.limit, name="limit"),
    path("budgets/", budgets.budgets, name="budgets"),
    path("budgets/<int:pk>/", budgets.budget, name="budget"),
    path("rules/", rules.rules, name="rules"),
    path("rules/<int:version>/again/", drafts.roll_back, name="roll_back"),
    path("ideas/", ideas.ideas, name="ideas"),
    path("ideas/<int:pk>/consent/", ideas.consent, name="consent_idea"),
    path("ideas/<int:pk>/decline/", ideas.decline, name="decline_idea"),
    path("newcomers/", newcomers.newcomers, name="newcomers"),
    path("newcomers/<int:pk>/", newcomers.offer, name="newcomers_offer"),
    path("newcomers/<int:pk>/activation/", newcomers.activate, name="activate_offer"),
    path("newcomers/<int:pk>/end/", newcomers.end, name="end_offer"),
    path("standards/", standards.standards, name="standards"),
    path("standards/<slug:code>/removal/", standards.take_away, name="take_away_standard"),
    path("rulings/<int:pk>/", rulings.ruling, name="ruling"),
    path("drafts/", drafts.drafts, name="drafts"),
    path("drafts/<int:version>/", drafts.draft, name="draft"),
    path("drafts/<int:version>/rehearsal/", drafts.rehearsal, name="rehearsal"),
    path("drafts/<int:version>/rehearsals/", drafts.rehearse, name="rehearse"),
    path("drafts/<int:version>/publication/", drafts.publish, name="publish"),
    path("drafts/<int:version>/discarding/", drafts.discard, name="discard"),
    path("drafts/<int:version>/limits/<int:pk>/", draft_rules.limit, name="draft_limit"),
    path("drafts/<int:version>/guardrails/new/", draft_rules.guardrail, name="draft_guardrail_new"),
    path("drafts/<int:version>/guardrails/<int:pk>/", draft_rules.guardrail, name="draft_guardrail"),
    path("drafts/<int:version>/gestures/new/", draft_rules.gesture, name="draft_gesture_new"),
    path("drafts/<int:version>/gestures/<int:pk>/", draft_rules.gesture, name="draft_gesture"),
    path("drafts/<int:version>/terms/", draft_terms.term, name="draft_term"),
    path("drafts/<int:version>/terms/<int:pk>/removal/", draft_terms.no_term, name="draft_no_term"),
    path("drafts/<int:version>/levels/", draft_rules.requirement, name="draft_requirement"),
    path(
        "drafts/<int:version>/levels/<int:pk>/removal/",
        draft_rules.no_requirement,
        name="draft_no_requirement",
    ),
]
