"""A person's own page, and choosing a language."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.me, name="me"),
    path("language/", views.language, name="language"),
    path("tokens/", views.issue_token, name="tokens"),
    path("tokens/<int:pk>/revocation/", views.revoke_token, name="token_revocation"),
]
