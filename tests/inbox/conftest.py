"""A negotiation with an article in its inbox, and the keys of who works on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import postgres
from tests.facts import OPENING
from tests.world import World

ROOT = "/v1/negotiations/talks"
TEXT = (
    "20 December. “We accept a ceasefire along the line of contact, and wait for an answer,” the"
    " envoy said on Friday. The other side gave none."
)
QUOTE = "We accept a ceasefire along the line of contact"


def read_drafts(*events: dict[str, Any], text: str = TEXT, quote: str = QUOTE) -> list[Any]:
    """Return drafts as a reader of one's own gives them."""
    start = text.index(quote)
    span = [start, start + len(quote)]
    return [
        {"event": event, "span": span, "why": "The quotation is his.", "confidence": 0.8}
        for event in events
    ]


def said(slug: str = "envoy-accepts", **fields: Any) -> dict[str, Any]:
    return {
        "type": "statement-made",
        "statement": slug,
        "speaker": "person:envoy",
        "occurred": "2025-12-19",
        "summary": "North accepts a ceasefire.",
        **fields,
    }


def holds(**fields: Any) -> dict[str, Any]:
    return {
        "type": "position-stated",
        "party": "north",
        "issue": "border",
        "stance": "accepts",
        "occurred": "2025-12-19",
        "summary": "Accepts the line of contact.",
        **fields,
    }


@dataclass(frozen=True)
class Inbox:
    """The inbox of a negotiation as one caller uses it."""

    world: World
    headers: dict[str, str]

    def call(self, method: str, path: str, body: Any = None, **params: Any) -> Any:
        address = f"/v1/negotiations/{self.world.name}{path}"
        return self.world.client.request(
            method, address, json=body, params=params, headers=self.headers
        )

    def bring(self, **article: Any) -> dict[str, Any]:
        """Bring in an article, and return what is told of it."""
        known = {"text": TEXT, "publisher": "Reuters", "published": "2025-12-20"}
        answer = self.call("POST", "/articles", known | article)
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def drafts(self, **params: Any) -> list[dict[str, Any]]:
        answer = self.call("GET", "/drafts", **params)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["drafts"]
        return found

    def act(self, draft: str, act: str) -> Any:
        return self.call("POST", f"/drafts/{draft}/{act}")

    def record(self, article: str, *drafts: str) -> Any:
        body = {"drafts": drafts} if drafts else None
        return self.call("POST", f"/articles/{article}/accept", body)


@contextmanager
def open_inbox(folder: Path, url: str | None = None) -> Iterator[Inbox]:
    """Yield the inbox of a new negotiation without keys."""
    if url:
        postgres.empty_ledger(url)
    with World(folder, "http", url) as world:
        world.record("2025-12-22T12:00:00Z", OPENING)
        yield Inbox(world, {})


@pytest.fixture(params=["sqlite", "postgres"])
def inbox(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Inbox]:
    url = request.getfixturevalue("ledger_url") if request.param == "postgres" else None
    with open_inbox(tmp_path, url) as opened:
        yield opened


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Inbox]:
    """Give an inbox on SQLite alone."""
    with open_inbox(tmp_path) as opened:
        yield opened
