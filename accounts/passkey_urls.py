"""Passkeys: the own ones, and signing in with one."""

from allauth.mfa.webauthn import views
from django.contrib.auth.decorators import login_not_required
from django.urls import path

urlpatterns = [
    path("", views.list_webauthn, name="mfa_index"),
    path("", views.list_webauthn, name="mfa_list_webauthn"),
    path("add/", views.add_webauthn, name="mfa_add_webauthn"),
    path("<int:pk>/name/", views.edit_webauthn, name="mfa_edit_webauthn"),
    path("<int:pk>/removal/", views.remove_webauthn, name="mfa_remove_webauthn"),
    path("sign-in/", login_not_required(views.login_webauthn), name="mfa_login_webauthn"),
]
