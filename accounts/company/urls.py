"""To a company’s sign-in service, and back."""

from django.urls import path

from . import views

urlpatterns = [
    path("<slug:code>/", views.begin, name="company_sign_in"),
    path("<slug:code>/back/", views.callback, name="company_callback"),
]
