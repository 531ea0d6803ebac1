"""What stands in a header of a mail, whatever wrote it: encoded words, raw bytes, folded lines, addresses. Pure."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.utils import getaddresses
from typing import Final

# A header of half a megabyte is no header; what is cut off of it nobody misses.
LONGEST: Final = 64 * 1024
MOST_ADDRESSES: Final = 200
# Comments nest, and the library's reader of addresses recurses for each bracket.
MOST_BRACKETS: Final = 20

_ENCODED: Final = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?]*)\?=")
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9\u0080-\U0010ffff.-]{1,190}\.[^\s<>,;\"'()@.]{1,60}"
)
_MESSAGE_ID: Final = re.compile(r"<([^<>\s]{1,300})>")
# Names mail programs give to charsets, and what they mean by them.
_CHARSETS: Final = {
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "ansi_x3.4-1968": "utf-8",
    "unknown-8bit": "utf-8",
    "x-unknown": "utf-8",
    "default": "utf-8",
    "8bit": "utf-8",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "iso-2022-jp": "iso2022_jp_ext",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-9": "cp1254",
    "windows-874": "cp874",
    "tis-620": "cp874",
    "macintosh": "mac_roman",
    "x-mac-roman": "mac_roman",
}
# Codecs that are no charset of a text, or run something on the way.
_NO_CHARSET: Final = {"unicode-escape", "raw-unicode-escape", "idna", "punycode", "undefined", "mbcs", "oem"}


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox as a header names it; `email` in small letters."""

    name: str
    email: str


def text_of(data: bytes, charset: str = "") -> str:
    """Bytes as text: by the charset they claim, else as UTF-8, else as Western Europe wrote before it."""
    claimed = charset.strip().strip("\"'").lower()
    for name in (_CHARSETS.get(claimed, claimed), "utf-8"):
        if name and name.replace("_", "-") not in _NO_CHARSET:
            try:
                return data.decode(name).replace("\x00", "")
            except (UnicodeError, LookupError, ValueError):
                continue
    return data.decode("cp1252", "replace").replace("\x00", "")


def plain(raw: str) -> str:
    """One header as it stood in the mail, on one line; bytes beyond ASCII come as surrogates from the parser."""
    raw = raw[:LONGEST]
    if any("\udc80" <= letter <= "\udcff" for letter in raw):
        raw = text_of(raw.encode("ascii", "surrogateescape") if _is_narrow(raw) else _escaped(raw))
    return re.sub(r"[\r\n]+[ \t]*", " ", raw).replace("\x00", "").strip()


def decoded(raw: str) -> str:
    """The words of a header: encoded ones decoded, neighbours joined before, for a letter may lie across two."""
    said = plain(raw)
    if "=?" not in said:
        return _clean(said)
    parts: list[tuple[str, str, bytes]] = []  # text, or the charset and bytes of encoded words
    at = 0
    for found in _ENCODED.finditer(said):
        between = said[at : found.start()]
        if between and not (parts and parts[-1][1] and not between.strip()):
            parts.append((between, "", b""))
        charset = found[1].split("*")[0].lower()
        data = _word(found[2].lower(), found[3])
        if parts and parts[-1][1] == charset:
            parts[-1] = ("", charset, parts[-1][2] + data)
        else:
            parts.append(("", charset, data))
        at = found.end()
    parts.append((said[at:], "", b""))
    return _clean("".join(text_of(data, charset) if charset else text for text, charset, data in parts))


def addresses(raws: Iterable[str]) -> tuple[Address, ...]:
    """Every mailbox of some headers, each once; the words of a name are decoded after they were told apart."""
    found: dict[str, Address] = {}
    for raw in raws:
        for name, email in _pairs(plain(raw)):
            if email not in found and len(found) < MOST_ADDRESSES:
                found[email] = Address(decoded(name)[:120], email)
    return tuple(found.values())


def message_ids(raws: Iterable[str]) -> tuple[str, ...]:
    """The Message-IDs in some headers, without their brackets; some programs write long ones as encoded words."""
    said = [decoded(raw) if "=?" in raw else raw for raw in raws]
    return tuple(dict.fromkeys(name for raw in said for name in _MESSAGE_ID.findall(plain(raw))))


def _pairs(said: str) -> Iterator[tuple[str, str]]:
    if said.count("(") <= MOST_BRACKETS and len(said) < LONGEST:
        try:
            read = getaddresses([said])
        except (RecursionError, ValueError, IndexError, AttributeError):
            read = []
        whole = [
            (name, match[0].lower()) for name, spec in read if (match := _ADDRESS.fullmatch(spec.strip()))
        ]
        if whole:
            yield from whole
            return
    # A list the library gives up on: what looks like an address is one, its name what stands before it.
    for match in _ADDRESS.finditer(said):
        before = said[: match.start()].rsplit(",", 1)[-1].strip(" \t<\"'")
        yield before[:200], match[0].lower()


def _word(kind: str, text: str) -> bytes:
    if kind == "b":
        letters = re.sub(r"[^A-Za-z0-9+/]", "", text)
        try:
            return base64.b64decode(letters + "=" * (-len(letters) % 4))
        except (binascii.Error, ValueError):
            return text.encode("utf-8", "replace")
    return binascii.a2b_qp(text.replace("_", " ").encode("utf-8", "replace"), header=False)


def _clean(text: str) -> str:
    """One line of letters that can be stored: no line breaks, no half pairs, no controls."""
    text = text.encode("utf-8", "replace").decode()
    return " ".join("".join(letter if letter >= " " else " " for letter in text).split())


def _is_narrow(raw: str) -> bool:
    return all(letter < "\x80" or "\udc80" <= letter <= "\udcff" for letter in raw)


def _escaped(raw: str) -> bytes:
    return raw.encode("utf-8", "surrogateescape")
