"""The chat inside somebody's web site: a frame of ours, which asks for no cookie and sets none.

Who may hold the frame is said by its site's list, to the browser and by ourselves. What is asked from inside the frame
carries the visitor's signed token in a header, so no other page can ask in their name.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from tickets.files.views import serve
from tickets.line.chat import Chat
from tickets.line.site import Site
from tickets.line.visit import Visit
from tickets.live.admission import pass_for
from tickets.nudge import nudge

from .chat import SayForm, is_going_on, say, talk_of
from .widget_forms import CodeForm, StartForm

TOKEN = "Kulanz-Chat"  # noqa: S105 - the name of the header
LANGUAGES = dict(settings.LANGUAGES)


def from_inside(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For an open site, asked by our own frame, in the language of the page around it."""

    @login_not_required
    @csrf_exempt  # no cookie is ever read here: the token in the header is who asks
    @wraps(view)
    def guarded(request: HttpRequest, code: str) -> HttpResponse:
        site = Site.objects.open().filter(code=code).first()
        origin = request.headers.get("Origin")
        if site is None or (origin is not None and urlsplit(origin).netloc != request.get_host()):
            raise Http404
        wanted = request.GET.get("lang", "")
        language = wanted if wanted in LANGUAGES else translation.get_language() or "en"
        with translation.override(language):
            return view(request, site)

    return guarded


@xframe_options_exempt
@require_safe
@from_inside
def frame(request: HttpRequest, site: Site) -> HttpResponse:
    """The page in the frame; only on the site's own pages."""
    around = urlsplit(request.headers.get("Referer", ""))
    if around.netloc not in ("", request.get_host()) and _origin(around) not in site.origins:
        raise Http404
    answer = render(request, "widget/frame.html", {"site": site, "room": _addresses(site)})
    answer._csp_replace = {"frame-ancestors": site.origins}  # type: ignore[attr-defined]
    return answer


@require_safe
@from_inside
def room(request: HttpRequest, site: Site) -> HttpResponse:
    """Where the visitor stands: the talk, the code they still owe, or the beginning."""
    visit = _visit(request, site)
    if visit is not None and visit.person is not None:
        return _room(request, site, visit)
    if visit is not None and visit.confirmed_at is None:
        return _proof(request, site, visit, CodeForm())
    return _start(request, site, StartForm())


@require_POST
@from_inside
def start(request: HttpRequest, site: Site) -> HttpResponse:
    form = StartForm(request.POST)
    if not form.is_valid():
        return _start(request, site, form)
    visit = Visit.begin(site, at=timezone.now(), **form.cleaned_data)
    if visit is None:
        form.add_error(None, _("Too many attempts. Please wait a few minutes and try again."))
        return _start(request, site, form)
    return _proof(request, site, visit, CodeForm())


@require_POST
@from_inside
def prove(request: HttpRequest, site: Site) -> HttpResponse:
    visit = _visit(request, site)
    if visit is None:
        return _start(request, site, StartForm())
    form = CodeForm(request.POST)
    if visit.person is None:
        if not form.is_valid():
            return _proof(request, site, visit, form)
        if not visit.confirm(form.cleaned_data["code"].replace(" ", ""), at=timezone.now()):
            form.add_error("code", _("This code does not fit. Please look at the newest mail from us."))
            return _proof(request, site, visit, form)
        nudge("tickets.jobs.sweep_line")
    return _room(request, site, visit)


@require_safe
@from_inside
def now(request: HttpRequest, site: Site) -> HttpResponse:
    visit = _talking(request, site)
    return render(request, "chat/_talk.html", _talk(visit, site))


@require_POST
@from_inside
def say_here(request: HttpRequest, site: Site) -> HttpResponse:
    visit = _talking(request, site)
    form = SayForm(request.POST, request.FILES)
    if not form.is_valid():
        return _composer(request, site, form)
    say(_chat(visit), form, by=visit.person)
    answer = _composer(request, site, SayForm())
    answer["HX-Trigger"] = "said"
    return answer


@require_POST
@from_inside
def typing(request: HttpRequest, site: Site) -> HttpResponse:
    _chat(_talking(request, site)).typing(by_customer=True)
    return HttpResponse(status=204)


@require_safe
@login_not_required
def file(_request: HttpRequest, code: str, admission: str) -> FileResponse:
    """A file of the talk: the link itself says for a while who may have it, and whether they still may is asked."""
    site = Site.objects.open().filter(code=code).first()
    found = Visit.file_of(admission, site) if site is not None else None
    if found is None:
        raise Http404
    return serve(found)


def _visit(request: HttpRequest, site: Site) -> Visit | None:
    return Visit.of(request.headers.get(TOKEN, ""), site)


def _talking(request: HttpRequest, site: Site) -> Visit:
    visit = _visit(request, site)
    if visit is None or visit.person is None:
        raise Http404
    return visit


def _chat(visit: Visit) -> Chat:
    return Chat.objects.with_people().get(pk=visit.chat_id)


def _talk(visit: Visit, site: Site) -> dict[str, object]:
    talk = talk_of(_chat(visit), by=visit.person, now=timezone.now())
    for message in talk["thread"]:
        for attachment in message.attachments.all() if message.has_files else ():
            attachment.address = reverse("widget:file", args=[site.code, visit.admit_to(attachment)])
    return {**talk, "room": _addresses(site), "embedded": True, "may_call": False}


def _room(request: HttpRequest, site: Site, visit: Visit) -> HttpResponse:
    talk = _talk(visit, site)
    chat = talk["chat"]
    names = [chat.topic, f"request-{chat.ticket_id}", f"types-desk-{chat.pk}"]
    context = {**talk, "form": SayForm(), "pass": pass_for(request, names), "goes_on": is_going_on(chat)}
    return _with_token(render(request, "widget/_room.html", context), visit)


def _proof(request: HttpRequest, site: Site, visit: Visit, form: CodeForm) -> HttpResponse:
    context = {"form": form, "visit": visit, "room": _addresses(site)}
    return _with_token(render(request, "widget/_proof.html", context), visit)


def _start(request: HttpRequest, site: Site, form: StartForm) -> HttpResponse:
    return render(request, "widget/_start.html", {"form": form, "room": _addresses(site)})


def _composer(request: HttpRequest, site: Site, form: SayForm) -> HttpResponse:
    return render(request, "chat/_composer.html", {"form": form, "room": _addresses(site), "embedded": True})


def _with_token(answer: HttpResponse, visit: Visit) -> HttpResponse:
    answer[TOKEN] = visit.token
    return answer


def _addresses(site: Site) -> dict[str, str]:
    names = {"chat_now": "now", "chat_say": "say", "chat_typing": "typing"}
    names |= {name: name for name in ("room", "start", "prove")}
    language = (translation.get_language() or "en")[:2]
    return {
        name: f"{reverse(f'widget:{view}', args=[site.code])}?lang={language}" for name, view in names.items()
    }


def _origin(parts: object) -> str:
    return f"{parts.scheme}://{parts.netloc}"  # type: ignore[attr-defined]
