"""Text from events made safe to show: what is invisible is made visible, links lead to the web."""

from __future__ import annotations

import re
import unicodedata

from markupsafe import Markup

_INVISIBLE_CHARS = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
    "|\u200d(?!\\W)|(?<![^\\w\\s])\u200d"
)
"""Controls of direction and of width, and a joiner that joins no pictures (as emoji do)."""
_WEB_ADDRESS = re.compile(r"https?://[^\s\x00-\x1f]+", re.IGNORECASE)


def escape_invisible(value: object) -> object:
    """Return a text with each invisible character as its code; what is no text stays as it is.

    Jinja passes everything that a template puts out through this, before it is escaped.
    """
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    if value.isascii() and value.isprintable():
        return value
    return _INVISIBLE_CHARS.sub(_codepoint_label, value)


def _codepoint_label(match: re.Match[str]) -> str:
    return f"⟦U+{ord(match[0]):04X}⟧"


def safe_href(value: object) -> str | None:
    """Return an address that a link may lead to: http or https alone, else None."""
    text = str(value or "").strip()
    return text if _WEB_ADDRESS.fullmatch(text) else None


def url_host(value: object) -> str:
    """Return the host of an address, by which a source without a publisher is named."""
    return re.sub(r"^\w+://(www\.)?", "", str(value or "")).partition("/")[0]


def shorten_text(text: object, max_length: int = 160) -> str:
    """Return a text cut at a word, with an ellipsis where something was left out."""
    whole = " ".join(str(text or "").split())
    if len(whole) <= max_length:
        return whole
    cut = whole[:max_length].rpartition(" ")[0] or whole[:max_length]
    while cut and unicodedata.combining(cut[-1]):
        cut = cut[:-1]
    return f"{cut}…"
