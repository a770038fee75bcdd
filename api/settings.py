"""Configuration: a TOML file, the environment (MINUTEBOOK_...), flags, in rising order."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from domain.errors import InvalidQuestionError
from ledger import location


def data_folder() -> Path:
    """Return where ledgers live unless told otherwise."""
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "minutebook"


SETTING_NAMES = ("db", "read_db", "host", "port", "log_key", "checkpoint")
PATH_SETTINGS = ("db", "log_key", "checkpoint")


@dataclass(frozen=True, slots=True)
class Settings:
    """What every command needs to know, and where each value that is no default comes from.

    ``db`` is a SQLite file or a ``postgresql://`` address; ``log_key`` the file of the key that
    signs checkpoints, or the key itself; ``checkpoint`` the file outside of the database that keeps
    the newest one; ``read_db`` a replica of a server, for questions. By default both files lie
    beside a file, and in the data folder for a server.
    """

    db: Path | str
    host: str = "127.0.0.1"
    port: int = 8000
    log_key: Path | None = None
    checkpoint: Path | None = None
    read_db: str | None = None
    origins: Mapping[str, str] = field(default_factory=dict)

    @property
    def sqlite_file(self) -> Path:
        """The SQLite file, for what only a file can do."""
        if isinstance(self.db, Path):
            return self.db
        hint = "use the database's own tools, such as pg_dump and pg_restore; then verify"
        raise InvalidQuestionError("this works on a SQLite file, not on a server", hint=hint)

    @property
    def key_path(self) -> Path:
        return self.log_key or Path(f"{self._base_path}.key")

    @property
    def checkpoint_path(self) -> Path:
        return self.checkpoint or Path(f"{self._base_path}.checkpoint")

    @property
    def _base_path(self) -> Path:
        return (
            self.db
            if isinstance(self.db, Path)
            else data_folder() / location.server_file_name(self.db)
        )

    def to_json(self) -> dict[str, dict[str, Any]]:
        """Return each setting with its origin; a secret is masked."""
        shown_key = (
            "(secret)" if str(self.key_path).startswith("PRIVATE+KEY+") else str(self.key_path)
        )
        values = {
            "db": location.mask_password(str(self.db)),
            "read_db": self.read_db and location.mask_password(self.read_db),
            "host": self.host,
            "port": self.port,
            "log_key": shown_key,
            "checkpoint": str(self.checkpoint_path),
        }
        return {
            name: {"value": value, "origin": self.origins.get(name, "default")}
            for name, value in values.items()
        }


def load_settings(**flags: Any) -> Settings:
    """Resolve the configuration. Raises InvalidQuestionError naming the setting."""
    loaded_settings = Settings(data_folder() / "minutebook.db")
    path = os.environ.get("MINUTEBOOK_CONFIG")
    if path:
        loaded_settings = _override_values(
            loaded_settings, _read_toml(Path(path)), dict.fromkeys(SETTING_NAMES, path)
        )
    variables = {name: f"MINUTEBOOK_{name.upper()}" for name in SETTING_NAMES}
    environment = {name: os.environ.get(variable) for name, variable in variables.items()}
    loaded_settings = _override_values(
        loaded_settings, {n: v for n, v in environment.items() if v}, variables
    )
    given_flags = {n: v for n, v in flags.items() if v is not None}
    return _override_values(
        loaded_settings, given_flags, {name: f"--{name}" for name in SETTING_NAMES}
    )


def _read_toml(path: Path) -> dict[str, Any]:
    hint = "mend MINUTEBOOK_CONFIG or the file"
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidQuestionError(f"{path}: {error}", hint=hint) from None
    for name in values:
        if name not in SETTING_NAMES:
            known = "settings are: " + ", ".join(SETTING_NAMES)
            raise InvalidQuestionError(f"{path} sets {name!r}, which does not exist", hint=known)
    return values


def _override_values(
    base_settings: Settings, values: Mapping[str, Any], origins: Mapping[str, str]
) -> Settings:
    typed_values = {
        name: _parse_value(name, value, origins[name]) for name, value in values.items()
    }
    new_origins = {name: origins[name] for name in values}
    return replace(base_settings, **typed_values, origins={**base_settings.origins, **new_origins})


def _parse_value(name: str, value: Any, origin: str) -> Any:
    if name == "port":
        if re.fullmatch("[0-9]{1,5}", str(value)) and int(value) < 2**16:
            return int(value)
        raise _setting_error(name, value, origin, "write a number from 0 to 65535")
    if not isinstance(value, str | Path):
        raise _setting_error(name, value, origin, "put it in quotes")
    if name in ("db", "read_db") and location.is_server_url(value):
        return str(value)
    if name == "read_db":
        raise _setting_error(
            name, value, origin, "write a postgresql:// address, of a replica of db"
        )
    return Path(value).expanduser() if name in PATH_SETTINGS else value


def _setting_error(name: str, value: Any, origin: str, hint: str) -> InvalidQuestionError:
    return InvalidQuestionError(f"{origin}: {name} cannot be {value!r}", hint=hint)
