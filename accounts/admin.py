"""The administrators' door to people: who they are, in which teams they work, which keys they gave to machines."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm, UserChangeForm
from django.db.models import Field, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .customer import Customer
from .logged_admin import Logged
from .organisation import Organisation
from .person import Person
from .team import Team, TeamUserObjectPermission
from .token import ApiToken


def _own_password(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """The own password is changed where everybody changes it, so that everything else it opened ends as well."""
    return redirect("account_change_password")


admin.site.site_header = admin.site.site_title = _("Kulanz – administration")
admin.site.site_url = "/desk/"
# One way in: our own page, with its codes, rate limits and words; whoever is no administrator is told so.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.password_change = _own_password  # type: ignore[method-assign, assignment]


class Kept:
    """Never deleted here: the past speaks of it. People are deactivated, causes no longer offered."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnly(Kept):
    """To look at, never to touch: what is written here is written by the verbs of the product, or not at all."""

    show_full_result_count = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class LowerEmail:
    """One spelling for each address, as everywhere else."""

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()  # type: ignore[attr-defined]


class PersonForm(LowerEmail, UserChangeForm):
    class Meta:
        model = Person
        fields = (
            *("email", "name", "password", "language", "time_zone"),
            *("is_active", "is_staff", "is_superuser", "groups", "user_permissions"),
        )


class NewPersonForm(LowerEmail, AdminUserCreationForm):
    class Meta:
        model = Person
        fields = ("email", "name", "language", "time_zone")


class NewPasswordForm(AdminPasswordChangeForm):
    """A new password ends what the old one opened: sessions by Django; keys for machines, passkeys and accounts of
    companies here.

    It is given to somebody who was locked out, or whose account somebody else got into and may have left a key to.
    """

    def save(self, commit: bool = True) -> Person:
        person = super().save(commit)
        person.end_other_ways_in(at=timezone.now())
        return person


class CustomerInline(admin.StackedInline):
    model = Customer
    extra = 0
    can_delete = False
    autocomplete_fields = ("organisation",)


@admin.register(Person)
class PersonAdmin(Logged, Kept, UserAdmin):
    form, add_form, change_password_form = PersonForm, NewPersonForm, NewPasswordForm
    list_display = ("name", "email", "works_in", "language", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff", "language")
    search_fields = ("name", "email")
    ordering = ("name", "pk")
    show_full_result_count = False
    inlines = (CustomerInline,)
    readonly_fields = ("last_login", "joined_at", "works_in")
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        (_("Settings"), {"fields": ("language", "time_zone")}),
        (
            _("Rights"),
            {"fields": ("is_active", "works_in", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
        (_("Dates"), {"fields": ("joined_at", "last_login")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": (
                    "email",
                    "name",
                    "language",
                    "time_zone",
                    "usable_password",
                    "password1",
                    "password2",
                ),
            },
        ),
    )

    @admin.display(description=_("teams"))
    def works_in(self, person: Person) -> str:
        rows = person.teamuserobjectpermission_set.all()
        return ", ".join(sorted({row.content_object.name for row in rows}))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Person]:
        rows = super().get_queryset(request)
        return rows.prefetch_related("teamuserobjectpermission_set__content_object")

    def get_readonly_fields(self, request: HttpRequest, obj: Person | None = None) -> tuple[str, ...]:
        """Only somebody with every right hands out rights."""
        if request.user.is_superuser:
            return self.readonly_fields
        return (*self.readonly_fields, "is_staff", "is_superuser", "groups", "user_permissions")

    def has_change_permission(self, request: HttpRequest, obj: Person | None = None) -> bool:
        """Whoever can change an address can sign in with it; so the desk's own are for full administrators."""
        if not super().has_change_permission(request, obj):
            return False
        return (
            request.user.is_superuser or obj is None or not (obj.is_staff or obj.is_superuser or obj.is_agent)
        )

    def get_inlines(self, request: HttpRequest, obj: Person | None) -> tuple[type[admin.StackedInline], ...]:
        return self.inlines if obj else ()

    def save_model(self, request: HttpRequest, obj: Person, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            # The old address would go on opening the account. The new one is trusted at the next sign-in.
            EmailAddress.objects.filter(user=obj).exclude(email=obj.email).delete()
            SocialAccount.objects.filter(user=obj).delete()  # the company of the old one would, too

    def save_formset(self, request: HttpRequest, form: forms.ModelForm, formset: Any, change: bool) -> None:
        """Of a person who is a customer the standing is changed here too."""
        super().save_formset(request, form, formset, change)
        for customer, changed in formset.changed_objects:
            _tell_standing(customer, changed, by=request.user)


@admin.register(Customer)
class CustomerAdmin(Kept, admin.ModelAdmin):
    list_display = ("person", "organisation", "role", "status", "since")
    list_filter = ("status", "role")
    list_select_related = ("person", "organisation")
    search_fields = ("person__name", "person__email", "organisation__name")
    autocomplete_fields = ("person", "organisation")
    show_full_result_count = False

    def get_readonly_fields(self, request: HttpRequest, obj: Customer | None = None) -> tuple[str, ...]:
        """Tickets and gestures hang on the customer: they do not go over to somebody else."""
        return ("person",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Customer, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change:
            _tell_standing(obj, form.changed_data, by=request.user)


def _tell_standing(customer: Customer, changed: list[str], *, by: Person) -> None:
    if {"status", "since", "organisation"} & set(changed):
        customer.tell_standing(by=by)


@admin.register(Organisation)
class OrganisationAdmin(Kept, admin.ModelAdmin):
    search_fields = ("name",)


class TeamForm(forms.ModelForm):
    """Members and leads by name; the rights behind them are set by the team's own verbs."""

    members = forms.ModelMultipleChoiceField(
        Person.objects.all(),
        required=False,
        label=_("Members"),
        help_text=_("They work on the team’s tickets."),
    )
    leads = forms.ModelMultipleChoiceField(
        Person.objects.all(),
        required=False,
        label=_("Leads"),
        help_text=_("They work in the team too, decide asks and hear of broken promises."),
    )

    class Meta:
        model = Team
        fields = ("name", "slug")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person = TeamUserObjectPermission._meta.get_field("user")
        leading = set(_people(self.instance, "lead_team")) if self.instance.pk else set()
        working = set(_people(self.instance, "work_team")) if self.instance.pk else set()
        for name, people in (("members", working - leading), ("leads", leading)):
            choose_by_name(self, name, person, initial=sorted(people))


def choose_by_name(form: forms.ModelForm, name: str, field: Field, *, initial: list[int]) -> None:
    """Let the form's field `name` be filled by typing names; `field` is a key to people the search goes through."""
    chosen = form.fields[name]
    assert isinstance(chosen, forms.ModelMultipleChoiceField)
    chosen.widget = AutocompleteSelectMultiple(field, admin.site)
    chosen.widget.choices = chosen.choices
    chosen.initial = initial


@admin.register(Team)
class TeamAdmin(Logged, Kept, admin.ModelAdmin):
    form = TeamForm
    list_display = ("name", "slug", "people")
    prepopulated_fields = {"slug": ("name",)}

    @admin.display(description=_("people"))
    def people(self, team: Team) -> int:
        return len(set(_people(team, "work_team", "lead_team")))

    def save_related(self, request: HttpRequest, form: TeamForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        team: Team = form.instance
        leads = set(form.cleaned_data["leads"])
        wanted = leads | set(form.cleaned_data["members"])
        led = set(_people(team, "lead_team"))
        for person in Person.objects.filter(pk__in=_people(team, "work_team", "lead_team")):
            if person not in wanted or (person.pk in led and person not in leads):
                team.dismiss(person)
        for person in wanted:
            team.welcome(person, lead=person in leads)


def _people(team: Team, *permissions: str) -> QuerySet[TeamUserObjectPermission, int]:
    rows = TeamUserObjectPermission.objects.filter(content_object=team, permission__codename__in=permissions)
    return rows.values_list("user_id", flat=True)


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("name", "person", "created_at", "expires_at", "revoked_at")
    list_select_related = ("person",)
    search_fields = ("name", "person__name", "person__email")
    fields = ("name", "person", "created_at", "expires_at", "revoked_at")
    actions = ("revoke",)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.change_apitoken")

    @admin.action(description=_("Revoke: it opens nothing any more"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, tokens: QuerySet[ApiToken]) -> None:
        ended = sum(token.revoke() for token in tokens)
        words = ngettext("%(count)s token revoked.", "%(count)s tokens revoked.", ended) % {"count": ended}
        self.message_user(request, words, messages.SUCCESS)
