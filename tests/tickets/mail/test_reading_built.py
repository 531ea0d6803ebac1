"""Reading mail as programs build it: subject, words and files come out as they went in, however they were packed."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8

from hypothesis import given, settings
from hypothesis import strategies as some

from tickets.mail.reading.letter import read

LETTERS = "abcdefghijklmnopqrstuvwxyzÄÖÜäöüßéèçñøåłŻşğİŒ€„“–…Ωжя中文한あ🙂🏳 0123456789"
LINES = some.text(LETTERS, min_size=1, max_size=120).map(lambda text: " ".join(text.split())).filter(bool)
NAMES = LINES.map(lambda text: f"{text[:60].strip()}.pdf")
FILES = some.lists(some.tuples(NAMES, some.binary(min_size=1, max_size=200)), max_size=3)
PACKED = some.sampled_from(["base64", "quoted-printable", "8bit"])


@settings(max_examples=60, deadline=None)
@given(
    subject=LINES,
    lines=some.lists(LINES, min_size=1, max_size=4),
    files=FILES,
    packed=PACKED,
    data=some.data(),
)
def test_what_a_program_built_is_read_as_it_was_meant(
    subject: str, lines: list[str], files: list[tuple[str, bytes]], packed: str, data: some.DataObject
) -> None:
    text = "\n".join(lines)
    fitting = [name for name in ("utf-8", "iso-8859-15", "cp1251", "utf-7") if _fits(text, name)]
    charset = data.draw(some.sampled_from(fitting))
    letter = EmailMessage()
    letter["From"], letter["Subject"] = "cem@kulanz.example", subject
    letter.set_content(text, charset=charset, cte=packed if charset != "utf-7" else "base64")
    if data.draw(some.booleans()):
        letter.add_alternative(f"<p>{'<br>'.join(lines)}</p>", subtype="html")
    for name, content in files:
        letter.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    found = read(letter.as_bytes(policy=data.draw(some.sampled_from([SMTP, SMTPUTF8, letter.policy]))))
    assert (found.subject, found.text) == (subject, text)
    assert [(file.name, file.data) for file in found.files] == files


def _fits(text: str, charset: str) -> bool:
    try:
        return text.encode(charset).decode(charset) == text
    except UnicodeError:
        return False
