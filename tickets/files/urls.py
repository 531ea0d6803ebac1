"""The door for files: every attachment, always as a download, through one permission check."""

from django.urls import path

from . import views

urlpatterns = [path("<slug:token>/", views.download, name="file")]
