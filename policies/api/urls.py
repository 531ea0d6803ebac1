"""The programs' door to gestures and questions."""

from django.urls import path

from . import asks, offers

app_name = "api_authority"
urlpatterns = [
    path("tickets/<int:number>/authority/", offers.Authority.as_view(), name="authority"),
    path("tickets/<int:number>/offers/", offers.Offers.as_view(), name="offers"),
    path("asks/", asks.Asks.as_view(), name="asks"),
    path("asks/<int:pk>/answer/", asks.OneAsk.as_view(), name="answer"),
]
