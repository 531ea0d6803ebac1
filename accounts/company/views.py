"""The doors: signing in as before or by one’s company, and to the company’s service and back."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account.views import LoginView
from allauth.core.ratelimit import consume_or_429
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .provider import CompanyOAuth2
from .service import SignInService
from .wire import trip


class SignInView(LoginView):
    """Whose company has a service of its own is offered it, known here or not."""

    def form_valid(self, form: Form) -> HttpResponse:
        email = form.cleaned_data["login"]
        if not form.cleaned_data.get("password"):
            service = SignInService.objects.for_address(email)
            if service is not None:
                context = {**self.get_context_data(form=form), "service": service, "email": email}
                return render(self.request, "account/company.html", context)
        return super().form_valid(form)


sign_in = SignInView.as_view()


@require_safe
@never_cache
@login_not_required
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """To the service. Asked for by a link: our forms may send to nobody else, and whoever is led here signs in as
    themselves."""
    return _asking(lambda way: way.get_provider().redirect_from_request(request), request, code)


@require_safe
@never_cache
@login_not_required
def callback(request: HttpRequest, code: str) -> HttpResponse:
    """And back."""
    return _asking(lambda way: OAuth2CallbackView.adapter_view(way)(request), request, code)


def _asking(go: Callable[[CompanyOAuth2], HttpResponse], request: HttpRequest, code: str) -> HttpResponse:
    """The service is asked where to go on before allauth looks for its troubles. Whoever comes has us ask somebody
    else's server, so nobody comes too often."""
    way = CompanyOAuth2(request, code)
    too_often = consume_or_429(request, action="company_sign_in", limit_get=True)
    if too_often is not None:
        return too_often
    try:
        with trip(private=way.get_provider().app.settings["private"]):
            return go(way)
    except SocialApp.DoesNotExist:
        raise Http404
    except OAuth2Error as trouble:
        return render_authentication_error(request, way.get_provider(), exception=trouble)
