"""The words of a mail: text out of HTML, HTML made harmless, and what is new in it told from what it quotes. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from html import unescape
from typing import Final
from urllib.parse import urlsplit

import html2text
import nh3
from mailparser_reply import EmailMessage

LONGEST: Final = 50_000
LONGEST_PAGE: Final = 1024 * 1024
LONGEST_TAME: Final = 300 * 1024
# Beyond this the patterns of the library are not asked; what is quoted by “>” is still told.
LONGEST_ASKED: Final = 5_000
LONGEST_LINE: Final = 2_000
_LANGUAGES: Final = ["en", "de", "fr", "es", "it", "nl", "pl", "da", "sv"]
# A browser's reading of tags never closed copies them again and again: 200,000 open ones cost it minutes.
MOST_TAGS: Final = 30_000
DEEPEST: Final = 256
DEEPEST_STYLE: Final = 30
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_CLOSED_BY_ITSELF: Final = {
    *("p", "li", "br", "hr", "img", "meta", "link", "input", "col", "dd", "dt", "o", "wbr")
}
_STYLE: Final = {
    *("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u")
}
_TAGS: Final = {
    *(
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "caption",
        "center",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
    ),
    *(
        "div",
        "dl",
        "dt",
        "em",
        "font",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
    ),
    *("ol", "p", "pre", "q", "s", "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td"),
    *("tfoot", "th", "thead", "tr", "tt", "u", "ul"),
}
_ATTRIBUTES: Final = {
    "*": {"align", "valign", "dir", "lang", "width", "height", "bgcolor"},
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "font": {"color", "size"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_FORWARDED: Final = re.compile(
    r"^[-_ >]*(?:forwarded message|weitergeleitete nachricht|begin forwarded message|"
    r"anfang der weitergeleiteten nachricht|message transféré)",
    re.IGNORECASE | re.MULTILINE,
)
_FORWARDING: Final = re.compile(r"^\s*(?:fwd?|wg|tr|rv|i|vs|doorst)\s*:", re.IGNORECASE)
# Block of headers that Outlook puts before what it quotes, in the languages it speaks most here.
_BLOCK: Final = re.compile(
    r"^[> *]*(?:From|Von|De|Da|Van|Od|Fra|Från)\s?:.{0,300}\n"
    r"(?:.{0,300}\n){0,2}?[> *]*(?:Sent|Gesendet|Date|Datum|Envoyé|Inviato|Verzonden|Enviado|Sendt|Skickat)\s?:",
    re.MULTILINE,
)
_SAID: Final = re.compile(
    r"^(?:On|Am|Le|El|Il|Op|Den) .{4,200}?(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|skrev)\b.{0,200}:\s*$",
    re.MULTILINE,
)


def words_of_page(page: str) -> str:
    """The text of an HTML mail, lines as they would be read; scripts, styles and pictures say nothing."""
    page = page[:LONGEST_PAGE]
    if _is_knotted(page):
        return _bare(page)
    tame = nh3.clean(
        page, tags=_TAGS - {"img"}, attributes={"a": {"href"}}, link_rel=None, strip_comments=True
    )
    tame = re.sub(r"</t[dh]>", r" \g<0>", tame)  # or the words of two cells would be one
    reader = html2text.HTML2Text(bodywidth=0)
    reader.ignore_images = reader.ignore_emphasis = reader.unicode_snob = True
    reader.ignore_tables = reader.single_line_break = True
    reader.ignore_links = True
    text = re.sub(r"\\([-.+#*_()\[\]\\>])", r"\1", reader.handle(_with_addresses(tame[:LONGEST_TAME])))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)).strip()


def harmless(page: str, pictures: Mapping[str, str]) -> str:
    """HTML that can do nothing: no script, style, form or frame, and no picture but those that came with it.

    `pictures` holds a data address for each name the mail calls its own pictures by.
    """

    def tame(tag: str, name: str, value: str) -> str | None:
        if tag == "img" and name == "src":
            if value.lower().startswith("cid:"):
                return pictures.get(value[4:])
            return None
        if tag == "a" and name == "href":
            return value if urlsplit(value).scheme in ("http", "https", "mailto", "tel") else None
        return value

    def quietly(tag: str, name: str, value: str) -> str | None:
        try:
            return tame(tag, name, value)
        except ValueError:  # an address no reader of addresses can read
            return None

    page = page[:LONGEST_PAGE]
    if _is_knotted(page):
        return f"<pre>{nh3.clean_text(_bare(page))}</pre>"
    return nh3.clean(
        page,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=quietly,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )


def split(text: str, subject: str = "") -> tuple[str, str]:
    """What is new, and the rest: what was said before and the signature. A forwarded mail is news as a whole."""
    text = _tidy(text)
    if _FORWARDED.search(text) or _FORWARDING.match(subject):
        return text, ""
    new = _new_in(text)
    if not new.strip():
        return text, ""
    rest = text[len(new) :] if text.startswith(new) else text
    return new.strip(), rest.strip("\n")


def _new_in(text: str) -> str:
    ends = [len(text)]
    for pattern in (_BLOCK, _SAID):
        found = pattern.search(text)
        if found and text[: found.start()].strip():
            ends.append(found.start())
    new = _without_tail(text[: min(ends)])
    if len(new) <= LONGEST_ASKED and not any(len(line) > LONGEST_LINE for line in new.splitlines()):
        answers = EmailMessage(text=new, languages=[*_LANGUAGES], keep_hyphen_lists=True).read().replies
        if answers and answers[0].content.strip():
            asked = _without_signature(new, answers[0].body or answers[0].content)
            new = asked if asked.strip() else new
    return _cut_signature(new).rstrip()


def _without_signature(whole: str, asked: str) -> str:
    """The library may rewrite blanks; what it means is told by where its last words stand in ours."""
    asked = asked.rstrip()
    if whole.startswith(asked):
        return asked
    last = asked.splitlines()[-1].strip() if asked else ""
    at = whole.find(last) if last else -1
    return whole[: at + len(last)] if at >= 0 else whole


def _without_tail(text: str) -> str:
    """Without the quoted lines it ends with; answers between quoted lines stay where they are."""
    lines = text.splitlines(keepends=True)
    while lines and (lines[-1].lstrip().startswith(">") or not lines[-1].strip()):
        lines.pop()
    if lines and len("".join(lines)) < len(text.rstrip()) and _SAID.match(lines[-1].strip()):
        lines.pop()
    return "".join(lines) if any(line.strip() for line in lines) else text


def _cut_signature(text: str) -> str:
    """From the line “-- ” on it is a signature, wherever mail programs follow the custom."""
    found = re.search(r"^--[ \u00a0]?$", text, re.MULTILINE)
    return text[: found.start()] if found and text[: found.start()].strip() else text


def _tidy(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")[:LONGEST]
    return re.sub(r"\n{4,}", "\n\n\n", text).strip("\n")


def _with_addresses(page: str) -> str:
    """A link's address is said behind its words, where those do not say it themselves."""

    def said(found: re.Match[str]) -> str:
        address, words = found[1], found[2]
        bare = re.sub(r"<[^>]*>", "", words).strip()
        if not bare or address.startswith(("mailto:", "tel:")) or bare in address or len(address) > 300:
            return words
        return f"{words} &lt;{address}&gt;"

    return re.sub(r'<a href="([^"]{1,2000})">(.{0,2000}?)</a>', said, page, flags=re.DOTALL)


def _is_knotted(page: str) -> bool:
    """Whether it has more tags, or more of them open at once, than any mail program writes."""
    open_tags: Counter[str] = Counter()
    depth = style = 0
    for number, found in enumerate(_TAG.finditer(page)):
        name = found[2].lower()
        if number >= MOST_TAGS:
            return True
        if name in _CLOSED_BY_ITSELF:
            continue
        if not found[1]:
            open_tags[name] += 1
            depth, style = depth + 1, style + (name in _STYLE)
        elif open_tags[name]:
            open_tags[name] -= 1
            depth, style = depth - 1, style - (name in _STYLE)
        if depth > DEEPEST or style > DEEPEST_STYLE:
            return True
    return False


def _bare(page: str) -> str:
    """The text of a page nobody can read as one: its tags are dropped, and that is all."""
    return unescape(re.sub(r"<[^<>]{0,5000}>", " ", page)).strip()
