"""Settings that fill a TOML file of their own, with their secrets in files beside it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from api.access.host_names import LOOPBACK_NAMES
from domain.errors import InvalidQuestionError

_HINT = "see docs/operations.md"


class SettingsPart(BaseModel):
    """Base of what such a file holds: frozen, and nothing unknown is passed over."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Read = TypeVar("Read", bound=SettingsPart)


def check_address(address: str) -> str:
    """Return the address of a server. Raises ValueError where others could read what is sent."""
    parts = urlsplit(address)
    is_own_machine = parts.hostname in {*LOOPBACK_NAMES, "::1"}
    if parts.scheme != "https" and not (parts.scheme == "http" and is_own_machine):
        raise ValueError("write an https:// address")
    if not parts.hostname or "@" in parts.netloc or parts.fragment:
        raise ValueError("write an address with a host, without a user and a fragment")
    return address


Address = Annotated[str, AfterValidator(check_address)]


def read_settings_file(path: Path, model: type[Read]) -> Read:
    """Read a file. Raises InvalidQuestionError naming each field that cannot be."""
    try:
        return model.model_validate(tomllib.loads(path.read_text()))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InvalidQuestionError(f"{path}: {reason}", hint=_HINT) from None
    except ValidationError as error:
        told = "; ".join(
            f"{'.'.join(map(str, each['loc']))}: {each['msg'].removeprefix('Value error, ')}"
            for each in error.errors()
        )
        raise InvalidQuestionError(f"{path}: {told}", hint=_HINT) from None


def read_secret_file(path: Path) -> str:
    """Return the secret in a file.

    Raises InvalidQuestionError where it cannot be read, or others can read it.
    """
    try:
        text, is_open = path.read_text().strip(), bool(path.stat().st_mode & 0o077)
    except (OSError, UnicodeDecodeError):
        hint = "name a file that holds the secret"
        raise InvalidQuestionError(f"{path} cannot be read", hint=hint) from None
    if is_open:
        hint = f"chmod 600 {path}, and have its provider make another secret"
        raise InvalidQuestionError(f"other users of this machine can read {path}", hint=hint)
    return text
