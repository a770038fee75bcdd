"""What a model answers about the article of the inbox, and an application that knows a model."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from api.model_settings import ConfiguredModel
from domain.events import Audience
from intake.model.endpoint import ModelEndpoint
from tests.inbox.conftest import Inbox
from tests.intake.model_server import ModelServer

MODEL = "small-model"
ANSWERED: dict[str, Any] = {
    "type": "statement-made",
    "sentences": [2],
    "context": [],
    "occurred": {"words": "on Friday", "edtf": "2025-12-19"},
    "modality": "actual",
    "speaker": "person:envoy",
    "channel": None,
    "about": ["issue:border"],
}


def use_model(inbox: Inbox, server: ModelServer, audience: Audience = "staff") -> None:
    """Let the application of an inbox know a model."""
    endpoint = ModelEndpoint(server.address, MODEL)
    state = inbox.world.client.app.state  # type: ignore[attr-defined]  # of Starlette
    state.services = replace(state.services, model=ConfiguredModel(endpoint, audience))
