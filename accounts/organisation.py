"""An organisation: the firm several customers belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.person import Person


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def managed_by(self, person: Person) -> OrganisationQuerySet:
        """Those this person may set something up for: an administrator for all of them."""
        return self.all() if person.is_staff else self.none()


class Organisation(models.Model):
    name = models.CharField(_("name"), max_length=160)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def managers(self) -> list[str]:
        """The names of those who read and answer its requests in the portal."""
        theirs = self.customers.filter(role="manager", person__is_active=True)
        return list(theirs.order_by("person__name", "pk").values_list("person__name", flat=True))
