"""Files customers send: a tiny picture and a one-page document, made here so that the demo carries no binaries."""

from __future__ import annotations

import struct
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile

WIDTH, HEIGHT = 120, 90


def photo(name: str, *, shade: int = 96) -> SimpleUploadedFile:
    """A PNG in `shade` (0 to 255) with a crack across it."""
    return SimpleUploadedFile(name, png(shade), content_type="image/png")


def document(name: str, *lines: str) -> SimpleUploadedFile:
    """A PDF with one page and these lines, the first one larger."""
    return SimpleUploadedFile(name, pdf(lines), content_type="application/pdf")


def png(shade: int) -> bytes:
    rows = bytearray()
    for y in range(HEIGHT):
        rows.append(0)  # no filter
        crack = WIDTH // 2 + (y * 37 % 11) - y // 3
        for x in range(WIDTH):
            light = min(255, shade + y)
            rows += (
                bytes((20, 16, 12)) if abs(x - crack) < 2 else bytes((light, light * 4 // 5, light * 3 // 5))
            )
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, data)
        for kind, data in ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def pdf(lines: tuple[str, ...]) -> bytes:
    content = b"BT /F1 18 Tf 72 770 Td 24 TL\n"
    for number, line in enumerate(lines):
        content += (b"/F1 11 Tf 18 TL\n" if number == 1 else b"") + b"(" + _escaped(line) + b") Tj T*\n"
    content += b"ET"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(parts) + 1
    return body + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, len(body))
    )


def _escaped(line: str) -> bytes:
    text = line.encode("cp1252", "replace")
    return text.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
