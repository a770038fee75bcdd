"""Text from events made safe to show: what is invisible is made visible, links lead to the web."""

from __future__ import annotations

import re
import unicodedata

from markupsafe import Markup

from api import visible_text

_WEB_ADDRESS = re.compile(r"https?://[^\s\x00-\x1f]+", re.IGNORECASE)


def escape_invisible(value: object) -> object:
    """Return a text with each invisible character as its code; what is no text stays as it is.

    Jinja passes everything that a template puts out through this, before it is escaped.
    """
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return visible_text.escape_invisible(value)


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


def shorten_name(name: object, max_length: int = 160) -> str:
    """Return a name cut at a word where it is too long; brackets at its end are left out first."""
    return shorten_text(
        name if len(str(name)) <= max_length else leave_out_brackets(name), max_length
    )


def leave_out_brackets(name: object) -> str:
    """Return a name without what is said in brackets at its end."""
    return re.sub(r"(?<=\S)\s*\([^()]*\)$", "", str(name or "").strip())
