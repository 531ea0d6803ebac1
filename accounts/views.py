"""A person's own page: name, language, time zone, the ways to sign in, being away, and keys for machines."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django.views.i18n import set_language

from .absence import Absence
from .company.service import SignInService
from .forms import AbsenceForm, SettingsForm, TokenForm
from .token import ApiToken

LARGEST_ID = 2**63 - 1


@require_http_methods(["GET", "HEAD", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request)
    form = SettingsForm(request.POST, person=request.user)
    if not form.is_valid():
        return _page(request, settings_form=form, status=422)
    person = form.save()
    with translation.override(person.language or translation.get_language()):
        messages.success(request, _("Saved."))
    return redirect("me")


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Choose a language: strangers by cookie, people for good, or their own setting would win the next moment."""
    chosen = request.POST.get("language")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        request.user.language = chosen
        request.user.save(update_fields=["language"])
    return set_language(request)


def agents_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Machines work at the desk; customers have nothing to automate here."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: int) -> HttpResponse:
        if not request.user.is_agent:
            raise Http404
        return view(request, **kwargs) if request.method == "POST" else redirect("me")

    return guarded


@never_cache
@agents_only
def issue_token(request: HttpRequest) -> HttpResponse:
    """The secret is on the answer to this one request and nowhere else."""
    form = TokenForm(request.POST, person=request.user)
    if not form.is_valid():
        return _page(request, token_form=form, status=422)
    token, secret = ApiToken.issue(request.user, form.cleaned_data["name"])
    return render(request, "me/token.html", {"token": token, "secret": secret}, status=201)


@agents_only
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    token = ApiToken.objects.filter(person=request.user, pk=pk).first() if pk <= LARGEST_ID else None
    if token is None:
        raise Http404
    token.revoke()
    messages.success(request, _("“%(name)s” is revoked. It opens nothing any more.") % {"name": token.name})
    return redirect("me")


@require_POST
def cut_company(request: HttpRequest, code: str) -> HttpResponse:
    """An account of a company opens the own one no longer."""
    service = SignInService.objects.opening(request.user).filter(code=code).first()
    if service is None:
        raise Http404
    service.disconnect(request.user)
    messages.success(request, _("“%(name)s” opens your account no longer.") % {"name": service.name})
    return redirect("me")


@agents_only
def absences(request: HttpRequest) -> HttpResponse:
    """Say from when until when somebody is away, and who stands in."""
    form = AbsenceForm(request.POST, by=request.user)
    if not form.is_valid():
        return _page(request, absence_form=form, status=422)
    said = form.cleaned_data
    absence = Absence.announce(
        said["who"],
        first=said["first"],
        last=said["last"],
        substitute=said["substitute"],
        by=request.user,
    )
    if absence is None:
        form.add_error("first", _("There is an absence on some of these days already. End that one first."))
        return _page(request, absence_form=form, status=422)
    words = _("Noted. %(name)s stands in until %(day)s.")
    day = date_format(absence.last_day, "SHORT_DATE_FORMAT")
    messages.success(request, words % {"name": absence.substitute.name, "day": day})
    return redirect("me")


@agents_only
def end_absence(request: HttpRequest, pk: int) -> HttpResponse:
    absence = Absence.objects.managed_by(request.user).filter(pk=pk).first() if pk <= LARGEST_ID else None
    if absence is None:
        raise Http404
    absence.end()
    messages.success(
        request, _("Welcome back: questions go to %(name)s again.") % {"name": absence.person.name}
    )
    return redirect("me")


def _page(
    request: HttpRequest,
    *,
    settings_form: SettingsForm | None = None,
    token_form: TokenForm | None = None,
    absence_form: AbsenceForm | None = None,
    status: int = 200,
) -> HttpResponse:
    person, now = request.user, timezone.now()
    context: dict[str, object] = {"settings_form": settings_form or SettingsForm(person=person)}
    context["companies"] = SignInService.objects.opening(person)
    if person.is_agent:
        valid = person.api_tokens.filter(revoked_at=None, expires_at__gt=now)
        context |= {
            "token_form": token_form or TokenForm(person=person),
            "tokens": valid.order_by("-created_at"),
            "absence_form": absence_form or AbsenceForm(by=person),
            "absences": Absence.objects.managed_by(person)
            .not_over(now)
            .select_related("person", "substitute", "set_by")
            .distinct(),
        }
    return render(request, "me/me.html", context, status=status)
