"""The parts of a mail: which of them are its text, which are files, however they are nested or broken. Pure."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.utils import collapse_rfc2231_value
from typing import Final

from . import tnef
from .header import decoded, plain, text_of

MOST_PARTS: Final = 1_000
DEEPEST: Final = 50
LONGEST_NAME: Final = 200
# A packed file from this size on is unpacked piece by piece: the library makes five copies of it at once.
LARGE: Final = 1024 * 1024
PIECE: Final = 256 * 1024
_NO_BASE64: Final = re.compile(r"[^A-Za-z0-9+/=]+")
# Names for files that came without one.
_ENDINGS: Final = {
    "text/calendar": "invite.ics",
    "text/html": "page.html",
    "text/plain": "text.txt",
    "text/x-vcard": "contact.vcf",
    "text/vcard": "contact.vcf",
    "application/pkcs7-mime": "smime.p7m",
    "application/x-pkcs7-mime": "smime.p7m",
    "application/pkcs7-signature": "smime.p7s",
    "application/x-pkcs7-signature": "smime.p7s",
    "application/pgp-signature": "signature.asc",
    "application/pgp-encrypted": "encrypted.asc",
    "application/pdf": "document.pdf",
    "application/ms-tnef": "winmail.dat",
    "message/rfc822": "message.eml",
    "image/png": "picture.png",
    "image/jpeg": "picture.jpg",
    "image/gif": "picture.gif",
}
_TYPE: Final = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,60}")
_META: Final = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)


class TooMuch(ValueError):
    """More parts, or parts deeper in each other, than anybody writes."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of a mail: as it is named and typed by whoever sent it. `content_id` is what its text calls it by."""

    name: str
    content_type: str
    data: bytes = field(repr=False)
    content_id: str = ""
    is_inline: bool = False


@dataclass
class Found:
    """What a mail says, in both ways it may say it, and what comes with it."""

    texts: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    files: list[File] = field(default_factory=list)


def found_in(mail: Message) -> Found:
    """Walk the parts in order without recursion. Raises TooMuch."""
    found = Found()
    waiting: list[tuple[Message, int, str]] = [(mail, 0, "")]
    seen = 0
    while waiting:
        part, depth, around = waiting.pop()
        seen += 1
        if seen > MOST_PARTS or depth > DEEPEST:
            raise TooMuch
        kind = part.get_content_type()
        inside = part.get_payload() if part.is_multipart() else None
        if isinstance(inside, list) and kind.startswith("multipart/"):
            waiting += [(one, depth + 1, kind) for one in reversed(inside) if isinstance(one, Message)]
        else:
            _sort(found, part, kind, is_only=part is mail, around=around)
    return found


def raw_header(part: Message, name: str) -> str:
    """The first header of that name as it came, or ""."""
    return next(raw_headers(part, name), "")


def raw_headers(part: Message, name: str) -> Iterator[str]:
    return (str(value) for key, value in part.raw_items() if key.lower() == name)


def _sort(found: Found, part: Message, kind: str, *, is_only: bool, around: str) -> None:
    """Decide what one part is: text, page, or file. Whatever nobody knows is a file, so nothing is lost."""
    disposition = plain(raw_header(part, "content-disposition")).split(";")[0].strip().lower()
    name = _name_of(part)
    if kind.startswith("message/"):
        found.files.append(_as_file(part, kind, name, _letter_inside(part)))
        return
    charset = _charset_of(part)
    data = _content_of(part)
    if kind.startswith("multipart/"):  # without a boundary: what stands there is text
        found.texts.append(text_of(data, "utf-8"))
        return
    is_text = kind in ("text/plain", "text/html") and disposition != "attachment" and not name
    if is_text and kind == "text/plain":
        found.texts.append(text_of(data, charset))
    elif is_text:
        found.pages.append(_page(data, charset))
    elif kind in ("application/ms-tnef", "application/vnd.ms-tnef") or name.lower() == "winmail.dat":
        _open_envelope(found, part, kind, name, data)
    elif data or name or not is_only:
        found.files.append(_as_file(part, kind, name, data, is_inline=around == "multipart/related"))


def _content_of(part: Message) -> bytes:
    """The bytes of a part, whatever way they were packed."""
    try:
        data = _data_of(part)
    except (UnicodeError, LookupError, ValueError):
        # The library tries the charset before the way of packing; some codecs of that name raise.
        del part["content-type"]
        data = _data_of(part)
    return data if isinstance(data, bytes) else b""


def _data_of(part: Message) -> object:
    packed = part.get_payload() if _is_base64(part) else None
    if not isinstance(packed, str) or len(packed) < LARGE:
        return part.get_payload(decode=True)
    part.set_payload("")  # read once; as text it would stay beside its bytes until the whole mail is done
    return b"".join(_unpacked(packed))


def _is_base64(part: Message) -> bool:
    return plain(raw_header(part, "content-transfer-encoding")).lower() == "base64"


def _unpacked(packed: str) -> Iterator[bytes]:
    """What is no letter of the code is passed over, as the library does."""
    left = ""
    for at in range(0, len(packed), PIECE):
        letters = left + _NO_BASE64.sub("", packed[at : at + PIECE])
        if "=" in letters:  # the end, or something odd that is read in one piece
            left = letters + _NO_BASE64.sub("", packed[at + PIECE :])
            break
        whole = len(letters) // 4 * 4
        yield binascii.a2b_base64(letters[:whole])
        left = letters[whole:]
    yield _last(left)


def _last(letters: str) -> bytes:
    """Of a group that was cut off, its whole bytes."""
    try:
        return binascii.a2b_base64(letters + "==")
    except binascii.Error:
        letters = letters.replace("=", "")
        return binascii.a2b_base64(letters[: len(letters) // 4 * 4])


def _open_envelope(found: Found, part: Message, kind: str, name: str, data: bytes) -> None:
    envelope = tnef.opened(data)
    if envelope is None:
        found.files.append(_as_file(part, kind, name, data))
        return
    if not any(text.strip() for text in (*found.texts, *found.pages)):
        found.texts += [envelope.text] if envelope.text.strip() else []
        found.pages += [envelope.html] if envelope.html.strip() else []
    for number, file in enumerate(envelope.files, 1):
        content_type = _known_type(file.content_type)
        found.files.append(File(file.name[-LONGEST_NAME:] or f"file-{number}", content_type, file.data))


def _letter_inside(part: Message) -> bytes:
    inside = part.get_payload()
    try:
        if isinstance(inside, list):
            return b"".join(one.as_bytes() for one in inside if isinstance(one, Message))
        data = part.get_payload(decode=True)
        return data if isinstance(data, bytes) else b""
    except (UnicodeError, LookupError, ValueError, AttributeError, TypeError):
        # Headers that were read cannot always be written again; what can be is better than nothing.
        return str(inside).encode("utf-8", "replace")


def _as_file(part: Message, kind: str, name: str, data: bytes, *, is_inline: bool = False) -> File:
    content_id = plain(raw_header(part, "content-id")).strip("<> ")[:200]
    fallback = _ENDINGS.get(kind, "file")
    inside = part.get_payload()
    if kind == "message/rfc822" and isinstance(inside, list) and inside and not name:
        subject = decoded(raw_header(inside[0], "subject")) if isinstance(inside[0], Message) else ""
        name = f"{subject[:80]}.eml" if subject else ""
    return File(name or fallback, _known_type(kind), data, content_id, is_inline or bool(content_id))


def _known_type(kind: str) -> str:
    return kind if _TYPE.fullmatch(kind) else "application/octet-stream"


def _name_of(part: Message) -> str:
    for header, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        said = _parameter(part, header, parameter)
        if said:
            return said[-LONGEST_NAME:]
    return ""


def _charset_of(part: Message) -> str:
    return _parameter(part, "content-type", "charset")


def _parameter(part: Message, header: str, parameter: str) -> str:
    """A parameter by RFC 2231, or as encoded words, or as bare bytes: mail programs write all three."""
    raw = raw_header(part, header)
    if parameter not in raw.lower():
        return ""
    alone: Message = Message()
    alone[header] = plain(raw)
    try:
        value = alone.get_param(parameter, "", header)
        said = collapse_rfc2231_value(value) if value else ""
    except (LookupError, UnicodeError, ValueError, TypeError):
        return ""
    return decoded(said)


def _page(data: bytes, charset: str) -> str:
    if not charset:
        inside = _META.search(data[:4096])
        charset = inside[1].decode("ascii") if inside else ""
    return text_of(data, charset)
