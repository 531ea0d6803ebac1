"""What one can count on: the public page, readable without signing in, with every version there was."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from policies.rules.charter import Charter, charters


@login_not_required
@require_safe
def in_force(request: HttpRequest) -> HttpResponse:
    """What holds today; before any rules were published it says so."""
    found = charters()
    return _page(request, found[0] if found else None)


@login_not_required
@require_safe
def of_version(request: HttpRequest, version: int) -> HttpResponse:
    """What a version said to customers, with its dates; 404 for one that was never in force."""
    found = next((charter for charter in charters() if version in charter.versions), None)
    if found is None:
        raise Http404
    return _page(request, found)


def _page(request: HttpRequest, charter: Charter | None) -> HttpResponse:
    """Sentences only: the page gets nothing it must not show."""
    language = get_language() or "en"
    context: dict[str, object] = {"charter": charter}
    if charter:
        boundaries = charter.boundaries_on(timezone.localdate())
        context = {
            "charter": charter,
            "promises": [line.read_in(language) for line in charter.promises],
            "boundaries": [(b.reason.read_in(language), b.instead.read_in(language)) for b in boundaries],
            "others": [other for other in charters() if other.version != charter.version],
        }
    return render(request, "portal/count_on_us.html", context)
