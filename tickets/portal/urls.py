"""The customer's door."""

from django.urls import path

from . import (
    callback,
    chat,
    conversation,
    deletion,
    feedback,
    knowledge,
    organisation,
    own_data,
    promise,
    requests,
    unsubscribe,
)

app_name = "portal"
urlpatterns = [
    path("", requests.home, name="home"),
    path("callback/", callback.callback, name="callback"),
    path("callback/now/", callback.callback_now, name="callback_now"),
    path("callback/time/", callback.move_callback, name="move_callback"),
    path("callback/withdrawal/", callback.withdraw_callback, name="withdraw_callback"),
    path("feedback/<str:token>/", feedback.feedback, name="feedback"),
    path("unsubscribe/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
    path("organisation/", organisation.organisation, name="organisation"),
    path("own-data/", own_data.own_data, name="own_data"),
    path("own-data/questions/", unsubscribe.own_questions, name="own_questions"),
    path("own-data/deletion/", deletion.deletion, name="deletion"),
    path("own-data/deletion/confirmation/", deletion.confirm, name="confirm_deletion"),
    path("own-data/deletion/withdrawal/", deletion.withdraw, name="withdraw_deletion"),
    path("help/", knowledge.help_pages, name="help"),
    path("help/suggested/", knowledge.suggested, name="suggested"),
    path("help/<int:pk>/", knowledge.article, name="article"),
    path("help/<int:pk>/vote/", knowledge.vote, name="vote"),
    path("chat/", chat.chat, name="chat"),
    path("chat/now/", chat.chat_now, name="chat_now"),
    path("chat/messages/", chat.chat_say, name="chat_say"),
    path("chat/typing/", chat.chat_typing, name="chat_typing"),
    path("chat/leave/", chat.chat_leave, name="chat_leave"),
    path("chat/call/", chat.chat_call, name="chat_call"),
    path("requests/new/", requests.new, name="new"),
    path("requests/new/questions/", requests.questions, name="questions"),
    path("requests/<int:number>/", conversation.ticket, name="ticket"),
    path("requests/<int:number>/conversation/", conversation.conversation, name="conversation"),
    path("requests/<int:number>/promise/", promise.promise, name="promise"),
    path("requests/<int:number>/messages/", conversation.reply, name="reply"),
    path("requests/<int:number>/confirmation/", conversation.confirm, name="confirm"),
    path("requests/<int:number>/rating/", conversation.rate, name="rate"),
]
