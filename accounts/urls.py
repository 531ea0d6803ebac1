"""A person's own page, being away, and choosing a language."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.me, name="me"),
    path("language/", views.language, name="language"),
    path("companies/<slug:code>/end/", views.cut_company, name="cut_company"),
    path("absences/", views.absences, name="absences"),
    path("absences/<int:pk>/end/", views.end_absence, name="end_absence"),
    path("tokens/", views.issue_token, name="tokens"),
    path("tokens/<int:pk>/revocation/", views.revoke_token, name="token_revocation"),
]
