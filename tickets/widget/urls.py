"""The door for visitors of other people's web sites."""

from django.urls import path

from . import frame

app_name = "widget"
urlpatterns = [
    path("<slug:code>/", frame.frame, name="frame"),
    path("<slug:code>/room/", frame.room, name="room"),
    path("<slug:code>/start/", frame.start, name="start"),
    path("<slug:code>/proof/", frame.prove, name="prove"),
    path("<slug:code>/now/", frame.now, name="now"),
    path("<slug:code>/messages/", frame.say_here, name="say"),
    path("<slug:code>/typing/", frame.typing, name="typing"),
]
