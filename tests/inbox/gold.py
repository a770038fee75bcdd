"""The negotiation of a gold file: what its registry says, as events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.facts import Event

ARTICLES = Path(__file__).parent.parent / "intake" / "articles"


def read_gold(name: str) -> tuple[str, dict[str, Any]]:
    """Return the text of an article, and what is said of it."""
    gold: dict[str, Any] = json.loads((ARTICLES / f"{name}.json").read_text())
    return (ARTICLES / f"{name}.txt").read_text(), gold


def register(registry: dict[str, Any]) -> Iterator[Event]:
    """Yield the events by which a negotiation holds what a registry names."""
    yield {"type": "negotiation-opened", "title": "Talks", "timezone": registry["timezone"]}
    for party in registry["parties"]:
        own = {"party": party["slug"], "name": party["name"], "names": party.get("names", {})}
        yield {"type": "party-registered", **own, "kind": party.get("kind")}
    for person in registry["persons"]:
        own = {"person": person["slug"], "name": person["name"], "names": person.get("names", {})}
        yield {"type": "person-registered", **own}
        for role in person.get("roles", ()):
            held = {"person": person["slug"], "party": person["party"], "title": role["title"]}
            report = {"published": "2025-01-20", "publisher": "gazette"}
            yield {
                "type": "role-assumed",
                **held,
                "authority": role.get("authority") or "other",
                "occurred": "2025-01-20",
                "reports": [report],
            }
    for issue in registry["issues"]:
        answers = [
            {name: value for name, value in each.items() if name in ("answer", "label", "value")}
            for each in issue.get("answers", ())
        ]
        yield {
            "type": "issue-defined",
            "issue": issue["slug"],
            "title": issue["title"],
            "contexts": list(issue.get("keywords", ())),
            "answers": answers,
        }
