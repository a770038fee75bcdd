"""A negotiation to tell stories in: the same script at three levels, from pure fold to HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from api import app
from api.http.query_params import BasisQuery
from api.session import Session, open_session
from api.wiring import open_ledger
from domain import acceptance
from domain.instants import from_rfc3339
from ledger import log
from ledger.proofs.signed_note import LogKey
from ledger.submission import Submission
from projections import answers
from projections.fold import FoldView
from projections.view import View


def told(view: View) -> dict[str, Any]:
    found: dict[str, Any] = answers.to_plain(answers.build_state(view))
    return found


KEY = LogKey("minutebook.invalid/world", bytes(32)).to_text()
MADE_ANEW = {"accept": "application/json, */*"}
"""Another way to ask for the same, so that the answer does not come from memory."""
LEVELS = ("domain", "index", "http", "postgres")
"""The last is over HTTP too, on PostgreSQL."""


class World:
    """Records at stated instants by an injected clock; asks for the state at one level."""

    name = "talks"

    def __init__(self, folder: Path, level: str = "index", server: str | None = None) -> None:
        self.level, self.moment = level, 0
        self.ledger = open_ledger(
            server or folder / "world.db",
            clock=lambda: self.moment,
            key_path=KEY,
            checkpoint_path=folder / "world.db.checkpoint",
        )
        self.client = TestClient(app.create_app(self.ledger), raise_server_exceptions=False)

    def at(self, recorded_at: str) -> None:
        self.moment = from_rfc3339(recorded_at)

    def record(self, recorded_at: str, events: list[dict[str, Any]]) -> dict[str, Any]:
        self.at(recorded_at)
        built = [acceptance.parse_event(event) for event in events]
        return self.ledger.record(Submission(self.name, built))

    def post(self, body: Any, **kwargs: Any) -> Any:
        return self.client.post(f"/v1/negotiations/{self.name}/events", json=body, **kwargs)

    def get(self, path: str, **params: Any) -> Any:
        return self.client.get(f"/v1/negotiations/{self.name}{path}", params=params)

    def state(self, **params: Any) -> dict[str, Any]:
        if self.level in ("http", "postgres"):
            response = self.get("/state", **params)
            assert response.status_code == 200, response.text
            found: dict[str, Any] = response.json()["data"]
            return found
        with self.session() as session:
            basis = session.resolve_basis(BasisQuery(**params).to_question())
            if self.level == "domain":
                entries = log.read_entries(session.cursor, self.name)
                return told(FoldView(entries, basis, session.zone))
            return told(session.open_view(basis))

    @contextmanager
    def session(self) -> Iterator[Session]:
        with open_session(self.ledger, self.name) as session:
            yield session

    def close(self) -> None:
        self.client.close()
        self.ledger.close()
