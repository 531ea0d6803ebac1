"""The customer's door."""

from django.urls import path

from . import callback, conversation, promise, requests

app_name = "portal"
urlpatterns = [
    path("", requests.home, name="home"),
    path("callback/", callback.callback, name="callback"),
    path("callback/now/", callback.callback_now, name="callback_now"),
    path("callback/withdrawal/", callback.withdraw_callback, name="withdraw_callback"),
    path("requests/new/", requests.new, name="new"),
    path("requests/<int:number>/", conversation.ticket, name="ticket"),
    path("requests/<int:number>/conversation/", conversation.conversation, name="conversation"),
    path("requests/<int:number>/promise/", promise.promise, name="promise"),
    path("requests/<int:number>/messages/", conversation.reply, name="reply"),
    path("requests/<int:number>/confirmation/", conversation.confirm, name="confirm"),
    path("requests/<int:number>/rating/", conversation.rate, name="rate"),
]
