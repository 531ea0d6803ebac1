"""Files as strangers send them: by their content, under a name that does no harm, served so that nothing runs."""

from __future__ import annotations

import hashlib
import re
from email.message import EmailMessage
from pathlib import Path

import pytest
from cast import Cast
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tickets.attachment import MAX_NAME, UNKNOWN, Attachment, clean_name, examine
from tickets.uploads import FilesField

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + b"\0" * 40
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
EXE = b"MZ\x90\x00\x03" + b"\0" * 60
ELF = b"\x7fELF\x02\x01\x01" + b"\0" * 60
SCRIPT = b"#!/bin/sh\nrm -rf ~\n"


def upload(name: str, content: bytes, content_type: str = "application/octet-stream") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type)


@pytest.fixture(autouse=True)
def _apart(settings: object, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.png", PNG, "image/png"),
        ("a.PNG", PNG, "image/png"),
        ("a.jpg", JPEG, "image/jpeg"),
        ("a.pdf", PDF, "application/pdf"),
        ("a.svg", SVG, UNKNOWN),
        ("a.html", HTML, UNKNOWN),
        ("a.txt", b"just text", UNKNOWN),
        ("a", PNG, "image/png"),
    ],
)
def test_the_type_is_that_of_the_content(name: str, content: bytes, found: str) -> None:
    for claimed in ("image/png", "text/html", "image/svg+xml", ""):
        assert examine(upload(name, content, claimed)) == found


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("picture.png", SVG),
        ("picture.png", HTML),
        ("picture.jpg", PNG),
        ("picture.gif", b"GIF89"[:3] + HTML),
        ("paper.pdf", HTML),
        ("picture.png\u200b", HTML),
        ("picture.png ", HTML),
        ("picture.png.", HTML),
        ("picture.pn\x00g", HTML),
        ("..\\picture.webp", HTML),
        ("\u202epicture.png", SVG),
    ],
)
def test_a_name_that_lies_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(ValidationError, match="is not what its name says"):
        examine(upload(name, content, "image/png"))


@pytest.mark.parametrize("content", [EXE, ELF, SCRIPT])
@pytest.mark.parametrize("name", ["setup.exe", "picture.png", "letter", "invoice.pdf"])
def test_programs_are_refused_whatever_they_are_called(name: str, content: bytes) -> None:
    with pytest.raises(ValidationError, match="is a program"):
        examine(upload(name, content))


def test_empty_and_too_large_files_are_refused(settings: object) -> None:
    settings.ATTACHMENT_MAX_BYTES = 1024 * 1024
    with pytest.raises(ValidationError, match=r"“a\.txt” is empty"):
        examine(upload("a.txt", b""))
    assert examine(upload("a.txt", b"x" * 1024 * 1024)) == UNKNOWN
    with pytest.raises(ValidationError, match=r"“a\.txt” is larger than 1 MB"):
        examine(upload("a.txt", b"x" * (1024 * 1024 + 1)))


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("invoice.pdf", "invoice.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("/etc/shadow", "shadow"),
        ("a\x00b.png", "ab.png"),
        ("invoice\u202egnp.exe", "invoicegnp.exe"),
        ("in\u200bvoice\ufeff.pdf", "invoice.pdf"),
        ("two\r\nlines: x.pdf", "twolines: x.pdf"),
        ("  many   spaces  .pdf", "many spaces .pdf"),
        (".htaccess", "htaccess"),
        ("...", "file"),
        ("", "file"),
        ("/", "file"),
        ("Ru\u0308ckgabe 'x' \"y\".pdf", "Rückgabe 'x' \"y\".pdf"),
        ("😀.png", "😀.png"),
    ],
)
def test_the_name_to_show_does_no_harm(given: str, shown: str) -> None:
    assert clean_name(given) == shown


@pytest.mark.parametrize("given", ["x" * 400 + ".pdf", "x." + "y" * 400, "😀" * 300, "x" * 400])
def test_a_long_name_keeps_its_ending(given: str) -> None:
    shown = clean_name(given)
    assert len(shown) <= MAX_NAME
    assert clean_name(shown) == shown
    if given.endswith(".pdf"):
        assert shown.endswith("x.pdf")


def test_several_files_are_checked_each(settings: object) -> None:
    settings.ATTACHMENTS_PER_MESSAGE = 2
    field = FilesField(required=False)
    assert field.clean([]) == []
    assert field.clean(None) == []
    good = [upload("a.png", PNG), upload("b.pdf", PDF)]
    assert field.clean(good) == good
    with pytest.raises(ValidationError) as refused:
        field.clean([upload("a.exe", EXE), upload("b.png", HTML)])
    assert refused.value.messages == [
        "“a.exe” is a program. We do not take programs.",
        "“b.png” is not what its name says.",
    ]
    with pytest.raises(ValidationError, match="At most 2 files"):
        field.clean([*good, upload("c.txt", b"x")])
    with pytest.raises(ValidationError, match="required"):
        FilesField(required=True).clean([])


# ---- stored and served ---------------------------------------------------------------------------------------------


def kept(cast: Cast, name: str, content: bytes) -> Attachment:
    ticket = cast.ticket(files=[upload(name, content, "text/html")])
    return Attachment.objects.get(message__ticket=ticket)


@pytest.mark.django_db
def test_it_is_kept_under_a_name_nobody_can_guess(cast: Cast, tmp_path: Path) -> None:
    file = kept(cast, "../../evil.html", HTML)
    assert re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{32}", file.file.name)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / file.file.name]
    assert (tmp_path / file.file.name).stat().st_mode & 0o777 == 0o600
    assert (file.name, file.content_type, file.size) == ("evil.html", UNKNOWN, len(HTML))
    assert file.sha256 == hashlib.sha256(HTML).hexdigest()
    assert len(file.token) == 43  # 256 random bits
    assert kept(cast, "../../evil.html", HTML).token != file.token


@pytest.mark.django_db
def test_what_is_refused_leaves_nothing_behind(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(ValidationError):
        cast.ticket(files=[upload("a.png", PNG), upload("b.exe", EXE)])
    assert Attachment.objects.count() == 0
    assert cast.cem.tickets.count() == 0


NAMES = [
    ("invoice.pdf", PDF, "application/pdf"),
    ("Rückgabe.pdf", PDF, "application/pdf"),
    ('quo"te; filename=evil.html', HTML, UNKNOWN),
    ("semi;colon%41.txt", b"x", UNKNOWN),
    ("back\\slash.svg", SVG, UNKNOWN),
    ("line\r\nX-Injected: 1.txt", b"x", UNKNOWN),
    ("счёт 😀.png", PNG, "image/png"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "content", "served"), NAMES)
def test_it_is_served_as_a_download_under_its_own_name(
    cast: Cast, client: Client, name: str, content: bytes, served: str
) -> None:
    file = kept(cast, name, content)
    client.force_login(cast.cem.person)
    response = client.get(reverse("file", args=[file.token]))
    assert response.status_code == 200
    assert b"".join(response.streaming_content) == content
    assert response["Content-Type"] == served
    assert response["Content-Length"] == str(len(content))
    assert "X-Injected" not in response
    # Read as a browser reads it (RFC 6266): one disposition, one name, and it is the one we show.
    said = EmailMessage()
    said["Content-Disposition"] = response["Content-Disposition"]
    assert said.get_content_disposition() == "attachment"
    assert said.get_filename() == file.name
    assert response["Content-Disposition"].isascii()


@pytest.mark.django_db
def test_a_file_on_a_note_is_the_desks(cast: Cast, client: Client) -> None:
    ticket = cast.ticket()
    note = ticket.note("Look.", by=cast.anna, files=[upload("inside.png", PNG)])
    file = Attachment.objects.get(message=note)
    answers = {}
    for person in (cast.anna, cast.ben, cast.dora, cast.cem.person, cast.eva.person):
        client.force_login(person)
        answers[person.name] = client.get(reverse("file", args=[file.token])).status_code
    assert answers == {"Anna": 200, "Ben": 200, "Dora": 404, "Cem": 404, "Eva": 404}


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["x", "A" * 43, "%00", "..%2f..%2fetc%2fpasswd", "*", "null", "A" * 5000])
def test_a_token_that_is_none_opens_nothing(cast: Cast, client: Client, token: str) -> None:
    kept(cast, "a.png", PNG)
    client.force_login(cast.cem.person)
    assert client.get(f"/files/{token}/").status_code == 404
