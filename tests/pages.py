"""A ledger of traps for the pages."""

from __future__ import annotations

from typing import Any

from tests.test_http import number

BIDI = "\u202eevil\u202c"
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title></style></textarea><svg onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)",
    BIDI,
    "zero\u200bwidth\u200d \ufeff",
    "W" * 20_000,
    "👩‍👩‍👧‍👦🏳️‍🌈" * 50,
    "Ã̸̧̢̛̤̜̙͇" * 30,
)
"""Texts that an event may hold and a page must neither run nor break at."""


def traps() -> list[dict[str, Any]]:
    """Return events of a negotiation with hostile text in every field that a page shows."""
    reports = [
        {"published": "2025-12-20", "publisher": text[:400], "quote": text, "language": "en",
         "title": text[:400], "url": f"https://example.org/{n}"}
        for n, text in enumerate(HOSTILE)
    ]  # fmt: skip
    found: list[dict[str, Any]] = [
        {"type": "negotiation-opened", "title": HOSTILE[0], "summary": HOSTILE[1]}
    ]
    for n, text in enumerate(HOSTILE):
        found += _trap(n, text, reports[n])
    return found


def _trap(n: int, text: str, report: dict[str, Any]) -> list[dict[str, Any]]:
    about = {"occurred": "2025-12-20", "reports": [report]}
    return [
        {"type": "party-registered", "party": f"p{n}", "name": text},
        {"type": "person-registered", "person": f"h{n}", "name": text},
        {"type": "issue-defined", "issue": f"i{n}", "title": text, "question": text},
        {"type": "position-stated", "id": number(500 + n), "party": f"p{n}", "issue": f"i{n}",
         "stance": "rejects", "summary": text, "quote": text, "conditions": [text], **about},
        {"type": "position-stated", "party": f"p{n}", "issue": f"i{n}", "stance": "accepts",
         "summary": text, "attribution": "third-party", "attributed_by": f"person:h{n}", **about},
        {"type": "statement-made", "statement": f"s{n}", "speaker": f"person:h{n}",
         "summary": text, "text": text, **about},
        {"type": "meeting-held", "meeting": f"m{n}", "title": text, "place": text, **about},
        {"type": "meeting-announced", "meeting": f"x{n}", "title": text, "place": text,
         "expected": "2026-01-05", **about},
        {"type": "plan-introduced", "plan": f"l{n}", "title": text, "points": [
            {"point": "one", "number": 1, "heading": text, "text": text,
             "text_status": "verbatim"}], **about},
    ]  # fmt: skip
