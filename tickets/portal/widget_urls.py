"""The door for visitors of other people's web sites."""

from django.urls import path

from . import widget

app_name = "widget"
urlpatterns = [
    path("<slug:code>/", widget.frame, name="frame"),
    path("<slug:code>/room/", widget.room, name="room"),
    path("<slug:code>/start/", widget.start, name="start"),
    path("<slug:code>/proof/", widget.prove, name="prove"),
    path("<slug:code>/now/", widget.now, name="now"),
    path("<slug:code>/messages/", widget.say_here, name="say"),
    path("<slug:code>/typing/", widget.typing, name="typing"),
    path("<slug:code>/files/<str:admission>/", widget.file, name="file"),
]
