"""TNEF, the envelope some Outlooks put everything into (`winmail.dat`): its files and its text. Pure."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from .header import text_of

SIGNATURE: Final = 0x223E9F78
MOST_FILES: Final = 200
MOST_PROPERTIES: Final = 5_000
# Attributes of the stream.
_BODY, _MESSAGE_PROPERTIES, _CODEPAGE = 0x800C, 0x9003, 0x9007
_FILE_BEGINS, _FILE_TITLE, _FILE_DATA, _FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
# Properties inside two of them.
_P_BODY, _P_HTML, _P_LONG_NAME, _P_DATA, _P_TYPE = 0x1000, 0x1013, 0x3707, 0x3701, 0x370E
_FIXED: Final = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16}
_TEXTS: Final = (30, 31)  # in the code page, in UTF-16
_BLOBS: Final = (13, 30, 31, 258)


@dataclass
class Packed:
    """One file as it lay in the envelope."""

    name: str = ""
    content_type: str = ""
    data: bytes = b""


@dataclass
class Envelope:
    text: str = ""
    html: str = ""
    files: list[Packed] = field(default_factory=list)


def opened(data: bytes) -> Envelope | None:
    """What lies in the envelope; None when this is none. What is cut short is read as far as it goes."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != SIGNATURE:
        return None
    found, codepage = Envelope(), "cp1252"
    for name, value in _attributes(data):
        if name == _CODEPAGE and len(value) >= 4:
            codepage = f"cp{struct.unpack_from('<I', value)[0]}"
        elif name == _BODY:
            found.text = found.text or text_of(value.rstrip(b"\x00"), codepage)
        elif name == _MESSAGE_PROPERTIES:
            _read_message(found, value, codepage)
        elif name == _FILE_BEGINS and len(found.files) < MOST_FILES:
            found.files.append(Packed())
        elif found.files:
            _read_file(found.files[-1], name, value, codepage)
    return found


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 6
    while at + 9 <= len(data):
        name, size = struct.unpack_from("<HxxI", data, at + 1)
        value = data[at + 9 : at + 9 + size]
        yield name, value
        at += 9 + size + 2


def _read_message(found: Envelope, value: bytes, codepage: str) -> None:
    for name, kind, blob in _properties(value):
        if name == _P_BODY and kind in _TEXTS:
            found.text = _said(kind, blob, codepage) or found.text
        elif name == _P_HTML:
            found.html = text_of(blob.rstrip(b"\x00"), codepage)


def _read_file(file: Packed, name: int, value: bytes, codepage: str) -> None:
    if name == _FILE_TITLE:
        file.name = file.name or text_of(value.split(b"\x00")[0], codepage)
    elif name == _FILE_DATA:
        file.data = value
    elif name == _FILE_PROPERTIES:
        for number, kind, blob in _properties(value):
            if number == _P_LONG_NAME and kind in _TEXTS:
                file.name = _said(kind, blob, codepage) or file.name
            elif number == _P_TYPE and kind in _TEXTS:
                file.content_type = _said(kind, blob, codepage)
            elif number == _P_DATA and not file.data:
                file.data = blob


def _said(kind: int, blob: bytes, codepage: str) -> str:
    return text_of(blob, "utf-16-le" if kind == 31 else codepage).rstrip("\x00")


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Number, kind and bytes of each property; the reading ends where it stops making sense."""
    try:
        count, at = struct.unpack_from("<I", data)[0], 4
        for _one in range(min(count, MOST_PROPERTIES)):
            kind, number = struct.unpack_from("<HH", data, at)
            at += 4
            if number >= 0x8000:
                at = _after_name(data, at)
            many = bool(kind & 0x1000)
            kind &= 0x0FFF
            values = 1
            if many or kind in _BLOBS:
                values = struct.unpack_from("<I", data, at)[0]
                at += 4
            for _value in range(min(values, MOST_PROPERTIES)):
                size = _FIXED.get(kind)
                if size is None:
                    size = struct.unpack_from("<I", data, at)[0]
                    at += 4
                yield number, kind, data[at : at + size]
                at += size + (-size % 4)
    except struct.error:
        return


def _after_name(data: bytes, at: int) -> int:
    """A property with a name of its own carries it first: sixteen bytes of whose, then a number or a text."""
    at += 16
    if struct.unpack_from("<I", data, at)[0] == 0:
        return at + 8
    size = struct.unpack_from("<I", data, at + 4)[0]
    return int(at + 8 + size + (-size % 4))
