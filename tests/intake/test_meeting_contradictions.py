"""A recorded meeting is none that is told with another place, other parties or other days."""

from __future__ import annotations

import pytest

from intake.article import Article
from intake.registry import Registry
from intake.rules import read_article

RECORDED = "recorded-talks"
REGISTRY = Registry.from_gold(
    {
        "timezone": "Europe/Vienna",
        "parties": [
            {"slug": "northland", "name": "Northland", "kind": "state"},
            {"slug": "southland", "name": "Southland", "kind": "state"},
            {"slug": "westland", "name": "Westland", "kind": "state"},
        ],
        "issues": [{"slug": "fishing", "title": "Fishing quotas", "keywords": ["quotas"]}],
        "meetings": [
            {
                "slug": RECORDED,
                "title": "Talks of Northland and Southland on fishing quotas",
                "status": "held",
                "occurred": "2026-03-14/2026-03-15",
                "place": "Geneva",
                "participants": [{"party": "northland"}, {"party": "southland"}],
                "event": "00000000-0000-4000-8000-000000000001",
            }
        ],
    }
)
ALIKE = "Northland and Southland held talks on fishing quotas in Geneva on Sunday."
CONTRADICTING = [
    ("place", "Northland and Southland held talks on fishing quotas in Vienna on Sunday."),
    ("parties", "Northland and Westland held talks on fishing quotas in Geneva on Sunday."),
    ("days", "Northland and Southland held talks on fishing quotas in Geneva on 1 March."),
    ("next day", "Northland and Southland held talks on fishing quotas in Geneva on 16 March."),
    ("day before", "On 13 March Northland and Southland held talks on fishing quotas in Geneva."),
    ("month", "In February Northland and Southland held talks on fishing quotas in Geneva."),
]


def drafted(text: str) -> list[tuple[str, str | None]]:
    reading = read_article(Article(text=f"{text}\n", published="2026-03-16"), REGISTRY)
    return [
        (draft.type, str(draft.event["meeting"]) if "meeting" in draft.event else None)
        for draft in reading.drafts
        if draft.type.startswith(("meeting", "report"))
    ]


def test_a_meeting_told_alike_is_reported_again() -> None:
    assert drafted(ALIKE) == [("report-added", None)]


@pytest.mark.parametrize(("what", "text"), CONTRADICTING)
def test_a_meeting_that_contradicts_is_a_new_one(what: str, text: str) -> None:
    ((type_, meeting),) = drafted(text)
    assert type_ == "meeting-held", what
    assert meeting != RECORDED, what
