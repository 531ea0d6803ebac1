"""The table of contents of the product."""

from allauth.account.decorators import secure_admin_login
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.urls import include, path

from accounts.company.views import sign_in
from policies.studio import findable as in_the_studio
from policies.studio.rules import beginning
from tickets import first_steps, setup_search
from tickets.mail.amazon import amazon
from tickets.mail.views import handed_over, reports
from tickets.setup import findable as in_the_setup
from tickets.setup import first

from .health import healthz

# The administration has no sign-in of its own: a second one would count its own wrong passwords.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

# Who is connected with which company is nobody's to type, and the services stand in the set-up, their secrets sealed.
admin.site.unregister([SocialAccount, SocialApp, SocialToken])

# What a new house is asked for, in this order.
first_steps.steps[:] = [*first.OWN, beginning.STEP]

# One search over the settings of every room.
setup_search.finders[:] = [in_the_setup.places, in_the_studio.places]

handler500 = "servicedesk.busy.broken"
urlpatterns = [
    path("", include("tickets.portal.urls")),
    path("", include("policies.portal.urls")),
    path("me/", include("accounts.urls")),
    path("widget/", include("tickets.portal.widget_urls")),
    path("files/", include("tickets.files.urls")),
    path("desk/", include("tickets.desk.urls")),
    path("desk/", include("policies.desk.urls")),
    path("desk/setup/", include("tickets.setup.urls")),
    path("studio/", include("policies.studio.urls")),
    path("api/v1/", include("servicedesk.api")),
    path("accounts/login/", sign_in, name="account_login"),
    path("accounts/company/", include("accounts.company.urls")),
    path("accounts/passkeys/", include("accounts.passkey_urls")),
    path("accounts/", include("allauth.account.urls")),
    path("mail/in/<slug:provider>/", handed_over, name="mail_handed_over"),
    path("mail/amazon/", amazon, name="mail_amazon"),
    path("mail/reports/<slug:provider>/", reports, name="mail_reports"),
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
]
