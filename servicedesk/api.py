"""The API's table of contents.

Every request is checked against the rights of the person behind the token or the session. Nothing counts requests
here: the rate limits a house wants stand in front of it, where they cost no database.
"""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from tickets.api.door import Nowhere

DOCS = SpectacularSwaggerSplitView.as_view(url_name="api-schema", template_name="api/docs.html")

urlpatterns = [
    path("", include("tickets.api.urls")),
    path("", include("policies.api.urls")),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", DOCS, name="api-docs"),
    re_path("", Nowhere.as_view(), name="api-nowhere"),
]
