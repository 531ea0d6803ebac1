"""What programs read of an outlook: who is asked, until when, what happens then, and the words for the customer."""

from __future__ import annotations

from rest_framework import serializers

from tickets.api.desk_shapes import NamedPerson
from tickets.api.fields import Moment


class OutlookShape(serializers.Serializer):
    """What the outcome carries: until when, what happens then, and what can be said to the customer."""

    asked = NamedPerson(read_only=True, allow_null=True)
    due_at = Moment(allow_null=True)
    at_deadline = serializers.CharField(read_only=True, help_text="In the language of the request.")
    customer_words = serializers.CharField(
        read_only=True, help_text="In the customer's language; nothing internal is in it."
    )
    nobody = serializers.BooleanField(read_only=True, help_text="Nobody else could decide this.")
    in_vain = serializers.CharField(
        read_only=True,
        help_text="Why whoever is asked could only say no, and what is possible instead, in the language of the "
        "request; nobody is asked then.",
    )
