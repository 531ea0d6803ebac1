"""The programs' door to gestures and questions."""

from django.urls import path

from . import asks, case, challenges, destinations, exports, extras, holdings, offers, payouts, stages

app_name = "api_authority"
urlpatterns = [
    path("holdings/", holdings.Holdings.as_view(), name="holdings"),
    path("tickets/<int:number>/authority/", offers.Authority.as_view(), name="authority"),
    path("tickets/<int:number>/offers/", offers.Offers.as_view(), name="offers"),
    path("offers/<int:pk>/stages/", stages.Stages.as_view(), name="stages"),
    path("payouts/<uuid:token>/", payouts.PayoutReports.as_view(), name="payout_report"),
    path("ledger/exports/", exports.Exports.as_view(), name="exports"),
    path("ledger/exports/<int:pk>/<slug:kind>/", exports.ExportFile.as_view(), name="export_file"),
    path(
        "customers/<int:pk>/destination/",
        destinations.CustomerDestination.as_view(),
        name="customer_destination",
    ),
    path("tickets/<int:number>/customer-wish/", case.Wish.as_view(), name="customer_wish"),
    path("tickets/<int:number>/paid/", case.WhatWasPaid.as_view(), name="paid"),
    path("tickets/<int:number>/hindrances/", case.Hindrances.as_view(), name="hindrances"),
    path("tickets/<int:number>/hindrances/<int:pk>/end/", case.HindranceEnd.as_view(), name="hindrance_end"),
    path("tickets/<int:number>/challenges/", challenges.TicketChallenges.as_view(), name="challenge"),
    path("challenges/", challenges.Challenges.as_view(), name="challenges"),
    path("challenges/<int:pk>/answer/", challenges.OneChallenge.as_view(), name="challenge_answer"),
    path("extra-authority/", extras.Extras.as_view(), name="extras"),
    path("extra-authority/<int:pk>/end/", extras.ExtraEnd.as_view(), name="extra_end"),
    path("asks/", asks.Asks.as_view(), name="asks"),
    path("asks/<int:pk>/answer/", asks.OneAsk.as_view(), name="answer"),
    path("asks/<int:pk>/passing/", asks.Passing.as_view(), name="passing"),
    path("asks/<int:pk>/withdrawal/", asks.Withdrawal.as_view(), name="withdrawal"),
]
