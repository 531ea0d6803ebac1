"""Every page there is, with something on it: as far as links lead, by each role, large and light, then small and dark.

Nothing is listed here but where the walk begins: a new page is looked at because something leads to it, and where
nothing does, the table of addresses says so.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve
from looked_at import flaws, with_axe
from playwright.sync_api import Browser
from stack import Stack
from test_permission_matrix import rows
from visitor import DESK, Visitor

from servicedesk.demo.people import PASSWORD, address

pytestmark = [pytest.mark.services, pytest.mark.first_database, pytest.mark.timeout(600)]

LINKS = """[...document.querySelectorAll('a[href]:not([download])')]
    .filter(link => link.origin === location.origin).map(link => link.pathname + link.search)"""
# What is folded away is there like the rest; menus lie over each other and are opened one by one elsewhere.
UNFOLD = "for (const fold of document.querySelectorAll('details:not(.menu)')) fold.open = true"
PARTS = "[...document.querySelectorAll('[hx-get]')].map(part => part.getAttribute('hx-get'))"
# Who walks, and where they come in. What no link leads to a mail does, or another step before it.
WHO = {"stranger": "", "customer": "empfang@praxis-brandt.example", "agent": address("Anna Petersen")}
WHO |= {"lead": address("Birgit Lorenzen"), "administrator": address("Sam Whitfield")}
# Colours are the same few everywhere: half of the pages show what is wrong with them in the dark.
IN_THE_DARK = {"customer", "agent"}
STRANGE = ("login", "login/code", "inactive", "password/reset/done", "password/reset/key/done")
LEADS = ("line", "knowledge", "promises", "views/1", "setup", "setup/canned-replies", "setup/macros")
SETS_UP = ("", "teams/", "policies/", "hours/", "hours/1/", "search/?q=mail")
BEGIN = {
    "stranger": ["/", *(f"/accounts/{end}/" for end in STRANGE), "/accounts/password/reset/key/1-gone/"],
    "customer": ["/", "/me/", "/accounts/logout/"],
    "agent": ["/desk/", "/me/", "/accounts/reauthenticate/"],
    "lead": ["/desk/", "/studio/", "/studio/rules/compare/", *(f"/desk/{end}/" for end in LEADS)],
    "administrator": ["/studio/", "/me/", *(f"/desk/setup/{end}" for end in SETS_UP)],
}
# What no page leads to, and why.
STATE = "brought about and looked at by test_every_state.py"
LIVE = "fetched when something has happened: a part of what is looked at"
SAME = "there is none yet; the form for a new one is looked at"
NO_LINK = {
    **dict.fromkeys(["authority:answer", "desk:draft_versions", "desk:palette", "desk:pick_articles"], STATE),
    **dict.fromkeys(
        ["desk:pick_people", "desk:pick_tickets", "desk:bulk_run", "desk:chat", "desk:mail"], STATE
    ),
    **dict.fromkeys(["studio:answer_by_mail", "studio:answer"], STATE),
    **dict.fromkeys(["desk:rows", "desk:line_now", "desk:wall_now", "portal:conversation"], LIVE),
    **dict.fromkeys(["desk:bulk_now", "desk:fresh_notices", "desk:chat_now"], LIVE),
    **dict.fromkeys(["portal:chat_now", "portal:callback_now", "studio:rehearsal"], LIVE),
    **dict.fromkeys(["setup:mailbox", "setup:site", "setup:sign_in_service"], SAME),
    "mfa_list_webauthn": "the same address as mfa_index",
    "gestures:counted_on_us": "there is one version yet",
}
# One ticket is not like the other.
PAGES_OF = {"desk:ticket": 3, "portal:ticket": 3}
# Made by others, or no pages.
NOT_OURS = re.compile(r"admin:|api|.*export_|file$|setup:raw_mail|portal:own_data")


@dataclass
class Walk:
    """What was looked at, and by the way: of each name of an address, how many pages; everything a page asked for."""

    looked_at: Counter[str] = field(default_factory=Counter)
    met: set[str] = field(default_factory=set)

    def go(self, visitor: Visitor, begin: list[str], *, dark: bool) -> Iterator[str]:
        waiting, seen = deque(begin), set[str]()
        visitor.page.on("request", lambda request: self.met.add(name_of(urlsplit(request.url).path)))
        while waiting:
            path = waiting.popleft()
            name = name_of(urlsplit(path).path)
            first = path in begin and path not in seen  # what one role has seen leads another elsewhere
            if NOT_OURS.match(name) or (self.looked_at[name] >= PAGES_OF.get(name, 1) and not first):
                continue
            seen.add(path)
            self.looked_at[name] += 1
            yield from (f"{name} {path}: {flaw}" for flaw in flaws_of(visitor, path, dark=dark))
            self.met |= {name_of(urlsplit(part).path) for part in visitor.page.evaluate(PARTS)}
            waiting.extend(visitor.page.evaluate(LINKS))


def test_every_page_is_sound(furnished: Stack, browser: Browser) -> None:
    walk, found = Walk(), []
    ((hit,),) = furnished.sql("SELECT min(ticket_id) FROM tickets_incidentticket")
    begin = BEGIN | {"agent": [*BEGIN["agent"], f"/desk/tickets/{hit}/"]}
    for number, (role, email) in enumerate(WHO.items()):
        language = ("de", "en")[number % 2]
        furnished.sql(f"UPDATE accounts_person SET language = '{language}'")
        context = browser.new_context(viewport=DESK, locale=language, reduced_motion="reduce")
        visitor = Visitor(furnished, with_axe(context))
        if email:
            visitor.sign_in(email, PASSWORD)
        found += [f"{role}: {flaw}" for flaw in walk.go(visitor, begin[role], dark=role in IN_THE_DARK)]
        context.close()
    found += [f"nothing leads to {name}" for name in sorted(pages() - walk.met - set(NO_LINK))]
    found += [f"something does lead to {name}" for name in sorted(walk.looked_at.keys() & NO_LINK)]
    assert found == [], "\n" + "\n".join(found)


def pages() -> set[str]:
    """Every address that gives somebody something, of which none is another's or a program's."""
    asked = {
        row.name.split("/")[0] for row in rows() if row.method == "GET" and "200" in row.expected.values()
    }
    return {name for name in asked if not NOT_OURS.match(name)}


def flaws_of(visitor: Visitor, path: str, *, dark: bool) -> Iterator[str]:
    """What is wrong with a page once all its parts are there."""
    status = visitor.go(path)
    if status != 200:
        yield f"answers {status}"
    visitor.page.evaluate(UNFOLD)
    yield from flaws(visitor, dark=dark)
    yield from visitor.trouble
    visitor.trouble.clear()


def name_of(path: str) -> str:
    try:
        return resolve(path).view_name
    except Resolver404:
        return path
