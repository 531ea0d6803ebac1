"""What the customer sees of gestures, and what everybody can count on."""

from django.urls import path

from . import charter, views

app_name = "gestures"
urlpatterns = [
    path("requests/<int:number>/gestures/", views.gestures, name="of_request"),
    path("count-on-us/", charter.in_force, name="count_on_us"),
    path("count-on-us/<int:version>/", charter.of_version, name="counted_on_us"),
]
