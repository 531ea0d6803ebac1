"""The customer's door."""

from django.urls import path

from . import conversation, requests

app_name = "portal"
urlpatterns = [
    path("", requests.home, name="home"),
    path("requests/new/", requests.new, name="new"),
    path("requests/<int:number>/", conversation.ticket, name="ticket"),
    path("requests/<int:number>/conversation/", conversation.conversation, name="conversation"),
    path("requests/<int:number>/messages/", conversation.reply, name="reply"),
    path("requests/<int:number>/confirmation/", conversation.confirm, name="confirm"),
    path("requests/<int:number>/rating/", conversation.rate, name="rate"),
]
