"""Files that wait in the composer: taken while somebody writes, and taken out again before anything is sent."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tickets.composing.staged_file import StagedFile
from tickets.desk.access import LARGEST_ID, desk_only, find
from tickets.desk.drafts import DraftForm
from tickets.draft import Draft
from tickets.message import Message
from tickets.uploads import FilesField


class StageForm(forms.Form):
    kind = forms.ChoiceField(choices=Message.Kind.choices)
    files = FilesField()


@require_POST
@desk_only
def stage(request: HttpRequest, number: int) -> HttpResponse:
    """One or more files dropped, pasted or chosen; answers with their rows, or with what is wrong in words."""
    found = find(request, number)
    form = StageForm(request.POST, request.FILES)
    if not form.is_valid():
        said = form.errors.get("files", [_("This file could not be taken.")])
        return HttpResponse(" ".join(said), status=422, content_type="text/plain; charset=utf-8")
    kind, files = form.cleaned_data["kind"], form.cleaned_data["files"]
    most = settings.ATTACHMENTS_PER_MESSAGE
    if StagedFile.objects.of(request.user, found, kind).count() + len(files) > most:
        words = _("At most %(most)s files at once.") % {"most": most}
        return HttpResponse(words, status=422, content_type="text/plain; charset=utf-8")
    now = timezone.now()
    here = found.survivor or found
    kept = [StagedFile.keep(file, ticket=here, by=request.user, kind=kind, at=now) for file in files]
    return render(request, "desk/_staged_files.html", {"ticket": found, "files": kept})


@require_POST
@desk_only
def unstage(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Out again; what was typed meanwhile comes along with the form, and stays."""
    found = find(request, number)
    here = found.survivor or found
    own = StagedFile.objects.filter(person=request.user, ticket=here, held=None)
    file = own.filter(pk=pk).first() if pk <= LARGEST_ID else None
    if file is None:
        raise Http404
    file.drop()
    form = DraftForm({"kind": file.kind, "text": request.POST.get("text", "")})
    if "text" in request.POST and form.is_valid():
        Draft.keep(found, by=request.user, **form.cleaned_data)
    return redirect(f"{found.desk_url()}#{'note' if file.kind == Message.Kind.INTERNAL else 'reply'}-text")
