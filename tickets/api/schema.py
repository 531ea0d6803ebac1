"""What the schema says beyond the shapes: how one signs in, and which of two shapes a reader gets."""

from __future__ import annotations

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers


class Token(OpenApiAuthenticationExtension):
    target_class = "accounts.api.TokenAuthentication"
    name = "token"

    def get_security_definition(self, _auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "kul_…",
            "description": "A token from one's own page. It does what its person may do, until its end.",
        }


def either(
    name: str, *shapes: type[serializers.Serializer], many: bool = False
) -> PolymorphicProxySerializer:
    """In the schema: the desk's shape or the customer's, as the reader is the one or the other."""
    return PolymorphicProxySerializer(
        component_name=name, serializers=list(shapes), resource_type_field_name=None, many=many
    )
