"""Several files at once: the form field every door uses, with errors in words at the field."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from .attachment import examine


class FilesInput(forms.ClearableFileInput):
    template_name = "django/forms/widgets/file.html"
    allow_multiple_selected = True


class FilesField(forms.FileField):
    widget = FilesInput

    def clean(self, data: object, initial: object = None) -> list[UploadedFile]:
        files = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        if not files:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return []
        if len(files) > settings.ATTACHMENTS_PER_MESSAGE:
            most = settings.ATTACHMENTS_PER_MESSAGE
            raise ValidationError(_("At most %(most)s files at once.") % {"most": most}, code="too_many")
        errors = []
        for file in files:
            try:
                examine(file)
            except ValidationError as error:
                errors += error.messages
        if errors:
            raise ValidationError(errors)
        return files
