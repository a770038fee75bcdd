"""What is known of a model that reads articles: a TOML file that ``model_reader`` names."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import Field

from api.settings_files import Address, SettingsPart, read_secret_file, read_settings_file
from domain.events import Audience
from intake.article import MAX_READ_CHARS
from intake.model.endpoint import ModelEndpoint


class ModelSettings(SettingsPart):
    """Where a model is asked, as whom, and how much it may be told.

    ``address`` is what stands before ``/chat/completions``. ``audience`` is that whose view of a
    negotiation is sent along, ``max_chars`` how much of an article, in code points.
    """

    address: Address
    model: Annotated[str, Field(min_length=1, max_length=200)]
    key_file: Path | None = None
    timeout: Annotated[float, Field(ge=1, le=600)] = 120
    """Seconds for the whole answer."""
    audience: Audience = "public"
    max_chars: Annotated[int, Field(ge=1000, le=MAX_READ_CHARS)] = 40_000


class ConfiguredModel(NamedTuple):
    """A model that may read articles, and whose view of a negotiation it may be told."""

    endpoint: ModelEndpoint
    audience: Audience


def read_model_settings(path: Path) -> ConfiguredModel:
    """Read the file and the key that it names.

    Raises InvalidQuestionError naming each field that cannot be, or the file of the key.
    """
    settings = read_settings_file(path, ModelSettings)
    key_file = settings.key_file and path.parent / settings.key_file
    endpoint = ModelEndpoint(
        address=settings.address.rstrip("/"),
        model=settings.model,
        key=read_secret_file(key_file) if key_file else None,
        timeout=settings.timeout,
        max_chars=settings.max_chars,
    )
    return ConfiguredModel(endpoint, settings.audience)
