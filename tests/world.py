"""A negotiation to tell stories in, at four levels: the fold, the index, HTTP, and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from copy import copy
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self
from unittest.mock import patch

from fastapi.testclient import TestClient

from api.access.caller import Reader
from api.app import create_app
from api.http.query_params import BasisQuery
from api.services import server_services
from api.session import Session, open_session
from api.wiring import open_ledger
from domain import acceptance
from domain.events import Audience
from domain.instants import from_rfc3339
from ledger.proofs.checkpoints import CheckpointSigner
from ledger.proofs.signed_note import LogKey
from ledger.submission import Submission
from ledger.witness_client import ConfiguredWitness
from ledger.writer import Ledger
from projections import answers
from projections.view import View
from tests import postgres
from tests.facts import ADDRESS, Batch, Event
from tests.local_client import LocalClient

KEY = LogKey("minutebook.invalid/world", bytes(32)).to_text()
UNCACHED = {"accept": "application/json, */*"}
"""Another way to ask for the same, so that the answer does not come from memory."""


def plain_state(view: View) -> dict[str, Any]:
    state: dict[str, Any] = answers.to_plain(answers.build_state(view, ADDRESS))
    return state


def read_as(session: Session, audience: Audience) -> Session:
    """Return the same session for another audience."""
    other = copy(session)
    other.reader = Reader(audience)
    return other


class World:
    """A ledger whose clock the test sets, its negotiation, and the application on it."""

    name = "talks"

    def __init__(
        self,
        folder: Path,
        level: str = "index",
        server: str | None = None,
        witnesses: Sequence[ConfiguredWitness] = (),
    ) -> None:
        self.level, self.moment = level, 0
        folder.mkdir(exist_ok=True)
        self.ledger = open_ledger(
            server or folder / "world.db",
            clock=lambda: self.moment,
            key_path=KEY,
            checkpoint_path=folder / "world.db.checkpoint",
            witnesses=witnesses,
        )
        self._resources = ExitStack()
        self._resources.callback(self.ledger.close)

    @cached_property
    def client(self) -> TestClient:
        """The application on the ledger; one event loop answers all its requests."""
        app = create_app(self.ledger)
        self._resources.callback(server_services(app).comparer.close)
        client = LocalClient(app, raise_server_exceptions=False)
        return self._resources.enter_context(client)

    def set_clock(self, recorded_at: str) -> None:
        self.moment = from_rfc3339(recorded_at)

    def record(self, recorded_at: str, events: list[Event]) -> dict[str, Any]:
        self.set_clock(recorded_at)
        return self.ledger.record(
            Submission(self.name, [acceptance.parse_event(event) for event in events])
        )

    def post(self, body: Any, **kwargs: Any) -> Any:
        return self.client.post(f"/v1/negotiations/{self.name}/events", json=body, **kwargs)

    def get(self, path: str, **params: Any) -> Any:
        return self.client.get(f"/v1/negotiations/{self.name}{path}", params=params)

    def read_state(self, **params: Any) -> dict[str, Any]:
        if self.level == "index":
            with self.open_session(params.get("audience", "public")) as session:
                basis = session.resolve_basis(
                    BasisQuery(**params).to_question(session.log_timeline)
                )
                return plain_state(session.open_view(basis))
        response = self.get("/state", **params)
        assert response.status_code == 200, response.text
        state: dict[str, Any] = response.json()["data"]
        return state

    @contextmanager
    def open_session(self, audience: Audience = "staff") -> Iterator[Session]:
        with open_session(self.ledger, self.name, Reader(audience)) as session:
            yield session

    def close(self) -> None:
        self._resources.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def sign_outside(db: str | Path, checkpoint: Path, key: str = KEY) -> None:
    """Sign a ledger that was made elsewhere, as one that is restored is."""
    with closing(Ledger(db)) as ledger, ledger.take_writer() as c:
        CheckpointSigner(key, checkpoint).sign_new_log(c)


@contextmanager
def tell_story(
    batches: list[Batch], level: str = "index", server: str | None = None
) -> Iterator[World]:
    """Yield a world in which batches are recorded, in a new file or in an emptied database."""
    if server:
        postgres.empty_ledger(server)
    with TemporaryDirectory() as folder, World(Path(folder), level, server) as world:
        for recorded_at, events in batches:
            world.record(recorded_at, events)
        yield world


def accept_second_introductions() -> AbstractContextManager[Any]:
    """Accept what logs of older versions have: several introductions of one slug."""
    return patch.object(acceptance, "_check_introduction", lambda introduction, context: ())
