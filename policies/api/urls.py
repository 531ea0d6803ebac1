"""The programs' door to gestures and questions."""

from django.urls import path

from . import asks, destinations, exports, offers, payouts, stages

app_name = "api_authority"
urlpatterns = [
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
    path("asks/", asks.Asks.as_view(), name="asks"),
    path("asks/<int:pk>/answer/", asks.OneAsk.as_view(), name="answer"),
]
