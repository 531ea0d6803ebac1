"""What the desk writes with signs is shown with tags we built – on the desk, in the portal, in the mail; never more."""

from __future__ import annotations

import html

import pytest
from cast import Cast
from django.test import Client

from tickets.models import OutgoingMail, Ticket

pytestmark = pytest.mark.django_db
SAID = (
    "Guten Tag,\n\n**bitte** *gleich*:\n- Stecker\n- Schalter\n\n3. warten\n\n> Sie schrieben\n\n"
    "[Anleitung](https://help.example/a?b=1&c=2), wie #17."
)
SHOWN = (
    "<b>bitte</b> <em>gleich</em>:",
    "<li>Stecker</li><li>Schalter</li></ul>",
    '<li value="3">warten</li></ol>',
    "<blockquote><p>Sie schrieben</p></blockquote>",
    '<a href="https://help.example/a?b=1&amp;c=2" rel="nofollow">Anleitung</a>',
)
HOSTILE = (
    "<script>alert(1)</script>",
    "[<img src=x onerror=alert(1)>](https://x.example/<svg>)",
    "[x](javascript:alert(1))",
    '[x](https://x.example/"onmouseover="alert(1))',
    "[x](https://x.example/'onmouseover='alert)",
    "**<svg onload=alert(1)>**",
    "- </li></ul><iframe src=//evil.example>",
    "> </blockquote><style>*{display:none}</style>",
    "1. <b onclick=alert(1)>",
    "# <h1 style=x>",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "https://evil.example/<script>",
    "&lt;script&gt; &#60;script&#62;",
)


def shown(client: Client, ticket: Ticket, who: object, url: str) -> str:
    client.force_login(who)
    page = client.get(url)
    assert page.status_code == 200
    return page.content.decode()


def test_each_reader_sees_it_formatted_and_the_number_leads_only_colleagues_on(
    cast: Cast, client: Client
) -> None:
    ticket = cast.ticket()
    message = ticket.reply(SAID, by=cast.anna)
    desk = shown(client, ticket, cast.anna, f"{ticket.desk_url()}conversation/")
    portal = shown(client, ticket, cast.cem.person, ticket.portal_url())
    mail = OutgoingMail.objects.get(key=f"answer:{message.pk}")
    for page in (desk, portal, mail.html):
        assert [part for part in SHOWN if part not in page] == []
    assert '<a href="/desk/tickets/17/">#17</a>' in desk
    assert "wie #17." in portal
    assert "wie #17." in mail.html
    assert mail.html.count("Guten Tag,") == 1
    assert "Anna" in mail.html
    assert "Anleitung (https://help.example/a?b=1&c=2), wie #17." in mail.text
    assert "**bitte** *gleich*:\n- Stecker" in mail.text


def test_what_a_customer_typed_is_shown_as_they_typed_it(cast: Cast, client: Client) -> None:
    ticket = cast.ticket(text="**Rot** und\n2. [hier](https://x.example) #17")
    for who, url in ((cast.anna, ticket.desk_url()), (cast.cem.person, ticket.portal_url())):
        page = shown(client, ticket, who, url)
        assert "**Rot** und<br>2. [hier](" in page


def test_nothing_typed_becomes_a_tag_or_an_address_that_runs(cast: Cast, client: Client) -> None:
    ticket = cast.ticket()
    message = ticket.reply("\n\n".join(HOSTILE), by=cast.anna)
    ticket.note("\n\n".join(HOSTILE), by=cast.anna)
    desk = shown(client, ticket, cast.anna, f"{ticket.desk_url()}conversation/")
    portal = shown(client, ticket, cast.cem.person, ticket.portal_url())
    mail = OutgoingMail.objects.get(key=f"answer:{message.pk}").html
    for page in (desk, portal[portal.index('class="thread"') :], mail):
        for sign in ("<script>alert", "<img", "<svg onload", "<iframe", "<style", "<b onclick", "<h1 style"):
            assert sign not in page
        for sign in ('href="javascript', 'href="data', '"onmouseover="', "href='"):
            assert sign not in page
        assert html.escape("<script>alert(1)</script>") in page


def test_a_colleague_who_was_told_stands_out_in_the_note(cast: Cast, client: Client) -> None:
    ticket = cast.ticket()
    ticket.note("@Ben und @Dora, #17", by=cast.anna)
    page = shown(client, ticket, cast.anna, f"{ticket.desk_url()}conversation/")
    assert '<span class="mention">@Ben</span> und @Dora' in page
    assert "mentioned Ben" not in page


def test_a_preview_is_what_its_reader_will_see(cast: Cast, client: Client) -> None:
    ticket = cast.ticket()
    client.force_login(cast.anna)

    def preview(text: str, kind: str) -> str:
        return client.post(f"{ticket.desk_url()}preview/", {"text": text, "kind": kind}).content.decode()

    said = "**@Ben** <script>alert(1)</script>\x00 #17"
    assert "<b>@Ben</b> &lt;script&gt;" in preview(said, "public")
    assert "/desk/tickets/17/" not in preview(said, "public")
    inside = preview(said, "internal")
    assert '<b><span class="mention">@Ben</span></b>' in inside
    assert '<a href="/desk/tickets/17/">#17</a>' in inside
    assert "Nothing is written yet." in preview("", "public")
    assert (
        client.post(f"{ticket.desk_url()}preview/", {"text": "x" * 50_001, "kind": "public"}).status_code
        == 422
    )
