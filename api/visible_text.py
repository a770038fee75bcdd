"""Recorded text made safe to show, on pages and terminals: what is invisible becomes visible."""

from __future__ import annotations

import regex

_JOINING_SCRIPTS = (
    r"\p{Arabic}\p{Syriac}\p{Mandaic}\p{Nko}\p{Adlam}\p{Hanifi_Rohingya}"
    r"\p{Devanagari}\p{Bengali}\p{Gurmukhi}\p{Gujarati}\p{Oriya}\p{Tamil}\p{Telugu}\p{Kannada}"
    r"\p{Malayalam}\p{Sinhala}\p{Myanmar}\p{Khmer}\p{Javanese}\p{Balinese}\p{Mongolian}"
)
"""Scripts in which a zero-width (non-)joiner is part of a word: it says how letters connect."""
_INVISIBLE_CHARS = regex.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
    rf"|(?<![{_JOINING_SCRIPTS}]\p{{M}}*)[\u200c\u200d]"
    r"(?<!\p{Extended_Pictographic}[\p{M}\p{Emoji_Modifier}]*\u200d(?=\p{Extended_Pictographic}))"
)
"""Controls, of direction and of width too, and joiners but for those in a word of such a script
and those that join pictures, as emoji do."""


def escape_invisible(text: str) -> str:
    """Return a text with each invisible character as its code, such as ⟦U+202E⟧."""
    if text.isascii() and text.isprintable():
        return text
    return str(_INVISIBLE_CHARS.sub(_codepoint_label, text))


def _codepoint_label(match: regex.Match[str]) -> str:
    return f"⟦U+{ord(match[0]):04X}⟧"


def escape_invisible_json(text: str) -> str:
    """Return JSON with each invisible character as an escape, which means the same."""
    return str(_INVISIBLE_CHARS.sub(_json_escape, text))


def _json_escape(match: regex.Match[str]) -> str:
    return "".join(f"\\u{unit:04x}" for unit in memoryview(match[0].encode("utf-16-le")).cast("H"))
